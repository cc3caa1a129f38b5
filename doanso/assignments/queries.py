"""Reads of assignments: lists, their rows, and the accounts that may handle them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from doanso.access.models import RoleAssignment
from doanso.access.policy import records_below
from doanso.access.roles import GRANTS, Scope
from doanso.accounts.models import User
from doanso.assignments import policy
from doanso.assignments.models import Assignment
from doanso.assignments.ports import assignment_kind, assignment_kinds
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.units import queries as units
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import NamedUnit

PAGE = 50


@dataclass(frozen=True, slots=True)
class AssignmentFilter:
    """Filters of the list, as in its address."""

    whose: str = ""
    state: str = ""
    kind: str = ""
    unit: NamedUnit | None = None


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One row of a list of assignments."""

    assignment: Assignment
    unit: str
    kind: str
    sentence: str
    days_left: int
    is_own: bool

    @property
    def overdue(self) -> bool:
        """Return whether its due day is past and it is not complete."""
        return self.assignment.completed_at is None and self.days_left < 0

    @property
    def days_late(self) -> int:
        """Return the number of days since the due day."""
        return -self.days_left


def all_assignments() -> QuerySet[Assignment]:
    """Return all assignments with unit and accounts, to be narrowed by a policy."""
    return Assignment.objects.select_related("unit", "owner", "completed_by", "noted_by", "opened_by")


def open_assignments(actor: User) -> QuerySet[Assignment]:
    """Return the open assignments the actor may see, first due first."""
    return policy.VIEW.filter(actor, all_assignments()).filter(completed_at=None).order_by("due_on", "id")


def filtered_assignments(actor: User, filters: AssignmentFilter) -> QuerySet[Assignment]:
    """Return the assignments the actor may see that the filters choose."""
    if filters.state == "settled":
        assignments = (
            policy.VIEW.filter(actor, all_assignments())
            .filter(completed_at__isnull=False)
            .order_by("-completed_at", "-id")
        )
    else:
        assignments = open_assignments(actor)
    if filters.whose == "mine":
        assignments = assignments.filter(owner=actor)
    if filters.kind:
        assignments = assignments.filter(kind=filters.kind)
    if filters.unit is not None:
        assignments = assignments.filter(unit_id__in=records_below([filters.unit.id]))
    return assignments


def assignment_rows(
    actor: User, assignments: Sequence[Assignment], *, known: Mapping[UUID, NamedUnit] | None = None
) -> list[AssignmentRow]:
    """Return rows of these assignments; one statement, for the names of their units that are not known already."""
    today = clock.today()
    named = dict(known or {})
    missing = {assignment.unit for assignment in assignments if assignment.unit_id not in named}
    named |= {unit.id: unit for unit in units.named_units(missing)}
    return [_row(assignment, named, actor, today) for assignment in assignments]


def _row(assignment: Assignment, named: dict[UUID, NamedUnit], actor: User, today: date) -> AssignmentRow:
    kind = assignment_kind(assignment.kind)
    return AssignmentRow(
        assignment=assignment,
        unit=named[assignment.unit_id].short_name if assignment.unit_id in named else "",
        kind=str(kind.name),
        sentence=kind.sentence(assignment),
        days_left=(assignment.due_on - today).days,
        is_own=assignment.owner_id == actor.pk,
    )


def assignment_page(actor: User, filters: AssignmentFilter, number: int) -> tuple[list[AssignmentRow], bool]:
    """Return a page of the list, and whether more follow."""
    assignments, more = page_rows(filtered_assignments(actor, filters), number, PAGE)
    return assignment_rows(actor, assignments), more


def assignment_address(actor: User, assignment: Assignment) -> str:
    """Return the page where the work is done; empty if the actor may not open it."""
    kind = assignment_kind(assignment.kind)
    if not kind.permission.allows_anywhere(actor) or (kind.may_open and not kind.may_open(actor, assignment)):
        return ""
    return kind.url(assignment)


def kind_choices() -> list[tuple[str, str]]:
    """Return codes and names of all kinds."""
    return [(kind.code, str(kind.name)) for kind in assignment_kinds()]


def visible_units(actor: User) -> list[NamedUnit]:
    """Return the units whose assignments the actor may see, in tree order by the roots' codes."""
    trees = [tree for tree in units.subtrees(policy.VIEW.roots(actor)).values() if tree]
    units_by_id: dict[UUID, NamedUnit] = {}
    for tree in sorted(trees, key=lambda tree: tree[0].code):
        for unit in tree:
            units_by_id.setdefault(unit.id, unit)
    return list(units_by_id.values())


def next_step(actor: User, assignment: Assignment) -> str:
    """Return what the actor's page of the assignment offers: `complete`, `report` to a unit above, or "" for neither."""
    if assignment.completed_at is not None or not policy.HANDLE.allows(actor, assignment):
        return ""
    if may_complete(actor, assignment):
        return "complete"
    return "report" if assignment_kind(assignment.kind).from_above else ""


def may_complete(actor: User, assignment: Assignment) -> bool:
    """Return whether the actor may complete it: as a handler, or for some kinds with a role at a unit above."""
    if not policy.HANDLE.allows(actor, assignment):
        return False
    if not assignment_kind(assignment.kind).from_above:
        return True
    paths = UnitPath.objects.filter(in_effect(clock.today()), unit=units.keeping_unit(assignment.unit), depth__gt=0)
    above = set(paths.values_list("ancestor_id", flat=True))
    return not above or bool(above & policy.HANDLE.roots(actor))


def _handling_roles_at(unit_ids: Iterable[UUID]) -> QuerySet[RoleAssignment]:
    """Return today's role assignments at these units that may handle assignments, of active accounts."""
    roles = [role for role, permissions in GRANTS.items() if permissions.get(policy.HANDLE.name) is Scope.SUBTREE]
    today = clock.today()
    return RoleAssignment.objects.filter(
        in_effect(today), unit_id__in=list(unit_ids), role__in=roles, user__is_active=True
    )


def handlers_of_unit(unit: Unit) -> list[tuple[RoleAssignment, NamedUnit]]:
    """Return the role assignments that may handle a unit's assignments, nearest unit first; three statements."""
    above = dict(
        UnitPath.objects.filter(in_effect(clock.today()), unit=units.keeping_unit(unit))
        .values_list("ancestor_id", "depth")
        .order_by("depth")
    )
    held = _handling_roles_at(above)
    named = units.named_units_by_id(above)
    ordered = sorted(
        held.select_related("user"),
        key=lambda role_assignment: (above[role_assignment.unit_id], role_assignment.since, role_assignment.pk),
    )
    return [
        (role_assignment, named[role_assignment.unit_id])
        for role_assignment in ordered
        if role_assignment.unit_id in named
    ]


def sole_handlers(unit_ids: Iterable[UUID]) -> dict[UUID, User]:
    """Return by unit the only account that handles the assignments at the unit itself; units with several or none are
    left out.
    """
    held = _handling_roles_at(unit_ids)
    users_by_unit: dict[UUID, list[User]] = {}
    for role_assignment in held.select_related("user").order_by("since", "pk"):
        users_by_unit.setdefault(role_assignment.unit_id, []).append(role_assignment.user)
    return {unit_id: users[0] for unit_id, users in users_by_unit.items() if len({user.pk for user in users}) == 1}


def latest_reports(unit_ids: Iterable[UUID], first: date, last: date) -> dict[UUID, str]:
    """Return, by unit, the last reports about assignments due between two days (both inclusive)."""
    assignments = Assignment.objects.filter(unit_id__in=list(unit_ids), due_on__range=(first, last)).exclude(
        progress_note=""
    )
    return dict(assignments.order_by("noted_at").values_list("unit_id", "progress_note"))
