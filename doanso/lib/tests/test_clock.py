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


def test_a_process_may_live_on_a_day_of_its_own(business_day, settings):
    business_day(date(2023, 1, 31))
    try:
        clock.live_on(date(2023, 3, 8))
        assert clock.today() == date(2023, 3, 8)
        written = clock.local(clock.history_moment())
        assert (written.date(), 8 <= written.hour <= 17) == (date(2023, 3, 8), True)
        # The others of the data folder read what is set for all.
        assert settings.BUSINESS_DAY_FILE.read_text() == "2023-01-31"
    finally:
        clock.live_on(None)

    assert clock.today() == date(2023, 1, 31)
    assert abs(clock.history_moment() - clock.now()) < timedelta(seconds=5)
    assert [path.name for path in settings.BUSINESS_DAY_FILE.parent.iterdir()] == ["business-day"]


def test_outside_demo_and_tests_the_day_cannot_be_set(settings):
    settings.BUSINESS_DAY_FILE = None

    for change in (clock.set_today, clock.live_on):
        with pytest.raises(RuntimeError, match="only in a demo or a test"):
            change(date(2023, 11, 12))
