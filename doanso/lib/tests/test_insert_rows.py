"""Rows that are written together: in their order, in one statement, and in several where one would not take them all; each
value is read back as it was."""

from contextlib import nullcontext
from datetime import UTC
from typing import Any

import pytest
from django.db import DataError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doanso.ledger.models import Subject
from doanso.lib import clock, database
from doanso.lib.uuid7 import uuid7
from doanso.support.models import EarlyConfirmation
from doanso.sync.models import Device, Record

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
    existing, new = [uuid7() for _row in range(3)], [uuid7() for _row in range(MANY)]
    database.insert_rows(Subject, ("kind", "ref"), rows_of(existing))
    database.insert_rows(Subject, ("kind", "ref"), rows_of(existing), keep_known=True)
    inserted = database.insert_new_rows(Subject, ("kind", "ref"), rows_of([*existing, *new]), ("ref", "id"))

    assert dict(inserted) == dict(Subject.objects.order_by("id").values_list("ref", "id")[len(existing) :])
    assert sorted(ref for ref, _id in inserted) == sorted(new)


# A surrogate is no character, and PostgreSQL keeps no NUL.
TEXT = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from('{}",\\NUL \n'), max_size=9
)
MOMENTS = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: moment.year > 1)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(st.tuples(MOMENTS, st.booleans(), TEXT), min_size=1, max_size=5))
def test_moments_answers_and_words_are_read_back_as_they_were(tuples):
    rows = [(uuid7().hex, *row) for row in tuples]
    columns = ("link_lookup", "made_at", "staff_browser", "device")
    database.insert_rows(EarlyConfirmation, columns, rows)

    stored = EarlyConfirmation.objects.filter(pk__in=[row[0] for row in rows]).order_by("pk")
    assert list(stored.values_list(*columns)) == sorted(rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tuples=st.lists(st.tuples(st.integers(0, 32_767), st.binary(max_size=9), JSON, st.none() | MOMENTS), max_size=5))
def test_numbers_bytes_and_json_are_read_back_as_they_were(tree, tuples):
    now = clock.now()
    fields = {"user": tree.lan, "name": "Máy", "registered_at": now, "seen_at": now, "lease_until": now}
    device, _made = Device.objects.get_or_create(token_hash="x", defaults={"id": uuid7(), **fields})
    columns = ("record_id", "version", "payload_encrypted", "problem", "made_at")
    rows = [(uuid7(), *row) for row in tuples]
    usual: dict[str, Any] = {"content_hash": "h", "kind": "k", "base": "", "state": "applied", "reason": ""}
    usual |= {"device": device.pk, "user": tree.lan.pk, "received_at": now, "key_encrypted": b""}
    database.insert_rows(Record, (*columns, *usual), [(*row, *usual.values()) for row in rows])

    stored = Record.objects.filter(record_id__in=[row[0] for row in rows]).order_by("record_id")
    read = [(row.record_id, row.version, bytes(row.payload_encrypted), row.problem, row.made_at) for row in stored]
    assert read == sorted(rows, key=lambda row: row[0])


def test_what_is_too_long_for_its_column_is_not_cut_off():
    columns = ("link_lookup", "made_at", "staff_browser", "device")
    # SQLite's columns know no length: what people write is measured by the actions.
    refused = pytest.raises(DataError) if connection.vendor == "postgresql" else nullcontext()
    with refused, transaction.atomic():
        database.insert_rows(EarlyConfirmation, columns, [("7", clock.now(), True, "x" * 65)])

    assert set(EarlyConfirmation.objects.values_list("device", flat=True)) <= {"x" * 65}
