"""One indicator of a unit for its page, in a few statements however much else the programme counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from doanso.access.queries.unit_positions import UnitPosition
from doanso.ledger.queries import DayChange, Figures, figures_and_days, figures_on, totals_on
from doanso.targets import rules
from doanso.targets.models import Indicator, IndicatorKind, Programme
from doanso.targets.queries.cascade import GivenTarget, version_in_force
from doanso.targets.queries.figures import IndicatorProgress, predecessor_names
from doanso.targets.queries.overviews import sum_check_in, sum_check_of
from doanso.targets.queries.progress_reader import ProgressReader, sum_check_below
from doanso.targets.queries.targets_in_force import IndicatorTargets, targets_of_indicator
from doanso.targets.queries.unit_context import unit_context
from doanso.targets.rules import ProgressState, SumCheck
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


@dataclass(frozen=True, slots=True)
class IndicatorOverview:
    """One indicator of a unit on a day, and of the units directly below without weeks and forecast.

    `trend` is the figure at the end of each week since the programme began and on the day itself, as displayed. `versions` are
    those of the unit's own target, newest first; `in_force` is the one of the day, and `giver_check` compares all that the giving
    unit gave with its own target. `predecessors` are the ended units whose figures are included in the unit's own.
    """

    programme: Programme
    indicator: Indicator
    unit: Unit
    on: date
    progress: IndicatorProgress
    trend: Sequence[tuple[date, int]]
    versions: Sequence[GivenTarget]
    in_force: GivenTarget | None
    giver_check: SumCheck | None
    children: Sequence[tuple[NamedUnit, IndicatorProgress]] = ()
    predecessors: Sequence[NamedUnit] = field(default_factory=list)

    @property
    def carried_on(self) -> str:
        """The ended units whose figures are included in the unit's own, each with its last day; empty if there are none."""
        return predecessor_names(self.predecessors)


def indicator_overview(indicator: Indicator, position: UnitPosition, on: date) -> IndicatorOverview:
    """Return one indicator of a unit on a day, with the figures of `overview` and the points of `trends`.

    Three statements if the tree did not change: targets, children with their names, and figures with the unit's days. The
    indicator comes with its programme, root and book.
    """
    programme, unit = indicator.programme, position.unit
    targets = targets_of_indicator(programme, indicator, unit, position.ids_above(on), on)
    in_force = targets.in_force
    context = unit_context(programme, unit, on, children=True, changed=in_force.tree_changed)
    child_ids = [child.id for child in context.below]
    codes = [code for code in (indicator.numerator, indicator.denominator, indicator.exempt) if code]
    below, changes = figures_and_days(
        book=programme.book, unit_ids=child_ids, own_ids=[unit.pk, *context.also], codes=codes, on=on
    )
    counts = Figures(context.with_parts(below))
    counts.update({(unit.pk, code): figure for code, figure in figures_on([on], changes)[on].items()})
    reader = ProgressReader(programme, unit.pk, on, in_force, counts)
    full_weeks = rules.full_week_ends(programme.first_day, programme.last_day, on)
    progress = reader.progress(indicator, unit.pk, totals_on(full_weeks, changes))
    children = [(child, reader.progress(indicator, child.id, {})) for child in context.below]
    version = version_in_force(targets.own, on)
    return IndicatorOverview(
        programme=programme,
        indicator=indicator,
        unit=unit,
        on=on,
        progress=replace(
            progress,
            met_on=_met_on(reader, indicator, progress, changes),
            sum_check=sum_check_below(
                progress, in_force.targets_below(indicator, on), [child for _unit, child in children]
            ),
        ),
        trend=reader.trend(indicator, totals_on(rules.week_ends(programme.first_day, on), changes)),
        versions=targets.own,
        in_force=version,
        giver_check=_giver_check(targets, indicator, version, on),
        children=children,
        predecessors=context.predecessors,
    )


def _met_on(
    reader: ProgressReader, indicator: Indicator, progress: IndicatorProgress, changes: Sequence[DayChange]
) -> date | None:
    if progress.state != ProgressState.MET or indicator.kind == IndicatorKind.RULE:
        return None
    days = {reader.programme.first_day, reader.on, *reader.in_force.begins, *(day for _code, day, _grades in changes)}
    return reader.met_since(indicator, totals_on(days, changes))


def _giver_check(
    targets: IndicatorTargets, indicator: Indicator, version: GivenTarget | None, on: date
) -> SumCheck | None:
    """Return the check of all that the giving unit gave against its own target."""
    allocation = version.target.allocation if version is not None else None
    if allocation is None:
        return None
    around_giver = targets.givers.get(allocation.unit_id)
    if around_giver is not None:
        return sum_check_in(around_giver, indicator, allocation.unit_id, on)
    # The tree has changed since: the giver is no longer above the unit, or has no target of its own.
    return sum_check_of(indicator.programme, indicator, allocation.unit, on)
