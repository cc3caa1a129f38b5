"""What somebody tried who meant no good, and what befell an unlucky phone."""

import json
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from doanso.lib.uuid7 import uuid7
from doanso.sync.actions import deliver_backup, take_version
from doanso.sync.models import Record
from doanso.sync.tests.phones import backup_file
from doanso.testing import Tree

LONE = chr(0xD800)


def _escaped(phone, **more: Any) -> dict[str, str]:
    """A record as JavaScript writes it: what is no character stands there as an escape."""
    envelope = {"kind": "test.note", "version": 1, "unit": str(phone.unit.pk), "base": None}
    payload = json.dumps(envelope | {"made_at": "2023-11-12T08:00:00+07:00"} | more)
    return {"id": str(uuid7()), "hash": sha256(payload.encode()).hexdigest(), "payload": payload}


def test_half_a_character_holds_up_nobody(phone, notes):
    good, bad = phone.record("một"), phone.record("hai")
    bad["payload"] = LONE
    answer = phone.send(good, bad)
    assert [entry["state"] for entry in answer["acks"]] == ["applied"]
    assert [entry["code"] for entry in answer["again"]] == ["damaged"]


def test_half_a_character_in_a_backup_is_damaged(phone, notes, tree: Tree):
    record = phone.record("hai")
    file = backup_file(phone.device.pk, [(record["id"], record["hash"], LONE)])
    delivered = deliver_backup(actor=tree.an, file=file)
    assert [entry.problem.code for entry in delivered.rejected] == ["damaged"]


@pytest.mark.parametrize("name", ["\x00", LONE, "Nguyễn Văn Bảy \x00", "\u202e"])
def test_a_key_that_no_database_takes_holds_up_nobody(phone, notes, name):
    good = phone.record("một")
    [ok, ack] = phone.send(good, _escaped(phone, body={"text": "hai", name: 1}))["acks"]
    assert (ok["state"], ack["state"], ack["problem"]["code"]) == ("applied", "refused", "message_invalid")
    assert Record.objects.get(pk=ack["seq"]).problem["code"] == "message_invalid"


@pytest.mark.parametrize(
    "body",
    [
        {"text": LONE},
        {LONE: "x"},
        {"\x00": "\x00"},
        {"deep": json.loads("[" * 900 + "1" + "]" * 900)},
        "x",
        None,
        {"long": "x" * 30_000, "k" * 1000: 1},
    ],
)
def test_a_page_shows_whatever_a_phone_has_sent(phone, notes, tree, as_user, body):
    [ack] = phone.send(_escaped(phone, kind="unknown.kind", body=body))["acks"]
    assert ack["state"] == "quarantined"
    assert as_user(tree.an).get(f"/sync/{ack['seq']}/").status_code == 200


@pytest.mark.parametrize("depth", [2_000, 14_000])
def test_depths_that_only_the_parser_bears_break_no_page(phone, notes, tree, as_user, depth):
    record = _escaped(phone, kind="unknown.kind", body=0)
    payload = record["payload"].replace('"body": 0', f'"body": {"[" * depth}{"]" * depth}')
    record |= {"payload": payload, "hash": sha256(payload.encode()).hexdigest()}
    for ack in phone.send(record)["acks"]:
        assert as_user(tree.an).get(f"/sync/{ack['seq']}/").status_code == 200


def test_a_quarantined_version_stays_so_when_what_followed_it_is_refused(phone, notes):
    later = phone.record("một", version=2)
    [ack] = phone.send(later)["acks"]
    assert ack["state"] == "quarantined"
    [after] = phone.send(phone.record("không", key=UUID(later["id"]), base=later["hash"]))["acks"]
    assert after["state"] == "refused"
    assert Record.objects.get(pk=ack["seq"]).state == "quarantined"


def test_the_log_of_a_batch_that_broke_off_quotes_nobody(phone, notes, caplog, monkeypatch):
    def broken(**_arguments: Any) -> None:
        raise ValueError("Failing row contains (Nguyễn Văn Bảy, 0903111222)")

    monkeypatch.setattr(notes, "apply", broken)
    [ack] = phone.send(phone.record("hai"))["acks"]
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "not_applied")
    assert "Bảy" not in caplog.text


@pytest.mark.parametrize(
    "sent_at",
    ["9000-12-31T23:59:59-23:59", "1971-01-01T00:00:00+23:59", "2023-11-12T23:59:60Z", "9999-12-31T23:59:59Z"],
)
def test_no_clock_breaks_a_batch(phone, notes, sent_at):
    answer = phone.send(phone.record(made_at=sent_at), sent_at=sent_at)
    assert "acks" in answer or answer["code"] == "message_invalid"


def test_a_closed_account_brings_nothing(phone, notes, tree):
    tree.lan.is_active = False
    tree.lan.save()
    assert phone.post("/api/v1/sync", {"sent_at": "2023-11-12T08:00:05+07:00", "records": []}).status_code in {401, 403}


@pytest.mark.django_db(transaction=True)
def test_what_follows_a_version_that_is_being_taken_in_replaces_it(phone, notes, tree, monkeypatch):
    refused = phone.record("hỏng")
    [ack] = phone.send(refused)["acks"]
    notes.mended = True
    begun, bases, original_apply = Event(), [], notes.apply

    def apply(*, actor: Any, unit: Any, records: Any) -> Any:
        bases.extend(record.base for record in records)
        if not begun.is_set():
            begun.set()
            # Long enough for the phone to have read, and to wait for this action's lock.
            Event().wait(1.5)
        return original_apply(actor=actor, unit=unit, records=records)

    monkeypatch.setattr(notes, "apply", apply)

    def take() -> None:
        try:
            take_version(actor=tree.an, seq=ack["seq"], reason="Đã sửa máy chủ")
        finally:
            connection.close()

    def send() -> Any:
        try:
            begun.wait(10)
            return phone.send(phone.record("hai", key=UUID(refused["id"]), base=refused["hash"]))
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        taken, sent = pool.submit(take), pool.submit(send)
        taken.result()
        [after] = sent.result()["acks"]
    assert (after["state"], bases) == ("applied", ["", refused["hash"]])
    assert Record.objects.get(pk=ack["seq"]).state == "superseded"
    assert notes.texts == {UUID(refused["id"]): "hai"}
