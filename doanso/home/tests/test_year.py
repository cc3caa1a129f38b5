"""The demo's year: in one go for tests, and day by day beside a server."""

from datetime import date
from functools import partial
from pathlib import Path

import pytest
from django.db import connection

from doanso.accounts.models import User
from doanso.home import demo
from doanso.home.demo import Year
from doanso.lib import clock
from doanso.lib.dated_actions import SeparateAction
from doanso.lib.problems import Problem, Refused

JANUARY, FEBRUARY, MARCH = date(2023, 1, 20), date(2023, 2, 3), date(2023, 3, 7)


@pytest.fixture
def seen(business_day, monkeypatch):
    """For each action: its day, the day of other processes, and whether it ran in a shared transaction."""
    business_day(date(2023, 1, 3))
    monkeypatch.setattr(demo, "PAUSE", 0)
    yield []
    clock.live_on(None)


def _year(*actions):
    return Year("running", Path(), None, 0, actions)


def _action(seen, settings):
    seen.append((clock.today(), settings.BUSINESS_DAY_FILE.read_text(), connection.in_atomic_block))


def _refused():
    User.objects.create(username="nobody", created_at=clock.now())
    raise Refused(Problem("moved", "The member has moved."))


@pytest.mark.django_db(transaction=True)
def test_a_served_year_goes_day_by_day_and_the_others_follow(seen, settings):
    action = partial(_action, seen, settings)
    year = _year((JANUARY, action), (FEBRUARY, action), (FEBRUARY, SeparateAction(action)), (date(2023, 2, 4), action))

    year.advance(print, until=demo.FIRST_MONTH)
    assert (year.place, year.is_complete) == (1, False)
    year.advance(print, is_served=True)

    assert seen == [
        (JANUARY, "2023-01-03", True),
        (FEBRUARY, "2023-01-03", True),
        (FEBRUARY, "2023-02-03", False),
        (date(2023, 2, 4), "2023-02-03", True),
    ]
    assert year.is_complete
    clock.live_on(None)
    assert clock.today() == date(2023, 2, 4)


@pytest.mark.django_db(transaction=True)
def test_an_action_that_no_longer_fits_is_skipped_and_reported(seen, settings):
    said = []
    year = _year((FEBRUARY, _refused), (MARCH, partial(_action, seen, settings)))

    year.advance(said.append, is_served=True)

    assert [one[0] for one in seen] == [MARCH]
    [line] = said
    assert line.startswith("passed over, since somebody has changed what it rests on: Refused")
    assert not User.objects.filter(username="nobody").exists()


@pytest.mark.django_db(transaction=True)
def test_a_year_that_nobody_watches_stops_at_a_mistake(seen):
    year = _year((FEBRUARY, _refused))

    with pytest.raises(Refused):
        year.advance(print)

    assert not year.is_complete
