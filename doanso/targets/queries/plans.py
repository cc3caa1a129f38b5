"""Programmes and drafts as plans, and the differences between two plans."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from doanso.access.policy import Permission, current_role_assignments
from doanso.accounts.models import User
from doanso.ledger.models import Measure
from doanso.lib import clock
from doanso.targets import policy
from doanso.targets.models import (
    DraftIndicator,
    DraftState,
    Indicator,
    Programme,
    ProgrammeDraft,
    ProgrammeRevision,
    Target,
)
from doanso.targets.plans import (
    KEPT_PROGRAMME_CODES,
    IndicatorPlan,
    ProgrammePlan,
    indicator_of_values,
    indicator_values,
    programme_of_values,
)
from doanso.targets.queries.programmes import all_programmes
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

OPEN_STATES = (DraftState.OPEN, DraftState.PUBLISHING)


def programme_revisions(programme: Programme) -> QuerySet[ProgrammeRevision]:
    """Return a programme's revisions with their authors, the newest first."""
    return programme.revisions.select_related("made_by").order_by("-number")


def plan_of(programme: Programme) -> ProgrammePlan:
    """Return the plan that holds: the newest revision, or for a programme without one what its tables say."""
    newest = programme_revisions(programme).first()
    return programme_of_values(newest.plan) if newest is not None else _plan_of_tables(programme)


def _plan_of_tables(programme: Programme) -> ProgrammePlan:
    owed: dict[UUID, Target] = {}
    targets = Target.objects.filter(indicator__programme=programme, unit_id=programme.root_id)
    for target in targets.order_by("version"):
        owed[target.indicator_id] = target
    least = dict(Measure.objects.filter(book=programme.book_id).values_list("code", "least_grade"))
    return ProgrammePlan(
        code=programme.code,
        title=programme.title,
        root=programme.root.code,
        first_day=programme.first_day,
        last_day=programme.last_day,
        services=None,
        indicators=tuple(
            _indicator_plan(indicator, owed.get(indicator.pk), least) for indicator in programme.indicators.all()
        ),
    )


def _indicator_plan(indicator: Indicator, target: Target | None, least: Mapping[str, int]) -> IndicatorPlan:
    return indicator_of_values(
        {
            **{
                name: getattr(indicator, name)
                for name in ("code", "title", "short_title", "kind", "group", "unit_of_count", "family")
            },
            "target": target.value if target is not None else 1,
            "basis": target.basis if target is not None else "stated",
            "why": target.why if target is not None else "",
            "parameters": indicator.parameters.get("counts", {}),
            "least_grade": least.get(indicator.numerator, 1),
            "required_grade": indicator.required_grade,
            "denominator": indicator.parameters.get("denominator", ""),
            "denominator_text": indicator.denominator_text,
            "due": indicator.parameters.get("due", []),
        }
    )


# --- Drafts -----------------------------------------------------------------------------------------------------------


def visible_drafts(actor: User) -> QuerySet[ProgrammeDraft]:
    """Return the drafts that the actor may see, with root, programme and authors."""
    related = ("root", "programme", "copied_from", "made_by", "changed_by")
    return policy.DRAFT.filter(actor, ProgrammeDraft.objects.select_related(*related))


def open_drafts(actor: User) -> QuerySet[ProgrammeDraft]:
    """Return the drafts that are being written, those saved last first, each with the number of its indicators as `size`."""
    rows = visible_drafts(actor).filter(state__in=OPEN_STATES).order_by("-changed_at")
    return rows.annotate(size=Count("indicators", filter=Q(indicators__removed=False)))


def draft_indicators(draft: ProgrammeDraft) -> list[DraftIndicator]:
    """Return all indicators of a draft in their order, the removed ones too."""
    return list(draft.indicators.select_related("changed_by"))


def indicator_plan_of(row: DraftIndicator) -> IndicatorPlan:
    """Return a draft's indicator as a plan."""
    return indicator_of_values({**row.values, "code": row.code})


def plan_of_draft(draft: ProgrammeDraft, rows: Iterable[DraftIndicator]) -> ProgrammePlan:
    """Return the plan that a draft says, without what was removed."""
    return ProgrammePlan(
        code=draft.code,
        title=draft.title,
        root=draft.root.code,
        first_day=draft.first_day,
        last_day=draft.last_day,
        services=None,
        indicators=tuple(indicator_plan_of(row) for row in rows if not row.removed),
    )


def draft_stamp(draft: ProgrammeDraft, rows: Iterable[DraftIndicator]) -> int:
    """Return a number that rises with every save of a draft, so that publishing names what was read before."""
    return draft.version + sum(row.version for row in rows)


@dataclass(frozen=True, slots=True)
class PlansOfDays:
    """The programmes of a unit that run on some of these days, and the open drafts of new ones."""

    programmes: Sequence[Programme]
    drafts: Sequence[ProgrammeDraft]


def has_programme(root: Unit) -> bool:
    """Return whether the unit ever had a programme."""
    return Programme.objects.filter(root=root).exists()


def plans_of_days(root: Unit, first_day: date, last_day: date) -> PlansOfDays:
    """Return what a unit has for these days already, so that nobody plans a year twice by mistake; two statements."""
    overlapping = {"root": root, "first_day__lte": last_day, "last_day__gte": first_day}
    drafts = ProgrammeDraft.objects.filter(**overlapping, programme=None, state__in=OPEN_STATES)
    return PlansOfDays(
        list(Programme.objects.filter(**overlapping).order_by("first_day", "code")),
        list(drafts.select_related("made_by").order_by("made_at")),
    )


# --- Differences ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IndicatorChange:
    """One indicator in two plans, as the later one has it; without `before` it is new or gone."""

    indicator: IndicatorPlan
    before: IndicatorPlan | None = None
    fields: Sequence[str] = ()

    @property
    def number_changes(self) -> bool:
        """Whether the root's target is another number."""
        return "target" in self.fields

    @property
    def texts(self) -> list[str]:
        """The changed fields other than the number."""
        return [name for name in self.fields if name != "target"]


@dataclass(frozen=True, slots=True)
class PlanChanges:
    """What differs between two plans: the programme's own fields, its indicators, and whether their order changes."""

    fields: Sequence[str]
    added: Sequence[IndicatorChange]
    changed: Sequence[IndicatorChange]
    gone: Sequence[IndicatorChange]
    reordered: bool

    def __bool__(self) -> bool:
        return bool(self.fields or self.added or self.changed or self.gone or self.reordered)


def changes_between(before: ProgrammePlan | None, after: ProgrammePlan) -> PlanChanges:
    """Return what differs from one plan to the next; without one before, everything is added."""
    earlier = {indicator.code: indicator for indicator in before.indicators} if before is not None else {}
    later = {indicator.code: indicator for indicator in after.indicators}
    own_fields = ("title", "first_day", "last_day")
    common = [code for code in later if code in earlier]
    return PlanChanges(
        fields=[name for name in own_fields if before is not None and getattr(before, name) != getattr(after, name)],
        added=[IndicatorChange(indicator) for code, indicator in later.items() if code not in earlier],
        changed=[
            IndicatorChange(later[code], earlier[code], fields)
            for code in common
            if (fields := changed_fields(earlier[code], later[code]))
        ],
        gone=[IndicatorChange(indicator) for code, indicator in earlier.items() if code not in later],
        reordered=common != [code for code in earlier if code in later],
    )


def changed_fields(before: IndicatorPlan, after: IndicatorPlan) -> list[str]:
    """Return the names of the fields in which two versions of an indicator differ."""
    old, new = indicator_values(before), indicator_values(after)
    return [name for name in new if new[name] != old[name]]


def units_with_targets(programme: Programme, codes: Collection[str]) -> dict[str, int]:
    """Return how many units below the root have a target of their own, by code of the indicator; one statement."""
    rows = Target.objects.filter(indicator__programme=programme, indicator__code__in=list(codes), value__gt=0)
    counted = rows.exclude(unit_id=programme.root_id).values("indicator__code").annotate(n=Count("unit", distinct=True))
    return {row["indicator__code"]: row["n"] for row in counted.order_by()}


# --- Lists ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """A programme in the list: the number of its indicators, the unit whose figures the reader opens, and the permissions.

    A programme whose unit has ended is changed no more, and copied for the unit that keeps its records.
    """

    programme: Programme
    size: int
    unit_code: str
    may_write: bool
    may_copy: bool


def _held_units(actor: User, permission: Permission) -> list[Unit]:
    """Return the units at which the actor's roles of today grant the permission; no statement."""
    roots = permission.roots(actor)
    held = {each.unit_id: each.unit for each in current_role_assignments(actor) if each.unit_id in roots}
    return list(held.values())


def writable_roots(actor: User) -> list[Unit]:
    """Return the units for which the actor writes programmes."""
    return _held_units(actor, policy.LOAD)


@dataclass(frozen=True, slots=True)
class NoProgramme:
    """What a page says where there is no programme: whether its reader may write one, and whose it will be."""

    may_write: bool
    root: NamedUnit | None


def no_programme(actor: User) -> NoProgramme:
    """Return whether the actor may write a programme, and else the unit at the top, which publishes one; three statements."""
    if writable_roots(actor):
        return NoProgramme(True, None)
    today = clock.today()
    unit = next(iter(_held_units(actor, policy.VIEW)), None)
    return NoProgramme(False, units.named_unit(units.root_of(unit), today) if unit is not None else None)


def programme_list(actor: User) -> list[ProgrammeRow]:
    """Return the programmes in which the actor's units have figures: the running ones first, then the newest."""
    today = clock.today()
    own = _held_units(actor, policy.VIEW)
    begun = Unit.objects.filter(programmes__isnull=False)
    visible = set(policy.VIEW.filter(actor, begun).values_list("pk", flat=True))
    above = Q(pk__in=[])
    for unit in own:
        above |= Q(root__in=units.units_above(unit, today))
    rows = all_programmes().filter(above | Q(root__in=visible)).annotate(size=Count("indicators"))
    may_write = set(policy.LOAD.filter(actor, begun).values_list("pk", flat=True))
    listed = [
        ProgrammeRow(
            programme=row,
            size=row.size,
            unit_code="" if row.root_id in visible or not own else own[0].code,
            may_write=row.root_id in may_write and row.root.until is None,
            may_copy=row.root_id in may_write,
        )
        for row in rows
    ]
    return sorted(listed, key=lambda row: not row.programme.runs_on(today))


def taken_codes() -> set[str]:
    """Return the codes of programmes and of drafts that are being written, and those that no programme may have."""
    drafted = ProgrammeDraft.objects.filter(state__in=OPEN_STATES).values_list("code", flat=True)
    return {*KEPT_PROGRAMME_CODES, *Programme.objects.values_list("code", flat=True), *drafted}


@dataclass(frozen=True, slots=True)
class RevisionChanges:
    """A revision with what it changed; the first one has no changes but its indicators."""

    revision: ProgrammeRevision
    changes: PlanChanges
    size: int


def revision_changes(programme: Programme) -> list[RevisionChanges]:
    """Return a programme's revisions with their changes, the newest first; one statement. The oldest has none before it."""
    rows = list(programme_revisions(programme))
    all_plans = [programme_of_values(row.plan) for row in rows]
    return [
        RevisionChanges(row, changes_between(before, plan), len(plan.indicators))
        for row, plan, before in zip(rows, all_plans, [*all_plans[1:], None], strict=False)
    ]
