"""A week of a target: what it asks for, what of it is done, and how the week stands."""

from datetime import date, timedelta

import pytest

from doanso.targets.queries.week import this_week
from doanso.targets.rules import ProgressState
from doanso.targets.rules.week import week_of, week_state
from doanso.testing import TODAY

SUNDAY, MONDAY = date(2023, 11, 12), date(2023, 11, 6)


@pytest.mark.parametrize("day", range(7))
def test_a_week_runs_from_monday_to_sunday(day):
    assert week_of(MONDAY + timedelta(days=day)) == (MONDAY, SUNDAY)


@pytest.mark.parametrize(
    ("done", "asked", "on", "state"),
    [
        (0, 0, MONDAY, ProgressState.MET),
        (5, 5, MONDAY, ProgressState.ON),
        (1, 7, MONDAY, ProgressState.ON),  # one of seven on the first of seven days
        (0, 7, MONDAY, ProgressState.RISK),
        (6, 7, SUNDAY, ProgressState.BEHIND),
        (4, 7, SUNDAY, ProgressState.BEHIND),
        (3, 7, SUNDAY, ProgressState.RISK),
        (-1, 7, SUNDAY, ProgressState.RISK),  # more fell away than came
    ],
)
def test_a_week_stands_by_the_days_gone_by(done, asked, on, state):
    assert week_state(done, asked, on) is state


def test_this_week_counts_from_monday_on(loaded):
    loaded.reach("p4", "vneid", "level2-active", "Đức", on=date(2023, 10, 1))
    loaded.reach("p4", "vneid", "level2-active", "Thủy", on=date(2023, 11, 7))
    by_code = {
        week_target.indicator.code: week_target
        for week_target in this_week(loaded.programme, loaded.tree.units["p4"], TODAY)
    }
    week = by_code["vneid2-members"]

    # Of four members one stood before; three in eight weeks is one a week, and one came on Tuesday.
    assert (week.counted, week.needed, week.state, week.left, week.over) == (1, 1, ProgressState.ON, 0, 0)


def test_a_target_that_asks_for_nothing_any_more_is_left_out(loaded):
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Thủy", "Quân", "Hân", on=date(2023, 10, 1))
    codes = [week_target.indicator.code for week_target in this_week(loaded.programme, loaded.tree.units["p4"], TODAY)]

    assert "vneid2-members" not in codes
