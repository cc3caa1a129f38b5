"""Exports of lists, as history records them."""

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.units.models import Unit


def record_export(*, actor: User, action: str, permission: Permission, unit: Unit | None) -> None:
    """Record who exported a list and of which unit; without one, of every unit at which the actor holds the permission."""
    roots = [unit] if unit is not None else list(Unit.objects.filter(pk__in=permission.roots(actor)))
    for root in roots:
        record(actor=actor, action=action, obj=root, unit=root)
