"""The arithmetic of progress: tables of examples, and properties over all whole numbers."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.targets import rules
from doanso.targets.rules import ProgressState

FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)
wholes = st.integers(min_value=1, max_value=10_000_000)
days = st.dates(min_value=date(2022, 6, 1), max_value=date(2024, 6, 1))


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, None),
        (5, 0, None),
        (0, 7, 0),
        (1, 3, 333),
        (2, 3, 666),
        (9_999, 10_000, 999),
        (5_999, 6_000, 999),
        (6_000, 6_000, 1000),
    ],
)
def test_percent_is_rounded_down(part, whole, shown):
    assert rules.percent_tenths(part, whole) == shown


@given(whole=wholes, data=st.data())
def test_a_hundred_only_when_it_is_true(whole, data):
    part = data.draw(st.integers(min_value=0, max_value=whole))
    shown = rules.percent_tenths(part, whole)
    assert (shown == 1000) == (part == whole)
    assert shown <= Fraction(part * 1000, whole) < shown + 1


@given(whole=wholes, target=st.integers(min_value=1, max_value=100), data=st.data())
def test_met_only_when_the_whole_numbers_say_so(whole, target, data):
    part = data.draw(st.integers(min_value=0, max_value=whole))
    met = (
        rules.state_by_pace(rules.share(part, whole), target, rules.pace_bounds(target, Fraction(1)))
        is ProgressState.MET
    )
    assert met == (part * 100 >= target * whole)
    assert met == (part >= rules.needed_for(target, whole))


@given(on=days)
def test_elapsed_runs_from_nothing_to_one(on):
    passed = rules.elapsed_part(FIRST, LAST, on)
    assert 0 <= passed <= 1
    assert (passed == 1) == (on >= LAST)
    assert (passed == 0) == (on < FIRST)
    assert rules.elapsed_part(FIRST, LAST, on + timedelta(days=1)) >= passed


def test_elapsed_on_the_day_of_the_prototypes():
    assert rules.tenths_down(rules.elapsed_part(FIRST, LAST, date(2023, 11, 12)) * 100) == 865


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (None, "none"),
        (84, "risk"),
        (85, "behind"),
        (Fraction(979, 10), "behind"),
        (98, "on"),
        (199, "on"),
        (200, "met"),
    ],
)
def test_state_by_pace(value, state):
    exact = None if value is None else Fraction(value)
    assert rules.state_by_pace(exact, 200, rules.pace_bounds(200, Fraction(1, 2))) == state


def test_no_target_no_state():
    assert rules.state_by_pace(Fraction(5), None, None) is ProgressState.NONE
    assert rules.state_of_rule(Fraction(5), None, Fraction(1, 2)) is ProgressState.NONE
    assert rules.state_of_milestone(5, None, [], FIRST, LAST) is ProgressState.NONE


@pytest.mark.parametrize(
    ("value", "passed", "state"),
    [
        (Fraction(100), Fraction(1, 2), "on"),
        (Fraction(995, 10), Fraction(1, 2), "on"),
        (Fraction(994, 10), Fraction(1, 2), "behind"),
        (Fraction(90), Fraction(1, 2), "behind"),
        (Fraction(899, 10), Fraction(1, 2), "risk"),
        (Fraction(100), Fraction(1), "met"),
        (Fraction(999, 10), Fraction(1), "on"),
        (None, Fraction(1), "none"),
    ],
)
def test_state_of_rule(value, passed, state):
    assert rules.state_of_rule(value, 100, passed) == state


@pytest.mark.parametrize(
    ("value", "due", "state"),
    [
        (2, [], "met"),
        (1, [date(2023, 3, 1), date(2023, 11, 25)], "on"),
        (0, [date(2023, 3, 1), date(2023, 11, 25)], "behind"),
        (1, [date(2023, 3, 1)], "behind"),
        (1, [date(2023, 3, 1), date(2024, 1, 5)], "behind"),
        (None, [], "none"),
    ],
)
def test_state_of_milestone(value, due, state):
    assert rules.state_of_milestone(value, 2, due, date(2023, 11, 12), LAST) == state


@given(
    value=st.integers(min_value=0, max_value=10_000),
    needed=st.integers(min_value=0, max_value=10_000),
    on=st.dates(min_value=FIRST, max_value=LAST - timedelta(days=1)),
)
def test_needed_per_week_is_enough_and_not_one_too_many(value, needed, on):
    per_week = rules.needed_per_week(value, needed, on, LAST)
    missing = max(needed - value, 0)
    days_left = (LAST - on).days
    if missing == 0:
        assert per_week == 0
    elif days_left >= 7:
        assert per_week * days_left >= missing * 7
        assert (per_week - 1) * days_left < missing * 7
    else:
        assert per_week == missing


def test_nothing_is_needed_per_week_once_it_is_over():
    assert rules.needed_per_week(3, 5, LAST, LAST) is None
    assert rules.needed_per_week(5, 5, LAST, LAST) == 0


def test_full_weeks_begin_after_the_first_day():
    ends = rules.full_week_ends(FIRST, LAST, date(2023, 1, 21))
    assert ends == [date(2023, 1, 1), date(2023, 1, 8), date(2023, 1, 15)]
    assert rules.full_week_ends(FIRST, LAST, date(2023, 1, 7)) == []


@given(on=days)
def test_full_weeks_are_sundays_inside_the_programme_seven_days_apart(on):
    ends = rules.full_week_ends(FIRST, LAST, on)
    assert len(ends) <= rules.LAST_WEEKS + 1
    assert all(end.weekday() == 6 and FIRST <= end <= min(on, LAST) for end in ends)
    assert all(later - earlier == timedelta(days=7) for earlier, later in pairwise(ends))


def test_forecast_carries_the_mean_gain_to_the_last_day():
    bounds = [Fraction(value) for value in (10, 20, 30, 40)]
    assert rules.forecast(Fraction(40), bounds, LAST - timedelta(days=14), LAST) == 60
    assert rules.forecast(Fraction(40), bounds[:3], LAST - timedelta(days=14), LAST) is None
    assert rules.forecast(Fraction(40), bounds, LAST, LAST) == 40


@given(
    bounds=st.lists(st.integers(min_value=0, max_value=10_000), min_size=4, max_size=9),
    on=st.dates(min_value=FIRST, max_value=LAST),
)
def test_forecast_never_falls_below_nothing_and_keeps_what_never_loses(bounds, on):
    values = [Fraction(value) for value in bounds]
    forecast_value = rules.forecast(values[-1], values, on, LAST)
    assert forecast_value >= 0
    if bounds[-1] >= bounds[0]:
        assert forecast_value >= values[-1]


@given(on=st.dates(min_value=FIRST, max_value=LAST))
def test_a_trend_runs_from_the_first_day_by_sundays_to_the_day(on):
    ends = rules.week_ends(FIRST + timedelta(days=2), max(on, FIRST + timedelta(days=2)))
    assert ends == sorted(set(ends))
    assert ends[0] == FIRST + timedelta(days=2)
    assert ends[-1] == max(on, FIRST + timedelta(days=2))
    assert all(end.weekday() == 6 for end in ends[1:-1])
