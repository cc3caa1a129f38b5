"""How far units are: one reading gives a unit, its children and its weeks in a handful of statements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.ledger.queries import Figure, by_week, figures, weeks_and_days
from doanso.targets import rules
from doanso.targets.models import Indicator, IndicatorKind, Programme
from doanso.targets.queries.figures import SHARES, IndicatorProgress, Overview, UnitProgress
from doanso.targets.queries.targets_in_force import TargetInForce, owed
from doanso.targets.queries.unit_context import around
from doanso.targets.rules import State, SumCheck
from doanso.units.models import Unit


def overview(
    programme: Programme,
    unit: Unit,
    on: date,
    *,
    children: bool = True,
    weeks: bool = True,
    own: Mapping[str, Figure] | None = None,
    known_by: datetime | None = None,
) -> Overview:
    """The unit's indicators on a day with weeks and forecast, and those of the units directly below without them.

    `own` are the unit's figures where they are frozen, by measure code; `known_by` leaves out targets given later.

    Six statements while the tree stays as it is: children with their names, whether anything changed around them, what
    is owed, the queue's length, figures, and weeks with the days of targets that are met.
    """
    near = around(programme, unit, on, children=children)
    below = near.below
    in_force = owed(programme, unit, on, known_by)
    unit_ids = [unit.pk, *near.also, *(child.id for child in below)]
    counts = near.joined(unit, figures(book=programme.book, unit_ids=unit_ids, on=on))
    if own is not None:
        counts.update({(unit.pk, code): figure for code, figure in own.items()})
    reader = _Reader(programme, unit.pk, on, in_force, counts)
    series: Mapping[date, Mapping[str, Figure]] = {}
    met_on: Mapping[str, date | None] = {}
    if weeks:
        met = reader.met(unit.pk)
        series, days = weeks_and_days(
            book=programme.book,
            unit_id=unit.pk,
            weeks=rules.full_week_ends(programme.first_day, programme.last_day, on),
            daily={code for item in met for code in (item.numerator, item.denominator, item.exempt) if code},
            days={programme.first_day, on, *in_force.begins()},
            also=near.also,
        )
        met_on = {item.code: reader.met_since(item, days) for item in met}
    indicators = [reader.progress(item, unit.pk, series) for item in in_force.indicators]
    lower = [
        UnitProgress(unit=child, indicators=[reader.progress(item, child.id, {}) for item in in_force.indicators])
        for child in below
    ]
    return Overview(
        programme=programme,
        unit=unit,
        on=on,
        indicators=[
            replace(
                item,
                met_on=met_on.get(item.code),
                sum_check=_sum_check(item, in_force.given(indicator, on), [child.indicators[place] for child in lower]),
            )
            for place, (indicator, item) in enumerate(zip(in_force.indicators, indicators, strict=True))
        ],
        children=lower,
        predecessors=near.predecessors,
    )


def _sum_check(
    progress: IndicatorProgress, child_values: Sequence[int | None], below: Sequence[IndicatorProgress]
) -> SumCheck | None:
    """What was given to the units below against what the unit owes; None as long as nothing was given."""
    if progress.target is None or not any(value is not None for value in child_values):
        return None
    if not progress.is_share:
        return rules.sum_check(progress.target, child_values)
    return rules.share_check(progress.target, [(unit.target or 0, unit.denominator or 0) for unit in below])


def sum_check_of(programme: Programme, indicator: Indicator, unit: Unit, on: date) -> SumCheck | None:
    """What a unit gave below against what it owes, for counts; a share's sum needs the figures, so `overview` has it."""
    if indicator.kind in SHARES:
        return None
    in_force = owed(programme, unit, on)
    own_target, child_values = in_force.of(indicator, unit.pk, on), in_force.given(indicator, on)
    return rules.sum_check(own_target.value, child_values) if own_target is not None and any(child_values) else None


def trend(programme: Programme, unit: Unit, on: date, code: str) -> list[tuple[date, int]]:
    """One indicator of a unit at the end of each week since the programme began, and on the day itself."""
    days = rules.week_ends(programme.first_day, on)
    in_force = owed(programme, unit, on)
    indicator = next(candidate for candidate in in_force.indicators if candidate.code == code)
    also = around(programme, unit, on, children=False).also
    series = by_week(book=programme.book, unit_id=unit.pk, days=days, also=also)
    points = _Reader(programme, unit.pk, on, in_force, {}).weeks(indicator, series)
    return [(day, _shown(value, indicator.kind in SHARES)) for day, value in points]


def progress(programme: Programme, unit: Unit, on: date) -> list[IndicatorProgress]:
    """The unit's indicators on a day."""
    return overview(programme, unit, on, children=False).indicators


def progress_of_children(programme: Programme, unit: Unit, on: date) -> list[UnitProgress]:
    """The indicators of the units directly below, in reading order."""
    return overview(programme, unit, on, weeks=False).children


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the ledger's figures of one day into progress."""

    programme: Programme
    unit_id: UUID
    on: date
    owed: TargetInForce
    counts: Mapping[tuple[UUID, str], Figure]

    def progress(
        self, indicator: Indicator, unit_id: UUID, series: Mapping[date, Mapping[str, Figure]]
    ) -> IndicatorProgress:
        """One indicator of one unit."""
        target = self.owed.of(indicator, unit_id, self.on)
        plan = target or self.owed.whole(indicator)
        owed = target.value if target is not None else None
        figure = self.counts.get((unit_id, indicator.numerator)) if indicator.numerator else None
        value = None if not indicator.numerator else figure.total if figure is not None else 0
        denominator, exempt = self._denominator(indicator, lambda code: self._total(unit_id, code))
        is_share = indicator.kind in SHARES
        exact = self._exact(indicator, value, denominator)
        passed = rules.elapsed(self.programme.first_day, self.programme.last_day, self.on)
        weeks = self.weeks(indicator, series)
        needed = None
        if owed is not None and value is not None and (denominator is not None or not is_share):
            needed = rules.needed_for(owed, denominator or 0) if is_share else owed
        grows = indicator.kind in (IndicatorKind.SHARE, IndicatorKind.COUNT)
        return IndicatorProgress(
            code=indicator.code,
            title=indicator.title,
            short_title=indicator.short_title,
            kind=indicator.kind,
            group=indicator.group,
            unit_of_count=_("times") if counts_times(indicator) else indicator.unit_of_count,
            unit_id=unit_id,
            value=value,
            denominator=denominator,
            exempt=exempt,
            denominator_text=indicator.denominator_text,
            target=owed,
            own=target is not None and target.unit_id == unit_id,
            basis=plan.basis,
            why=plan.why,
            percent=self._percent(value, denominator if is_share else owed),
            pace=_shown(rules.pace(owed, passed), is_share) if grows and owed is not None else None,
            forecast=self._forecast(exact, weeks, is_share) if grows else None,
            needed=needed,
            needed_per_week=rules.needed_per_week(value, needed, self.on, self.programme.last_day)
            if needed is not None and value is not None and exact is not None
            else None,
            state=self._state(indicator, exact, owed, passed),
            grades=figure.grades if figure is not None else (),
            weeks=tuple((day, _shown(week_value, is_share)) for day, week_value in weeks),
            numerator=indicator.numerator,
        )

    def met(self, unit_id: UUID) -> list[Indicator]:
        """Those of the unit's indicators that have reached their target; a standing rule is kept, not reached."""
        return [
            indicator
            for indicator in self.owed.indicators
            if indicator.kind != IndicatorKind.RULE and self.progress(indicator, unit_id, {}).state == State.MET
        ]

    def met_since(self, indicator: Indicator, days: Mapping[date, Mapping[str, int]]) -> date | None:
        """The day since which one of them is so without a break, each day measured by what was owed on it.

        `days` come in order.
        """
        begins = self.owed.begins()
        owed: int | None = None
        days_reached: list[tuple[date, bool]] = []
        for day, totals in days.items():
            if not days_reached or day in begins:
                target = self.owed.of(indicator, self.unit_id, day)
                owed = target.value if target is not None else None
            denominator, _exempt = self._denominator(indicator, lambda code, totals=totals: totals.get(code, 0))
            days_reached.append((day, rules.reaches(totals.get(indicator.numerator, 0), owed, denominator)))
        return rules.met_since(days_reached)

    def _total(self, unit_id: UUID, code: str) -> int:
        figure = self.counts.get((unit_id, code))
        return figure.total if figure is not None else 0

    @staticmethod
    def _denominator(indicator: Indicator, total: Any) -> tuple[int | None, int | None]:
        if not indicator.denominator:
            return None, None
        exempt = total(indicator.exempt) if indicator.exempt else None
        return total(indicator.denominator) - (exempt or 0), exempt

    @staticmethod
    def _exact(indicator: Indicator, value: int | None, denominator: int | None) -> Fraction | None:
        if value is None:
            return None
        if indicator.kind not in SHARES:
            return Fraction(value)
        return rules.share(value, denominator) if denominator is not None else None

    @staticmethod
    def _percent(part: int | None, whole: int | None) -> int | None:
        return None if part is None or whole is None else rules.percent_tenths(part, whole)

    def weeks(
        self, indicator: Indicator, series: Mapping[date, Mapping[str, Figure]]
    ) -> Sequence[tuple[date, Fraction]]:
        """The exact figure on each of these days; empty while no app counts it."""
        if not indicator.numerator:
            return []
        points = []
        for day, week_figures in sorted(series.items()):

            def total(code: str, week_figures: Mapping[str, Figure] = week_figures) -> int:
                return week_figures[code].total if code in week_figures else 0

            denominator, _exempt = self._denominator(indicator, total)
            exact = self._exact(indicator, total(indicator.numerator), denominator)
            if exact is not None:
                points.append((day, exact))
        return points

    def _forecast(self, exact: Fraction | None, weeks: Sequence[tuple[date, Fraction]], is_share: bool) -> int | None:
        if exact is None:
            return None
        foretold = rules.forecast(exact, [value for _day, value in weeks], self.on, self.programme.last_day)
        if foretold is None:
            return None
        return _shown(min(foretold, Fraction(100)) if is_share else foretold, is_share)

    def _state(self, indicator: Indicator, exact: Fraction | None, owed: int | None, passed: Fraction) -> State:
        if indicator.kind == IndicatorKind.RULE:
            return rules.state_of_rule(exact, owed, passed)
        if indicator.kind == IndicatorKind.MILESTONE:
            due = [date.fromisoformat(day) for day in indicator.parameters.get("due", [])]
            value = None if exact is None else int(exact)
            return rules.state_of_milestone(value, owed, due, self.on, self.programme.last_day)
        return rules.state_by_pace(exact, owed, passed)


def counts_times(indicator: Indicator) -> bool:
    """Whether an indicator counts how often, not how many distinct."""
    return indicator.parameters.get("counts", {}).get("count") == "times"


def _shown(exact: Fraction, is_share: bool) -> int:
    """Tenths of a per cent for shares, whole things for counts, both rounded down."""
    return rules.tenths_down(exact) if is_share else int(exact)
