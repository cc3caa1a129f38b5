"""A person's copy and erasure: the record stays counted, and nothing refers to anybody."""

import pytest
from django.db import connection
from django.test import Client

from doanso.ledger.actions import forget_subjects
from doanso.ledger.recount import recount
from doanso.members.models import Member
from doanso.people import queries as people
from doanso.people.actions import erase_person
from doanso.people.models import Request
from doanso.support import personal, receipt_keys
from doanso.support.actions import Helper, confirm_receipt, dispute_receipt
from doanso.support.models import Confirmation, Receipt, SupportRecord
from doanso.support.tests.conftest import key_of, record_input

pytestmark = pytest.mark.django_db


def erase(support_record: SupportRecord) -> None:
    forget_subjects(kind="person", refs=[support_record.person_id])
    personal.erase({support_record.person_id})


def test_an_erased_help_keeps_unit_day_service_and_grade_and_loses_the_rest(ward, link_of):
    [support_record] = ward.support_record(record_input(source_id=key_of(3)))
    link = link_of(support_record)
    confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=False, device=["a"])
    erase(support_record)

    support_record.refresh_from_db()
    assert (support_record.person_id, support_record.contact_id, support_record.content_hash, support_record.named) == (
        None,
        None,
        "",
        True,
    )
    assert (support_record.grade, support_record.service_id, support_record.unit.code) == (3, "portal", "p4")
    receipt = Receipt.objects.get()
    assert (bytes(receipt.keys_encrypted), receipt.link_lookup, receipt.code_lookup) == (b"", None, "")
    assert Confirmation.objects.get().device == ""
    assert receipt_keys.keys_of(receipt) is None
    # The same answer as for any unknown link.
    assert "Đang chờ gửi" in Client().get(f"/r/{link}/").content.decode()
    assert ward.figure() == 1
    assert list(recount()) == []


def everywhere() -> str:
    """Return every value of every table."""
    values = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            values += [bytes(v).hex() if isinstance(v, bytes | memoryview) else str(v) for row in cursor for v in row]
    return "\n".join(values)


def test_whoever_asks_through_the_receipt_and_is_erased_leaves_no_trace_but_the_count(ward, link_of):
    [support_record] = ward.support_record(
        record_input("Nguyễn Thị Hoàng Yến", 1957, phone="0987000321", address="Hẻm Chim Én")
    )
    link = link_of(support_record)
    Client().post(f"/r/{link}/confirm/")
    Client().post(f"/r/{link}/mine/", {"ask": "erase"})
    canaries = [
        "Hoàng Yến",
        "hoang yen",
        "Chim Én",
        # Only as a whole value: keys and hashes may contain any four digits.
        "\n1957\n",
        people.lookup_hash("phone", "0987000321"),
        receipt_keys.link_lookup(link),
    ]
    before = everywhere()
    erase_person(actor=ward.tree.an, request=Request.objects.get())
    after = everywhere()

    assert [canary in before for canary in canaries] == [True] * len(canaries)
    assert [canary for canary in canaries if canary in after] == []
    assert (ward.figure(), ward.grades().grades) == (1, (0, 0, 0, 1, 0))


def test_the_record_of_somebody_erased_is_still_known_by_its_key(ward):
    [support_record] = ward.support_record(record_input(source_id=key_of(3)))
    erase(support_record)

    assert ward.support_record(record_input(source_id=key_of(3)))[0].pk == support_record.pk
    assert ward.figure() == 1


def test_helped_again_after_erasure_somebody_counts_anew(ward):
    [support_record] = ward.support_record(record_input())
    erase(support_record)
    ward.support_record(record_input("Nguyễn Văn Bảy", 1951, phone="0912999888"))

    assert ward.figure() == 2


def test_an_erased_helper_leaves_the_helps_without_the_name(ward, register):
    member: Member = register.duc
    [support_record] = ward.support_record(record_input(helper=Helper("Nguyễn Hoàng Đức", "youth", member.pk)))
    personal.erase({member.person_id})

    support_record.refresh_from_db()
    assert (
        support_record.helper_id,
        support_record.helper_name,
        support_record.helper_kind,
        support_record.person_id is not None,
    ) == (None, "", "youth", True)


def test_the_copy_tells_what_was_done_when_by_whom_and_what_was_said(ward):
    [support_record] = ward.support_record(record_input(second=Helper("Võ Thị Năm", "official")))
    confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=False, device=["a"])
    dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me")
    rows = personal.copy({support_record.person_id})

    assert rows[0] == (
        "Được giúp: Dịch vụ portal",
        "ngày 12/11/2023, đơn vị Đoàn Phường 4, người giúp: Trần Gia Huy, Võ Thị Năm",
    )
    assert [title for title, _text in rows[1:]] == ["Đã xác nhận biên nhận", "Đã khiếu nại biên nhận"]
    assert personal.copy({key_of(1)}) == []
