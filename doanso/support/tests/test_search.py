"""Residents in the global search by their receipts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.policy import current_role_assignments
from doanso.lib.search_words import SearchWords
from doanso.support.actions import take_back_help
from doanso.support.queries import keys_of
from doanso.support.search import find_supported, recall_records
from doanso.support.tests.conftest import record_input


def found(actor, text):
    group = find_supported(actor, SearchWords.parse(text))
    return None if group is None else [(entry.title, entry.url) for entry in group.entries]


@pytest.fixture
def bay(ward):
    [record] = ward.support_record(record_input())
    return record, keys_of(record.receipt_id)


@pytest.mark.parametrize("reader", ["an", "dung"])
def test_a_receipt_is_found_by_its_code_and_by_its_link(ward, bay, reader):
    record, keys = bay
    expected = [("Nguyễn Văn Bảy", f"/support/{record.pk}/")]
    actor = ward.tree.users[reader]

    assert found(actor, keys.code) == expected
    assert found(actor, keys.code.lower()) == expected
    assert found(actor, keys.link) == expected
    assert found(actor, f"https://doanso.example/r/{keys.link}/") == expected


def test_another_code_or_link_finds_nothing(ward, bay):
    _record, keys = bay
    other = keys.code[:-1] + ("2" if keys.code[-1] != "2" else "3")

    assert found(ward.tree.an, other) == []
    assert found(ward.tree.an, keys.link[:-2] + ("AA" if keys.link[-2] != "A" else "BA")) == []


def test_only_receipts_of_the_own_units_are_found(ward, bay):
    _record, keys = bay

    assert found(ward.tree.chi, keys.code) == []
    assert found(ward.tree.hanh, keys.code) == []
    for reader in ("khoa", "lan", "minh"):
        assert found(ward.tree.users[reader], keys.code) is None


def test_what_was_taken_back_is_not_found(ward, bay):
    record, keys = bay
    take_back_help(actor=ward.tree.an, support_record_id=record.pk)

    assert found(ward.tree.an, keys.code) == []


def test_names_are_left_to_the_directory_where_the_reader_has_one(ward, bay):
    assert found(ward.tree.an, "Nguyễn Văn Bảy") is None


def test_others_find_records_of_their_own_unit_by_the_whole_name_or_phone(ward):
    [record] = ward.support_record(record_input(phone="0903111222"))
    record.__class__.objects.filter(pk=record.pk).update(unit=ward.tree.units["p4-kp1"])
    binh = ward.tree.binh
    expected = [("Nguyễn Văn Bảy", f"/support/{record.pk}/")]

    assert found(binh, "nguyen van bay") == expected
    assert found(binh, "0903111222") == expected
    assert found(binh, "nguyen van") == []
    assert found(ward.tree.hanh, "nguyen van bay") == []


def test_opened_records_are_masked_like_their_page(ward, bay):
    record, _keys = bay
    opened = [{"support_record_id": record.pk}]

    assert [entry.title for entry in recall_records(ward.tree.an, opened)] == ["Nguyễn Văn Bảy"]
    assert [entry.title for entry in recall_records(ward.tree.hanh, opened)] == ["N. V. B."]
    assert recall_records(ward.tree.chi, opened) == []


def test_one_statement_for_a_code(ward, bay):
    _record, keys = bay
    actor = ward.tree.an
    actor.prepared_role_assignments = current_role_assignments(actor)
    with CaptureQueriesContext(connection) as queries:
        found(actor, keys.code)
    assert len(queries) == 1
