"""Permissions on events. A shift belongs to the unit that fills it, which needs no permission on the event for that."""

from doanso.access.policy import Permission

VIEW = Permission("events.view", unit_of="unit_id")
VIEW_AT = Permission("events.view", unit_of="id")
"""The same permission, asked of units."""
MANAGE = Permission("events.manage", unit_of="unit_id")
MANAGE_AT = Permission("events.manage", unit_of="id")
# Held by those who bring records from phones too; at a gate of another unit's event a shift is enough (`queries.reach`).
CHECK_IN = Permission("events.check_in", unit_of="unit_id")
VIEW_PHOTO = Permission("events.view", unit_of="event__unit_id")
"""The same permission, asked of photos: they belong to the unit of their event."""
