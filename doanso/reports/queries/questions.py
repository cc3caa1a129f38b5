"""Questions that prevent a month from being sent: units below are missing, figures fell, targets are unanswered, sums differ.

They are read for many units at once, so that a board takes as many statements as a page.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum, Value

from doanso.ledger import queries as ledger
from doanso.ledger.models import Entry
from doanso.ledger.queries import Figures
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
    reason: Reason | None = None

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
    in_effect = Q(since__lte=month.last_day) & (Q(until=None) | Q(until__gt=month.last_day))
    return UnitLink.objects.filter(in_effect, parent__in=list(parents))


def questions(
    programme: Programme, month: Month, unit_ids: Collection[UUID], *, named: bool = True
) -> dict[UUID, list[Question]]:
    """Return the questions to each of these units about a month that is not closed; as many statements for one as for all.

    Sums are not included: `sum_questions` checks one unit. Without `named` the units that are missing are only counted.
    """
    if not unit_ids:
        return {}
    by_unit: dict[UUID, list[Question]] = defaultdict(list)
    missing, unanswered = _missing_and_unanswered(programme, month, unit_ids, named=named)
    for unit_id, question in missing.items():
        by_unit[unit_id].append(question)
    for unit_id, fallen in _fell(programme, month, unit_ids).items():
        by_unit[unit_id] += fallen
    for unit_id, question in unanswered.items():
        by_unit[unit_id].append(question)
    return _with_reasons(programme, month, by_unit)


def _with_reasons(
    programme: Programme, month: Month, by_unit: Mapping[UUID, list[Question]]
) -> dict[UUID, list[Question]]:
    if not by_unit:
        return {}
    given_reasons = Reason.objects.filter(period__programme=programme, period__first_day=month.first_day)
    given_reasons = given_reasons.filter(period__unit__in=list(by_unit)).select_related("given_by", "period")
    reasons = {(reason.period.unit_id, reason.question): reason for reason in given_reasons}
    return {
        unit_id: [
            replace(question, reason=reasons.get((unit_id, question.code))) if question.takes_words else question
            for question in of_unit
        ]
        for unit_id, of_unit in by_unit.items()
    }


def _missing_and_unanswered(
    programme: Programme, month: Month, unit_ids: Collection[UUID], *, named: bool
) -> tuple[dict[UUID, Question], dict[UUID, Question]]:
    """Return by unit two questions, in one statement and one for the names: about units below whose month has neither been sent
    nor explained, and about targets that hold in the month and that the unit has not answered.
    """
    answered_for = Period.objects.filter(
        programme=programme, first_day=month.first_day, unit=OuterRef("unit"), state__in=rules.ANSWERED_FOR
    )
    links = _links_in(unit_ids, month).filter(~Exists(answered_for)).order_by()
    targets_left = targets.unanswered_targets(programme, unit_ids, month.last_day)
    waiting, open_targets = defaultdict[UUID, list[UUID]](list), defaultdict[UUID, int](int)
    rows = links.values_list("parent_id", "unit_id", Value(1)).union(
        targets_left.values_list("unit_id", "pk", Value(0)), all=True
    )
    for unit_id, key, is_link in rows:
        if is_link:
            waiting[unit_id].append(key)
        else:
            open_targets[unit_id] += 1
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
    return missing, {
        unit_id: Question(MonthQuestionKind.UNANSWERED, count=count) for unit_id, count in open_targets.items()
    }


def _fell(programme: Programme, month: Month, unit_ids: Collection[UUID]) -> dict[UUID, list[Question]]:
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
    by_unit: dict[UUID, list[Question]] = defaultdict(list)
    for unit_id, day in closed.items():
        for indicator in indicators:
            previous, stands = _stood(before.get(unit_id, {}), indicator), _stood(now_totals[unit_id], indicator)
            if rules.has_fallen(indicator.kind, previous, stands):
                question = Question(
                    MonthQuestionKind.FELL, indicator=indicator, before=previous, now=stands, closed=day
                )
                by_unit[unit_id].append(question)
    return by_unit


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
    unit_figures = ledger.figures(book=programme.book, unit_ids=[unit.pk], on=month.last_day)
    parts: dict[str, int] = defaultdict(int)
    for (_child, code), figure in ledger.children_figures(
        book=programme.book, unit_id=unit.pk, on=month.last_day
    ).items():
        parts[code] += figure.total
    own = Entry.objects.filter(measure__book=programme.book_id, unit=unit, day__lte=month.last_day)
    for code, count in own.values_list("measure__code").annotate(sum=Sum("amount")).order_by():
        parts[code] += count
    return [
        Question(
            MonthQuestionKind.SUM, indicator=indicator, before=FigureOnDay(parts[indicator.numerator]),
            now=FigureOnDay(unit_figures[unit.pk, indicator.numerator].total),
        )
        for indicator in programme.indicators.exclude(numerator="")
        if unit_figures[unit.pk, indicator.numerator].total != parts[indicator.numerator]
    ]  # fmt: skip


def all_questions(programme: Programme, month: Month, unit: Unit) -> list[Question]:
    """Return all questions to one unit about a month that it may still change."""
    return [*sum_questions(programme, month, unit), *questions(programme, month, [unit.pk]).get(unit.pk, [])]
