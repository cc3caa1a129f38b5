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

from doanso.lib import access_codes, vietnamese
from doanso.lib.uuid7 import uuid7
from doanso.sync import rules as sync

pytestmark = pytest.mark.sqlite_only
VECTORS = json.loads((Path(__file__).parents[3] / "contract" / "vectors.json").read_text(encoding="utf-8"))


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_hashes():
    assert [sync.content_hash(item["payload"]) for item in VECTORS["records"]] == [
        item["hash"] for item in VECTORS["records"]
    ]


def test_acknowledgements():
    vector = VECTORS["acknowledgement"]
    key = sync.acknowledgement_key(vector["token"])

    assert key.hex() == vector["key"]
    assert [sync.acknowledgement(key, UUID(item["id"]), item["hash"], item["seq"]) for item in vector["acks"]] == [
        item["mac"] for item in vector["acks"]
    ]


def test_backups_open_with_the_private_key():
    vector = VECTORS["backup"]
    numbers = {name: int.from_bytes(_bytes(value)) for name, value in vector["private_key"].items()}
    public = ec.EllipticCurvePublicNumbers(numbers["x"], numbers["y"], ec.SECP256R1())
    key = ec.EllipticCurvePrivateNumbers(numbers["d"], public).private_key()

    opened = []
    for item in vector["file"]["records"]:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _bytes(item["point"]))
        shared = key.exchange(ec.ECDH(), point)
        secret = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"doanso backup").derive(shared)
        opened.append(json.loads(AESGCM(secret).decrypt(bytes(12), _bytes(item["sealed"]), None)))

    assert opened == vector["opened"]


def test_folding():
    assert [vietnamese.fold(item["text"]) for item in VECTORS["fold"]] == [item["folded"] for item in VECTORS["fold"]]


def test_bits_of_duplicates():
    vector = VECTORS["duplicates"]
    key = bytes.fromhex(vector["key"])

    for item in vector["people"]:
        year = "" if item["birth_year"] is None else item["birth_year"]
        text = f"{vietnamese.fold(item['name'])}|{year}"
        assert hmac.digest(key, text.encode(), hashlib.sha256).hex()[:6] == item["bits"]


def test_receipts():
    vector = VECTORS["receipt"]

    assert vector["alphabet"] == access_codes.ALPHABET
    assert vector["code_length"] == access_codes.CODE_LENGTH
    assert vector["link_length"] == len(access_codes.new_dated_link(uuid7()))
    assert access_codes.format_code(vector["code"]) == vector["spaced"]
