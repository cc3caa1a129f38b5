"""Encrypted values and keyed look-up hashes for personal data.

An encrypted value is encrypted with AES-256-GCM under a key derived for its context (say "people.contact.phone"), which is also
authenticated, so that bytes moved to another column cannot be decrypted. The key's name is its prefix: after
`settings.DOANSO_KEYS["current"]` changes, old values can still be decrypted and new ones are encrypted under the new key.

A look-up is HMAC-SHA256 under a key derived for its context. It finds equal values without decrypting any, and two
contexts never share a hash. Its key is not rotated, since every stored hash would have to be computed again.
"""

import base64
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12
_TAG = 16


class DecryptionError(Exception):
    """The bytes were encrypted under a missing key or for another context, or were changed since."""


def encrypt(plain: str | bytes, *, context: str) -> bytes:
    """Encrypt a value for storage: length and name of the key, nonce, ciphertext with its tag."""
    current = settings.DOANSO_KEYS["current"]
    cipher = _cipher(settings.DOANSO_KEYS["keys"][current], context)
    nonce = os.urandom(_NONCE)
    content = plain.encode() if isinstance(plain, str) else plain
    return head_of(current) + nonce + cipher.encrypt(nonce, content, context.encode())


def decrypt(encrypted: bytes | memoryview, *, context: str) -> str:
    """Decrypt a text; raise `DecryptionError` when key, context or bytes do not match."""
    return decrypt_bytes(encrypted, context=context).decode()


def decrypt_bytes(encrypted: bytes | memoryview, *, context: str) -> bytes:
    """Decrypt bytes; raise `DecryptionError` when key, context or bytes do not match."""
    content = bytes(encrypted)
    name_end = 1 + content[0] if content else 0
    if len(content) < name_end + _NONCE + _TAG:
        raise DecryptionError("These bytes are not an encrypted value.")
    secret = settings.DOANSO_KEYS["keys"].get(content[1:name_end].decode("ascii", "replace"))
    if secret is None:
        raise DecryptionError("The key that encrypted this value is not among settings.DOANSO_KEYS.")
    nonce = content[name_end : name_end + _NONCE]
    try:
        return _cipher(secret, context).decrypt(nonce, content[name_end + _NONCE :], context.encode())
    except InvalidTag:
        raise DecryptionError("The value was encrypted for another context or was changed.") from None


def key_of(encrypted: bytes | memoryview) -> str:
    """Return the name of the key that encrypted a value, to find values that a rotation has not reached yet."""
    return bytes(encrypted[1 : 1 + encrypted[0]]).decode("ascii", "replace") if encrypted else ""


def head_of(name: str) -> bytes:
    """Return the bytes with which every value begins that was encrypted under the key of that name."""
    return bytes((len(name),)) + name.encode("ascii")


def look_up(value: str, *, context: str) -> str:
    """Return a keyed hash of 64 hexadecimal digits, equal for equal values of one context. Normalise the value first."""
    hashing = _look_up_start(settings.DOANSO_KEYS["lookup"], context).copy()
    hashing.update(value.encode())
    return hashing.finalize().hex()


@lru_cache(maxsize=256)
def _cipher(secret: str, context: str) -> AESGCM:
    return AESGCM(_derive(secret, f"doanso seal {context}"))


@lru_cache(maxsize=256)
def _look_up_start(secret: str, context: str) -> HMAC:
    """Return an HMAC initialised with the key, to be copied for each value: a list needs hundreds of thousands."""
    return HMAC(_derive(secret, f"doanso look-up {context}"), SHA256())


def derive_bytes(name: str, *, purpose: str, length: int) -> bytes:
    """Derive secret bytes for a purpose from one of the installation's keys; the same at every call."""
    return _derive(settings.DOANSO_KEYS["keys"][name], f"doanso derived {purpose}", length)


def fingerprints() -> dict[str, str]:
    """Return a fingerprint of each key of this installation, by its name: "look-up", and "encryption NAME" of the others.

    It is derived one way from a random key of 32 bytes: it distinguishes two keys and discloses nothing about either.
    """
    keys = settings.DOANSO_KEYS
    named = {"look-up": keys["lookup"]} | {f"encryption {name}": secret for name, secret in keys["keys"].items()}
    return {name: _derive(secret, f"doanso fingerprint {name}").hex() for name, secret in named.items()}


def _derive(secret: str, purpose: str, length: int = 32) -> bytes:
    key = base64.b64decode(secret, validate=True)
    if len(key) != 32:
        raise ValueError("Each of settings.DOANSO_KEYS must be 32 bytes in base64.")
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(key)
