"""Encryption of a record's bytes under a key of their own: deleting the key makes every copy of the bytes unreadable."""

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from doanso.lib import encryption
from doanso.sync.models import Record

_KEY = "sync.record.key"
# A constant nonce is safe: each key encrypts one text once.
_NONCE = bytes(12)


def encrypt_payload(payload: str) -> tuple[bytes, bytes]:
    """Return the encrypted key and the encrypted text."""
    key = os.urandom(32)
    return encryption.encrypt(key, context=_KEY), AESGCM(key).encrypt(_NONCE, payload.encode(), None)


def payload_of(record: Record) -> str | None:
    """Return the record's text as it was received; None once its key was deleted."""
    if not record.key_encrypted:
        return None
    key = encryption.decrypt_bytes(record.key_encrypted, context=_KEY)
    return AESGCM(key).decrypt(_NONCE, bytes(record.payload_encrypted), None).decode()
