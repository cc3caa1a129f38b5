"""What a phone does, for tests: records as text, and backups sealed for the server."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from doanso.sync.backup import backup_public_key


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def sealed_record(record_id: str, content_hash: str, payload: str, key: Mapping[str, str]) -> dict[str, str]:
    """One record sealed the way docs/sync.md says, under a fresh key."""
    x, y = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "=")) for name in "xy")
    server = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    own = ec.generate_private_key(ec.SECP256R1())
    secret = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"doanso backup").derive(
        own.exchange(ec.ECDH(), server)
    )
    plain = json.dumps({"id": record_id, "hash": content_hash, "payload": payload}).encode()
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    sealed = AESGCM(secret).encrypt(bytes(12), plain, None)
    return {"id": record_id, "point": _encoded(point), "sealed": _encoded(sealed)}


def backup_file(device_id: UUID, records: Sequence[tuple[str, str, str]], **changed: Any) -> bytes:
    """A phone's backup file of these records (id, hash, payload)."""
    key = backup_public_key()
    file = {
        "format": "doanso-backup-1",
        "device": str(device_id),
        "key": key["id"],
        "made_at": "2023-11-12T08:00:00+07:00",
        "records": [sealed_record(*record, key) for record in records],
    }
    return json.dumps(file | changed).encode()
