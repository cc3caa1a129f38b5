"""The messages of contract/, as the server reads and answers them; the phone's tests replay the same files."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from doanso.lib.problems import Refused
from doanso.sync import backup, ports
from doanso.sync.tests.conftest import sealed

FOLDER = Path(__file__).parents[3] / "contract"
MESSAGES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
RECORDS = {name: told for name, told in MESSAGES.items() if "kind" in told and "body" in told}


def _objects(told: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a message objects stand."""
    if isinstance(told, dict):
        return [at, *(place for key, one in told.items() for place in _objects(one, (*at, key)))]
    if isinstance(told, list):
        return [place for number, one in enumerate(told) for place in _objects(one, (*at, number))]
    return []


def _changed(told: Any, at: tuple[Any, ...]) -> Any:
    copy = json.loads(json.dumps(told))
    place = copy
    for key in at:
        place = place[key]
    return copy, place


def _read(told: dict[str, Any]) -> Any:
    kind = ports.record_kind(told["kind"])
    assert kind is not None
    assert told["version"] in kind.versions
    return kind.read(told["body"], told["version"])


def test_every_kind_has_an_example():
    kinds = {kind.code for kind in ports.record_kinds() if kind.code.startswith("outreach.")}
    assert {told["kind"] for told in RECORDS.values()} == kinds


@pytest.mark.django_db
@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_read_as_it_stands(name):
    kind = ports.record_kind(RECORDS[name]["kind"])
    assert kind is not None
    for title, text in kind.lines(_read(RECORDS[name])):
        assert title
        assert text


@pytest.mark.parametrize("name", RECORDS)
def test_a_key_too_many_or_too_few_is_an_error_wherever_it_is(name):
    told = RECORDS[name]
    for at in _objects(told["body"]):
        more, place = _changed(told, ("body", *at))
        place["surplus"] = 1
        with pytest.raises(Refused):
            _read(more)
        for key in list(place):
            if key == "surplus":
                continue
            less, place = _changed(told, ("body", *at))
            del place[key]
            with pytest.raises(Refused):
                _read(less)


@pytest.mark.parametrize("name", RECORDS)
def test_the_envelope_goes_through_the_door(name, phone):
    """Whatever comes of it here, where there are no such doors and teams: it is acknowledged."""
    record = sealed(RECORDS[name])
    answer = phone.send(record)
    assert [ack["hash"] for ack in answer["acks"]] == [record["hash"]]
    assert answer["again"] == []


def test_request_and_answer_have_the_keys_of_the_contract(phone, notes):
    request, answer = MESSAGES["sync_request"], MESSAGES["sync_answer"]
    record = phone.record("một")
    assert list(record) == list(request["records"][0])
    bad = phone.record("không")
    damaged = phone.record() | {"hash": hashlib.sha256(b"").hexdigest()}
    got = phone.post("/api/v1/sync", request | {"records": [record, bad, damaged]}).json()
    assert list(got) == list(answer)
    assert [list(ack) for ack in got["acks"]] == [list(answer["acks"][0])] * 2
    assert list(got["acks"][1]["problem"]) == list(answer["acks"][1]["problem"])
    assert list(got["again"][0]) == list(answer["again"][0])
    states = {ack["state"] for ack in got["acks"]} | {ack["state"] for ack in answer["acks"]}
    assert states == {"applied", "refused"}


def test_a_backup_that_the_phones_code_sealed_opens(monkeypatch):
    told = MESSAGES["vectors"]["backup"]

    def number(name: str) -> int:
        return int.from_bytes(base64.urlsafe_b64decode(told["private_key"][name] + "="))

    public = ec.EllipticCurvePublicNumbers(number("x"), number("y"), ec.SECP256R1())
    private = ec.EllipticCurvePrivateNumbers(number("d"), public).private_key()
    monkeypatch.setattr(backup, "_private_keys", lambda: {"vectors": private})
    opened = backup.open_backup(json.dumps(told["file"]).encode())
    assert opened.device_id == UUID(told["file"]["device"])
    assert [{"id": one.record_id, "hash": one.content_hash, "payload": one.payload} for one in opened.records] == told[
        "opened"
    ]
    assert opened.damaged == []
