"""Convert the ledger's figures and the targets in force into progress of indicators. No database access."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.ledger.queries import Figure
from doanso.targets import rules
from doanso.targets.models import Indicator, IndicatorKind, Programme
from doanso.targets.queries.figures import SHARES, IndicatorProgress
from doanso.targets.queries.targets_in_force import TargetsInForce, TargetVersion
from doanso.targets.rules import ProgressState, SumCheck

_GOOD = (ProgressState.ON, ProgressState.MET)


@dataclass(frozen=True)
class ProgressReader:
    """Converts the ledger's figures of one day into progress."""

    programme: Programme
    unit_id: UUID
    on: date
    in_force: TargetsInForce
    counts: Mapping[tuple[UUID, str], Figure]

    @cached_property
    def _owed_since(self) -> Mapping[UUID, date | None]:
        """The day from which the pace of each indicator runs, by id; None for the programme's first day."""
        if rules.pace_rule(self.on, self.programme.owed_pace_since) is rules.PaceRule.PROGRAMME:
            return {indicator.pk: None for indicator in self.in_force.indicators}
        return {indicator.pk: self.in_force.owed_since(indicator) for indicator in self.in_force.indicators}

    @cached_property
    def _bounds(self) -> dict[tuple[int, date | None], tuple[Fraction, rules.PaceBounds]]:
        """Pace and bounds by target and the day from which the pace runs, filled on demand."""
        return {}

    def _elapsed(self, since: date | None) -> Fraction:
        programme = self.programme
        return rules.elapsed_of_indicator(programme.first_day, programme.last_day, self.on, since)

    def _pace_of(self, indicator: Indicator, owed: int) -> tuple[Fraction, rules.PaceBounds]:
        key = owed, self._owed_since[indicator.pk]
        pace_and_bounds = self._bounds.get(key)
        if pace_and_bounds is None:
            passed = self._elapsed(key[1])
            pace_and_bounds = self._bounds[key] = rules.pace(owed, passed), rules.pace_bounds(owed, passed)
        return pace_and_bounds

    @cached_property
    def _targets(self) -> Mapping[UUID, Mapping[UUID, TargetVersion]]:
        """The units' own targets of the day, by indicator and unit."""
        by_indicator: dict[UUID, dict[UUID, TargetVersion]] = {}
        for indicator in self.in_force.indicators:
            by_indicator[indicator.pk] = {}
        for indicator_id, unit_id in self.in_force.versions:
            target = self.in_force.own_by_id(indicator_id, unit_id, self.on)
            if target is not None:
                by_indicator[indicator_id][unit_id] = target
        return by_indicator

    def _target(self, indicator: Indicator, unit_id: UUID) -> TargetVersion | None:
        """Return the same as `TargetsInForce.of` for the day."""
        of_indicator = self._targets[indicator.pk]
        own = of_indicator.get(unit_id)
        if own is not None or indicator.kind not in SHARES or not of_indicator:
            return own
        return self.in_force.of(indicator, unit_id, self.on)

    @cached_property
    def _totals(self) -> Mapping[UUID, Mapping[str, int]]:
        """The totals of each unit by measure code."""
        by_unit: dict[UUID, dict[str, int]] = {}
        for (unit_id, code), figure in self.counts.items():
            by_unit.setdefault(unit_id, {})[code] = figure.total
        return by_unit

    @cached_property
    def _units_of_count(self) -> Mapping[UUID, str]:
        """The unit of count of each indicator, in words."""
        times = _("times")
        return {
            indicator.pk: times if counts_times(indicator) else indicator.unit_of_count
            for indicator in self.in_force.indicators
        }

    @cached_property
    def _required_grades(self) -> Mapping[UUID, int]:
        """The grade of evidence that each indicator needs."""
        return {indicator.pk: indicator.required_grade for indicator in self.in_force.indicators}

    def progress(
        self, indicator: Indicator, unit_id: UUID, series: Mapping[date, Mapping[str, int]]
    ) -> IndicatorProgress:
        """Return one indicator of one unit."""
        target = self._target(indicator, unit_id)
        plan = target or self.in_force.programme_target(indicator)
        owed = target.value if target is not None else None
        totals = self._totals.get(unit_id, {})
        figure = self.counts.get((unit_id, indicator.numerator)) if indicator.numerator else None
        value = totals.get(indicator.numerator, 0) if indicator.numerator else None
        denominator, exempt = self._denominator(indicator, totals)
        is_share = indicator.kind in SHARES
        exact = self._exact(indicator, value, denominator)
        weeks = self.weeks(indicator, series) if series else []
        owed_since = self._owed_since[indicator.pk]
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
            unit_of_count=self._units_of_count[indicator.pk],
            unit_id=unit_id,
            numerator=indicator.numerator,
            value=value,
            denominator=denominator,
            exempt=exempt,
            denominator_text=indicator.denominator_text,
            target=owed,
            own=target is not None and target.unit_id == unit_id,
            basis=plan.basis,
            why=plan.why,
            percent=self._percent(value, denominator if is_share else owed),
            pace=display_figure(self._pace_of(indicator, owed)[0], is_share) if grows and owed is not None else None,
            forecast=self._forecast(exact, weeks, owed_since, is_share) if grows and weeks else None,
            needed=needed,
            needed_per_week=rules.needed_per_week(value, needed, self.on, self.programme.last_day)
            if needed is not None and value is not None and exact is not None
            else None,
            state=self._state(indicator, exact, owed),
            owed_since=owed_since,
            grades=figure.grades if figure is not None else (),
            required_grade=self._required_grades[indicator.pk],
            weeks=tuple((day, display_figure(week_value, is_share)) for day, week_value in weeks),
        )

    def met(self, unit_id: UUID) -> list[Indicator]:
        """Return the unit's indicators that have reached their target; a permanent rule is kept, not reached."""
        return [
            indicator
            for indicator in self.in_force.indicators
            if indicator.kind != IndicatorKind.RULE and self.progress(indicator, unit_id, {}).state == ProgressState.MET
        ]

    def met_since(self, indicator: Indicator, days: Mapping[date, Mapping[str, int]]) -> date | None:
        """Return the day since which the target is met without a break, each day compared with the target of that day.

        `days` must be in order.
        """
        begins = self.in_force.begins
        owed: int | None = None
        days_reached: list[tuple[date, bool]] = []
        for day, totals in days.items():
            if not days_reached or day in begins:
                target = self.in_force.of(indicator, self.unit_id, day)
                owed = target.value if target is not None else None
            denominator, _exempt = self._denominator(indicator, totals)
            days_reached.append((day, rules.meets_target(totals.get(indicator.numerator, 0), owed, denominator)))
        return rules.met_since(days_reached)

    @staticmethod
    def _denominator(indicator: Indicator, totals: Mapping[str, int]) -> tuple[int | None, int | None]:
        if not indicator.denominator:
            return None, None
        exempt = totals.get(indicator.exempt, 0) if indicator.exempt else None
        return totals.get(indicator.denominator, 0) - (exempt or 0), exempt

    @staticmethod
    def _exact(indicator: Indicator, value: int | None, denominator: int | None) -> Fraction | None:
        if value is None:
            return None
        if indicator.kind not in SHARES:
            return Fraction(value)
        return rules.share(value, denominator) if denominator is not None else None

    @staticmethod
    def _percent(part: int | None, denominator: int | None) -> int | None:
        return None if part is None or denominator is None else rules.percent_tenths(part, denominator)

    def weeks(self, indicator: Indicator, series: Mapping[date, Mapping[str, int]]) -> Sequence[tuple[date, Fraction]]:
        """Return the exact figure on each of these days; empty while no app counts it."""
        if not indicator.numerator:
            return []
        points = []
        for day, totals in sorted(series.items()):
            denominator, _exempt = self._denominator(indicator, totals)
            exact = self._exact(indicator, totals.get(indicator.numerator, 0), denominator)
            if exact is not None:
                points.append((day, exact))
        return points

    def trend(self, indicator: Indicator, series: Mapping[date, Mapping[str, int]]) -> list[tuple[date, int]]:
        """Return the points of `weeks` as displayed."""
        if not indicator.numerator:
            return []
        days = sorted(series.items())
        if indicator.kind not in SHARES:
            return [(day, totals.get(indicator.numerator, 0)) for day, totals in days]
        points = []
        for day, totals in days:
            denominator, _exempt = self._denominator(indicator, totals)
            share = rules.percent_tenths(totals.get(indicator.numerator, 0), denominator or 0)
            if share is not None:
                points.append((day, share))
        return points

    def on_pace(self, unit_id: UUID, totals: Mapping[str, int]) -> int:
        """Return how many indicators of a unit are on pace or have met their target with these totals."""
        good = 0
        for indicator in self.in_force.indicators:
            target = self._target(indicator, unit_id) if indicator.numerator else None
            if target is None:
                continue
            denominator, _exempt = self._denominator(indicator, totals)
            exact = self._exact(indicator, totals.get(indicator.numerator, 0), denominator)
            good += self._state(indicator, exact, target.value) in _GOOD
        return good

    def _forecast(
        self, exact: Fraction | None, weeks: Sequence[tuple[date, Fraction]], owed_since: date | None, is_share: bool
    ) -> int | None:
        if exact is None:
            return None
        # Weeks in which an indicator was not owed yet say nothing about the speed of the work on it.
        bounds = [value for day, value in weeks if owed_since is None or day >= owed_since]
        forecast_value = rules.forecast(exact, bounds, self.on, self.programme.last_day)
        if forecast_value is None:
            return None
        return display_figure(min(forecast_value, Fraction(100)) if is_share else forecast_value, is_share)

    def _state(self, indicator: Indicator, exact: Fraction | None, owed: int | None) -> ProgressState:
        if indicator.kind == IndicatorKind.RULE:
            return rules.state_of_rule(exact, owed, self._elapsed(None))
        if indicator.kind == IndicatorKind.MILESTONE:
            due = [date.fromisoformat(day) for day in indicator.parameters.get("due", [])]
            value = None if exact is None else int(exact)
            return rules.state_of_milestone(value, owed, due, self.on, self.programme.last_day)
        return rules.state_by_pace(exact, owed, self._pace_of(indicator, owed)[1] if owed is not None else None)


def counts_times(indicator: Indicator) -> bool:
    """Return whether an indicator counts times instead of distinct subjects."""
    return bool(indicator.parameters.get("counts", {}).get("count") == "times")


def display_figure(exact: Fraction, is_share: bool) -> int:
    """Return a value as displayed: tenths of a per cent for shares, whole things for counts, both rounded down."""
    return rules.tenths_down(exact) if is_share else int(exact)


def sum_check_below(
    progress: IndicatorProgress, child_values: Sequence[int | None], below: Sequence[IndicatorProgress]
) -> SumCheck | None:
    """Return the check of what was given to the units below against the unit's target; None as long as nothing was given."""
    if progress.target is None or not any(value is not None for value in child_values):
        return None
    if not progress.is_share:
        return rules.sum_check(progress.target, child_values)
    return rules.share_check(progress.target, [(unit.target or 0, unit.denominator or 0) for unit in below])
