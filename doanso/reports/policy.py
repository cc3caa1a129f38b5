"""Permissions to see periods and reports, send a unit's month, decide on one that was sent, write reports, keep layouts."""

from collections.abc import Collection
from uuid import UUID

from doanso.access.policy import Permission, units_below
from doanso.accounts.models import User
from doanso.units.models import Unit

# Checked on periods and reports; on a unit by `allows_for`: its keeper ends the months of an ended unit.
VIEW = Permission("reports.view", unit_of="unit_id")
# The same, checked on units.
VIEW_AT = Permission("reports.view", unit_of="id")
SEND = Permission("reports.send", unit_of="unit_id")
# Accept, return and close: for units above the unit; the root of a programme is closed by its own officers.
DECIDE = Permission("reports.decide", unit_of="unit_id")
# Texts and claims beside figures: reports, reasons given for a month, estimates.
WRITE = Permission("reports.write", unit_of="unit_id")
KEEP_LAYOUTS = Permission("reports.keep_layouts", unit_of="unit_id")


def held_at(actor: User, permission: Permission, unit_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the units for whose records the actor has the permission (`Permission.allows_for`), in two statements.

    The months of a unit that has ended are its keeper's; units at which the actor lacks the permission take further statements.
    """
    ids = set(unit_ids)
    own = units_below(permission.roots(actor)).filter(unit_id__in=ids)
    under = units_below(permission.roots_above(actor)).filter(unit_id__in=ids, depth__gt=0)
    held = {*own, *under}
    left = ids - held
    if not left:
        return held
    rows = Unit.objects.filter(pk__in=left, keeper__isnull=False).values_list("pk", "keeper")
    keepers = {unit_id: keeper_id for unit_id, keeper_id in rows if keeper_id is not None}
    if keepers:
        held_keepers = held_at(actor, permission, set(keepers.values()))
        held |= {unit_id for unit_id, keeper_id in keepers.items() if keeper_id in held_keepers}
    return held
