"""Permissions on events. A shift belongs to the unit that fills it, which needs no permission on the event for that."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.events.models import Shift

VIEW = Permission("events.view", unit_of="unit_id")
VIEW_AT = Permission("events.view", unit_of="id")
"""The same permission, asked of units."""
MANAGE = Permission("events.manage", unit_of="unit_id")
MANAGE_AT = Permission("events.manage", unit_of="id")
# Held by those who bring records from phones too; at a gate of another unit's event a shift is enough (`queries.ward_events`).
CHECK_IN = Permission("events.check_in", unit_of="unit_id")
VIEW_PHOTO = Permission("events.view", unit_of="event__unit_id")
"""The same permission, asked of photos: they belong to the unit of their event."""


def may_hand_out_code(actor: User, shift: Shift) -> bool:
    """Return whether somebody makes the code of a booth's shift: officers of its event or of its unit, and who is on duty in it.

    The last need no permission: being put on duty gives them this one thing.
    """
    if MANAGE.allows(actor, shift) or MANAGE.allows(actor, shift.event):
        return True
    own = Q(member__person__user=actor) | Q(teammate__user=actor) | Q(teammate__member__person__user=actor)
    return shift.removed_at is None and shift.volunteers.filter(own).exists()


def require_code(actor: User, shift: Shift) -> None:
    """Raise `PermissionDenied` for who may not make the code of this shift."""
    if not may_hand_out_code(actor, shift):
        raise PermissionDenied
