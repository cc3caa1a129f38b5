"""Streams encrypted in chunks under one file's own key, so that a large file is never in memory whole.

The nonce is the chunk's number and whether it is the last: a key encrypts one stream only, and a stream that was cut
off, reordered or changed does not decrypt.
"""

import os
from collections.abc import Iterator
from typing import IO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from doanso.files.problems import Damaged

CHUNK = 1 << 16
_TAG = 16
_NONCE = 12
_HEAD = b"DSF1"


class Readable(Protocol):
    """Anything that returns bytes in pieces."""

    def read(self, size: int, /) -> bytes:
        """Return at most this many bytes; none at the end."""


def new_key() -> bytes:
    """Return a random key for one file."""
    return AESGCM.generate_key(256)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(_NONCE - 1, "big") + bytes((last,))


def encrypt_stream(key: bytes, chunks: Iterator[bytes], target: IO[bytes]) -> None:
    """Write the encrypted form of a stream whose chunks are of `CHUNK` bytes, the last one shorter or empty."""
    cipher = AESGCM(key)
    target.write(_HEAD)
    waiting = next(chunks, b"")
    number = 0
    for chunk in chunks:
        target.write(cipher.encrypt(_nonce(number, False), waiting, _HEAD))
        number += 1
        waiting = chunk
    target.write(cipher.encrypt(_nonce(number, True), waiting, _HEAD))


def open_stream(key: bytes, source: Readable) -> Iterator[bytes]:
    """Yield the plain chunks, each only after its tag was verified."""
    cipher = AESGCM(key)
    if source.read(len(_HEAD)) != _HEAD:
        raise Damaged
    number = 0
    encrypted = source.read(CHUNK + _TAG)
    while encrypted:
        following = source.read(CHUNK + _TAG)
        try:
            yield cipher.decrypt(_nonce(number, not following), encrypted, _HEAD)
        except InvalidTag:
            raise Damaged from None
        number += 1
        encrypted = following
    if number == 0:
        raise Damaged


class RecordCipher:
    """Encrypts small records under a key derived from a file's key, which erases them with the file."""

    def __init__(self, key: bytes) -> None:
        # A key of its own: random nonces and the stream's counted ones must never be used under one key.
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"doanso file records").derive(key)
        self._cipher = AESGCM(derived)

    def encrypt(self, plain: bytes, label: bytes) -> bytes:
        """Encrypt the record, bound to its label (its place in the list)."""
        nonce = os.urandom(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, label)

    def decrypt(self, encrypted: bytes | memoryview, label: bytes) -> bytes:
        """Decrypt what was encrypted for this label."""
        content = bytes(encrypted)
        try:
            return self._cipher.decrypt(content[:_NONCE], content[_NONCE:], label)
        except InvalidTag:
            raise Damaged from None
