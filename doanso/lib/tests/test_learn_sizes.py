"""SQLite plans by how many rows its tables have; the worker lets it look once a day."""

from datetime import UTC, datetime

import pytest
from django.db import connection

from doanso.lib import clock, database
from doanso.lib.uuid7 import uuid7
from doanso.people.actions import DoorTold, meet_households
from doanso.people.models import Household
from doanso.testing import Tree


def _plan(tree: Tree) -> str:
    """How forty homes of ward 4 are found by their keys."""
    keys = [uuid7() for _at in range(40)]
    return Household.objects.filter(pk__in=keys, unit=tree.units["p4"]).explain()


@pytest.fixture
def not_yet_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_learnt_on", {})


@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.usefixtures("not_yet_today")
def test_a_ward_of_thousands_is_not_read_whole_for_a_few_dozen(tree: Tree) -> None:
    street = [DoorTold(str(n), "Lê Lợi", None) for n in range(1, 3001)]
    meet_households(unit_id=tree.units["p4"].pk, told=street)
    assert "people_household_unit" in _plan(tree)

    database.learn_sizes_daily()

    assert "sqlite_autoindex_people_household_1" in _plan(tree)


@pytest.mark.django_db
@pytest.mark.usefixtures("not_yet_today")
def test_it_looks_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[datetime] = []
    for moment in (
        datetime(2023, 11, 12, 1, tzinfo=UTC),
        datetime(2023, 11, 12, 23, tzinfo=UTC),
        datetime(2023, 11, 13, tzinfo=UTC),
    ):
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        monkeypatch.setattr(database, "learn_sizes", lambda moment=moment: looked.append(moment))
        database.learn_sizes_daily()
    assert [(one.day, one.hour) for one in looked] == [(12, 1), (13, 0)]


@pytest.mark.django_db
def test_postgresql_does_so_by_itself_and_sqlite_is_asked(django_assert_num_queries) -> None:
    with django_assert_num_queries(0 if connection.vendor == "postgresql" else 2):
        database.learn_sizes()
