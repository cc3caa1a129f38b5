"""Rows that are written together: in their order, in one statement, and in several where one would not take them all."""

import pytest

from doanso.lib import database
from doanso.lib.uuid7 import uuid7
from doanso.tally.models import Subject

pytestmark = pytest.mark.django_db

MANY = 16_000
"""Of two values each: more than SQLite takes in one statement."""


def rows_of(refs):
    return [("person", ref) for ref in refs]


def test_keys_are_made_in_the_order_of_the_rows(django_assert_num_queries):
    refs = [uuid7() for _row in range(300)]
    with django_assert_num_queries(1):
        database.insert_rows(Subject, ("kind", "ref"), rows_of(refs))

    assert list(Subject.objects.order_by("id").values_list("ref", flat=True)) == refs


def test_more_than_one_statement_takes_are_all_written():
    refs = [uuid7() for _row in range(MANY)]
    database.insert_rows(Subject, ("kind", "ref"), rows_of(refs))

    assert list(Subject.objects.order_by("id").values_list("ref", flat=True)) == refs


def test_what_is_known_is_passed_over():
    known, new = [uuid7() for _row in range(3)], [uuid7() for _row in range(MANY)]
    database.insert_rows(Subject, ("kind", "ref"), rows_of(known))
    database.insert_rows(Subject, ("kind", "ref"), rows_of(known), keep_known=True)
    made = database.insert_new_rows(Subject, ("kind", "ref"), rows_of([*known, *new]), ("ref", "id"))

    assert dict(made) == dict(Subject.objects.order_by("id").values_list("ref", "id")[len(known) :])
    assert sorted(ref for ref, _id in made) == sorted(new)
