"""The days that reports speak of."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.problems import Refused
from doanso.reports.models import ReportKind
from doanso.reports.rules.spans import ReportSpan, ad_hoc, months_of, read, span_of

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
REGULAR = st.sampled_from([kind for kind in ReportKind if kind != ReportKind.AD_HOC])


@given(REGULAR, DAYS)
def test_a_span_holds_its_day_and_every_day_in_it_gives_the_same(kind, day):
    span = span_of(kind, day)

    assert span.first_day <= day <= span.last_day
    assert span_of(kind, span.first_day) == span_of(kind, span.last_day) == span


@given(REGULAR, DAYS)
def test_the_span_before_ends_on_the_day_before_and_is_of_the_same_kind(kind, day):
    span = span_of(kind, day)
    before = span.before()

    assert before.last_day + timedelta(days=1) == span.first_day
    assert before == span_of(kind, before.first_day)


@given(REGULAR, DAYS)
def test_what_is_written_is_read_again(kind, day):
    span = span_of(kind, day)

    assert read(span.code) == span


@given(DAYS, st.integers(0, 500))
def test_chosen_days_are_read_again_and_come_after_as_many(first, length):
    span = ad_hoc(first, first + timedelta(days=length))
    before = span.before()

    assert read(span.code) == span
    assert before.last_day - before.first_day == span.last_day - span.first_day
    assert before.last_day + timedelta(days=1) == span.first_day


@given(DAYS)
def test_quarters_halves_and_the_year_are_made_of_whole_months(day):
    for kind, months in ((ReportKind.QUARTER, 3), (ReportKind.HALF_YEAR, 6), (ReportKind.YEAR, 12)):
        span = span_of(kind, day)
        assert len(months_of(span.first_day, span.last_day)) == months


@pytest.mark.parametrize(
    ("code", "title", "first", "last"),
    [
        ("2023-W41", "Tuần 41 năm 2023 (09/10 đến 15/10/2023)", date(2023, 10, 9), date(2023, 10, 15)),
        ("2023-10", "Tháng 10 năm 2023", date(2023, 10, 1), date(2023, 10, 31)),
        ("2023-Q3", "Quý III năm 2023", date(2023, 7, 1), date(2023, 9, 30)),
        ("2023-H1", "6 tháng đầu năm 2023", date(2023, 1, 1), date(2023, 6, 30)),
        ("2023-H2", "6 tháng cuối năm 2023", date(2023, 7, 1), date(2023, 12, 31)),
        ("2023", "Năm 2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023-10-01..2023-10-15", "Từ 01/10/2023 đến 15/10/2023", date(2023, 10, 1), date(2023, 10, 15)),
    ],
)
def test_each_has_its_name(code, title, first, last):
    span = read(code)

    assert (span.title, span.first_day, span.last_day) == (title, first, last)


@pytest.mark.parametrize(
    "text", ["", "10-2023", "2023-13", "2023-W60", "2023-Q5", "2023-H3", "9999-W52", "2023-10-32..2023-11-01"]
)
def test_what_is_no_period_is_refused_with_how_to_write_one(text):
    with pytest.raises(Refused) as refused:
        read(text)

    assert refused.value.problem.code == "period_unreadable"
    assert "2023-10 (tháng)" in refused.value.problem.message


def test_days_the_wrong_way_round_are_refused():
    with pytest.raises(Refused) as refused:
        read("2023-10-15..2023-10-01")

    assert refused.value.problem.code == "period_backwards"


def test_a_programme_cuts_the_days():
    span = read("2023-W01")

    assert span == ReportSpan(ReportKind.WEEK, date(2023, 1, 2), date(2023, 1, 8))
    assert span.within(date(2023, 1, 4), date(2023, 12, 31)) == (date(2023, 1, 4), date(2023, 1, 8))
    assert span.within(date(2024, 1, 1), date(2024, 12, 31)) is None
