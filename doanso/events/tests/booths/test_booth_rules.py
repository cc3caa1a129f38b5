"""When a code works, what is stamped where, and how long stamps are undone and answered."""

from datetime import date, datetime, time, timedelta

import pytest

from doanso.events.rules import booths as rules
from doanso.events.rules.booths import CodeTerms
from doanso.lib.clock import VIETNAM

DAY = date(2023, 11, 12)
NOON = datetime(2023, 11, 12, 12, tzinfo=VIETNAM)


def terms(**changes: object) -> CodeTerms:
    values = {
        "ended": False,
        "shift_removed": False,
        "same_booth": True,
        "event_state": "open",
        "day": DAY,
        "ends": time(13),
    }
    return CodeTerms(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "today", "now", "stamps", "reports"),
    [
        ({}, DAY, NOON, "", ""),
        ({}, DAY, NOON.replace(hour=13), "booth_code_over", ""),
        ({}, DAY, NOON.replace(hour=12, minute=59), "", ""),
        ({}, DAY - timedelta(days=1), NOON, "booth_code_early", "booth_code_early"),
        ({}, DAY + timedelta(days=1), NOON, "booth_code_over", ""),
        ({}, DAY + timedelta(days=2), NOON, "booth_code_over", "booth_code_over"),
        ({"ended": True}, DAY, NOON, "booth_code_over", "booth_code_over"),
        ({"shift_removed": True}, DAY, NOON, "booth_code_over", "booth_code_over"),
        ({"same_booth": False}, DAY, NOON, "booth_code_over", "booth_code_over"),
        ({"event_state": "cancelled"}, DAY, NOON, "booth_code_over", "booth_code_over"),
    ],
)
def test_a_code_ends_with_its_shift(changes, today, now, stamps, reports):
    problem, other = rules.code_problem(terms(**changes), today, now), rules.report_problem(terms(**changes), today)
    assert (problem.code if problem else "", other.code if other else "") == (stamps, reports)


def test_what_a_booth_stamps():
    assert rules.kinds_of("payment") == ("account", "payment")
    assert rules.kinds_of("vneid") == ("done",)
    assert rules.kinds_of(None) == ()


@pytest.mark.parametrize(
    ("state", "minutes", "code"),
    [
        ("waiting", 10, ""),
        ("waiting", 11, "stamp_old"),
        ("confirmed", 1, "stamp_confirmed"),
        ("denied", 1, "stamp_denied"),
    ],
)
def test_undoing(state, minutes, code):
    problem = rules.undo_problem(state, NOON - timedelta(minutes=minutes), NOON)
    assert (problem.code if problem else "") == code


@pytest.mark.parametrize(
    ("state", "days", "code"), [("waiting", 30, ""), ("waiting", 31, "stamp_over"), ("undone", 0, "stamp_undone")]
)
def test_answering(state, days, code):
    problem = rules.answer_problem(state, DAY, DAY + timedelta(days=days))
    assert (problem.code if problem else "") == code


def test_the_difference_of_nothing_reported_is_unknown():
    assert (rules.reported_excess(None, 5), rules.reported_excess(3, 5), rules.reported_excess(7, 5)) == (None, -2, 2)
