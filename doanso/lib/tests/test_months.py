"""Days some months later."""

from datetime import date

import pytest

from doanso.lib.months import months_after


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2023, 11, 12), 6, date(2024, 5, 12)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2023, 12, 1), 1, date(2024, 1, 1)),
    ],
)
def test_the_last_day_of_a_shorter_month_stands_for_one_it_lacks(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
