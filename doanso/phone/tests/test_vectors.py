"""contract/vectors.json, which the phone's code made, replayed by the server's."""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from doanso.lib import slip_keys, vietnamese
from doanso.lib.uuid7 import uuid7
from doanso.sync import rules as sync

pytestmark = pytest.mark.sqlite_only
VECTORS = json.loads((Path(__file__).parents[3] / "contract" / "vectors.json").read_text(encoding="utf-8"))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_hashes():
    assert [sync.content_hash(one["payload"]) for one in VECTORS["records"]] == [
        one["hash"] for one in VECTORS["records"]
    ]


def test_acknowledgements():
    told = VECTORS["acknowledgement"]
    key = sync.acknowledgement_key(told["token"])

    assert key.hex() == told["key"]
    assert [sync.acknowledgement(key, UUID(one["id"]), one["hash"], one["seq"]) for one in told["acks"]] == [
        one["mac"] for one in told["acks"]
    ]


def test_backups_open_with_the_private_key():
    told = VECTORS["backup"]
    numbers = {name: int.from_bytes(_bytes(value)) for name, value in told["private_key"].items()}
    public = ec.EllipticCurvePublicNumbers(numbers["x"], numbers["y"], ec.SECP256R1())
    key = ec.EllipticCurvePrivateNumbers(numbers["d"], public).private_key()

    opened = []
    for one in told["file"]["records"]:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(one["point"]))
        shared = key.exchange(ec.ECDH(), point)
        secret = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"doanso backup").derive(shared)
        opened.append(json.loads(AESGCM(secret).decrypt(bytes(12), _bytes(one["sealed"]), None)))

    assert opened == told["opened"]


def test_folding():
    assert [vietnamese.fold(one["text"]) for one in VECTORS["fold"]] == [one["folded"] for one in VECTORS["fold"]]


def test_bits_of_duplicates():
    told = VECTORS["duplicates"]
    key = bytes.fromhex(told["key"])

    for one in told["people"]:
        year = "" if one["birth_year"] is None else one["birth_year"]
        text = f"{vietnamese.fold(one['name'])}|{year}"
        assert hmac.digest(key, text.encode(), hashlib.sha256).hex()[:6] == one["bits"]


def test_receipts():
    told = VECTORS["receipt"]

    assert told["alphabet"] == slip_keys.ALPHABET
    assert told["code_length"] == slip_keys.CODE_LENGTH
    assert told["link_length"] == len(slip_keys.new_dated_link(uuid7()))
    assert slip_keys.spaced(told["code"]) == told["spaced"]
