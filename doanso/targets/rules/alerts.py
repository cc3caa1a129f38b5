"""Rules for asking a unit whether it needs help, and for checking how records came about; plain values only.

A match is not an accusation: each is a reason to ask.
"""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low


@dataclass(frozen=True, slots=True)
class AlertThresholds:
    """The thresholds of alerts.toml, under their names there."""

    due_days: int
    silence_days: int
    burst_days: int
    burst_times: int
    burst_least: int
    burst_weeks: int
    burst_fewest_weeks: int
    night_from: int
    night_to: int
    night_days: int
    night_share: int
    night_least: int
    phone_persons: int
    phone_homes: int

    @property
    def looks_back(self) -> timedelta:
        """The time span that the rules read."""
        return timedelta(weeks=self.burst_weeks, days=max(2 * self.burst_days, self.silence_days))


def days_of_silence(
    last: date | None, began: date, on: date, *, behind: bool, thresholds: AlertThresholds
) -> int | None:
    """Return the days without a record of a unit that is behind its pace and has recorded nothing for too long; else None."""
    days = (on - max(last or began, began)).days
    return days if behind and days >= thresholds.silence_days else None


def recent_deadline(on: date, last_day: date, thresholds: AlertThresholds) -> date | None:
    """Return the last past end of a month, or of the programme, that is still within the days checked; else None."""
    month_end = on.replace(day=calendar.monthrange(on.year, on.month)[1])
    ends = [last_day, month_end, on.replace(day=1) - timedelta(days=1)]
    reached = [end for end in ends if end <= min(on, last_day) and (on - end).days < thresholds.burst_days]
    return max(reached, default=None)


def burst_before_deadline(
    days: Mapping[date, int], began: date, until: date, thresholds: AlertThresholds
) -> tuple[int, int] | None:
    """Return (records of the last days before a deadline, records of a usual week) if the former are far more; else None."""
    first = until - timedelta(days=thresholds.burst_days - 1)
    late = sum(days.get(first + timedelta(days=day), 0) for day in range(thresholds.burst_days))
    weeks = []
    for back in range(1, thresholds.burst_weeks + 1):
        monday = first - timedelta(weeks=back)
        if monday >= began:
            weeks.append(sum(days.get(monday + timedelta(days=day), 0) for day in range(7)))
    if len(weeks) < thresholds.burst_fewest_weeks:
        return None
    usual = median_low(weeks)
    return (late, usual) if late >= thresholds.burst_least and late >= thresholds.burst_times * max(usual, 1) else None


def records_at_night(hours: Mapping[int, int], thresholds: AlertThresholds) -> tuple[int, int] | None:
    """Return (records at night, all records) if the share at night is large; else None. The end hour is not included."""
    total = sum(hours.values())
    late = sum(count for hour, count in hours.items() if hour >= thresholds.night_from or hour < thresholds.night_to)
    return (late, total) if total >= thresholds.night_least and late * 100 >= thresholds.night_share * total else None


def count_shared_phones(phones: Iterable[tuple[int, int]], thresholds: AlertThresholds) -> int | None:
    """Return the number of phones that are shared by many persons of more than one home; None if there are none."""
    count = sum(persons >= thresholds.phone_persons and homes >= thresholds.phone_homes for persons, homes in phones)
    return count or None


def month_of(on: date) -> str:
    """Return the period in which a unit is asked about the same thing only once."""
    return f"{on:%Y-%m}"


def sum_by_hour(series: Sequence[Mapping[int, int]]) -> dict[int, int]:
    """Return counts by hour, added up."""
    totals: dict[int, int] = {}
    for hours in series:
        for hour, count in hours.items():
            totals[hour] = totals.get(hour, 0) + count
    return totals
