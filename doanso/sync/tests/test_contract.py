"""The messages of contract/, as the server reads and answers them; the phone's tests replay the same files."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from doanso.lib import encryption
from doanso.lib.problems import Refused
from doanso.sync import backup, ports
from doanso.sync.tests.conftest import sealed

FOLDER = Path(__file__).parents[3] / "contract"
MESSAGES = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
RECORDS = {name: message for name, message in MESSAGES.items() if "kind" in message and "body" in message}


def _objects(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in a message objects stand."""
    if isinstance(value, dict):
        return [path, *(place for key, item in value.items() for place in _objects(item, (*path, key)))]
    if isinstance(value, list):
        return [place for number, item in enumerate(value) for place in _objects(item, (*path, number))]
    return []


def _changed(message: Any, path: tuple[Any, ...]) -> Any:
    copy = json.loads(json.dumps(message))
    place = copy
    for key in path:
        place = place[key]
    return copy, place


def _read(message: dict[str, Any]) -> Any:
    kind = ports.record_kind(message["kind"])
    assert kind is not None
    assert message["version"] in kind.versions
    return kind.read(message["body"], message["version"])


def test_every_kind_has_an_example():
    kinds = {
        kind.code
        for kind in ports.record_kinds()
        if kind.code.startswith(("outreach.", "cashless.", "events.", "support."))
    }
    assert {message["kind"] for message in RECORDS.values()} == kinds


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
    message = RECORDS[name]
    for path in _objects(message["body"]):
        more, place = _changed(message, ("body", *path))
        place["surplus"] = 1
        with pytest.raises(Refused):
            _read(more)
        for key in list(place):
            if key == "surplus":
                continue
            less, place = _changed(message, ("body", *path))
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


def test_a_backup_that_the_phones_code_sealed_opens(monkeypatch, settings):
    vector = MESSAGES["vectors"]["backup"]

    def number(name: str) -> int:
        return int.from_bytes(base64.urlsafe_b64decode(vector["private_key"][name] + "="))

    # The installation derives the private key of the vectors from a master key of its own.
    settings.DOANSO_KEYS = {"current": "vectors", "keys": {"vectors": ""}}
    monkeypatch.setattr(encryption, "derive_bytes", lambda *_name, **_use: (number("d") - 1).to_bytes(48, "big"))
    key = backup.backup_public_key()
    assert {name: key[name] for name in ("x", "y")} == {name: vector["private_key"][name] for name in ("x", "y")}
    opened = backup.open_backup(json.dumps(vector["file"] | {"key": key["id"]}).encode())
    assert opened.device_id == UUID(vector["file"]["device"])
    assert [
        {"id": record.record_id, "hash": record.content_hash, "payload": record.payload} for record in opened.records
    ] == vector["opened"]
    assert opened.damaged == []
