"""Permissions to see contacts, to answer requests, and to resolve duplicates."""

from doanso.access.policy import Permission

VIEW = Permission("people.view", unit_of="unit_id")
"""Of contacts: a unit reads its own, the city those of all below it."""

RECORD_CONSENT = Permission("people.record_consent", unit_of="unit_id")
VIEW_REQUESTS = Permission("people.view_requests", unit_of="unit_id")
HANDLE_REQUESTS = Permission("people.handle_requests", unit_of="unit_id")
SETTLE = Permission("people.settle_duplicates", unit_of="unit_id")
"""Of pairs: deciding shows what two units wrote, so it needs a role above both."""

MERGE = Permission("people.merge", unit_of="contacts__unit_id")
"""Of persons, by the units that wrote them down."""

MERGE_BUSINESSES = Permission("people.merge", unit_of="unit_id")
