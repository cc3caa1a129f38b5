"""When a unit is asked whether it needs help: tables of examples."""

from datetime import date, timedelta

import pytest

from doanso.targets.actions.alerts import alert_thresholds
from doanso.targets.rules import alerts

THAN = alert_thresholds()
BEGAN = date(2023, 1, 1)
LAST = date(2023, 12, 31)
ON = date(2023, 11, 12)


@pytest.mark.parametrize(
    ("last", "behind", "days"),
    [
        (date(2023, 11, 12), True, None),
        (date(2023, 10, 30), True, None),  # 13 days
        (date(2023, 10, 29), True, 14),
        (date(2023, 10, 29), False, None),  # silent, but where it should be
        (date(2023, 9, 1), True, 72),
        (None, True, 315),  # nothing since the programme began
    ],
)
def test_silence_is_two_weeks_without_a_record_by_a_unit_that_is_behind(last, behind, days):
    assert alerts.days_of_silence(last, BEGAN, ON, behind=behind, thresholds=THAN) == days


def test_a_unit_that_has_just_begun_is_not_silent():
    assert alerts.days_of_silence(None, ON - timedelta(days=13), ON, behind=True, thresholds=THAN) is None
    assert alerts.days_of_silence(None, ON - timedelta(days=14), ON, behind=True, thresholds=THAN) == 14


@pytest.mark.parametrize(
    ("on", "reached"),
    [
        ("2023-11-29", None),
        ("2023-11-30", "2023-11-30"),
        ("2023-12-02", "2023-11-30"),
        ("2023-12-03", None),
        ("2023-12-15", "2023-12-15"),  # the programme's own last day
        ("2023-12-17", "2023-12-15"),
        ("2023-12-31", None),  # a month's end after the programme
    ],
)
def test_deadlines_are_ends_of_months_and_of_the_programme(on, reached):
    last_reached = alerts.recent_deadline(date.fromisoformat(on), date(2023, 12, 15), THAN)
    assert last_reached == (date.fromisoformat(reached) if reached else None)


UNTIL = date(2023, 11, 30)


def _weeks(*counts: int) -> dict[date, int]:
    """Counts of whole weeks, the newest first, that end where the last three days begin."""
    return {UNTIL - timedelta(days=3 + 7 * back): count for back, count in enumerate(counts)}


@pytest.mark.parametrize(
    ("weeks", "late", "found"),
    [
        ([10] * 8, 30, (30, 10)),
        ([10] * 8, 29, None),  # below the least
        ([11] * 8, 32, None),  # not three times the usual
        ([11] * 8, 33, (33, 11)),
        ([0] * 8, 30, (30, 0)),  # nothing was usual
        ([10, 10, 10, 10, 10, 10, 10, 400], 40, (40, 10)),  # one festival makes no usual week
        ([0, 0, 0, 0, 20, 20, 20, 20], 50, (50, 0)),
    ],
)
def test_a_burst_is_far_more_than_the_usual_week_in_the_last_three_days(weeks, late, found):
    days = {**_weeks(*weeks), UNTIL: late - 1, UNTIL - timedelta(days=2): 1}
    assert alerts.burst_before_deadline(days, BEGAN, UNTIL, THAN) == found


def test_with_too_few_weeks_behind_it_nothing_is_usual():
    days = {UNTIL: 500}
    first = UNTIL - timedelta(days=2)
    assert alerts.burst_before_deadline(days, first - timedelta(days=20), UNTIL, THAN) is None
    assert alerts.burst_before_deadline(days, first - timedelta(days=21), UNTIL, THAN) == (500, 0)


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ({22: 10, 9: 10}, (10, 20)),
        ({22: 9, 9: 11}, None),  # less than half
        ({22: 19}, None),  # too few to say anything
        ({21: 10, 5: 10}, None),  # the edges are day
        ({23: 5, 0: 5, 4: 5, 12: 5}, (15, 20)),
        ({}, None),
    ],
)
def test_the_night_is_from_22_to_5(hours, found):
    assert alerts.records_at_night(hours, THAN) == found


@pytest.mark.parametrize(
    ("phones", "found"),
    [
        ([(5, 2)], 1),
        ([(4, 4)], None),
        ([(9, 1)], None),  # a large family
        ([(5, 2), (12, 8), (6, 1)], 2),
        ([], None),
    ],
)
def test_one_phone_for_many_people_in_more_than_one_home(phones, found):
    assert alerts.count_shared_phones(phones, THAN) == found


def test_hours_of_several_lists_are_added_up():
    assert alerts.sum_by_hour([{22: 1}, {22: 2, 3: 1}]) == {22: 3, 3: 1}
