"""One week of a target on plain whole numbers: whether weeks were missed, and when the target is reached at the present speed.

A week is never at risk: it is enough, or something is left to do; only two missed weeks in a row are pointed out.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from doanso.targets.rules import FEWEST_WEEKS, needed_per_week

MISSED_WEEKS = 2
"""So many full weeks missed in a row are pointed out."""


class SpeedForecast(NamedTuple):
    """When a target is reached at the speed of the last weeks: the day, or else how much is missing on the last day."""

    day: date | None
    missing: int


def week_of(on: date) -> tuple[date, date]:
    """Return Monday and Sunday of the week that contains the day."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def missed_weeks(ends: Sequence[tuple[date, int]], needed: int, last_day: date) -> int:
    """Return how many of the last full weeks were missed in a row, counted back from the newest.

    `ends` are values at the ends of weeks, oldest first. A week is missed if it did not bring what would then have reached
    `needed` on the last day.
    """
    missed = 0
    for (start, before), (_end, after) in reversed(list(pairwise(ends))):
        owed = needed_per_week(before, needed, start, last_day)
        if not owed or after - before >= owed:
            break
        missed += 1
    return missed


def speed_forecast(
    now: int, needed: int, ends: Sequence[tuple[date, int]], on: date, last_day: date
) -> SpeedForecast | None:
    """Return when `needed` is reached if the mean gain of the last full weeks goes on; None if there were too few, or no gain."""
    weeks = len(ends) - 1
    missing = needed - now
    if weeks < FEWEST_WEEKS or missing <= 0:
        return None
    gain = ends[-1][1] - ends[0][1]
    if gain <= 0:
        return None
    # Rounded up: on that day the target is reached.
    day = on + timedelta(days=min(-(-missing * 7 * weeks // gain), 100_000))
    if day <= last_day:
        return SpeedForecast(day, 0)
    return SpeedForecast(None, missing - gain * (last_day - on).days // (7 * weeks))
