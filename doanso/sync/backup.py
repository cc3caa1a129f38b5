"""Records that a phone encrypted for the server alone, and the backup file that carries them; see docs/sync.md.

The private key is derived from the installation's own keys, so it needs no safekeeping of its own: a restored installation
decrypts old backups, and a backup made before a rotation can be decrypted for as long as the old key is kept.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from django.utils.translation import gettext as _

from doanso.lib import encryption
from doanso.lib.problems import Problem, Refused

FORMAT = "doanso-backup-1"
LARGEST = 5 << 20
"""Bytes of the largest backup file that is read."""
MOST_RECORDS = 3_000
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_NONCE = bytes(12)
_INFO = b"doanso backup"
_KEYS = {"format", "device", "key", "made_at", "records"}
_RECORD_KEYS = {"id", "point", "sealed"}


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """One decrypted record, as the phone would have sent it."""

    record_id: str
    content_hash: str
    payload: str


@dataclass(frozen=True, slots=True)
class Backup:
    """The contents of a backup file. `damaged` holds the ids of records that this server's key does not decrypt."""

    device_id: UUID
    made_at: datetime
    records: list[BackupRecord]
    damaged: list[str]


def backup_public_key() -> dict[str, str]:
    """Return the public key for which phones encrypt their backups: the coordinates of its point, and its id."""
    name = settings.DOANSO_KEYS["current"]
    return dict(_public(name, settings.DOANSO_KEYS["keys"][name]))


def open_backup(file: bytes) -> Backup:
    """Return the contents of a backup file; raise `Refused` when it is no backup, or belongs to another installation."""
    data = _checked_content(file)
    key = next((key for name, key in _private_keys().items() if name == data["key"]), None)
    if key is None:
        message = _("This file was sealed for another installation; hand it in there.")
        raise Refused(Problem("backup_foreign", message, "file"))
    records, damaged = [], []
    for record in data["records"]:
        backup_record = _open(key, record)
        if backup_record is None:
            damaged.append(record["id"])
        else:
            records.append(backup_record)
    return Backup(UUID(data["device"]), datetime.fromisoformat(data["made_at"]), records, damaged)


def open_record(key: str, record_id: UUID, point: str, sealed: str) -> BackupRecord | None:
    """Decrypt one record that a phone sends separately; return None when no key of this installation decrypts it."""
    private_key = _private_keys().get(key)
    return None if private_key is None else _open(private_key, {"id": str(record_id), "point": point, "sealed": sealed})


def _checked_content(file: bytes) -> dict[str, Any]:
    """Return the file's JSON object after checking its size, keys and types."""
    if len(file) > LARGEST:
        message = _("The file is larger than %(limit)d MB; a phone's backup never is. Choose the file again.")
        raise Refused(Problem("backup_too_large", message % {"limit": LARGEST >> 20}, "file"))
    try:
        data = json.loads(file)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        message = _("This is no backup of a phone. Choose the file named doan-so-….json that the phone saved.")
        raise Refused(Problem("backup_unreadable", message, "file"))
    if set(data) != _KEYS or not _is_well_formed(data):
        message = _("The file is damaged or was changed. Save it on the phone once more and choose that one.")
        raise Refused(Problem("backup_damaged", message, "file"))
    if len(data["records"]) > MOST_RECORDS:
        message = _("The file holds more than %(limit)d records; a phone's backup never does.")
        raise Refused(Problem("backup_too_many", message % {"limit": MOST_RECORDS}, "file"))
    return data


def _is_well_formed(data: Mapping[str, Any]) -> bool:
    try:
        UUID(data["device"])
        if datetime.fromisoformat(data["made_at"]).tzinfo is None:
            return False
    except (ValueError, TypeError, AttributeError):
        return False
    records = data["records"]
    return (
        isinstance(data["key"], str)
        and isinstance(records, list)
        and all(
            isinstance(record, dict)
            and set(record) == _RECORD_KEYS
            and all(isinstance(value, str) for value in record.values())
            and len(record["id"]) <= 36
            for record in records
        )
    )


def _open(key: ec.EllipticCurvePrivateKey, sealed_record: Mapping[str, str]) -> BackupRecord | None:
    """Decrypt one record; return None when that fails or the id inside differs from the one outside."""
    try:
        point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(sealed_record["point"]))
        shared = key.exchange(ec.ECDH(), point)
        cipher = AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_INFO).derive(shared))
        plain = json.loads(cipher.decrypt(_NONCE, _decoded(sealed_record["sealed"]), None))
        record = BackupRecord(plain["id"], plain["hash"], plain["payload"])
    except (ValueError, TypeError, KeyError, InvalidTag, RecursionError):
        return None
    values = (record.record_id, record.content_hash, record.payload)
    return (
        record if all(isinstance(value, str) for value in values) and record.record_id == sealed_record["id"] else None
    )


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _private_keys() -> dict[str, ec.EllipticCurvePrivateKey]:
    """Return this installation's private keys, the current one and those before a rotation, by the ids that phones know."""
    keys = settings.DOANSO_KEYS["keys"]
    return {dict(_public(name, secret))["id"]: _private(name, secret) for name, secret in keys.items()}


@lru_cache(maxsize=16)
def _private(name: str, _secret: str) -> ec.EllipticCurvePrivateKey:
    # 16 bytes more than the group order, so that the remainder is unbiased.
    drawn = int.from_bytes(encryption.derive_bytes(name, purpose="sync.backup", length=48), "big")
    return ec.derive_private_key(drawn % (_ORDER - 1) + 1, ec.SECP256R1())


@lru_cache(maxsize=16)
def _public(name: str, secret: str) -> tuple[tuple[str, str], ...]:
    public = _private(name, secret).public_key()
    numbers = public.public_numbers()
    point = public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    # The id is a hash of the key: two installations never share one, and a rotated key keeps its own.
    return (
        ("id", hashlib.sha256(point).hexdigest()[:16]),
        ("x", _encoded(numbers.x.to_bytes(32, "big"))),
        ("y", _encoded(numbers.y.to_bytes(32, "big"))),
    )
