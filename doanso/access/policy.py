"""The policy engine: each permission gives both a filter for lists and a check for single objects.

Roles follow the business day, so a role ends with its term everywhere at once.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404

from doanso.access.models import Role, RoleAssignment, Unmasking
from doanso.access.roles import GRANTS, Scope
from doanso.access.unit_roles import read_unit_roles
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.database import hot_reads, placeholders
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.dated_rows import in_effect, not_over
from doanso.units.models import Unit, UnitPath


def current_role_assignments(actor: User) -> list[RoleAssignment]:
    """Return the actor's role assignments of today; read once per request if the middleware has prepared the actor."""
    prepared: list[RoleAssignment] | None = getattr(actor, "prepared_role_assignments", None)
    if prepared is not None:
        return prepared
    if not actor.is_authenticated or not actor.is_active:
        return []
    return [unit_role.role_assignment for unit_role in read_unit_roles(actor.pk) if unit_role.begun]


def _held_on_business_day() -> QuerySet[RoleAssignment]:
    """Return the role assignments in effect today. One at an ended unit grants nothing; a successor unit needs a new one."""
    today = clock.today()
    return RoleAssignment.objects.filter(in_effect(today), not_over(today, "unit__"))


def units_below(roots: Iterable[UUID]) -> QuerySet[UnitPath, UUID]:
    """Return the ids of the units below these roots today, roots included, as a subquery.

    `units.queries.units_below_on` is the same for one unit on any day, in SQL of our own, which cannot be filtered further.
    """
    paths = UnitPath.objects.filter(in_effect(clock.today()), ancestor_id__in=list(roots))
    return paths.values_list("unit_id", flat=True)


def records_below(roots: Iterable[UUID], *, roots_too: bool = True, on: date | None = None) -> Combinable:
    """Return a subquery, for `__in`, of the units whose records these roots are responsible for today, or on a day.

    These are the units below them and the ended ones whose records one of these keeps. At an ended unit itself no role is in
    effect.
    """
    root_ids = list(roots)
    if not root_ids:
        return hot_reads.subquery("SELECT p.unit_id FROM units_unitpath p WHERE 1 = 0", [])
    below = (
        f"SELECT p.unit_id FROM units_unitpath p WHERE p.ancestor_id IN ({placeholders(root_ids)}) AND p.since <= %s"  # noqa: S608
        f" AND (p.until IS NULL OR p.until > %s){'' if roots_too else ' AND p.depth > 0'}"
    )
    day = on or clock.today()
    parameters = [*root_ids, day, day]
    kept_units = f"SELECT k.id FROM units_unit k WHERE k.keeper_id IN ({below})"  # noqa: S608
    return hot_reads.subquery(f"{below} UNION ALL {kept_units}", [*parameters, *parameters])


def _records_kept_by(unit_ids: Collection[UUID]) -> Combinable:
    """Return a subquery, for `__in`, of these units and the ended ones whose records they keep."""
    ids = list(unit_ids)
    sql = f"SELECT k.id FROM units_unit k WHERE k.id IN ({placeholders(ids)}) OR k.keeper_id IN ({placeholders(ids)})"  # noqa: S608
    return hot_reads.subquery(sql, [*ids, *ids])


class _GrantedUnits(NamedTuple):
    """The units at which an actor holds a permission, by scope, and whether it is held for the actor's own records."""

    subtree: set[UUID]
    below: set[UUID]
    unit_only: set[UUID]
    own: bool


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission: one action on one kind of object.

    `unit_of` is the query path from the object to its unit's id, `own_of` the one to the user whose record it is.
    """

    name: str
    unit_of: str
    own_of: str = ""

    def roots(self, actor: User) -> set[UUID]:
        """Return the units at which the actor holds this permission for the whole subtree."""
        return self._granted_units(actor).subtree

    def roots_above(self, actor: User) -> set[UUID]:
        """Return the units at which the actor holds this permission for the units below, and not for the unit itself."""
        return self._granted_units(actor).below

    def unit_only_roots(self, actor: User) -> set[UUID]:
        """Return the units at which the actor holds this permission for the unit itself and nothing below."""
        return self._granted_units(actor).unit_only

    def _granted_units(self, actor: User) -> "_GrantedUnits":
        """Return what the actor's roles of today grant of this permission."""
        units: dict[Scope, set[UUID]] = {scope: set() for scope in Scope}
        for role_assignment in current_role_assignments(actor):
            scope = GRANTS[role_assignment.role].get(self.name)
            if scope is not None:
                units[scope].add(role_assignment.unit_id)
        own = bool(self.own_of) and bool(units[Scope.OWN])
        return _GrantedUnits(units[Scope.SUBTREE], units[Scope.BELOW], units[Scope.HERE], own)

    def condition(self, actor: User) -> Q:
        """Return the filter's condition, to be combined with others on the same kind of object."""
        held = self._granted_units(actor)
        return self._condition(held.subtree, held.below, held.unit_only, actor.pk if held.own else None, None)

    def _condition(
        self,
        subtree: Collection[UUID],
        below: Collection[UUID],
        unit_only: Collection[UUID],
        own: UUID | None,
        on: date | None,
    ) -> Q:
        """Return the condition of records in units held in each scope, today or on a day, and of the user's own ones."""
        condition = Q(**{f"{self.unit_of}__in": records_below(subtree, on=on)}) if subtree else Q(pk__in=[])
        if below:
            condition |= Q(**{f"{self.unit_of}__in": records_below(below, roots_too=False, on=on)})
        if unit_only:
            # Of units themselves only these; of their records also those of ended units that they keep.
            units = list(unit_only) if self.unit_of == "id" else _records_kept_by(unit_only)
            condition |= Q(**{f"{self.unit_of}__in": units})
        if own is not None:
            condition |= Q(**{self.own_of: own})
        return condition

    def filter[M: Model](self, actor: User, queryset: QuerySet[M]) -> QuerySet[M]:
        """Return the objects of the queryset on which the actor has this permission."""
        return queryset.filter(self.condition(actor))

    def allows(self, actor: User, obj: Model, *, found_by: "Permission | None" = None) -> bool:
        """Return whether the actor has this permission on the object, with the same result as the filter.

        `found_by` is the permission by whose filter the object was just read: if this one reaches as far, no statement is
        executed.
        """
        if found_by is not None and self._reaches_as_far(actor, found_by):
            return True
        held = self._granted_units(actor)
        if not any(held):
            return False
        if not isinstance(obj.pk, UUID):
            return self.filter(actor, type(obj)._default_manager.filter(pk=obj.pk)).exists()
        scopes = (held.subtree, held.below, held.unit_only)
        check = _check(self, type(obj), tuple(bool(units) for units in scopes), held.own)
        values: list[Any] = [sorted(units) for units in scopes if units]
        if held.subtree or held.below:
            values.append(clock.today())
        if held.own:
            values.append(actor.pk)
        return bool(check(obj.pk, *values))

    def _reaches_as_far(self, actor: User, other: "Permission") -> bool:
        """Return whether the actor's roles grant this permission on every object on which they grant the other."""
        held, other_held = self._granted_units(actor), other._granted_units(actor)
        return (
            self.unit_of == other.unit_of
            and not other_held.own
            and other_held.subtree <= held.subtree
            and other_held.below <= held.subtree | held.below
            and other_held.unit_only <= held.subtree | held.unit_only
        )

    def require(self, actor: User, obj: Model) -> None:
        """Raise PermissionDenied unless the actor has this permission on the object."""
        if not self.allows(actor, obj):
            raise PermissionDenied(self.name)

    def allows_at(self, actor: User, unit: Unit) -> bool:
        """Return whether the actor has this permission at a unit, for actions that create their object."""
        held = self._granted_units(actor)
        today = clock.today()
        if (
            unit.pk in held.subtree | held.unit_only
            and unit.since <= today
            and (unit.until is None or today < unit.until)
        ):
            # An existing unit is below itself, so the tree need not be read.
            return True
        return (bool(held.subtree) and units_below(held.subtree).filter(unit_id=unit.pk).exists()) or (
            bool(held.below) and units_below(held.below).filter(unit_id=unit.pk, depth__gt=0).exists()
        )

    def require_at(self, actor: User, unit: Unit) -> None:
        """Raise PermissionDenied unless the actor has this permission at the unit."""
        if not self.allows_at(actor, unit):
            raise PermissionDenied(self.name)

    def allows_for(self, actor: User, unit: Unit) -> bool:
        """Return whether the actor has this permission for records of a unit, also where it has ended.

        Nobody has a role at an ended unit: whoever has the permission at the unit that keeps its records has it for them.
        """
        return self.allows_at(actor, unit) or (unit.keeper is not None and self.allows_at(actor, unit.keeper))

    def require_for(self, actor: User, unit: Unit) -> None:
        """Raise PermissionDenied unless the actor has this permission for records of the unit."""
        if not self.allows_for(actor, unit):
            raise PermissionDenied(self.name)

    def holders_at(self, unit: Unit) -> QuerySet[User]:
        """Return the accounts for which `allows_at` is true at the unit, each once."""
        above = UnitPath.objects.filter(in_effect(clock.today()), unit=unit)
        granted = Q(pk__in=[])
        for scope, paths in (
            (Scope.SUBTREE, above),
            (Scope.BELOW, above.filter(depth__gt=0)),
            (Scope.HERE, above.filter(depth=0)),
        ):
            roles = [role for role, permissions in GRANTS.items() if permissions.get(self.name) is scope]
            granted |= Q(role__in=roles, unit__in=paths.values("ancestor"))
        return User.objects.filter(is_active=True, pk__in=_held_on_business_day().filter(granted).values("user"))

    def allows_anywhere(self, actor: User) -> bool:
        """Return whether the actor holds this permission anywhere, so that a list of such objects makes sense."""
        return any(self._granted_units(actor))


@cache
def _check(
    permission: Permission, model: type[Model], scopes: tuple[bool, ...], own: bool
) -> PreparedQuery[tuple[Any]]:
    """Return the query whether an object is one on which roles that hold units in these scopes grant a permission.

    Its values are the object's key, the units of each scope that holds any, the day if one of them reaches below its units, and
    the user's key with `own`.
    """

    def build(key: UUID, *values: Any) -> QuerySet[Any, tuple[Any]]:
        left = iter(values)
        subtree, below, unit_only = (next(left) if is_held else () for is_held in scopes)
        on = next(left) if subtree or below else None
        condition = permission._condition(subtree, below, unit_only, next(left) if own else None, on)
        return model._default_manager.filter(condition, pk=key).order_by().values_list("pk")

    return PreparedQuery(build)


class UnitReach:
    """How an actor's roles of today reach some units, read in one statement for every permission.

    For pages about few objects and many permissions, where each `Permission.allows` would be a statement.
    """

    def __init__(self, actor: User, units: Iterable[Unit]) -> None:
        self._actor = actor
        roots = {role_assignment.unit_id for role_assignment in current_role_assignments(actor)}
        # The unit that keeps the records of an ended unit is responsible for them.
        unit_ids = {pk for unit in units for pk in (unit.pk, unit.keeper_id) if pk is not None}
        paths = UnitPath.objects.filter(in_effect(clock.today()), unit_id__in=unit_ids, ancestor_id__in=roots)
        self._depths: dict[UUID, dict[UUID, int]] = {}
        for unit_id, root, depth in paths.values_list("unit_id", "ancestor_id", "depth"):
            self._depths.setdefault(unit_id, {})[root] = depth

    def allows(self, permission: Permission, unit: Unit, *, owner_id: UUID | None = None) -> bool:
        """Return whether the actor has the permission on a record of the unit that belongs to this user; as
        `Permission.allows`."""
        held = permission._granted_units(self._actor)
        if not held.unit_only.isdisjoint({unit.pk, unit.keeper_id}) or (held.own and owner_id == self._actor.pk):
            return True
        return self._reaches(held, unit.pk) or (unit.keeper_id is not None and self._reaches(held, unit.keeper_id))

    def allows_at(self, permission: Permission, unit: Unit) -> bool:
        """Return whether the actor has the permission at the unit; as `Permission.allows_at`."""
        held = permission._granted_units(self._actor)
        return self._reaches(held, unit.pk) or (unit.pk in held.unit_only and unit.pk in self._depths)

    def _reaches(self, held: _GrantedUnits, unit_id: UUID) -> bool:
        depths = self._depths.get(unit_id, {})
        return any(root in held.subtree or (depth > 0 and root in held.below) for root, depth in depths.items())


def get_or_404[M: Model](
    actor: User, permission: Permission, queryset: QuerySet[M], *, see: Permission | None = None, **lookup: Any
) -> M:
    """Return the one object on which the actor has the permission.

    Raise Http404 if the actor may not even see it (`see`), PermissionDenied if the actor sees it but lacks the permission.
    """
    obj = permission.filter(actor, queryset).filter(**lookup).first()
    if obj is not None:
        return obj
    if see is not None and see.filter(actor, queryset).filter(**lookup).exists():
        raise PermissionDenied(permission.name)
    raise Http404


def anywhere_or_404(actor: User, permission: Permission) -> None:
    """Raise Http404 when the actor holds the permission nowhere; for pages with lists."""
    if not permission.allows_anywhere(actor):
        raise Http404


def over_others_or_404(actor: User, permission: Permission, *, see: Permission) -> None:
    """Refuse an actor who has the permission nowhere; for pages about records of others.

    Raise PermissionDenied if the actor may read such records somewhere (`see`), Http404 if only their own or none.
    """
    if permission.allows_anywhere(actor):
        return
    if see.roots(actor):
        raise PermissionDenied(permission.name)
    raise Http404


VIEW_UNIT = Permission("units.view", unit_of="id")
VIEW_HISTORY = Permission("audit.view", unit_of="unit_id")
# Checked on role assignments, and by `allows_at` on units.
GRANT = Permission("access.grant", unit_of="unit_id")
RESET_PASSWORD = Permission("access.reset_password", unit_of="unit_id")
ISSUE_TOKEN = Permission("access.issue_token", unit_of="unit_id")
ADMINISTER = Permission("access.administer", unit_of="unit_id")
UNMASK = Permission("access.unmask", unit_of="unit_id")


@dataclass(frozen=True, slots=True)
class Personal:
    """The units in whose rows one actor may read names and numbers, computed once for a whole list."""

    everywhere: bool
    unmasked: frozenset[UUID] = frozenset()

    def shows(self, unit_id: UUID) -> bool:
        """Return whether the rows of a unit are shown unmasked."""
        return self.everywhere or unit_id in self.unmasked

    def name(self, name: str, unit_id: UUID) -> str:
        """Return the name, or its initials where it is masked."""
        return name if self.shows(unit_id) else masked_name(name)


def personal(actor: User) -> Personal:
    """Return where the actor sees personal data in rows that the policy lets them read; at most two statements.

    Inspectors see initials until they state a reason for a unit (`actions.unmask`); all others see the rows unmasked. An
    inspector with another role too sees them unmasked only at that role's units.
    """
    role_assignments = current_role_assignments(actor)
    if all(role_assignment.role != Role.INSPECTOR for role_assignment in role_assignments):
        return Personal(everywhere=True)
    roots = {
        role_assignment.unit_id
        for role_assignment in role_assignments
        if role_assignment.role != Role.INSPECTOR and GRANTS[role_assignment.role].get("members.view") is Scope.SUBTREE
    }
    now = clock.now()
    stated = Unmasking.objects.filter(user_id=actor.pk, started_at__lte=now, ends_at__gt=now)
    roots |= set(stated.values_list("unit_id", flat=True))
    return Personal(everywhere=False, unmasked=frozenset(units_below(roots)) if roots else frozenset())


def sees_personal(actor: User, unit: Unit | UUID) -> bool:
    """Return whether the actor sees names and numbers in the rows of one unit; for lists, call `personal` once."""
    return personal(actor).shows(unit if isinstance(unit, UUID) else unit.pk)


def masked_name(name: str) -> str:
    """Return a person's name as an inspector reads it, such as "N. V. A."."""
    return " ".join(f"{word[0].upper()}." for word in name.split() if word)
