"""The state of units' months: their periods and estimates, and the board of the units below."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum

from doanso.accounts.models import User
from doanso.ledger import queries as ledger
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect
from doanso.reports import policy
from doanso.reports.deadlines import deadlines
from doanso.reports.models import Estimate, Period, PeriodState, PeriodStep
from doanso.reports.queries.questions import Question, month_questions
from doanso.reports.rules import periods as rules
from doanso.reports.rules.periods import Month
from doanso.targets.models import Programme
from doanso.units import queries as units
from doanso.units.models import Unit, UnitLink
from doanso.units.queries import NamedUnit

_SAID = (PeriodState.SENT, PeriodState.ACCEPTED, PeriodState.CLOSED)


def month_of(programme: Programme, code: str) -> Month | None:
    """Return the month named by an address."""
    return rules.month_of(programme, code)


def month_to_close(programme: Programme) -> Month:
    """Return the month that is to be closed now."""
    return rules.month_to_close(programme, clock.today())


def first_month_to_close(programme: Programme, unit: Unit) -> Month:
    """Return the month that a unit is to close now; of a unit that was founded after it, the month of its first day."""
    month = month_to_close(programme)
    if unit.since <= month.last_day:
        return month
    return next((later for later in rules.months(programme) if unit.since <= later.last_day), month)


def months_begun(programme: Programme) -> list[Month]:
    """Return the months that have begun, newest first; at least one."""
    every = rules.months(programme)
    return [month for month in reversed(every) if month.first_day <= clock.today()] or every[:1]


def months_over(programme: Programme, on: date) -> list[Month]:
    """Return the months whose last day is past, oldest first."""
    return [month for month in rules.months(programme) if month.last_day < on]


def last_closed(programme: Programme, unit: Unit) -> date | None:
    """Return the last day that a unit has closed, by itself or under a unit above it."""
    return ledger.closed_until(programme.book_id, [unit.pk]).get(unit.pk)


def months_to_report(programme: Programme, closed: date | None) -> list[Month]:
    """Return the months of which a report can be begun: the last closed one, then the others from the newest back.

    Without a closed month the last complete one comes first.
    """
    begun = months_begun(programme)
    likely = next((month for month in begun if closed is not None and month.last_day <= closed), None)
    likely = likely or next((month for month in begun if month.last_day < clock.today()), begun[0])
    return [likely, *(month for month in begun if month != likely)]


def ids_to_see(actor: User, programme: Programme, month: Month, codes: Collection[str]) -> list[UUID]:
    """Return those of the units whose months the actor may see and that were in the programme when the month ended."""
    visible_units = policy.VIEW_AT.filter(actor, Unit.objects.all()).filter(
        code__in=[code for code in codes if "\0" not in code]
    )
    return list(
        visible_units.filter(pk__in=units.subtree_ids(programme.root, month.last_day)).values_list("pk", flat=True)
    )


def periods_of(programme: Programme, month: Month, unit_ids: Collection[UUID]) -> dict[UUID, Period]:
    """Return the periods of these units that have a row."""
    periods = Period.objects.filter(programme=programme, first_day=month.first_day, unit_id__in=list(unit_ids))
    return {period.unit_id: period for period in periods.select_related("snapshot")}


def period_of(programme: Programme, month: Month, unit: Unit) -> Period | None:
    """Return a unit's period; None reads as a draft."""
    return periods_of(programme, month, [unit.pk]).get(unit.pk)


def state_of(period: Period | None) -> PeriodState:
    """Return the state of a period."""
    return PeriodState(period.state) if period is not None else PeriodState.DRAFT


def awaiting_decision(actor: User, programme: Programme, unit: Unit) -> QuerySet[Period]:
    """Return the months of units directly below a unit that wait for the actor's decision."""
    if not policy.DECIDE.allows_anywhere(actor):
        return Period.objects.none()
    # Also those of units that ended or left since.
    below = UnitLink.objects.filter(in_effect(OuterRef("last_day")), parent=unit, unit=OuterRef("unit"))
    return policy.DECIDE.filter(
        actor, Period.objects.filter(Exists(below), programme=programme, state=PeriodState.SENT)
    )


def month_beginning(programme: Programme, first_day: date | None) -> Month:
    """Return the programme's month that begins on this day; if none does, the month to be closed now."""
    months = (month for month in rules.months(programme) if month.first_day == first_day)
    return next(months, month_to_close(programme))


# --- Estimates --------------------------------------------------------------------------------------------------------


def estimates_of(period: Period | None) -> list[Estimate]:
    """Return the estimates of a unit itself, in the programme's order."""
    if period is None:
        return []
    return list(period.estimates.select_related("indicator", "stated_by").order_by("indicator__position"))


def sum_estimates(programme: Programme, unit: Unit, first_day: date, last_day: date) -> dict[UUID, int]:
    """Return by indicator the estimates of a unit and everything below it in the months that begin in these days.

    They are included in no figure. Estimates of a month that a unit below has not sent, or that was returned, are left out.
    """
    stated = estimates_below(programme, unit, first_day, last_day)
    return dict(stated.values_list("indicator").annotate(sum=Sum("value")).order_by())


def estimates_below(programme: Programme, unit: Unit, first_day: date, last_day: date) -> QuerySet[Estimate]:
    """Return the estimates that `sum_estimates` adds up."""
    below = units.units_below_on(unit, last_day)
    estimates = Estimate.objects.filter(period__programme=programme, period__unit__in=below)
    estimates = estimates.filter(period__first_day__range=(first_day, last_day))
    return estimates.filter(Q(period__state__in=_SAID) | Q(period__unit=unit))


# --- The board --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One unit's month on the board of the unit above."""

    unit: NamedUnit
    period: Period | None
    due_on: date
    overdue: bool
    estimates: int = 0
    questions: list[Question] = field(default_factory=list)

    @property
    def state(self) -> PeriodState:
        """The state of the month."""
        return state_of(self.period)

    @property
    def late(self) -> bool:
        """Whether it was sent after it was due, closed without having been accepted, or is still not sent."""
        return self.overdue or (self.period is not None and self.period.late)

    @property
    def open_questions(self) -> int:
        """The number of questions that prevent it from being sent."""
        return sum(question.is_open for question in self.questions)


@dataclass(frozen=True, slots=True)
class MonthBoard:
    """The units directly below a unit in a month, with the unit's own periods of all months by their first day.

    `own_questions` are those about the unit's own month, `closed_on` the business days on which the periods were closed, by id.
    """

    rows: list[BoardRow]
    own_periods: Mapping[date, Period]
    own_questions: list[Question]
    closed_on: Mapping[UUID, date]


def month_board(programme: Programme, month: Month, unit: Unit) -> MonthBoard:
    """Return every unit that was directly below on the month's last day, in reading order; a constant number of statements.

    Questions count the units that are missing, without their names; there are none to a closed month.
    """
    named = units.children(unit, month.last_day)
    periods = _periods_around(programme, month, unit, [child.id for child in named])
    own = {period.first_day: period for period in periods if period.unit_id == unit.pk}
    below = {period.unit_id: period for period in periods if period.unit_id != unit.pk}
    asked = [child.id for child in named if state_of(below.get(child.id)) in rules.TO_SEND]
    if state_of(own.get(month.first_day)) != PeriodState.CLOSED:
        asked.append(unit.pk)
    open_questions = month_questions(programme, month, asked, named=False)
    today, than = clock.today(), deadlines()
    rows = []
    for child in named:
        due_on = than.due_on(month, child.unit, is_root=child.id == programme.root_id)
        period = below.get(child.id)
        overdue = state_of(period) in rules.TO_SEND and today > due_on
        estimates: int = getattr(period, "estimate_count", None) or 0
        rows.append(BoardRow(child, period, due_on, overdue, estimates, open_questions.get(child.id, [])))
    return MonthBoard(
        rows=rows,
        own_periods=own,
        own_questions=open_questions.get(unit.pk, []),
        closed_on={period.pk: day for period in periods if (day := getattr(period, "closed_on", None)) is not None},
    )


def _periods_around(programme: Programme, month: Month, unit: Unit, below: Collection[UUID]) -> list[Period]:
    """Return a unit's periods of all months and those of this month of the units below, in one statement.

    Each has the number of its estimates, `estimate_count`, and the day on which it was closed, `closed_on`.
    """
    counted = Estimate.objects.filter(period=OuterRef("pk")).order_by().values("period").annotate(n=Count("pk"))
    closed = PeriodStep.objects.filter(period=OuterRef("pk"), state=PeriodState.CLOSED)
    return list(
        Period.objects.filter(Q(unit=unit) | Q(unit_id__in=list(below), first_day=month.first_day), programme=programme)
        .select_related("snapshot")
        .defer("snapshot__tree")
        .annotate(estimate_count=Subquery(counted.values("n")), closed_on=Subquery(closed.values("on")[:1]))
    )


@dataclass(frozen=True, slots=True)
class UnacceptedUnit:
    """A unit that would be closed as late, with the unit directly above it, which is None right below the closing one."""

    unit: NamedUnit
    parent: NamedUnit | None


def unaccepted_below(programme: Programme, month: Month, unit: Unit) -> list[UnacceptedUnit]:
    """Return the units anywhere below that would be closed as late with the unit."""
    below = [child for child in units.subtree(unit, month.last_day) if child.id != unit.pk]
    periods = periods_of(programme, month, [child.id for child in below])
    # The subtree comes in tree order: the last unit seen one level higher is the parent.
    last_at_depth: dict[int, NamedUnit] = {}
    unaccepted = []
    for child in below:
        last_at_depth[child.depth] = child
        if state_of(periods.get(child.id)) not in rules.ANSWERED_FOR:
            unaccepted.append(UnacceptedUnit(child, last_at_depth.get(child.depth - 1)))
    return unaccepted
