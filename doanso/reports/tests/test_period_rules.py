"""Months, deadlines, states and fallen figures, on plain values."""

from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.problems import Refused
from doanso.reports.deadlines import SHIPPED, deadlines
from doanso.reports.rules import periods as rules
from doanso.reports.rules.periods import Deadlines, FigureOnDay, Month

OCTOBER = Month(date(2023, 10, 1), date(2023, 10, 31))
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def _programme(first, last):
    return SimpleNamespace(first_day=first, last_day=last)


@given(DAYS, DAYS)
def test_months_cover_a_programme_day_by_day(one_day, other):
    first, last = min(one_day, other), max(one_day, other)
    months = rules.months(_programme(first, last))

    assert (months[0].first_day, months[-1].last_day) == (first, last)
    for before, after in pairwise(months):
        assert after.first_day == before.last_day + timedelta(days=1)
    assert all(month.first_day.month == month.last_day.month for month in months)
    assert len({month.code for month in months}) == len(months)


@pytest.mark.parametrize(
    ("today", "code"),
    [(date(2023, 1, 1), "2023-01"), (date(2023, 1, 31), "2023-01"), (date(2023, 2, 1), "2023-01"),
     (date(2023, 11, 12), "2023-10"), (date(2025, 7, 15), "2023-12")],
)  # fmt: skip
def test_the_month_to_close_is_the_last_that_is_over(today, code):
    assert rules.month_to_close(_programme(date(2023, 1, 1), date(2023, 12, 31)), today).code == code


def test_an_address_names_a_month_of_the_programme_alone():
    programme = _programme(date(2023, 1, 3), date(2023, 12, 31))
    assert rules.month_of(programme, "2023-01").first_day == date(2023, 1, 3)
    assert [rules.month_of(programme, code) for code in ("2022-12", "2024-01", "2023-13", "x", "")] == [None] * 5


def test_due_days_go_up_the_tree():
    than = Deadlines(branch=3, unit=6, root=10, remind_before=2, returned=3)
    branch, ward = SimpleNamespace(kind="branch"), SimpleNamespace(kind="grassroots")
    assert than.due_on(OCTOBER, branch, is_root=False) == date(2023, 11, 3)
    assert than.due_on(OCTOBER, ward, is_root=False) == date(2023, 11, 6)
    assert than.due_on(OCTOBER, ward, is_root=True) == date(2023, 11, 10)


def test_the_shipped_file_is_read_and_the_committee_s_own_goes_before_it(tmp_path, settings):
    settings.DATA = tmp_path
    assert deadlines() == Deadlines(branch=3, unit=6, root=10, remind_before=2, returned=3)
    own = tmp_path / SHIPPED.name
    own.write_text(SHIPPED.read_text(encoding="utf-8").replace("branch = 3", "branch = 5"), encoding="utf-8")
    assert deadlines().branch == 5
    own.write_text(SHIPPED.read_text(encoding="utf-8") + "\nmore = 1\n", encoding="utf-8")
    with pytest.raises(Refused, match=r"deadlines\.toml, remind"):
        deadlines()


@pytest.mark.parametrize(
    ("kind", "before", "now", "fallen"),
    [
        ("count", FigureOnDay(10), FigureOnDay(9), True),
        ("count", FigureOnDay(10), FigureOnDay(10), False),
        ("milestone", FigureOnDay(1), FigureOnDay(0), True),
        # One who was in the share left the unit, and so its denominator.
        ("share", FigureOnDay(10, 20), FigureOnDay(9, 19), False),
        ("share", FigureOnDay(10, 20), FigureOnDay(9, 20), True),
        # Newcomers make the per cent less, not the number.
        ("share", FigureOnDay(10, 20), FigureOnDay(10, 25), False),
        ("share", FigureOnDay(10, 20), FigureOnDay(8, 19), True),
        ("rule", FigureOnDay(10, 20), FigureOnDay(2, 20), False),
    ],
)
def test_a_figure_fell_when_nothing_explains_it(kind, before, now, fallen):
    assert rules.has_fallen(kind, before, now) is fallen


def test_a_reason_is_a_sentence_and_no_number():
    assert rules.words_problem("Đã rà soát 25 lượt trong 3 ngày.", "words") is None
    codes = {rules.words_problem(words, "words").code for words in ("", "  ", "x" * 501, "0903.111.222")}
    assert codes == {"words_missing", "words_long", "words_number"}
