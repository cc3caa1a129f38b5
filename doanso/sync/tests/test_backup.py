import base64
import hashlib
import json
import os
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.problems import Refused
from doanso.sync.backup import LARGEST, MOST_RECORDS, backup_public_key, open_backup
from doanso.sync.tests.phones import backup_file, sealed_record

KEYS = {name: base64.b64encode(name.encode() * 32).decode() for name in "12"}


@pytest.fixture(autouse=True)
def _keys(settings):
    settings.DOANSO_KEYS = {"current": "1", "keys": {"1": KEYS["1"]}, "lookup": KEYS["2"]}


def _record(payload: str = '{"kind":"outreach.visit"}') -> tuple[str, str, str]:
    return str(uuid4()), hashlib.sha256(payload.encode()).hexdigest(), payload


def _problem(file: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        open_backup(file)
    return refusal.value.problem.code


def test_the_key_is_a_point_of_the_curve_and_always_the_same():
    public_key = backup_public_key()
    assert public_key == backup_public_key()
    x, y = (int.from_bytes(base64.urlsafe_b64decode(public_key[name] + "=")) for name in "xy")
    ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    assert len(public_key["id"]) == 16


def test_what_a_phone_sealed_opens_here_and_nowhere_else(settings):
    device, records = uuid4(), [_record("một"), _record("hai")]
    file = backup_file(device, records)
    opened = open_backup(file)
    assert opened.device_id == device
    assert [(record.record_id, record.content_hash, record.payload) for record in opened.records] == records
    assert opened.damaged == []
    settings.DOANSO_KEYS = {"current": "1", "keys": {"1": KEYS["2"]}, "lookup": KEYS["2"]}
    assert _problem(file) == "backup_foreign"


def test_a_backup_opens_after_the_keys_were_rotated(settings):
    file = backup_file(uuid4(), [_record()])
    before = backup_public_key()["id"]
    settings.DOANSO_KEYS = {"current": "2", "keys": KEYS, "lookup": KEYS["2"]}
    assert backup_public_key()["id"] != before
    assert len(open_backup(file).records) == 1


def test_a_record_that_does_not_open_is_named_and_the_others_come_through():
    good, bad, moved, pointless = _record(), _record(), _record(), _record()
    file = json.loads(backup_file(uuid4(), [good, bad, moved, pointless]))
    file["records"][1]["sealed"] = file["records"][0]["sealed"]
    file["records"][2]["id"] = str(uuid4())
    file["records"][3]["point"] = base64.urlsafe_b64encode(os.urandom(65)).decode()
    opened = open_backup(json.dumps(file).encode())
    assert [record.record_id for record in opened.records] == [good[0]]
    assert opened.damaged == [bad[0], file["records"][2]["id"], pointless[0]]


def test_what_is_no_backup_is_refused_with_a_reason():
    content = json.loads(backup_file(uuid4(), [_record()]))

    def changed(**changes) -> bytes:
        return json.dumps(content | changes).encode()

    assert _problem(b"PK\x03\x04") == "backup_unreadable"
    assert _problem(b"[" * 100_000) == "backup_unreadable"
    assert _problem(b"[]") == "backup_unreadable"
    assert _problem(changed(format="doanso-backup-2")) == "backup_unreadable"
    assert _problem(changed(extra=1)) == "backup_damaged"
    assert _problem(changed(device="lan")) == "backup_damaged"
    assert _problem(changed(device=None)) == "backup_damaged"
    assert _problem(changed(made_at="2023-11-12T08:00:00")) == "backup_damaged"
    assert _problem(changed(key=7)) == "backup_damaged"
    assert _problem(changed(records={})) == "backup_damaged"
    assert _problem(changed(records=[{"id": "1", "point": "2"}])) == "backup_damaged"
    assert _problem(changed(records=[{"id": "1", "point": "2", "sealed": None}])) == "backup_damaged"
    assert _problem(changed(records=[content["records"][0]] * (MOST_RECORDS + 1))) == "backup_too_many"
    assert _problem(b" " * (LARGEST + 1)) == "backup_too_large"


@given(st.text(max_size=200))
def test_any_text_comes_back_as_it_was(payload):
    record = _record(payload.encode("utf-8", "ignore").decode())
    sealed = sealed_record(*record, backup_public_key())
    file = {"format": "doanso-backup-1", "device": str(uuid4()), "key": backup_public_key()["id"]}
    file |= {"made_at": "2023-11-12T08:00:00Z", "records": [sealed]}
    assert open_backup(json.dumps(file).encode()).records[0].payload == record[2]
