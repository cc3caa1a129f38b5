"""Permissions to see a unit's records, to record, and to decide disputes; all asked of the helping unit."""

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.support.models import Stand

VIEW = Permission("support.view", unit_of="unit_id")
RECORD = Permission("support.record", unit_of="unit_id")
DECIDE = Permission("support.decide", unit_of="unit_id")
# For roles above the helping unit; asked of rounds, and by `allows_at` of units.
RECHECK = Permission("support.recheck", unit_of="unit_id")
# Who opens a stand keeps it; a helper keeps only their own. Asked of a stand, OPEN_STAND says who may help at it.
OPEN_STAND = Permission("support.open_stand", unit_of="unit_id")
KEEP_STAND = Permission("support.keep_stand", unit_of="unit_id", own_of="opened_by_id")


def may_help_at(actor: User, stand: Stand) -> bool:
    """Return whether the actor may finish residents' own entries at the stand: who keeps it, and who may open one of its unit."""
    return KEEP_STAND.allows(actor, stand) or OPEN_STAND.allows(actor, stand)
