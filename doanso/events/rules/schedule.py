"""How far the day of an event has come, by the clock on the wall."""

from collections.abc import Sequence
from datetime import time
from enum import StrEnum


class DayProgress(StrEnum):
    """How far the day of an event has come."""

    AHEAD = "ahead"
    RUNNING = "running"
    ENDED = "ended"


def day_progress(begins: time, ends: time, at: time) -> DayProgress:
    """Return how far an event of these hours is at a time of its day; in its last minute it has ended."""
    if at < begins:
        return DayProgress.AHEAD
    return DayProgress.RUNNING if at < ends else DayProgress.ENDED


def current_position(times: Sequence[time], ends: time, at: time) -> int | None:
    """Return the position of the timetable's line that is on at a time; None before the first one and after the end.

    `times` are in their order; of several lines of one time the last one counts.
    """
    begun = [position for position, begins in enumerate(times) if begins <= at]
    return begun[-1] if begun and at < ends else None


def fitted_timetable(lines: Sequence[tuple[time, str]], begins: time, ends: time) -> list[tuple[time, str]]:
    """Return the timetable of a kind for an event of other hours: moved to its beginning, the last line at its end.

    Lines between that would fall on the end or after it are left out.
    """
    if len(lines) < 2:
        return [(at, text) for at, text in lines if begins <= at <= ends]
    (first, _text), (_last, closing) = lines[0], lines[-1]
    shift = _minutes(begins) - _minutes(first)
    moved = [(_minutes(at) + shift, text) for at, text in lines[:-1]]
    fitting = [(time(*divmod(minutes, 60)), text) for minutes, text in moved if minutes < _minutes(ends)]
    return [*fitting, (ends, closing)]


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
