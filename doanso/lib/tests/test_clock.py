"""Which day a page shows for a moment of real time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from doanso.lib import clock, formats


@pytest.mark.parametrize("days", [-3, 0, 14])
def test_where_the_business_day_is_set_moments_are_shown_on_its_calendar(business_day, days):
    business_day(date(2023, 11, 12))

    assert clock.business_day(clock.now() + timedelta(days=days)) == date(2023, 11, 12) + timedelta(days=days)


def test_a_moment_on_the_business_calendar_stays_as_it_is(business_day):
    business_day(date(2023, 11, 12))
    earlier = clock.business_now() - timedelta(days=200)

    assert clock.business_moment(earlier) == earlier


@pytest.mark.parametrize("hour", [0, 16, 17, 23])
def test_the_business_moment_is_the_business_day_at_the_real_time_of_day(business_day, monkeypatch, hour):
    business_day(date(2023, 11, 12))
    real = datetime(2026, 12, 3, hour, 30, 15, tzinfo=clock.VIETNAM)
    monkeypatch.setattr(clock, "now", lambda: real.astimezone(UTC))

    assert clock.business_now() == real.replace(year=2023, month=11, day=12)
    assert clock.business_day_and_time() == (date(2023, 11, 12), time(hour, 30, 15))
    assert clock.business_moment(clock.business_now()) == clock.business_moment(clock.now()) == clock.business_now()


@pytest.mark.parametrize("days", [-40_000, -400, -1, 0, 1, 400])
@pytest.mark.parametrize("hour", [0, 16, 17, 23])
def test_where_no_business_day_is_set_all_of_it_is_real_time(settings, monkeypatch, days, hour):
    settings.BUSINESS_DAY_FILE = None
    real = datetime.now(clock.VIETNAM).replace(hour=hour, minute=59)
    monkeypatch.setattr(clock, "now", lambda: real.astimezone(UTC))
    moment = real + timedelta(days=days)

    assert (clock.business_now(), clock.business_now().tzinfo) == (clock.now(), UTC)
    assert clock.business_day_and_time() == (clock.today(), real.time())
    assert clock.business_moment(moment.astimezone(UTC)) == moment
    assert clock.business_day(moment.astimezone(UTC)) == moment.date()
    assert formats.moment(moment) == formats.real_moment(moment)


def test_moments_of_one_day_do_not_go_back_in_a_process_with_a_day_of_its_own(business_day):
    business_day(date(2023, 1, 31))
    try:
        clock.live_on(date(2023, 3, 8))
        first = clock.business_now()
        clock.live_on(date(2023, 3, 8))
        assert first <= clock.business_now() <= clock.history_moment()
        assert clock.local(first).date() == date(2023, 3, 8)
    finally:
        clock.live_on(None)


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
