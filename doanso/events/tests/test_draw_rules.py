"""The rule of the draw: fixed examples, nobody twice, every ticket equally likely, and what is refused."""

import hashlib
import hmac
from collections import Counter
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.events.rules import draw as rules
from doanso.events.rules.draw import RoundPlan

SEED = bytes(range(32))
PLANS = [RoundPlan(1, 1, 1), RoundPlan(2, 1, 2), RoundPlan(3, 1, 2)]


def test_a_fixed_example_never_changes():
    """Published results must stay reproducible: these values may not change, whatever the code becomes."""
    assert rules.seed_hash(SEED) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    text = rules.list_text(range(1, 613))
    assert text.startswith("1\n2\n3\n")
    assert rules.list_hash(text) == hashlib.sha256(text.encode()).hexdigest()
    assert rules.draw_all(SEED, range(1, 613), "083506", PLANS) == EXAMPLE


EXAMPLE = [[87], [372, 273], [6, 314]]


def test_the_words_are_those_of_the_published_message():
    message = f"doanso-draw-1|{rules.list_hash(rules.list_text([5, 7, 9]))}|12|1|1|0"
    digest = hmac.new(SEED, message.encode(), hashlib.sha256).digest()
    words = [int.from_bytes(digest[start : start + 8], "big") for start in (0, 8, 16)]
    left = [5, 7, 9]
    expected = [left.pop(word % len(left)) for word in words]
    assert rules.draw_all(SEED, [9, 5, 7], "12", [RoundPlan(1, 1, 3)]) == [expected]


def test_the_uneven_rest_of_the_words_is_rejected(monkeypatch):
    """The largest words are one too many for three tickets: they choose nobody."""

    def drawn_with(*words: int) -> list[int]:
        monkeypatch.setattr(hmac, "digest", lambda *_arguments: b"".join(word.to_bytes(8, "big") for word in words))
        return rules.draw_round(SEED, "", "12", RoundPlan(1, 1, 1), [10, 20, 30])

    assert drawn_with(2**64 - 1, 4) == [20]
    assert drawn_with(2**64 - 2, 4) == [30]


@given(
    st.binary(min_size=32, max_size=32),
    st.sets(st.integers(1, 5000), min_size=1, max_size=60),
    st.from_regex(r"[0-9]{2,8}", fullmatch=True),
    st.lists(st.integers(1, 5), min_size=1, max_size=6),
    st.randoms(use_true_random=False),
)
def test_nobody_wins_twice_whatever_the_order_of_the_list(seed, numbers, number, counts, shuffle):
    plans, left = [], len(numbers)
    for position, count in enumerate(counts, 1):
        if (count := min(count, left)) > 0:
            plans.append(RoundPlan(position, 1, count))
            left -= count
    rows = list(numbers)
    shuffle.shuffle(rows)
    winners = rules.draw_all(seed, rows, number, plans)
    assert winners == rules.draw_all(seed, sorted(numbers), number, plans)
    drawn = [ticket for round_ in winners for ticket in round_]
    assert [len(round_) for round_ in winners] == [plan.count for plan in plans]
    assert len(set(drawn)) == len(drawn)
    assert set(drawn) <= numbers


@given(st.binary(min_size=32, max_size=32), st.integers(0, 255), st.integers(0, 31))
def test_another_seed_has_another_hash(seed, value, place):
    other = seed[:place] + bytes([value]) + seed[place + 1 :]
    assert (rules.seed_hash(other) == rules.seed_hash(seed)) == (other == seed)


def test_every_ticket_is_equally_likely():
    """7,000 draws among seven tickets, each prize of three by itself: chi square of six degrees of freedom, bound of 0.1 %."""
    counts = [Counter[int]() for _prize in range(3)]
    for turn in range(7000):
        plans = [RoundPlan(position, 1, 1) for position in (1, 2, 3)]
        for counter, [ticket] in zip(counts, rules.draw_all(SEED, range(1, 8), f"{turn:06}", plans), strict=True):
            counter[ticket] += 1
    for counter in counts:
        assert sum((counter[ticket] - 1000) ** 2 / 1000 for ticket in range(1, 8)) < 22.46


def test_more_winners_than_candidates_are_an_error():
    with pytest.raises(ValueError, match="fewer candidates"):
        rules.draw_all(SEED, [1, 2], "12", [RoundPlan(1, 1, 3)])


def test_the_number_is_known_from_its_moment_on():
    day, at = date(2023, 11, 12), time(16, 30)
    assert rules.past_due_problem(day, at, day, time(16, 29)) is None
    assert rules.past_due_problem(day, at, day, time(16, 30)).code == "draw_number_known"
    assert rules.early_number_problem(day, at, day, time(16, 29)).code == "draw_number_early"
    assert rules.early_number_problem(day, at, date(2023, 11, 13), time(0)) is None


@pytest.mark.parametrize(
    ("typed", "clean", "code"),
    [
        ("083506", "083506", None),
        (" 08 35.06 ", "083506", None),
        ("8", "8", "draw_number_form"),
        ("12a", "12a", "draw_number_form"),
        ("1" * 21, "1" * 21, "draw_number_form"),
        ("٣٤٥", "٣٤٥", "draw_number_form"),
    ],
)
def test_a_public_number_is_digits(typed, clean, code):
    assert rules.clean_number(typed) == clean
    problem = rules.number_form_problem(clean)
    assert (problem.code if problem else None) == code


def test_a_changed_list_and_a_changed_seed_are_found():
    text = rules.list_text([1, 2, 3])
    assert rules.changed_list_problem(text, rules.list_hash(text)) is None
    assert rules.changed_list_problem(rules.list_text([1, 2, 4]), rules.list_hash(text)).code == "draw_list_changed"
    assert rules.changed_seed_problem(SEED, rules.seed_hash(SEED)) is None
    assert rules.changed_seed_problem(bytes(32), rules.seed_hash(SEED)).code == "draw_seed_changed"
