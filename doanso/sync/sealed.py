"""A record's bytes under a key of their own: emptying the key makes every copy of the bytes unreadable."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from doanso.lib import sealing
from doanso.sync.models import Record

_KEY = "sync.record.key"
# Each key seals one text once.
_NONCE = bytes(12)


def seal_payload(payload: str) -> tuple[bytes, bytes]:
    """The sealed key and the sealed text."""
    key = os.urandom(32)
    return sealing.seal(key, context=_KEY), AESGCM(key).encrypt(_NONCE, payload.encode(), None)


def payload_of(record: Record) -> str | None:
    """The text as it came; None once its key was destroyed."""
    if not record.key_sealed:
        return None
    key = sealing.unseal_bytes(record.key_sealed, context=_KEY)
    return AESGCM(key).decrypt(_NONCE, bytes(record.payload_sealed), None).decode()
