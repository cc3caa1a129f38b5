"""A week of a target: what it asks for, what of it is done, and how the week stands."""

from datetime import date, timedelta

import pytest

from doanso.targets.queries.week import this_week
from doanso.targets.rules.week import SpeedForecast, missed_weeks, speed_forecast, week_of
from doanso.testing import TODAY

SUNDAY, MONDAY = date(2023, 11, 12), date(2023, 11, 6)


@pytest.mark.parametrize("day", range(7))
def test_a_week_runs_from_monday_to_sunday(day):
    assert week_of(MONDAY + timedelta(days=day)) == (MONDAY, SUNDAY)


SUNDAYS = [date(2023, 10, 22), date(2023, 10, 29), date(2023, 11, 5)]
LAST_DAY = date(2023, 12, 31)


@pytest.mark.parametrize(
    ("values", "missed"),
    [
        # 70 in ten weeks are seven a week, then what is missing in the nine or eight weeks left.
        ([0, 7, 14], 0),
        ([0, 0, 0], 2),
        ([0, 0, 8], 0),
        ([0, 20, 20], 1),
        ([0], 0),
        ([], 0),
        ([70, 70, 70], 0),
    ],
)
def test_missed_weeks_are_counted_back_from_the_newest(values, missed):
    ends = list(zip(SUNDAYS, values, strict=False))
    assert missed_weeks(ends, 70, LAST_DAY) == missed


@pytest.mark.parametrize(
    ("now", "values", "forecast"),
    [
        (40, [0, 10, 20, 30], SpeedForecast(date(2023, 12, 3), 0)),
        # Ten a week: 70 are reached on the very last day, 71 not.
        (0, [0, 10, 20, 30], SpeedForecast(date(2023, 12, 31), 0)),
        (-1, [0, 10, 20, 30], SpeedForecast(None, 1)),
        (70, [0, 10, 20, 30], None),
        (40, [30, 30, 30, 30], None),
        (40, [40, 30, 20, 10], None),
        (40, [0, 10, 20], None),
    ],
)
def test_the_forecast_continues_the_mean_gain(now, values, forecast):
    ends = [(SUNDAY - timedelta(weeks=4 - place), value) for place, value in enumerate(values)]
    assert speed_forecast(now, 70, ends, SUNDAY, LAST_DAY) == forecast


def test_this_week_counts_from_monday_on(loaded):
    loaded.reach("p4", "vneid", "level2-active", "Đức", on=date(2023, 10, 1))
    loaded.reach("p4", "vneid", "level2-active", "Thủy", on=date(2023, 11, 7))
    by_code = {
        week_target.indicator.code: week_target
        for week_target in this_week(loaded.programme, loaded.tree.units["p4"], TODAY)
    }
    week = by_code["vneid2-members"]

    # Of four members one stood before; three in eight weeks is one a week, and one came on Tuesday.
    assert (week.counted, week.needed, week.left, week.over, week.is_late) == (1, 1, 0, 0, False)


def test_a_week_is_late_only_after_two_missed_ones(loaded):
    unit = loaded.tree.units["p4"]
    late = next(week for week in this_week(loaded.programme, unit, TODAY) if week.indicator.code == "vneid2-members")
    loaded.reach("p4", "vneid", "level2-active", "Đức", on=date(2023, 11, 2))
    after = next(week for week in this_week(loaded.programme, unit, TODAY) if week.indicator.code == "vneid2-members")

    assert (late.missed, late.left, late.is_late) == (2, 1, True)
    assert (after.missed, after.left, after.is_late) == (0, 1, False)


def test_the_statements_of_a_week_do_not_grow(loaded, django_assert_num_queries):
    with django_assert_num_queries(4):
        this_week(loaded.programme, loaded.tree.units["p4"], TODAY)


def test_a_target_that_asks_for_nothing_any_more_is_left_out(loaded):
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Thủy", "Quân", "Hân", on=date(2023, 10, 1))
    codes = [week_target.indicator.code for week_target in this_week(loaded.programme, loaded.tree.units["p4"], TODAY)]

    assert "vneid2-members" not in codes
