"""Which day a page shows for a moment of real time."""

from datetime import date, timedelta

import pytest

from doanso.lib import clock


@pytest.mark.parametrize("days", [-3, 0, 14])
def test_where_the_business_day_is_set_moments_are_shown_on_its_calendar(business_day, days):
    business_day(date(2023, 11, 12))

    assert clock.business_day(clock.now() + timedelta(days=days)) == date(2023, 11, 12) + timedelta(days=days)


def test_elsewhere_a_moment_is_shown_on_its_own_day(settings):
    settings.BUSINESS_DAY_FILE = None
    moment = clock.now() - timedelta(days=40)

    assert clock.business_day(moment) == clock.local(moment).date()
