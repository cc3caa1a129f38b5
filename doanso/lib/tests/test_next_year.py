"""Days of what is made again for a later year, and what is pointed out about them."""

from datetime import date

import pytest

from doanso.lib.next_year import missing_day_remark, moved_day_remark, with_later_years, years_later, years_until


@pytest.mark.parametrize(
    ("day", "years", "moved"),
    [
        (date(2023, 11, 12), 1, date(2024, 11, 12)),
        (date(2024, 2, 29), 1, date(2025, 2, 28)),
        (date(2024, 2, 29), 4, date(2028, 2, 29)),
    ],
)
def test_a_day_keeps_its_month_and_number_where_there_is_such_a_day(day, years, moved):
    assert years_later(day, years) == moved


def test_years_in_a_title_move_and_other_numbers_stay():
    assert with_later_years("Ngày hội 2023, 12023 vé, phường 4", 1) == "Ngày hội 2024, 12023 vé, phường 4"


def test_a_day_is_moved_by_a_year_at_least_and_far_enough():
    assert years_until(date(2023, 12, 1), date(2023, 11, 12)) == 1
    assert years_until(date(2021, 11, 11), date(2023, 11, 12)) == 3


@pytest.mark.parametrize(
    ("former", "moved", "remark"),
    [
        (date(2023, 11, 14), date(2028, 11, 14), ""),
        (
            date(2023, 11, 12),
            date(2024, 11, 12),
            "12/11/2023 là Chủ nhật, 12/11/2024 là Thứ ba; Chủ nhật gần nhất là 10/11/2024.",
        ),
        (
            date(2024, 2, 29),
            date(2025, 2, 28),
            "Năm 2025 không có ngày 29/02. 29/02/2024 là Thứ năm, 28/02/2025 là Thứ sáu; Thứ năm gần nhất là 27/02/2025.",
        ),
        (
            date(2022, 6, 6),
            date(2026, 6, 6),
            "06/06/2022 là Thứ hai, 06/06/2026 là Thứ bảy; Thứ hai gần nhất là 08/06/2026. Rơi vào cuối tuần.",
        ),
    ],
)
def test_weekdays_missing_days_and_weekends_are_pointed_out(former, moved, remark):
    assert moved_day_remark(former, moved) == remark


def test_of_a_term_only_a_day_that_does_not_exist_is_pointed_out():
    assert missing_day_remark(date(2024, 2, 29), date(2025, 2, 28)) == "Năm 2025 không có ngày 29/02."
    assert missing_day_remark(date(2023, 7, 1), date(2024, 7, 1)) == ""
