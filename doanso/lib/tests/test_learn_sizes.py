"""SQLite plans by how many rows its tables have; the worker lets it look once a day."""

import pytest
from django.db import connection

from doanso.lib import database
from doanso.lib.uuid7 import uuid7
from doanso.people.actions import DoorInput, match_or_create_households
from doanso.people.models import Household
from doanso.testing import Tree


def _plan(tree: Tree) -> str:
    """How forty homes of ward 4 are found by their keys."""
    keys = [uuid7() for _at in range(40)]
    return Household.objects.filter(pk__in=keys, unit=tree.units["p4"]).explain()


@pytest.fixture
def unknown_sizes(db: None) -> None:
    """Forget what an earlier test of this process let SQLite learn."""
    with connection.cursor() as cursor:
        for statement in ("ANALYZE people_household", "DELETE FROM sqlite_stat1", "ANALYZE sqlite_schema"):
            cursor.execute(statement)


@pytest.mark.sqlite_only
def test_a_ward_of_thousands_is_not_read_whole_for_a_few_dozen(unknown_sizes: None, tree: Tree) -> None:
    street = [DoorInput(str(n), "Lê Lợi", None) for n in range(1, 3001)]
    match_or_create_households(unit_id=tree.units["p4"].pk, inputs=street)
    assert "people_household_unit" in _plan(tree)

    database.learn_sizes()

    assert "sqlite_autoindex_people_household_1" in _plan(tree)


@pytest.mark.django_db
def test_postgresql_does_so_by_itself_and_sqlite_is_asked(django_assert_num_queries) -> None:
    with django_assert_num_queries(0 if connection.vendor == "postgresql" else 2):
        database.learn_sizes()
