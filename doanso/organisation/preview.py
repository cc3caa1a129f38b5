"""Preview the effects of a plan on all features.

The plan is carried out and rolled back within one transaction, so that the preview hits every refusal and reads the exact
resulting figures; other transactions never see it.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.assignments.models import Assignment
from doanso.imports.models import Import, ImportState
from doanso.ledger.queries import figures
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect, not_over
from doanso.lib.problems import Problem, Refused
from doanso.members.models import Member, MemberState, Post
from doanso.organisation import actions, execution, plans, policy, queries
from doanso.organisation.plans import AnyPlan, MovePlan, SplitPlan
from doanso.people import queries as people
from doanso.people.models import Contact, Request
from doanso.support.models import SupportRecord
from doanso.targets import queries as targets
from doanso.targets.models import Indicator, Programme, Target
from doanso.units import queries as trees
from doanso.units.models import Neighbourhood, Unit, UnitPath
from doanso.units.queries import NamedUnit

_OPEN = (ImportState.READING, ImportState.COMPARING, ImportState.COMPARED, ImportState.APPLYING)


@dataclass(frozen=True, slots=True)
class AffectedUnit:
    """A unit that ends or moves, with its branches and members."""

    unit: NamedUnit
    ends: bool
    branches: int
    members: int


@dataclass(frozen=True, slots=True)
class FigureMove:
    """A figure of a current programme that would differ from that day on."""

    programme: Programme
    title: str
    unit: NamedUnit
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class EndingRole:
    """A role assignment at a unit that ends; it grants nothing any more unless it is assigned again at the successor."""

    role_assignment: RoleAssignment
    unit: NamedUnit

    @property
    def role(self) -> str:
        """Label of the role."""
        return Role(self.role_assignment.role).label


@dataclass(slots=True)
class PlanPreview:
    """Everything that a plan would affect; with a problem it cannot be carried out as it is."""

    plan: AnyPlan
    title: str = ""
    problem: Problem | None = None
    affected: list[AffectedUnit] = field(default_factory=list)
    figures: list[FigureMove] = field(default_factory=list)
    roles: list[EndingRole] = field(default_factory=list)
    offices: int = 0
    targets: list[tuple[Target, NamedUnit]] = field(default_factory=list)
    imports: list[tuple[Import, NamedUnit]] = field(default_factory=list)
    areas: int = 0
    remaining_records: list[tuple[str, int]] = field(default_factory=list)
    kept_back: list[str] = field(default_factory=list)


class _Rollback(Exception):
    """Raised to roll the transaction of a preview back."""


def preview(*, actor: User, plan: AnyPlan) -> PlanPreview:
    """Return what a plan would change; requires only the preview permission."""
    for unit in plans.units_of(plan):
        policy.PREVIEW.require_at(actor, unit)
    result = PlanPreview(plan)
    _add_present_records(result)
    programmes = _in_force(plan)
    try:
        with transaction.atomic():
            before = _figures(programmes, _compared_units(plan, []))
            change = actions.carry_out(actor=actor, plan=plan, is_preview=True)
            watched = _compared_units(plan, list(trees.units_by_code(queries.codes_of(change)).values()))
            after = _figures(programmes, watched)
            called = {unit.id: unit for unit in trees.named_units(Unit.objects.filter(pk__in=watched), plan.on)}
            result.figures = _changed_figures(programmes, called, before, after)
            result.title, result.kept_back = queries.change_title(change), queries.roles_kept_back(change)
            raise _Rollback
    except _Rollback:
        pass
    except Refused as refused:
        result.problem = refused.problem
    return result


def _moved_units(plan: AnyPlan) -> list[Unit]:
    match plan:
        case MovePlan():
            return [plan.unit]
        case SplitPlan():
            return list(plan.children)
        case _:
            return []


def _add_present_records(result: PlanPreview) -> None:
    """Add the current records of the units, feature by feature."""
    ended, on = plans.ended_by(result.plan), result.plan.on
    touched = [*ended, *_moved_units(result.plan)]
    called = trees.named_units_by_id((unit.pk for unit in touched), on)
    for unit in touched:
        branches = [row.id for row in trees.branches(unit, on)]
        stays = Member.objects.filter(branch_id__in={*branches, unit.pk}, state=MemberState.ACTIVE, taken_back_at=None)
        below = sum(pk != unit.pk for pk in branches)
        result.affected.append(
            AffectedUnit(called[unit.pk], unit in ended, below, stays.filter(temporary=False).count())
        )
    result.roles = [EndingRole(row, called[row.unit_id]) for row in execution.role_assignments_at(ended)]
    result.offices = Post.objects.filter(not_over(on), unit__in=ended).count()
    result.areas = Neighbourhood.objects.filter(unit__in=ended, until=None).count()
    result.remaining_records = [(words, number) for words, number in _remaining_records(ended) if number]
    in_force = [row.pk for row in _in_force(result.plan)]
    owed = Target.objects.filter(unit__in=ended, indicator__programme__in=in_force).select_related(
        "indicator__programme"
    )
    result.targets = [
        (row, called[row.unit_id]) for row in owed.order_by("unit__code", "indicator__position", "version")
    ]
    jobs = Import.objects.filter(unit__in=ended, state__in=_OPEN).order_by("-started_at")
    result.imports = [(row, called[row.unit_id]) for row in jobs]


def _remaining_records(ended: Sequence[Unit]) -> list[tuple[str, int]]:
    """Return the numbers of records that remain with an ended unit and pass to its keeper."""
    return [
        (_("People written down"), people.count_persons(Contact.objects.filter(unit__in=ended, erased_at=None))),
        (_("Helps given"), SupportRecord.objects.filter(unit__in=ended, taken_back_at=None).count()),
        (_("Open requests about personal data"), Request.objects.filter(unit__in=ended, resolved_at=None).count()),
        (_("Open tasks"), Assignment.objects.filter(unit__in=ended, completed_at=None).count()),
    ]


def _in_force(plan: AnyPlan) -> list[Programme]:
    """Return the programmes whose figures the change affects: begun, and not ended before its first day."""
    begun = targets.all_programmes().filter(first_day__lte=clock.today(), last_day__gte=plan.on)
    return list(begun)


def _compared_units(plan: AnyPlan, new_units: Sequence[Unit]) -> set[UUID]:
    """Return the units whose figures are compared: those named, and all above them."""
    named = {unit.pk for unit in [*plans.units_of(plan), *new_units]}
    above = UnitPath.objects.filter(in_effect(clock.today()), unit__in=named)
    return named | set(above.values_list("ancestor_id", flat=True))


def _figures(programmes: Sequence[Programme], units: Collection[UUID]) -> dict[tuple[UUID, UUID, str], int]:
    """Return every figure of these units in each programme's book, today or on the book's last day."""
    result: dict[tuple[UUID, UUID, str], int] = {}
    for programme in programmes:
        on = min(clock.today(), programme.last_day)
        for (unit, code), figure in figures(book=programme.book, unit_ids=units, on=on).items():
            result[programme.pk, unit, code] = figure.total
    return result


def _changed_figures(
    programmes: Sequence[Programme],
    called: dict[UUID, NamedUnit],
    before: dict[tuple[UUID, UUID, str], int],
    after: dict[tuple[UUID, UUID, str], int],
) -> list[FigureMove]:
    result = []
    for programme in programmes:
        titles: dict[str, str] = {}
        for indicator in Indicator.objects.filter(programme=programme).order_by("-position"):
            titles[indicator.denominator] = _("Members") if indicator.asks_members else indicator.denominator_text
            titles[indicator.numerator] = indicator.short_title
        for unit_id, unit in sorted(called.items(), key=lambda entry: (entry[1].sort_key, entry[1].code)):
            for code, title in reversed(titles.items()):
                key = (programme.pk, unit_id, code)
                if code and before.get(key, 0) != after.get(key, 0):
                    result.append(FigureMove(programme, title, unit, before.get(key, 0), after.get(key, 0)))
    return result
