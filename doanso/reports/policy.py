"""Who sees periods and reports, sends a unit's month, decides about one that was sent, writes reports, keeps layouts."""

from collections.abc import Collection
from uuid import UUID

from doanso.access.policy import Permission, units_below
from doanso.accounts.models import User

# Of periods and reports; of a unit by `allows_at`.
VIEW = Permission("reports.view", unit_of="unit_id")
# The same, asked of units.
VIEW_AT = Permission("reports.view", unit_of="id")
SEND = Permission("reports.send", unit_of="unit_id")
# Accept, return and close: for whoever stands above the unit; the root of a programme is closed by its own officers.
DECIDE = Permission("reports.decide", unit_of="unit_id")
# Words and claims beside figures: reports, reasons given for a month, estimates.
WRITE = Permission("reports.write", unit_of="unit_id")
# The same, asked of a unit and not of its report.
WRITE_AT = Permission("reports.write", unit_of="id")
KEEP_LAYOUTS = Permission("reports.keep_layouts", unit_of="unit_id")


def held_at(actor: User, permission: Permission, unit_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the units at which the actor holds the verb, in two statements; none that has ended."""
    ids = list(unit_ids)
    own = units_below(permission.roots(actor)).filter(unit_id__in=ids)
    under = units_below(permission.roots_above(actor)).filter(unit_id__in=ids, depth__gt=0)
    return set(own) | set(under)
