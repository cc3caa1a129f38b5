"""What a unit's targets need this week, and how much of it is done."""

from dataclasses import dataclass
from datetime import date, timedelta

from doanso.ledger.queries import weeks_and_days
from doanso.targets import rules
from doanso.targets.models import IndicatorKind, Programme
from doanso.targets.queries.figures import IndicatorProgress
from doanso.targets.queries.overviews import overview
from doanso.targets.rules.week import MISSED_WEEKS, missed_weeks, speed_forecast, week_of
from doanso.targets.rules.week import SpeedForecast as SpeedForecast  # noqa: PLC0414 -- what other apps name
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class WeekTarget:
    """One target in one week, in things counted.

    `missed` is the number of full weeks before this one that were missed in a row.
    """

    indicator: IndicatorProgress
    counted: int
    needed: int
    missed: int = 0
    forecast: SpeedForecast | None = None

    @property
    def left(self) -> int:
        """The number still missing this week."""
        return max(self.needed - self.counted, 0)

    @property
    def over(self) -> int:
        """The number beyond this week's need."""
        return max(self.counted - self.needed, 0)

    @property
    def is_late(self) -> bool:
        """Whether this week is not done yet and the last two full weeks were missed."""
        return bool(self.left) and self.missed >= MISSED_WEEKS


def week_days(on: date) -> tuple[date, date]:
    """Return the first and last day of the week that `this_week` covers."""
    return week_of(on)


def this_week(programme: Programme, unit: Unit, on: date) -> list[WeekTarget]:
    """Return the unit's targets that still need something this week, the greatest need first; statements as `overview`, and one.

    A week's need is the number that would reach the target on the last day if every week from Monday on did the same.
    """
    monday, _sunday = week_of(on)
    before = monday - timedelta(days=1)
    unit_overview = overview(programme, unit, on, children=False, weeks=False)
    also = [predecessor.id for predecessor in unit_overview.predecessors]
    full_weeks = rules.full_week_ends(programme.first_day, programme.last_day, before)
    read, _days = weeks_and_days(
        book=programme.book, unit_id=unit.pk, weeks=full_weeks or [before], daily=(), days={before}, also=also
    )
    weeks = []
    for progress in unit_overview.indicators:
        if (
            progress.kind not in (IndicatorKind.COUNT, IndicatorKind.SHARE)
            or progress.needed is None
            or progress.value is None
        ):
            continue
        earlier = read[before].get(progress.numerator, 0)
        needed = rules.needed_per_week(earlier, progress.needed, before, programme.last_day)
        if not needed:
            continue
        since = progress.owed_since
        ends = [(day, read[day].get(progress.numerator, 0)) for day in full_weeks if since is None or day >= since]
        weeks.append(
            WeekTarget(
                progress,
                progress.value - earlier,
                needed,
                missed_weeks(ends[-MISSED_WEEKS - 1 :], progress.needed, programme.last_day),
                speed_forecast(progress.value, progress.needed, ends, on, programme.last_day),
            )
        )
    return sorted(weeks, key=lambda week: (not week.is_late, not week.left, week.counted / week.needed))
