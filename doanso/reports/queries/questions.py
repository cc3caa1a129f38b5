"""Questions that prevent a month from being sent: units below are missing, figures fell, targets are unanswered, sums differ.

They are read for many units at once, so that a board takes as many statements as a page.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, Value, When

from doanso.ledger import queries as ledger
from doanso.ledger.queries import Figures
from doanso.lib.dated_rows import in_effect
from doanso.reports.models import Period, Reason
from doanso.reports.rules import periods as rules
from doanso.reports.rules.periods import FigureOnDay, Month
from doanso.targets import queries as targets
from doanso.targets.models import Indicator, Programme
from doanso.units import queries as units
from doanso.units.models import Unit, UnitLink
from doanso.units.queries import NamedUnit


class MonthQuestionKind(StrEnum):
    """The subject of a question. A sum that differs is a fault of the product, which no answer resolves."""

    SUM = "sum"
    MISSING = "missing"
    FELL = "fell"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class GivenReason:
    """A unit's answer in words to a question, and the name of who wrote it."""

    words: str
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question that prevents a unit's month from being sent until it is resolved, or answered in words where that suffices."""

    kind: MonthQuestionKind
    indicator: Indicator | None = None
    before: FigureOnDay | None = None
    now: FigureOnDay | None = None
    closed: date | None = None
    """The day as of which the figure was `before`."""
    units: list[NamedUnit] = field(default_factory=list)
    count: int = 0
    reason: GivenReason | None = None

    @property
    def code(self) -> str:
        """The code under which the unit's answer is stored."""
        return f"{self.kind}:{self.indicator.code}" if self.indicator is not None else str(self.kind)

    @property
    def takes_words(self) -> bool:
        """Whether a written reason answers it."""
        return self.kind != MonthQuestionKind.SUM

    @property
    def is_open(self) -> bool:
        """Whether it still prevents the month from being sent."""
        return self.reason is None


def codes_with_words(programme: Programme) -> set[str]:
    """Return the codes of all questions that can be answered in words."""
    fell = {f"{MonthQuestionKind.FELL}:{code}" for code in programme.indicators.values_list("code", flat=True)}
    return {MonthQuestionKind.MISSING.value, MonthQuestionKind.UNANSWERED.value} | fell


def children_in(unit_ids: Collection[UUID], month: Month) -> dict[UUID, list[UUID]]:
    """Return by unit the units directly below it on the month's last day."""
    children: dict[UUID, list[UUID]] = defaultdict(list)
    for parent, child in _links_in(unit_ids, month).values_list("parent", "unit"):
        children[parent].append(child)
    return dict(children)


def _links_in(parents: Collection[UUID], month: Month) -> QuerySet[UnitLink]:
    return UnitLink.objects.filter(in_effect(month.last_day), parent__in=list(parents))


def month_questions(
    programme: Programme, month: Month, unit_ids: Collection[UUID], *, named: bool = True
) -> dict[UUID, list[Question]]:
    """Return the questions to each of these units about a month that is not closed; as many statements for one as for all.

    Sums are not included: `sum_questions` checks one unit. Without `named` the units that are missing are only counted.
    """
    if not unit_ids:
        return {}
    by_unit: dict[UUID, list[Question]] = defaultdict(list)
    below = _questions_below(programme, month, unit_ids, named=named)
    for unit_id, question in below.missing.items():
        by_unit[unit_id].append(question)
    for unit_id, fallen in _falls_by_unit(programme, month, unit_ids).items():
        by_unit[unit_id] += fallen
    for unit_id, question in below.unanswered.items():
        by_unit[unit_id].append(question)
    return _with_reasons(programme, month, by_unit)


def _with_reasons(
    programme: Programme, month: Month, by_unit: Mapping[UUID, list[Question]]
) -> dict[UUID, list[Question]]:
    if not by_unit:
        return {}
    given_reasons = Reason.objects.filter(period__programme=programme, period__first_day=month.first_day)
    rows = given_reasons.filter(period__unit__in=list(by_unit)).values_list(
        "period__unit_id", "question", "words", "given_by__display_name"
    )
    reasons: dict[UUID, dict[str, GivenReason]] = defaultdict(dict)
    for unit_id, code, words, name in rows:
        reasons[unit_id][code] = GivenReason(words, name)
    return {unit_id: _add_reasons(of_unit, reasons[unit_id]) for unit_id, of_unit in by_unit.items()}


def _add_reasons(asked: Iterable[Question], reasons: Mapping[str, GivenReason]) -> list[Question]:
    """Return the questions with the reasons given for them, by code."""
    return [
        replace(question, reason=reasons.get(question.code)) if question.takes_words else question for question in asked
    ]


@dataclass(frozen=True, slots=True)
class _QuestionsBelow:
    """By unit: the question about units below that are missing, the one about unanswered targets; and who has units below."""

    missing: Mapping[UUID, Question]
    unanswered: Mapping[UUID, Question]
    parents: Collection[UUID]


def _questions_below(programme: Programme, month: Month, unit_ids: Collection[UUID], *, named: bool) -> _QuestionsBelow:
    """Return the questions about units below whose month has neither been sent nor explained, and about targets that hold in the
    month and that the unit has not answered; one statement, and one for the names.
    """
    answered_for = Period.objects.filter(
        programme=programme, first_day=month.first_day, unit=OuterRef("unit"), state__in=rules.ANSWERED_FOR
    )
    kind = Case(When(Exists(answered_for), then=Value(_ANSWERED)), default=Value(_MISSING), output_field=IntegerField())
    links = _links_in(unit_ids, month).order_by().values_list("parent_id", "unit_id", kind)
    targets_left = targets.unanswered_targets(programme, unit_ids, month.last_day)
    waiting, open_targets = defaultdict[UUID, list[UUID]](list), defaultdict[UUID, int](int)
    parents: set[UUID] = set()
    for unit_id, key, row_kind in links.union(
        targets_left.values_list("unit_id", "pk", Value(_UNANSWERED, output_field=IntegerField())), all=True
    ):
        if row_kind == _UNANSWERED:
            open_targets[unit_id] += 1
            continue
        parents.add(unit_id)
        if row_kind == _MISSING:
            waiting[unit_id].append(key)
    names = (
        units.named_units_by_id((child for children in waiting.values() for child in children), month.last_day)
        if named
        else {}
    )
    missing = {}
    for parent, children in waiting.items():
        called = sorted(
            (names[child] for child in children if child in names), key=lambda child: (child.sort_key, child.code)
        )
        missing[parent] = Question(MonthQuestionKind.MISSING, units=called, count=len(children))
    unanswered = {
        unit_id: Question(MonthQuestionKind.UNANSWERED, count=count) for unit_id, count in open_targets.items()
    }
    return _QuestionsBelow(missing, unanswered, parents)


_UNANSWERED, _MISSING, _ANSWERED = range(3)
"""Rows of a target without an answer, and of a unit below whose month is missing or answered for."""


def _falls_by_unit(programme: Programme, month: Month, unit_ids: Collection[UUID]) -> dict[UUID, list[Question]]:
    """Return by unit the questions about cumulative figures below those of the unit's last closed month."""
    closed = {
        unit_id: day
        for unit_id, day in ledger.closed_until(programme.book_id, unit_ids).items()
        if day < month.first_day
    }
    if not closed:
        return {}
    indicators = [indicator for indicator in programme.indicators.all() if indicator.numerator]
    book, days = programme.book, sorted(set(closed.values()))
    # Nearly always all units closed up to the same day.
    now, before = ledger.figures_and_before(book=book, unit_ids=list(closed), on=month.last_day, before=days[-1])
    for day in days[:-1]:
        ids = [unit_id for unit_id, until in closed.items() if until == day]
        before |= _totals(ledger.figures(book=book, unit_ids=ids, on=day), ids)
    now_totals = _totals(now, closed)
    return {
        unit_id: fallen
        for unit_id, day in closed.items()
        if (fallen := _fall_questions(indicators, before.get(unit_id, {}), now_totals[unit_id], day))
    }


def _fall_questions(
    indicators: Iterable[Indicator], before: Mapping[str, int], now: Mapping[str, int], day: date
) -> list[Question]:
    """Return a question about each figure that is below that of the unit's last closed day."""
    asked = []
    for indicator in indicators:
        previous, stands = _stood(before, indicator), _stood(now, indicator)
        if indicator.numerator and rules.has_fallen(indicator.kind, previous, stands):
            asked.append(Question(MonthQuestionKind.FELL, indicator=indicator, before=previous, now=stands, closed=day))
    return asked


def _totals(figures: Figures, unit_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    totals: dict[UUID, dict[str, int]] = {unit_id: {} for unit_id in unit_ids}
    for (unit_id, code), figure in figures.items():
        totals[unit_id][code] = figure.total
    return totals


def _stood(totals: Mapping[str, int], indicator: Indicator) -> FigureOnDay:
    denominator = None
    if indicator.denominator:
        denominator = totals.get(indicator.denominator, 0)
        if indicator.exempt:
            denominator -= totals.get(indicator.exempt, 0)
    return FigureOnDay(totals.get(indicator.numerator, 0), denominator)


def sum_questions(programme: Programme, month: Month, unit: Unit) -> list[Question]:
    """Return the figures of a unit that differ from the sum of its own work and that of the units below.

    Only faulty totals cause one, which `doanso recount` detects; a difference is read twice, since counting may go on
    meanwhile.
    """
    if not children_in([unit.pk], month):
        return []
    return _differences(programme, month, unit) and _differences(programme, month, unit)


def _differences(programme: Programme, month: Month, unit: Unit) -> list[Question]:
    figures = ledger.figures(book=programme.book, unit_ids=[unit.pk], on=month.last_day)
    totals = {code: figure.total for (_unit_id, code), figure in figures.items()}
    return _sum_differences(programme, month, unit, programme.indicators.all(), totals)


def _sum_differences(
    programme: Programme, month: Month, unit: Unit, indicators: Iterable[Indicator], totals: Mapping[str, int]
) -> list[Question]:
    """Return a question about each figure that differs from the sum of its parts; one statement."""
    parts = ledger.sums_of_parts(book=programme.book, unit_id=unit.pk, on=month.last_day)
    return [
        Question(
            MonthQuestionKind.SUM, indicator=indicator, before=FigureOnDay(parts.get(code, 0)),
            now=FigureOnDay(totals.get(code, 0)),
        )
        for indicator in indicators
        if (code := indicator.numerator) and totals.get(code, 0) != parts.get(code, 0)
    ]  # fmt: skip


def all_questions(programme: Programme, month: Month, unit: Unit) -> list[Question]:
    """Return all questions to one unit about a month that it may still change."""
    return [*sum_questions(programme, month, unit), *month_questions(programme, month, [unit.pk]).get(unit.pk, [])]


@dataclass(frozen=True, slots=True)
class UnitQuestions:
    """The questions to one unit about its month, and whether any unit was below it on the month's last day."""

    questions: list[Question]
    has_units_below: bool


def questions_from_figures(
    programme: Programme,
    month: Month,
    unit: Unit,
    *,
    indicators: Collection[Indicator],
    totals: Mapping[date, Mapping[str, int]],
    closed: date | None,
    reasons: Mapping[str, GivenReason],
) -> UnitQuestions:
    """Return what `all_questions` returns, from the unit's totals of the month's last day and of its last closed one; three
    statements at most, unless a sum differs.
    """
    below = _questions_below(programme, month, [unit.pk], named=True)
    now = totals[month.last_day]
    asked: list[Question] = []
    if below.parents and _sum_differences(programme, month, unit, indicators, now):
        # Both sides are read anew: counting may have gone on between the two statements.
        asked += _differences(programme, month, unit)
    if unit.pk in below.missing:
        asked.append(below.missing[unit.pk])
    if closed is not None and closed < month.first_day:
        asked += _fall_questions(indicators, totals[closed], now, closed)
    if unit.pk in below.unanswered:
        asked.append(below.unanswered[unit.pk])
    return UnitQuestions(_add_reasons(asked, reasons), bool(below.parents))
