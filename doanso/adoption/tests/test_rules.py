"""Decisions about attestations, by examples and properties."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.adoption import rules

TODAY = date(2023, 11, 12)


@pytest.mark.parametrize(
    ("chosen", "opened"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (30, 3), (31, 4), (40, 4), (41, 5), (500, 50)]
)
def test_sample_size(chosen, opened):
    assert rules.sample_size(chosen) == opened


@given(chosen=st.integers(min_value=0, max_value=rules.MOST_IN_BULK))
def test_a_sample_is_a_tenth_and_three_where_there_are_three(chosen):
    size = rules.sample_size(chosen)
    assert size <= chosen
    assert size >= min(chosen, rules.LEAST_SAMPLE)
    assert size * rules.ONE_IN >= chosen


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2023, 11, 13), "day_ahead"),
        (date(2023, 11, 12), None),
        (date(2005, 1, 1), None),
        (date(2004, 12, 31), "day_too_early"),
        (date(203, 11, 12), "day_too_early"),
    ],
)
def test_day_problem(day, code):
    problem = rules.day_problem(day, TODAY)
    assert (problem.code if problem else None) == code


@pytest.mark.parametrize(
    ("now", "wanted", "ok"), [(1, 2, True), (1, 4, True), (4, 4, False), (3, 2, False), (3, 5, False)]
)
def test_grades_only_rise(now, wanted, ok):
    assert (rules.grade_problem(now, wanted) is None) == ok


def test_a_bulk_never_lowers_anybody():
    assert rules.still_to_reach(4, {"a": 0, "b": 4, "c": 5, "d": 3}) == ["a", "d"]


@pytest.mark.parametrize(
    ("wanted", "ok"),
    [(["none", "one"], True), (["none", "one", "two"], True), (["none"], False), (["none", "half", "one"], False)],
)
def test_known_stages_keep_their_places(wanted, ok):
    assert (rules.ladder_problem(["none", "one"], wanted) == "") == ok
