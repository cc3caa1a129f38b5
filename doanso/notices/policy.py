"""Who reads which notices: users their own, officers those of their unit, and by choice those of the units below.

Each kind names the permission of its owner; there is no permission of this app's own.
"""

from uuid import UUID

from django.db.models import Q

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.notices.ports import notice_kinds


def addressed_condition(actor: User) -> Q:
    """Return the condition of notices to the actor: personal ones, and those of the units at which the actor holds a role.

    Those of an ended unit go to the unit that keeps its records.
    """
    condition = Q(user=actor.pk)
    for permission, codes in _kinds_by_permission(actor):
        units = _own_units(actor, permission)
        if units:
            condition |= Q(user=None, kind__in=codes) & (Q(unit__in=units) | Q(unit__keeper__in=units))
    return condition


def readable_notices(actor: User) -> Q:
    """Return the condition of notices that the actor may read: those to the actor, and those of the units below."""
    condition = Q(user=actor.pk)
    for permission, codes in _kinds_by_permission(actor):
        condition |= Q(user=None, kind__in=codes) & permission.condition(actor)
    return condition


def reads_below(actor: User) -> bool:
    """Return whether the actor may read notices of units below the own one."""
    return any(
        permission.roots(actor) or permission.roots_above(actor) for permission, _codes in _kinds_by_permission(actor)
    )


def _own_units(actor: User, permission: Permission) -> list[UUID]:
    return sorted(permission.roots(actor) | permission.unit_only_roots(actor))


def _kinds_by_permission(actor: User) -> list[tuple[Permission, list[str]]]:
    """Return the kinds that the actor may read at all; kinds whose permissions reach the same units are joined."""
    groups: dict[tuple[frozenset[UUID], ...], tuple[Permission, list[str]]] = {}
    for kind in notice_kinds():
        permission = kind.permission
        if permission is None:
            continue
        reach = (permission.roots(actor), permission.roots_above(actor), permission.unit_only_roots(actor))
        if any(reach):
            groups.setdefault(tuple(map(frozenset, reach)), (permission, []))[1].append(kind.code)
    return list(groups.values())
