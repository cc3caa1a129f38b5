"""Storing and opening bytes for their owners. Whoever calls has asked its own policy; no address leads here."""

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.files import sealed_stream
from doanso.files.models import Blob, FileKey
from doanso.files.sealed_stream import CHUNK, RecordCipher
from doanso.lib import clock, sealing
from doanso.lib.problems import Problem, Refused
from doanso.lib.uuid7 import uuid7

_KEY_CONTEXT = "files.key"


def _path(blob_id: object) -> Path:
    name = str(blob_id)
    # The last letters are random; the first ones are the clock.
    return settings.FILES / name[-2:] / name


class _Measured:
    """Passes a stream on in chunks, counting and hashing it; refuses one that grows past the limit."""

    def __init__(self, source: IO[bytes], limit: int) -> None:
        self._source = source
        self._limit = limit
        self._hash = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._source.read(CHUNK):
            # A socket may give less than asked for; only the last chunk may be short.
            while len(chunk) < CHUNK and (more := self._source.read(CHUNK - len(chunk))):
                chunk += more
            self.size += len(chunk)
            if self.size > self._limit:
                message = _("The file is larger than %(limit)d MB. Split it and choose it again.")
                raise Refused(Problem("file_too_large", message % {"limit": self._limit >> 20}, "file"))
            self._hash.update(chunk)
            yield chunk

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def store(*, source: bytes | IO[bytes], name: str, limit: int) -> Blob:
    """Seal the bytes under a new key and keep them; the rows are written after the file stands whole on disk."""
    blob_id = uuid7()
    path = _path(blob_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    key = sealed_stream.new_key()
    measured = _Measured(io.BytesIO(source) if isinstance(source, bytes) else source, limit)
    draft = path.with_suffix(".part")
    try:
        with draft.open("xb") as target:
            sealed_stream.seal_stream(key, iter(measured), target)
            target.flush()
            os.fsync(target.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    now = clock.now()
    with transaction.atomic():
        file_key = FileKey.objects.create(sealed_key=sealing.seal(key, context=_KEY_CONTEXT), created_at=now)
        return Blob.objects.create(
            id=blob_id, key=file_key, name=name[-200:], size=measured.size, sha256=measured.sha256, created_at=now
        )


def _key(blob: Blob) -> bytes:
    if blob.key.destroyed_at is not None:
        raise Refused(Problem("file_gone", _("This file was erased; its contents can no longer be read.")))
    return sealing.unseal_bytes(blob.key.sealed_key, context=_KEY_CONTEXT)


@contextmanager
def opened(blob: Blob) -> Iterator[IO[bytes]]:
    """The plain bytes in a file without a name, which is gone when closed."""
    key = _key(blob)
    with tempfile.TemporaryFile() as plain:
        with _path(blob.pk).open("rb") as source:
            for chunk in sealed_stream.open_stream(key, source):
                plain.write(chunk)
        plain.seek(0)
        yield plain


def record_cipher(blob: Blob) -> RecordCipher:
    """What seals the small records that belong to a file."""
    return RecordCipher(_key(blob))


@transaction.atomic
def destroy_key(*, blob: Blob) -> None:
    """Make the file and its records unreadable for good, then remove the bytes. A second call does nothing."""
    key = FileKey.objects.select_for_update().get(pk=blob.key_id)
    if key.destroyed_at is None:
        key.sealed_key = b""
        key.destroyed_at = clock.now()
        key.save(update_fields=["sealed_key", "destroyed_at"])
    transaction.on_commit(lambda: _path(blob.pk).unlink(missing_ok=True))
