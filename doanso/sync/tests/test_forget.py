"""Erasing somebody reaches what phones sent of them; what was promised about the record stays."""

from datetime import timedelta
from typing import Any

from doanso.lib import clock
from doanso.people.actions import erase_person, open_request
from doanso.support.models import SupportRecord
from doanso.support.tests.conftest import Ward, ward  # noqa: F401
from doanso.sync.actions import leave_version
from doanso.sync.actions.retention import RETENTION, drop_old_bytes, forget_records
from doanso.sync.models import Record
from doanso.sync.sealed import payload_of
from doanso.sync.tests.conftest import Phone, sealed
from doanso.sync.tests.test_phones_machine import VisitTrade
from doanso.testing import TODAY, Tree


def _visit(phone: Phone, person: int) -> dict[str, str]:
    envelope: dict[str, Any] = {"kind": "outreach.visit", "version": 1, "unit": str(phone.unit.pk), "base": None}
    body = VisitTrade().body(person, TODAY - timedelta(days=person))
    return sealed(envelope | {"made_at": "2023-11-12T08:00:00+07:00", "body": body})


def test_the_text_of_a_visit_goes_with_its_person_and_the_others_stay(ward: Ward, phone: Phone) -> None:  # noqa: F811
    erased, other_visit = _visit(phone, 1), _visit(phone, 2)
    acks = phone.send(erased, other_visit)["acks"]
    assert [ack["state"] for ack in acks] == ["applied", "applied"]
    helped = SupportRecord.objects.get(visit_help__visit_id=erased["id"])
    assert helped.person_id is not None
    request = open_request(
        actor=None, person_id=helped.person_id, unit_id=helped.unit_id, kind="erase", channel="screen", detail=""
    )
    erase_person(actor=ward.tree.dung, request=request)
    assert payload_of(Record.objects.get(record_id=erased["id"])) is None
    assert payload_of(Record.objects.get(record_id=other_visit["id"])) == other_visit["payload"]
    assert phone.send(erased)["acks"] == [acks[0] | {"known": True}]
    assert ward.figure("portal-times") == 2


def test_forgetting_reaches_every_version_and_the_sentence_that_quotes_it(phone: Phone, notes: Any) -> None:
    first = phone.record("không")
    phone.send(first)
    [record] = Record.objects.all()
    assert forget_records([record.record_id, record.record_id]) == 1
    record.refresh_from_db()
    assert (bytes(record.key_encrypted), bytes(record.payload_encrypted), record.problem) == (b"", b"", None)
    assert (record.state, record.content_hash) == ("refused", first["hash"])
    assert forget_records([record.record_id]) == 0


def test_what_an_officer_wrote_about_it_goes_too_also_where_the_text_is_gone_already(
    phone: Phone, notes: Any, tree: Tree
) -> None:
    phone.send(phone.record("không"))
    record = Record.objects.get()
    leave_version(actor=tree.an, seq=record.pk, reason="Bà Bảy không có ở đây")
    Record.objects.update(received_at=clock.now() - RETENTION, decided_at=clock.now() - RETENTION - timedelta(days=1))
    assert record.problem is not None
    assert drop_old_bytes() == 1
    record.refresh_from_db()
    # The problem may quote the text; the reason is the officer's decision, and stays for it.
    assert (record.problem, record.reason) == (None, "Bà Bảy không có ở đây")
    assert forget_records([record.record_id]) == 1
    record.refresh_from_db()
    assert (record.problem, record.reason, bytes(record.payload_encrypted)) == (None, "–", b"")
    assert forget_records([record.record_id]) == 0
