"""Reproducible drawing, and Wilson's interval."""

import uuid
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.support.rules import recheck_rounds as rules
from doanso.support.rules.recheck_rounds import ErrorRate, wilson_interval


@pytest.mark.parametrize(
    ("wrong", "n", "low", "high"),
    [
        # Computed by hand and by R's binom::binom.wilson, to four places.
        (0, 0, 0.0, 1.0),
        (0, 1, 0.0, 0.7935),
        (1, 1, 0.2065, 1.0),
        (0, 30, 0.0, 0.1135),
        (1, 30, 0.0059, 0.1667),
        (2, 41, 0.0135, 0.1614),
        (5, 50, 0.0435, 0.2136),
        (15, 30, 0.3315, 0.6685),
        (30, 30, 0.8865, 1.0),
        (10, 1000, 0.0054, 0.0183),
    ],
)
def test_wilson_examples(wrong, n, low, high):
    assert [round(bound, 4) for bound in wilson_interval(wrong, n)] == [low, high]


answers = st.integers(0, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(answers)
def test_the_rate_lies_in_its_interval_and_the_interval_between_nothing_and_everything(counts):
    wrong, n = counts
    low, high = wilson_interval(wrong, n)

    assert 0 <= low <= high <= 1
    if n:
        assert low <= wrong / n <= high


@given(answers.filter(lambda counts: counts[0] < counts[1]))
def test_one_more_wrong_answer_lowers_neither_end(counts):
    wrong, n = counts
    before, after = wilson_interval(wrong, n), wilson_interval(wrong + 1, n)
    assert before[0] <= after[0]
    assert before[1] <= after[1]


@given(answers.filter(lambda counts: counts[1] > 0), st.integers(2, 5))
def test_more_answers_of_the_same_share_say_it_more_exactly(counts, times):
    wrong, n = counts
    few, many = wilson_interval(wrong, n), wilson_interval(wrong * times, n * times)
    assert many[1] - many[0] < few[1] - few[0]


@given(answers)
def test_right_and_wrong_are_mirrors(counts):
    wrong, n = counts
    low, high = wilson_interval(wrong, n)
    assert wilson_interval(n - wrong, n) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@pytest.mark.parametrize(("n", "enough"), [(29, False), (30, True)])
def test_under_thirty_answers_say_nothing(n, enough):
    assert ErrorRate(wrong=1, right=n - 1, unreached=50, refused=9).is_enough is enough
    assert ErrorRate(wrong=2, right=39).tenths == (13, 161)


@pytest.mark.parametrize(
    ("receivers", "size"), [(0, 0), (1, 1), (29, 29), (30, 30), (600, 30), (601, 31), (620, 31), (621, 32), (5000, 250)]
)
def test_a_share_and_at_least_thirty_or_everybody(receivers, size):
    assert rules.sample_size(receivers, share=5, least=30) == size


helps = st.lists(
    st.tuples(st.uuids(), st.integers(1, 20).map(lambda n: uuid.UUID(int=n))),
    max_size=60,
    unique_by=lambda pair: pair[0],
)


@given(helps, st.text(min_size=1, max_size=9), st.integers(0, 30))
def test_the_same_seed_and_list_draw_the_same_each_receiver_once(pairs, seed, size):
    listed = rules.write_list(pairs)
    drawn = rules.draw_receivers(seed=seed, listed=listed, size=size)
    receivers = dict(pairs)

    assert rules.write_list(list(reversed(pairs))).split()[::2] == listed.split()[::2]
    assert drawn == rules.draw_receivers(seed=seed, listed=listed, size=size)
    assert len(drawn) == min(size, len({receiver for _key, receiver in pairs}))
    assert len({receivers[key] for key in drawn}) == len(drawn)
    assert rules.draw_receivers(seed=seed, listed=listed, size=size + 1)[: len(drawn)] == drawn


def test_a_list_names_nobody_and_is_known_by_its_hash():
    key, other, receiver = uuid.UUID(int=1), uuid.UUID(int=2), uuid.UUID(int=9)
    listed = rules.write_list([(other, receiver), (key, receiver)])

    assert listed == f"{key} 1\n{other} 1\n"
    assert rules.list_hash(listed) != rules.list_hash(listed + f"{receiver} 2\n")
    assert len(rules.new_seed()) == 64
    assert rules.new_seed() != rules.new_seed()


def test_every_receiver_has_the_same_chance():
    people = [(uuid.UUID(int=place), uuid.UUID(int=place)) for place in range(1, 11)]
    listed = rules.write_list(people)
    drawn = [key for seed in range(2000) for key in rules.draw_receivers(seed=str(seed), listed=listed, size=3)]

    # 600 times each are expected, and five deviations are about 100.
    assert all(500 < drawn.count(key) < 700 for key, _who in people)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (date(2023, 11, 1), date(2023, 11, 12), None),
        (date(2023, 11, 12), date(2023, 11, 12), None),
        (date(2023, 11, 2), date(2023, 11, 1), "period_backwards"),
        (date(2023, 11, 1), date(2023, 11, 13), "period_ahead"),
    ],
)
def test_a_period_is_over(first, last, code):
    problem = rules.period_problem(first, last, date(2023, 11, 12))
    assert (problem and problem.code) == code
