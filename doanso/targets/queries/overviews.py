"""Progress of units: one read gives a unit, its children and its weeks in a few statements."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from doanso.ledger.queries import (
    Figure,
    figures,
    figures_and_before,
    figures_by_week,
    figures_on_days,
    weeks_and_days,
    weeks_of_period,
)
from doanso.targets import rules
from doanso.targets.models import Indicator, Programme
from doanso.targets.queries.figures import SHARES, IndicatorProgress, Overview, UnitProgress
from doanso.targets.queries.progress_reader import ProgressReader, sum_check_below
from doanso.targets.queries.targets_in_force import TargetsInForce, targets_in_force
from doanso.targets.queries.unit_context import unit_context
from doanso.targets.rules import SumCheck
from doanso.units.models import Unit


def overview(
    programme: Programme,
    unit: Unit,
    on: date,
    *,
    children: bool = True,
    weeks: bool = True,
    with_trends: bool = False,
    own: Mapping[str, Figure] | None = None,
    known_by: datetime | None = None,
    indicators: Sequence[Indicator] | None = None,
) -> Overview:
    """Return the unit's indicators on a day with weeks and forecast, and those of the units directly below without them.

    `with_trends` adds the unit's figures at the end of every week since the programme began, and of the units below how many
    indicators were on pace a week ago (unless the tree changed). `own` are the unit's snapshot figures by measure code, if there
    is one; `known_by` leaves out targets given later; `indicators` are the programme's, in order, where they were read already.

    Five statements if the tree did not change: targets with the indicators, children with their names, figures, and weeks with
    the days of targets that are met.
    """
    in_force = targets_in_force(programme, unit, on, known_by, indicators=indicators)
    near = unit_context(programme, unit, on, children=children, changed=in_force.tree_changed)
    below = near.below
    unit_ids = [unit.pk, *near.also, *(child.id for child in below)]
    totals_before: Mapping[UUID, Mapping[str, int]] = {}
    week_ago = on - timedelta(weeks=1)
    if with_trends and below and near.parts is None and week_ago >= programme.first_day:
        now, totals_before = figures_and_before(book=programme.book, unit_ids=unit_ids, on=on, before=week_ago)
    else:
        now = figures(book=programme.book, unit_ids=unit_ids, on=on)
    counts = near.joined(unit, now)
    if own is not None:
        counts.update({(unit.pk, code): figure for code, figure in own.items()})
    reader = ProgressReader(programme, unit.pk, on, in_force, counts)
    weekly = _read_week_series(reader, unit, near.also, with_trends=with_trends) if weeks else _WeekSeries()
    own_progress = [reader.progress(indicator, unit.pk, weekly.full_weeks) for indicator in in_force.indicators]
    earlier = ProgressReader(programme, unit.pk, week_ago, in_force, {})
    lower = [
        UnitProgress(
            unit=child,
            indicators=[reader.progress(indicator, child.id, {}) for indicator in in_force.indicators],
            on_pace_before=earlier.on_pace(child.id, totals_before.get(child.id, {})) if totals_before else None,
        )
        for child in below
    ]
    return Overview(
        programme=programme,
        unit=unit,
        on=on,
        indicators=[
            replace(
                progress,
                met_on=weekly.met_on.get(progress.code),
                trend=tuple(reader.trend(indicator, weekly.all_weeks)) if weekly.all_weeks else (),
                sum_check=sum_check_below(
                    progress, in_force.targets_below(indicator, on), [child.indicators[place] for child in lower]
                ),
            )
            for place, (indicator, progress) in enumerate(zip(in_force.indicators, own_progress, strict=True))
        ],
        children=lower,
        predecessors=near.predecessors,
    )


@dataclass(frozen=True, slots=True)
class _WeekSeries:
    """A unit's totals at the ends of weeks by measure code, and since when each indicator that is met has been so, by its code.

    `all_weeks` is empty where no trends were asked for.
    """

    full_weeks: Mapping[date, Mapping[str, int]] = field(default_factory=dict)
    all_weeks: Mapping[date, Mapping[str, int]] = field(default_factory=dict)
    met_on: Mapping[str, date | None] = field(default_factory=dict)


def _read_week_series(reader: ProgressReader, unit: Unit, also: Sequence[UUID], *, with_trends: bool) -> _WeekSeries:
    """Return the weeks of a unit's figures in the reader's programme, those of the units in `also` included; one statement."""
    programme, on = reader.programme, reader.on
    met = reader.met(unit.pk)
    full_weeks = rules.full_week_ends(programme.first_day, programme.last_day, on)
    daily = {
        code for indicator in met for code in (indicator.numerator, indicator.denominator, indicator.exempt) if code
    }
    days = {programme.first_day, on, *reader.in_force.begins}
    of_unit: dict[str, Any] = {"book": programme.book, "unit_id": unit.pk, "daily": daily, "also": also}
    all_series: Mapping[date, Mapping[str, int]] = {}
    if with_trends:
        all_series, by_day = weeks_of_period(**of_unit, days=days)
        series: Mapping[date, Mapping[str, int]] = {week: all_series[week] for week in full_weeks}
    else:
        series, by_day = weeks_and_days(**of_unit, weeks=full_weeks, days=days)
    return _WeekSeries(series, all_series, {indicator.code: reader.met_since(indicator, by_day) for indicator in met})


@dataclass(frozen=True, slots=True)
class ProgressAndTotals:
    """A unit's indicators on a day, without weeks, and its totals of some days by measure code.

    `totals` include those of ended units that it continues, `own_totals` are the unit's alone.
    """

    indicators: list[IndicatorProgress]
    totals: Mapping[date, Mapping[str, int]]
    own_totals: Mapping[date, Mapping[str, int]]


def progress_and_totals(
    programme: Programme, unit: Unit, on: date, days: Collection[date], *, indicators: Sequence[Indicator]
) -> ProgressAndTotals:
    """Return a unit's indicators on a day and its totals on that day and on earlier ones.

    Two statements if the tree did not change around the unit: targets and figures.
    """
    in_force = targets_in_force(programme, unit, on, indicators=indicators)
    also = unit_context(programme, unit, on, children=False, changed=in_force.tree_changed).also
    of_unit: dict[str, Any] = {"book": programme.book, "unit_id": unit.pk, "days": {*days, on}}
    by_day = figures_on_days(**of_unit, also=also)
    own = figures_on_days(**of_unit) if also else by_day
    reader = ProgressReader(
        programme, unit.pk, on, in_force, {(unit.pk, code): figure for code, figure in by_day[on].items()}
    )
    return ProgressAndTotals(
        [reader.progress(indicator, unit.pk, {}) for indicator in indicators], _totals(by_day), _totals(own)
    )


def _totals(by_day: Mapping[date, Mapping[str, Figure]]) -> dict[date, dict[str, int]]:
    return {day: {code: figure.total for code, figure in of_day.items()} for day, of_day in by_day.items()}


def sum_check_of(programme: Programme, indicator: Indicator, unit: Unit, on: date) -> SumCheck | None:
    """Return the check of what a unit gave below against its target, for counts.

    The sum of a share needs the figures, so `overview` returns it.
    """
    if indicator.kind in SHARES:
        return None
    return sum_check_in(targets_in_force(programme, unit, on), indicator, unit.pk, on)


def sum_check_in(in_force: TargetsInForce, indicator: Indicator, unit_id: UUID, on: date) -> SumCheck | None:
    """Return the same check as `sum_check_of`, from targets that were read already."""
    own_target, child_values = in_force.of(indicator, unit_id, on), in_force.targets_below(indicator, on)
    if indicator.kind in SHARES or own_target is None or not any(child_values):
        return None
    return rules.sum_check(own_target.value, child_values)


def trends(
    programme: Programme, unit: Unit, on: date, codes: Collection[str], *, indicators: Sequence[Indicator] | None = None
) -> dict[str, list[tuple[date, int]]]:
    """Return these indicators of a unit at the end of each week since the programme began, and on the day itself.

    Two statements if the tree did not change around the unit, one more where the indicators are not given.
    """
    days = rules.week_ends(programme.first_day, on)
    in_force = targets_in_force(programme, unit, on, indicators=indicators)
    also = unit_context(programme, unit, on, children=False, changed=in_force.tree_changed).also
    weeks = figures_by_week(book=programme.book, unit_id=unit.pk, days=days, also=also)
    series = {day: {code: figure.total for code, figure in week.items()} for day, week in weeks.items()}
    reader = ProgressReader(programme, unit.pk, on, in_force, {})
    return {
        indicator.code: reader.trend(indicator, series) for indicator in in_force.indicators if indicator.code in codes
    }


def progress(programme: Programme, unit: Unit, on: date) -> list[IndicatorProgress]:
    """Return the unit's indicators on a day."""
    return overview(programme, unit, on, children=False).indicators


def progress_of_children(programme: Programme, unit: Unit, on: date) -> list[UnitProgress]:
    """Return the indicators of the units directly below, in reading order."""
    return overview(programme, unit, on, weeks=False).children
