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
    """Return the timetable of a kind for an event of other hours.

    Lines of its first half keep their distance from the beginning, those of its second half from the end. Of lines that would
    change places, because the event is short, the later one is left out.
    """
    if len(lines) < 2:
        return [(at, text) for at, text in lines if begins <= at <= ends]
    first, last = _minutes(lines[0][0]), _minutes(lines[-1][0])
    from_begin, from_end = _minutes(begins) - first, _minutes(ends) - last
    fitted: list[tuple[int, str]] = []
    for at, text in lines[:-1]:
        minutes = _minutes(at)
        moved = minutes + (from_begin if minutes - first <= last - minutes else from_end)
        if moved < _minutes(ends) and (not fitted or moved > fitted[-1][0]):
            fitted.append((moved, text))
    return [*((time(*divmod(minutes, 60)), text) for minutes, text in fitted), (ends, lines[-1][1])]


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
