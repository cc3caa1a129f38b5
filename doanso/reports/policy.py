"""Permissions to see periods and reports, send a unit's month, decide on one that was sent, write reports, keep layouts."""

from collections.abc import Collection
from uuid import UUID

from doanso.access.policy import Permission, units_below
from doanso.accounts.models import User

# Checked on periods and reports; on a unit by `allows_at`.
VIEW = Permission("reports.view", unit_of="unit_id")
# The same, checked on units.
VIEW_AT = Permission("reports.view", unit_of="id")
SEND = Permission("reports.send", unit_of="unit_id")
# Accept, return and close: for units above the unit; the root of a programme is closed by its own officers.
DECIDE = Permission("reports.decide", unit_of="unit_id")
# Texts and claims beside figures: reports, reasons given for a month, estimates.
WRITE = Permission("reports.write", unit_of="unit_id")
# The same, checked on a unit instead of its report.
WRITE_AT = Permission("reports.write", unit_of="id")
KEEP_LAYOUTS = Permission("reports.keep_layouts", unit_of="unit_id")


def held_at(actor: User, permission: Permission, unit_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the units at which the actor has the permission, in two statements; ended units are left out."""
    ids = list(unit_ids)
    own = units_below(permission.roots(actor)).filter(unit_id__in=ids)
    under = units_below(permission.roots_above(actor)).filter(unit_id__in=ids, depth__gt=0)
    return set(own) | set(under)
