"""Dividing a target, and what the parts say against the whole."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.targets.rules import (
    AnswerState,
    SumState,
    answer_state,
    divide_by_weights,
    meets_target,
    met_since,
    share_check,
    sum_check,
)

TOTALS = st.integers(0, 10_000_000)
WEIGHTS = st.lists(st.integers(0, 1_000_000), min_size=1, max_size=60)


@given(TOTALS, WEIGHTS.filter(any))
def test_the_parts_sum_to_the_whole_exactly(total, weights):
    parts = divide_by_weights(total, weights)

    assert sum(parts) == total
    assert len(parts) == len(weights)


@given(TOTALS, WEIGHTS.filter(any))
def test_no_part_is_one_or_more_away_from_the_exact_one(total, weights):
    whole = sum(weights)
    for part, weight in zip(divide_by_weights(total, weights), weights, strict=True):
        assert abs(part - Fraction(total * weight, whole)) < 1


@given(TOTALS, WEIGHTS.filter(any))
def test_whoever_weighs_more_never_gets_less_and_nothing_gets_nothing(total, weights):
    parts = sorted(zip(weights, divide_by_weights(total, weights), strict=True))

    assert [part for _weight, part in parts] == sorted(part for _weight, part in parts)
    assert all(part == 0 for weight, part in parts if weight == 0)


@given(TOTALS, st.integers(1, 60))
def test_equal_weights_are_never_more_than_one_apart(total, count):
    parts = divide_by_weights(total, [1] * count)

    assert max(parts) - min(parts) <= 1


@pytest.mark.parametrize("weights", [[], [0], [0, 0, 0]])
def test_without_weight_there_is_nothing_to_divide_by(weights):
    assert divide_by_weights(100, weights) is None


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (5000, [402, 338, 296], [1940, 1631, 1429]),
        (10, [1, 1, 1], [4, 3, 3]),
        (2, [5, 4, 3, 2], [1, 1, 0, 0]),
        (7, [0, 10], [0, 7]),
        (0, [3, 4], [0, 0]),
    ],
)
def test_examples(total, weights, parts):
    assert divide_by_weights(total, weights) == parts


@pytest.mark.parametrize(
    ("owed", "given_below", "state", "difference", "units"),
    [
        (5000, [3000, 2000], SumState.EQUAL, 0, 2),
        (5000, [3000, None, 1900], SumState.SHORT, 100, 2),
        (5000, [3000, 2040, 0], SumState.OVER, 40, 2),
        (5000, [None, None], SumState.SHORT, 5000, 0),
    ],
)
def test_a_sum_is_equal_short_or_over(owed, given_below, state, difference, units):
    check = sum_check(owed, given_below)

    assert (check.state, check.difference, check.units) == (state, difference, units)


@pytest.mark.parametrize(
    ("owed", "below", "state", "given_tenths"),
    [
        (90, [(90, 100), (90, 7)], SumState.EQUAL, 900),
        (90, [(80, 1), (100, 1)], SumState.EQUAL, 900),
        (90, [(80, 2), (100, 1)], SumState.SHORT, 866),
        (90, [(90, 999_999), (91, 1)], SumState.OVER, 900),
    ],
)
def test_shares_are_weighed_by_whom_they_are_asked_of(owed, below, state, given_tenths):
    check = share_check(owed, below)

    assert (check.state, check.given, check.owed) == (state, given_tenths, owed * 10)


def test_shares_of_nobody_say_nothing():
    assert share_check(90, [(90, 0)]) is None


@pytest.mark.parametrize(
    ("met", "day"), [("-++-++", 5), ("++", 1), ("--", None), ("+-", None), ("", None), ("---+", 4)]
)
def test_the_day_since_which_it_is_met_without_a_break(met, day):
    days = [(date(2023, 5, number), sign == "+") for number, sign in enumerate(met, start=1)]

    assert met_since(days) == (date(2023, 5, day) if day else None)


@pytest.mark.parametrize(
    ("value", "owed", "whole", "met"),
    [
        (10, 10, None, True), (9, 10, None, False), (9, None, None, False), (90, 90, 100, True), (899, 90, 1000, False),
        (0, 90, 0, False), (1, None, 1, False),
    ],
)  # fmt: skip
def test_whether_what_is_owed_is_reached(value, owed, whole, met):
    assert meets_target(value, owed, whole) is met


def test_states_of_an_answer():
    assert answer_state("", settled=False) == AnswerState.PROPOSED
    assert answer_state("accepted", settled=False) == AnswerState.ACCEPTED
    assert answer_state("countered", settled=False) == AnswerState.COUNTERED
    assert answer_state("countered", settled=True) == AnswerState.SETTLED
