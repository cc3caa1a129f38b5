"""How far the day of an event has come, and which line of its timetable is on."""

from datetime import time

import pytest

from doanso.events.rules.schedule import current_position, day_progress, fitted_timetable

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


LINES = [(SEVEN, "Đón khách"), (EIGHT, "Khai mạc"), (time(10, 30), "Công bố số liệu"), (ELEVEN, "Bế mạc")]


@pytest.mark.parametrize(
    ("begins", "ends", "hours"),
    [
        (SEVEN, ELEVEN, [SEVEN, EIGHT, time(10, 30), ELEVEN]),
        (time(14), time(17), [time(14), time(15), time(16, 30), time(17)]),
        (time(6, 30), time(12), [time(6, 30), time(7, 30), time(11, 30), time(12)]),
        (time(22), time(23, 15), [time(22), time(23), time(23, 15)]),
        (time(0), time(0, 20), [time(0), time(0, 20)]),
    ],
)
def test_the_timetable_of_a_kind_is_fitted_to_the_hours(begins: time, ends: time, hours: list[time]) -> None:
    fitted = fitted_timetable(LINES, begins, ends)
    assert [at for at, _text in fitted] == hours
    assert (fitted[0][1], fitted[-1][1]) == ("Đón khách", "Bế mạc")


def test_a_kind_without_hours_has_no_lines() -> None:
    assert fitted_timetable([], SEVEN, ELEVEN) == []
