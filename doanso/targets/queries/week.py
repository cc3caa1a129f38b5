"""What a unit's targets need this week, and how much of it is done."""

from dataclasses import dataclass
from datetime import date, timedelta

from doanso.ledger.queries import by_week
from doanso.targets import rules
from doanso.targets.models import IndicatorKind, Programme
from doanso.targets.queries.figures import IndicatorProgress
from doanso.targets.queries.overviews import overview
from doanso.targets.rules import ProgressState
from doanso.targets.rules.week import week_of, week_state
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class WeekTarget:
    """One target in one week, in things counted."""

    indicator: IndicatorProgress
    counted: int
    needed: int
    state: ProgressState

    @property
    def left(self) -> int:
        """The number still missing this week."""
        return max(self.needed - self.counted, 0)

    @property
    def over(self) -> int:
        """The number beyond this week's need."""
        return max(self.counted - self.needed, 0)


def week_days(on: date) -> tuple[date, date]:
    """Return the first and last day of the week that `this_week` covers."""
    return week_of(on)


def this_week(programme: Programme, unit: Unit, on: date) -> list[WeekTarget]:
    """Return the unit's targets that still need something this week, the greatest need first; three statements.

    A week's need is the number that would reach the target on the last day if every week from Monday on did the same.
    """
    monday, _sunday = week_of(on)
    before = monday - timedelta(days=1)
    unit_overview = overview(programme, unit, on, children=False, weeks=False)
    also = [predecessor.id for predecessor in unit_overview.predecessors]
    until_then = by_week(book=programme.book, unit_id=unit.pk, days=[before], also=also).get(before, {})
    weeks = []
    for progress in unit_overview.indicators:
        if (
            progress.kind not in (IndicatorKind.COUNT, IndicatorKind.SHARE)
            or progress.needed is None
            or progress.value is None
        ):
            continue
        earlier_figure = until_then.get(progress.numerator)
        earlier = earlier_figure.total if earlier_figure is not None else 0
        needed = rules.needed_per_week(earlier, progress.needed, before, programme.last_day)
        if not needed:
            continue
        counted = progress.value - earlier
        weeks.append(WeekTarget(progress, counted, needed, week_state(counted, needed, on)))
    order = list(rules.WORST_FIRST)
    return sorted(weeks, key=lambda week: (order.index(week.state), -week.left))
