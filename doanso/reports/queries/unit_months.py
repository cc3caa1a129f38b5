"""All that the page of a unit's month shows: its period, figures, questions, and what was written down about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import CharField, IntegerField, Max, Sum, Value

from doanso.ledger import queries as ledger
from doanso.lib import clock
from doanso.reports.models import Estimate, Period, PeriodState, PeriodStep, Reason
from doanso.reports.queries.periods import estimates_below, period_of, state_of
from doanso.reports.queries.questions import GivenReason, Question, children_in, questions_from_figures
from doanso.reports.rules import periods as rules
from doanso.reports.rules.periods import Month
from doanso.targets import queries as targets
from doanso.targets.models import Indicator, Programme
from doanso.targets.queries import IndicatorProgress
from doanso.units.models import Unit

# --- What was written down --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NotedStep:
    """A step of the month: what it led to, the words with it, the name of who took it, and the business day."""

    state: PeriodState
    words: str
    name: str
    on: date


@dataclass(frozen=True, slots=True)
class NotedEstimate:
    """A number that the unit states beyond its records."""

    indicator: Indicator
    value: int
    note: str


@dataclass(frozen=True, slots=True)
class MonthNotes:
    """What units wrote down about a month: the unit's steps, oldest first, its reasons by question, and its estimates.

    `sums` are the estimates of the unit and everything below by indicator code, see `sum_estimates`.
    """

    steps: list[NotedStep] = field(default_factory=list)
    reasons: dict[str, GivenReason] = field(default_factory=dict)
    estimates: list[NotedEstimate] = field(default_factory=list)
    sums: dict[str, int] = field(default_factory=dict)


_STEP, _REASON, _ESTIMATE, _SUM = range(4)
"""The kinds of rows in the order of `_notes`."""


def _notes(programme: Programme, indicators: Sequence[Indicator], month: Month, unit: Unit) -> MonthNotes:
    """Return what was written down about a unit's month; one statement over four tables, whose columns are the same."""
    own = {"period__programme": programme, "period__unit": unit, "period__first_day": month.first_day}
    steps = PeriodStep.objects.filter(**own).order_by()
    reasons = Reason.objects.filter(**own).order_by()
    estimates = Estimate.objects.filter(**own).order_by()
    sums = estimates_below(programme, unit, month.first_day, month.last_day).order_by().values("indicator__code")
    sums = sums.annotate(total=Sum("value"), day=Max("period__last_day"), moment=Max("stated_at"))
    rows = steps.values_list(_kind(_STEP), "state", "words", "by__display_name", _number(0), "on", "at").union(
        reasons.values_list(
            *(_kind(_REASON), "question", "words", "given_by__display_name", _number(0)),
            *("period__last_day", "given_at"),
        ),
        estimates.values_list(
            *(_kind(_ESTIMATE), "indicator__code", "note", "stated_by__display_name", "value"),
            *("period__last_day", "stated_at"),
        ),
        sums.values_list(_kind(_SUM), "indicator__code", _EMPTY, _EMPTY, "total", "day", "moment"),
        all=True,
    )
    notes, places = MonthNotes(), {indicator.code: place for place, indicator in enumerate(indicators)}
    placed: list[tuple[int, NotedEstimate]] = []
    in_order: list[tuple[Any, ...]] = sorted(rows, key=_moment_of)
    for kind, text, words, name, number, on, _at in in_order:
        if kind == _STEP:
            notes.steps.append(NotedStep(PeriodState(text), words, name or "", on))
        elif kind == _REASON:
            notes.reasons[text] = GivenReason(words, name)
        elif kind == _ESTIMATE:
            placed.append((places[text], NotedEstimate(indicators[places[text]], number, words)))
        else:
            notes.sums[text] = number
    notes.estimates.extend(estimate for _place, estimate in sorted(placed, key=lambda pair: pair[0]))
    return notes


_EMPTY = Value("", output_field=CharField())


def _kind(kind: int) -> Value:
    return Value(kind, output_field=IntegerField())


def _number(number: int) -> Value:
    return Value(number, output_field=IntegerField())


def _moment_of(row: tuple[Any, ...]) -> datetime:
    moment: datetime = row[-1]
    return moment


# --- Figures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FigureLine:
    """An indicator of a unit's month.

    `value` is of all days up to the month's last, `in_month` what the month added, `before` the value when the last month before
    was closed; None while no app counts it. `late` is the pair (added, taken away) of its changes that belong to days closed
    before.
    """

    indicator: Indicator
    progress: IndicatorProgress
    value: int | None
    percent: int | None
    in_month: int | None
    before: int | None = None
    late: tuple[int, int] = (0, 0)
    estimate: int = 0
    # Added and taken away after the month was closed, and counted in later months.
    corrected: tuple[int, int] = (0, 0)

    @property
    def late_sum(self) -> int:
        """The sum of late entries; a changed evidence grade is one more and one less."""
        more, less = self.late
        return more - less

    @property
    def change(self) -> int | None:
        """The change since the last closing, with late entries."""
        return self.value - self.before if self.value is not None and self.before is not None else None


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of a unit's month, the day they stand on, and the day up to which the unit had closed before.

    A month that still runs stands on today: judged by the pace of its last day, every unit would look late.
    """

    lines: list[FigureLine]
    until: date
    closed_before: date | None


@dataclass(frozen=True, slots=True)
class UnitMonth:
    """A unit's month: its period, None while nothing was done with it, figures, notes, and the questions that are left.

    Questions are asked only of a month that is over and that the unit may still change.
    """

    period: Period | None
    figures: MonthFigures
    notes: MonthNotes
    questions: list[Question]
    has_units_below: bool

    @property
    def state(self) -> PeriodState:
        """The state of the month."""
        return state_of(self.period)


def unit_month(programme: Programme, indicators: Sequence[Indicator], month: Month, unit: Unit) -> UnitMonth:
    """Return a unit's month with its figures as of `MonthFigures.until`; for a closed month those of its snapshot.

    Nine statements at most if the tree did not change around the unit.
    """
    period = period_of(programme, month, unit)
    snapshot = period.snapshot if period is not None else None
    eve = month.first_day - timedelta(days=1)
    last_closed: date | None = None
    if snapshot is None:
        last_closed = ledger.closed_until(programme.book_id, [unit.pk]).get(unit.pk)
        closed = None if last_closed is None else min(last_closed, eve)
    else:
        closed = snapshot.since - timedelta(days=1)
        closed = closed if closed >= programme.first_day else None
    until = min(month.last_day, max(month.first_day, clock.today()))
    reading = targets.progress_and_totals(
        programme, unit, until, [day for day in (eve, closed) if day is not None], indicators=indicators
    )
    notes = _notes(programme, indicators, month, unit)
    figures = _figures(programme, month, unit, period, indicators, reading, notes, until, closed)
    if state_of(period) in rules.TO_SEND and month.last_day < clock.today():
        asked = questions_from_figures(
            programme,
            month,
            unit,
            indicators=indicators,
            totals=reading.own_totals,
            closed=last_closed,
            reasons=notes.reasons,
        )
        return UnitMonth(period, figures, notes, asked.questions, asked.has_units_below)
    return UnitMonth(period, figures, notes, [], bool(children_in([unit.pk], month)))


def _figures(
    programme: Programme,
    month: Month,
    unit: Unit,
    period: Period | None,
    indicators: Sequence[Indicator],
    reading: targets.ProgressAndTotals,
    notes: MonthNotes,
    until: date,
    closed: date | None,
) -> MonthFigures:
    snapshot = period.snapshot if period is not None else None
    at_eve = reading.totals[month.first_day - timedelta(days=1)]
    at_closed = reading.totals[closed] if closed is not None else {}
    frozen_totals: Mapping[str, int] | None = None
    if snapshot is not None and snapshot.last_day == month.last_day:
        frozen_pairs = ledger.snapshot_figures(snapshot)
        frozen_totals = {code: pair.to_date.total for code, pair in frozen_pairs.items()}
    days = {"first": month.first_day, "last": month.last_day}
    late = ledger.late_entries(book=programme.book, unit_id=unit.pk, **days)
    corrected: Mapping[str, tuple[int, int]] = {}
    if snapshot is not None:
        corrected = ledger.later_corrections(book=programme.book, unit_ids=[unit.pk], **days).get(unit.pk, {})
    lines = []
    for indicator, progress in zip(indicators, reading.indicators, strict=True):
        value, percent = progress.value, progress.percent
        if frozen_totals is not None and value is not None:
            value, percent = _as_frozen(indicator, progress, frozen_totals)
        code = indicator.numerator
        lines.append(
            FigureLine(
                indicator=indicator,
                progress=progress,
                value=value,
                percent=percent,
                in_month=value - at_eve.get(code, 0) if value is not None else None,
                before=at_closed.get(code, 0) if value is not None and closed is not None else None,
                late=late.get(code, (0, 0)),
                estimate=notes.sums.get(indicator.code, 0),
                corrected=corrected.get(code, (0, 0)),
            )
        )
    return MonthFigures(lines, until, closed)


def _as_frozen(
    indicator: Indicator, progress: IndicatorProgress, frozen_totals: Mapping[str, int]
) -> tuple[int, int | None]:
    value = frozen_totals.get(indicator.numerator, 0)
    if not indicator.denominator:
        return value, rules.tenths(value, progress.target) if progress.target else None
    return value, rules.tenths(
        value, frozen_totals.get(indicator.denominator, 0) - frozen_totals.get(indicator.exempt, 0)
    )
