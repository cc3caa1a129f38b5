"""Taking in records: each acknowledged once it is committed, known again, and never holding up the others."""

import errno
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError
from django.test.utils import CaptureQueriesContext

from doanso.lib.uuid7 import uuid7
from doanso.sync import sealed as bytes_kept
from doanso.sync.models import Record
from doanso.sync.tests.conftest import Notes, Phone, mac, sealed
from doanso.testing import Tree

pytestmark = pytest.mark.engines


def _only(answer: dict[str, Any]) -> dict[str, Any]:
    assert answer["again"] == []
    [ack] = answer["acks"]
    return dict(ack)


def test_a_record_is_applied_and_acknowledged(phone: Phone, notes: Notes) -> None:
    record = phone.record("xin chào")
    ack = _only(phone.send(record))
    stored = Record.objects.get()
    assert ack == {
        "id": record["id"],
        "hash": record["hash"],
        "seq": stored.seq,
        "mac": mac(phone, ack),
        "state": "applied",
        "problem": None,
        "known": False,
    }
    assert notes.texts == {UUID(record["id"]): "xin chào"}
    assert bytes_kept.payload_of(stored) == record["payload"]
    assert b"xin ch" not in bytes(stored.payload_encrypted)


def test_sent_again_it_gets_the_same_acknowledgement(phone: Phone, notes: Notes) -> None:
    record = phone.record()
    first = _only(phone.send(record))
    for _time in range(3):
        assert _only(phone.send(record)) == first | {"known": True}
    assert notes.calls == [1]
    assert Record.objects.count() == 1


def test_the_same_record_twice_in_one_batch_is_one(phone: Phone, notes: Notes) -> None:
    record = phone.record()
    assert _only(phone.send(record, record))["state"] == "applied"
    assert notes.calls == [1]


def test_a_damaged_record_is_sent_back(phone: Phone, notes: Notes) -> None:
    record = phone.record()
    answer = phone.send(record | {"payload": record["payload"] + " "}, phone.record("hai"))
    assert [(entry["id"], entry["code"]) for entry in answer["again"]] == [(record["id"], "damaged")]
    assert [entry["state"] for entry in answer["acks"]] == ["applied"]


def test_one_that_is_not_right_holds_up_nobody(phone: Phone, notes: Notes) -> None:
    records = [phone.record("một"), phone.record("không"), phone.record(""), phone.record("hai")]
    answer = phone.send(*records)
    assert [ack["state"] for ack in answer["acks"]] == ["applied", "refused", "refused", "applied"]
    assert [(ack["problem"] or {}).get("code") for ack in answer["acks"]] == [None, "not_so", "message_invalid", None]
    assert sorted(notes.texts.values()) == ["hai", "một"]


def test_when_the_batch_breaks_off_it_goes_record_by_record(phone: Phone, notes: Notes) -> None:
    answer = phone.send(phone.record("một"), phone.record("hỏng"), phone.record("hai"))
    assert [ack["state"] for ack in answer["acks"]] == ["applied", "refused", "applied"]
    assert answer["acks"][1]["problem"]["code"] == "not_applied"
    assert notes.calls == [3, 1, 1, 1]


@pytest.mark.parametrize(
    ("cause", "status", "code"), [(None, 503, "try_later"), (OSError(errno.ENOSPC, "no space"), 507, "no_space")]
)
def test_a_database_that_is_not_there_or_full_takes_nothing(
    phone: Phone, notes: Notes, monkeypatch: pytest.MonkeyPatch, cause: Exception | None, status: int, code: str
) -> None:
    def fail(**_arguments: Any) -> None:
        raise OperationalError("gone") from cause

    monkeypatch.setattr(notes, "apply", fail)
    answer = phone.post("/api/v1/sync", {"sent_at": "2023-11-12T08:00:05Z", "records": [phone.record()]})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Record.objects.exists()


def test_an_unknown_kind_or_version_waits(phone: Phone, notes: Notes) -> None:
    answer = phone.send(phone.record(kind="test.other"), phone.record(version=2))
    assert [ack["state"] for ack in answer["acks"]] == ["quarantined", "quarantined"]
    assert notes.calls == []


def test_a_change_names_what_it_started_from(phone: Phone, notes: Notes) -> None:
    first = phone.record("một")
    phone.send(first)
    second = phone.record("hai", key=UUID(first["id"]), base=first["hash"])
    assert _only(phone.send(second))["state"] == "applied"
    assert notes.texts == {UUID(first["id"]): "hai"}
    assert dict(Record.objects.values_list("content_hash", "state")) == {
        first["hash"]: "superseded",
        second["hash"]: "applied",
    }
    assert _only(phone.send(first)) | {"mac": "", "seq": 0} == {
        "id": first["id"],
        "hash": first["hash"],
        "seq": 0,
        "mac": "",
        "state": "superseded",
        "problem": None,
        "known": True,
    }


def test_both_versions_may_come_in_one_batch(phone: Phone, notes: Notes) -> None:
    first = phone.record("một")
    second = phone.record("hai", key=UUID(first["id"]), base=first["hash"])
    answer = phone.send(first, second)
    assert [ack["state"] for ack in answer["acks"]] == ["applied", "applied"]
    assert notes.texts == {UUID(first["id"]): "hai"}


@pytest.mark.parametrize("base", [None, "0" * 64])
def test_other_content_that_started_elsewhere_waits_for_a_person(phone: Phone, notes: Notes, base: str | None) -> None:
    first = phone.record("một")
    phone.send(first)
    ack = _only(phone.send(phone.record("hai", key=UUID(first["id"]), base=base)))
    assert (ack["state"], ack["problem"]["code"]) == ("waiting", "conflict")
    assert notes.texts == {UUID(first["id"]): "một"}
    assert Record.objects.count() == 2


def test_what_was_refused_is_put_right_on_the_phone(phone: Phone, notes: Notes) -> None:
    first = phone.record("không")
    phone.send(first)
    second = phone.record("được", key=UUID(first["id"]), base=first["hash"])
    assert _only(phone.send(second))["state"] == "applied"
    assert dict(Record.objects.values_list("content_hash", "state"))[first["hash"]] == "superseded"


def test_a_change_that_is_set_aside_leaves_what_stood(phone: Phone, notes: Notes) -> None:
    first = phone.record("một")
    phone.send(first)
    second = phone.record("không", key=UUID(first["id"]), base=first["hash"])
    assert _only(phone.send(second))["state"] == "refused"
    assert dict(Record.objects.values_list("content_hash", "state")) == {
        first["hash"]: "applied",
        second["hash"]: "refused",
    }


def test_a_change_of_what_never_came_is_the_first(phone: Phone, notes: Notes) -> None:
    assert _only(phone.send(phone.record("hai", base="0" * 64)))["state"] == "applied"


def test_a_unit_without_a_role_and_an_unknown_one_are_kept(phone: Phone, notes: Notes, tree: Tree) -> None:
    other, nowhere = str(tree.units["p5"].pk), str(uuid7())
    answer = phone.send(phone.record(unit=other), phone.record(unit=nowhere), phone.record(unit=None))
    assert [ack["problem"]["code"] for ack in answer["acks"]] == ["no_role", "unit_unknown", "unit_unknown"]
    assert list(Record.objects.order_by("seq").values_list("unit__code", flat=True)) == ["p5", None, None]


def test_two_phones_with_the_same_record_make_one(
    phone: Phone, phone_of: Callable[..., Phone], notes: Notes, tree: Tree
) -> None:
    record = phone.record()
    phone.send(record)
    ack = _only(phone_of(tree.binh, "p4-kp1").send(record))
    assert ack["known"] is True
    assert notes.calls == [1]


def test_as_many_statements_for_a_hundred_as_for_ten(
    phone: Phone, notes: Notes, django_assert_max_num_queries: Any
) -> None:
    from django.db import connection

    counts = []
    for size in (10, 100):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            phone.send(*[phone.record(f"số {number}") for number in range(size)])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 14


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        ("{", "json_unreadable"),
        ("[]", "message_invalid"),
        ('{"kind": "a"}', "message_invalid"),
        ("x" * 33_000, "too_long"),
    ],
)
def test_what_is_no_record_is_sent_back(phone: Phone, notes: Notes, payload: str, code: str) -> None:
    from hashlib import sha256

    record = {"id": str(uuid7()), "hash": sha256(payload.encode()).hexdigest(), "payload": payload}
    answer = phone.send(record)
    assert answer["acks"] == []
    assert [entry["code"] for entry in answer["again"]] == [code]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"records": []}, 422),
        ({"sent_at": "x", "records": []}, 422),
        ({"sent_at": "2023-11-12T08:00:05Z", "records": [{"id": "x"}]}, 422),
        ({"sent_at": "2023-11-12T08:00:05Z", "records": [sealed({})] * 101}, 422),
        ({"sent_at": "2023-11-12T08:00:05Z", "records": [], "more": "x" * 600_000}, 413),
    ],
)
def test_a_message_of_another_shape_is_refused(phone: Phone, body: Any, status: int) -> None:
    assert phone.post("/api/v1/sync", body).status_code == status
    assert not Record.objects.exists()


def test_what_became_of_what_a_phone_sent(
    phone: Phone, phone_of: Callable[..., Phone], notes: Notes, tree: Tree
) -> None:
    first, other = phone.record("một"), phone.record("không")
    acks = phone.send(first, other)["acks"]
    headers = {"Authorization": f"Bearer {phone.token}"}
    answer = phone.client.get("/api/v1/sync/records?after=0", headers=headers).json()
    assert answer == {
        "records": [{name: ack[name] for name in ("id", "hash", "seq", "state", "problem")} for ack in acks],
        "more": False,
    }
    later_page = phone.client.get(f"/api/v1/sync/records?after={acks[0]['seq']}", headers=headers).json()
    assert [row["id"] for row in later_page["records"]] == [other["id"]]
    theirs = phone_of(tree.binh, "p4-kp1")
    assert theirs.client.get("/api/v1/sync/records", headers={"Authorization": f"Bearer {theirs.token}"}).json() == {
        "records": [],
        "more": False,
    }
