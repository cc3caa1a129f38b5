"""How far the day of an event has come, and which line of its timetable is on."""

from datetime import time

import pytest

from doanso.events.rules.schedule import current_position, day_progress

SEVEN, EIGHT, NINE, ELEVEN = time(7), time(8), time(9), time(11)


@pytest.mark.parametrize(
    ("at", "progress"),
    [(time(6, 59), "ahead"), (SEVEN, "running"), (time(10, 59), "running"), (ELEVEN, "ended"), (time(20), "ended")],
)
def test_an_event_runs_from_its_first_minute_until_its_last(at: time, progress: str) -> None:
    assert day_progress(SEVEN, ELEVEN, at) == progress


@pytest.mark.parametrize(
    ("at", "position"),
    [(time(6, 59), None), (SEVEN, 0), (time(8, 30), 2), (NINE, 3), (time(10, 59), 3), (ELEVEN, None)],
)
def test_the_line_that_began_last_is_on_until_the_event_ends(at: time, position: int | None) -> None:
    assert current_position([SEVEN, EIGHT, EIGHT, NINE], ELEVEN, at) == position


def test_without_a_timetable_nothing_is_on() -> None:
    assert current_position([], ELEVEN, NINE) is None
