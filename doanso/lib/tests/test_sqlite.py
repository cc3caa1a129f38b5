"""The engine for SQLite: placeholders become SQLite's own, the same as Django makes of them; keys are UUIDs everywhere."""

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.models import Count, OuterRef, Subquery
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.sqlite.base import Cursor
from doanso.units.models import Unit, UnitPath

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

WORDS = st.lists(st.sampled_from(["%s", "%%", "%", "s", "?", "SELECT ", "'%'", "%%s", "x"]), max_size=12).map("".join)


@given(WORDS)
def test_any_text_becomes_what_django_makes_of_it(text):
    with connection.cursor() as cursor:
        raw_cursor = cursor.cursor
        assert isinstance(raw_cursor, Cursor)
        assert raw_cursor.convert_query(text) == SQLiteCursorWrapper.convert_query(raw_cursor, text)


def test_named_parameters_and_percent_signs_still_work():
    with connection.cursor() as cursor:
        cursor.execute("SELECT %(one)s, 5 %% 3", {"one": "a"})
        assert cursor.fetchone() == ("a", 2)
        cursor.execute("SELECT %s, 5 %% 3", ["a%sb"])
        assert cursor.fetchone() == ("a%sb", 2)
        cursor.execute("SELECT 'a' LIKE %s", ["%"])
        assert cursor.fetchone() == (1,)


def test_django_asks_it_for_every_statement(monkeypatch):
    queries = []
    usual = Cursor.convert_query
    monkeypatch.setattr(
        Cursor, "convert_query", lambda self, query, **named: (queries.append(query), usual(self, query, **named))[1]
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s", [1])
        assert cursor.fetchone() == (1,)

    assert queries == ["SELECT %s"]


def test_a_foreign_key_of_a_subquery_is_the_key_it_points_to(tree):
    """Django leaves it as text there, so that it equals no key read another way."""
    ward = tree.units["p4"]
    above = UnitPath.objects.filter(unit=OuterRef("pk"), depth=1).values("ancestor_id")[:1]
    city = tree.units["my-tho"].pk
    with_parent = Unit.objects.annotate(parent=Subquery(above)).order_by()

    assert with_parent.get(pk=ward.pk).parent == city
    assert dict(with_parent.filter(parent=city).values_list("parent").annotate(Count("pk"))) == {city: 2}
