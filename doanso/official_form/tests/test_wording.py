"""Numbers, dates and recipients as the forms write them."""

from datetime import date

import pytest

from doanso.official_form.wording import (
    DOAN,
    ND30,
    format_notation,
    month_digits,
    number_line,
    place_and_date,
    recipients,
)

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(
    ("form", "number", "suffix", "notation"),
    [(DOAN, 7, "", "07-KH/TĐTN"), (DOAN, 12, "a", "12a-KH/TĐTN"), (ND30, 128, "", "128/KH/TĐTN")],
)
def test_notation_separates_number_and_symbol_as_the_form_does(form, number, suffix, notation):
    assert format_notation(form, "KH/TĐTN", number, suffix) == notation
    assert number_line(form, "KH/TĐTN", number, suffix) == f"Số: {notation}"


def test_missing_number_leaves_room_for_four_digits():
    assert number_line(DOAN, "KH/TĐTN") == "Số: \u2007\u2007\u2007\u2007-KH/TĐTN"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2023, 3, 5), "ngày 05 tháng 3 năm 2023"),
        (date(2023, 2, 28), "ngày 28 tháng 02 năm 2023"),
        (date(2023, 1, 1), "ngày 01 tháng 01 năm 2023"),
        (date(2023, 12, 10), "ngày 10 tháng 12 năm 2023"),
    ],
)
def test_date_has_noughts_where_the_rule_wants_them(day, words):
    assert place_and_date("Mỹ Tho", day) == f"Mỹ Tho, {words}"
    assert month_digits(day) == len(words.split()[3])


def test_recipients_end_with_semicolons_and_a_full_stop():
    assert recipients(["Như trên;", "- Lưu VP."]) == ["- Như trên;", "- Lưu VP."]
