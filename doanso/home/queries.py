"""Read queries of the start page and the dashboards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from doanso.access.models import Role, RoleAssignment
from doanso.access.policy import Permission, current_role_assignments
from doanso.access.unit_roles import UnitRole
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.targets import policy
from doanso.targets import queries as targets
from doanso.targets.models import Programme
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

# A user with several roles begins at the unit of the widest.
_WIDEST_FIRST = (
    Role.CITY_ADMINISTRATOR,
    Role.CITY_OFFICER,
    Role.INSPECTOR,
    Role.UNIT_SECRETARY,
    Role.BRANCH_SECRETARY,
    Role.CLERK,
    Role.MEMBER,
    Role.HELPER,
)


@dataclass(frozen=True, slots=True)
class UserPlace:
    """The main role of a user, and the unit at which it is assigned."""

    role: str
    role_name: str
    unit_name: str


def main_role_assignment(user: User) -> RoleAssignment | None:
    """Return the widest of the user's current role assignments; None without any."""
    return min(
        current_role_assignments(user),
        key=lambda role_assignment: _WIDEST_FIRST.index(Role(role_assignment.role)),
        default=None,
    )


def main_place(user: User) -> UserPlace | None:
    """Return the widest role with the current name of its unit; no statement where the middleware has read the user's roles."""
    role_assignment = main_role_assignment(user)
    if role_assignment is None:
        return None
    prepared: list[UnitRole] = getattr(user, "prepared_roles", [])
    named = next((unit_role.unit for unit_role in prepared if unit_role.role_assignment is role_assignment), None)
    called = named or units.named_unit(role_assignment.unit)
    return UserPlace(role=role_assignment.role, role_name=str(Role(role_assignment.role).label), unit_name=called.name)


def path_to(actor: User, code: str, on: date) -> list[NamedUnit]:
    """Return the path from the root down to the unit of that code, as named on a day; empty where the actor may not see it.

    One statement reads the right to see it, the unit, its names and its ancestors.
    """
    visible = policy.VIEW.filter(actor, Unit.objects.filter(code=code))
    path = units.named_path(visible, on)
    if path:
        return path
    # For an ended unit, the path of its last day.
    ended = visible.filter(until__lte=on).first()
    return path_to(actor, code, ended.until - timedelta(days=1)) if ended is not None and ended.until else []


def visible_part(actor: User, path: Sequence[NamedUnit]) -> Sequence[NamedUnit]:
    """Return the part of the path from the first unit at which the actor may see figures; everything below it is visible."""
    roots = policy.VIEW.roots(actor)
    begin = next((place for place, unit in enumerate(path) if unit.id in roots), len(path))
    return path[begin:]


def allows_on_path(actor: User, permission: Permission, path: Sequence[NamedUnit], unit: Unit) -> bool:
    """Return the same as `Permission.allows_at` for a unit whose path from the root is known; no statement with a path.

    Without one the unit is a programme's root.
    """
    if not path:
        return permission.allows_at(actor, unit)
    ids = {named.id for named in path}
    return (
        unit.pk in permission.unit_only_roots(actor)
        or not permission.roots(actor).isdisjoint(ids)
        or not permission.roots_above(actor).isdisjoint(ids - {unit.pk})
    )


def programme_to_see(actor: User, code: str) -> Programme | None:
    """Return the programme of a code if the actor may see its root's figures."""
    visible = policy.VIEW.filter(actor, Unit.objects.all())
    return targets.all_programmes().filter(code=code, root__in=visible).first()


def programme_of(unit: Unit, code: str, on: date | None) -> Programme | None:
    """Return the programme of a code, or without a code the current one, in which the unit has figures."""
    day = on or clock.today()
    programmes = targets.programmes_at(unit, day if unit.until is None else min(day, unit.until - timedelta(days=1)))
    return (
        next((programme for programme in programmes if programme.code == code), None)
        if code
        else next(iter(programmes), None)
    )
