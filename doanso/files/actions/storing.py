"""Store, open and erase bytes. Bytes are stored before rows; the store is never called inside a transaction."""

import contextlib
import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from doanso.files import encrypted_stream, stores
from doanso.files.encrypted_stream import CHUNK, RecordCipher
from doanso.files.kinds import Kind
from doanso.files.models import Blob, FileKey, FileText, Form, Ground
from doanso.files.problems import Damaged
from doanso.lib import clock, encryption
from doanso.lib.problems import Problem, Refused
from doanso.lib.uuid7 import uuid7

if TYPE_CHECKING:
    from doanso.files.reading import AcceptedFile

_KEY_CONTEXT = "files.key"
_IN_MEMORY = 4 << 20
_PLACE = re.compile(r"[0-9a-f]{2}/(?P<hash>[0-9a-f]{64})-[0-9a-f]{32}")


def _outside_transaction() -> None:
    """Refuse to run inside a transaction: a bucket may take seconds or never answer, and no lock may be held meanwhile.
    The disk has the same rule.
    """
    if any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError("Ask the store before the transaction or after it, never inside one.")


class _MeasuredReader:
    """Passes a stream on in chunks, counts and hashes it, and refuses one that exceeds the limit."""

    def __init__(self, source: IO[bytes], limit: int) -> None:
        self._source = source
        self._limit = limit
        self._hash = hashlib.sha256()
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self._source.read(CHUNK):
            # A socket may return fewer bytes than requested; only the last chunk may be short.
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


class _HashingReader:
    """A stream that is hashed while it is read, for the hash of the stored bytes."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        piece = self._source.read(size)
        self._hash.update(piece)
        return piece

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()


def hash_content(source: bytes | IO[bytes]) -> str:
    """Return the SHA-256 of a file's content, as `Blob.sha256` holds it; the file is at its start afterwards."""
    if isinstance(source, bytes):
        return hashlib.sha256(source).hexdigest()
    source.seek(0)
    digest = hashlib.file_digest(source, "sha256").hexdigest()  # type: ignore[arg-type]
    source.seek(0)
    return digest


def store(*, source: bytes | IO[bytes], name: str, limit: int, kind: Kind | None = None) -> Blob:
    """Store the bytes, encrypted under a new key unless the settings leave that to the store; the rows are written
    after them.

    Raises `Unavailable` when the store does not take them; then nothing was stored. Not inside a transaction.
    """
    _outside_transaction()
    where = stores.current_name()
    blob_id, key, now = uuid7(), encrypted_stream.new_key(), clock.now()
    form = Form.SEALED if settings.FILES_SEALED else Form.PLAIN
    measured = _MeasuredReader(io.BytesIO(source) if isinstance(source, bytes) else source, limit)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as ready:
        if form == Form.SEALED:
            encrypted_stream.encrypt_stream(key, iter(measured), ready)
        else:
            ready.writelines(measured)
        stored_hash = hash_content(ready)
        place = f"{stored_hash[:2]}/{stored_hash}-{blob_id.hex}"
        stores.store_named(where).put(place, ready)
    with transaction.atomic():
        file_key = FileKey.objects.create(encrypted_key=encryption.encrypt(key, context=_KEY_CONTEXT), created_at=now)
        return Blob.objects.create(
            id=blob_id,
            key=file_key,
            name=name[-200:],
            kind=kind or "",
            size=measured.size,
            sha256=measured.sha256,
            store=where,
            form=form,
            place=place,
            created_at=now,
        )


def keep(examined: "AcceptedFile") -> Blob:
    """Store an examined file under its checked name. Not inside a transaction."""
    source = examined.source
    if not isinstance(source, bytes):
        source.seek(0)
    blob = store(source=source, name=examined.name, limit=examined.kind.most_bytes, kind=examined.kind)
    if blob.sha256 != examined.sha256:
        destroy_key(blob=blob)
        raise RuntimeError("The file changed after it was looked at.")
    return blob


def _key(blob: Blob) -> bytes:
    if blob.key.destroyed_at is not None:
        raise Refused(Problem("file_gone", _("This file was erased; its contents can no longer be read.")))
    return encryption.decrypt_bytes(blob.key.encrypted_key, context=_KEY_CONTEXT)


def _plain_chunks(blob: Blob, key: bytes, source: _HashingReader) -> Iterator[bytes]:
    if blob.form == Form.SEALED:
        yield from encrypted_stream.open_stream(key, source)
        return
    while chunk := source.read(CHUNK):
        yield chunk


def fetch_blob(blob: Blob) -> IO[bytes]:
    """Return the plain bytes in an anonymous temporary file, which the caller closes. All bytes were verified.

    Raises `Refused` for an erased file, `Unavailable` when the store does not answer, `Damaged` when the bytes differ.
    """
    _outside_transaction()
    key = _key(blob)
    plain = tempfile.TemporaryFile()  # noqa: SIM115 -- the caller closes it
    try:
        _fetch(blob, key, plain)
        plain.seek(0)
    except BaseException:
        plain.close()
        raise
    return plain


@contextmanager
def open_blob(blob: Blob) -> Iterator[IO[bytes]]:
    """Yield the plain bytes in an anonymous temporary file and close it afterwards; see `fetch_blob`."""
    with fetch_blob(blob) as plain:
        yield plain


def _stored(blob: Blob) -> IO[bytes]:
    """Return the stored bytes; a file moved since its row was read is found at its new place."""
    try:
        return stores.store_named(blob.store).open(blob.place)
    except FileNotFoundError:
        now_in = Blob.objects.filter(pk=blob.pk).values_list("store", flat=True).first()
        if now_in is not None and now_in != blob.store:
            with contextlib.suppress(FileNotFoundError):
                return stores.store_named(now_in).open(blob.place)
        raise Damaged(f"blob {blob.pk}: no bytes at its place") from None


def _require_hash(blob: Blob, stored_hash: str) -> None:
    place_match = _PLACE.fullmatch(blob.place)
    # The place of a file of the first release is its id, without a hash; its tag verifies it.
    if place_match is not None and place_match["hash"] != stored_hash:
        raise Damaged(f"blob {blob.pk}: other bytes than were stored")


def _fetch(blob: Blob, key: bytes, target: IO[bytes]) -> None:
    plain_hash = hashlib.sha256()
    with _stored(blob) as stored:
        hashed = _HashingReader(stored)
        for chunk in _plain_chunks(blob, key, hashed):
            plain_hash.update(chunk)
            target.write(chunk)
    _require_hash(blob, hashed.sha256)
    if plain_hash.hexdigest() != blob.sha256:
        raise Damaged(f"blob {blob.pk}: other bytes than were stored")


def fetch_stored(blob: Blob, target: IO[bytes]) -> None:
    """Copy the stored bytes, encrypted or not, for moving them; they were verified."""
    key = _key(blob)
    with tempfile.TemporaryFile() as nobody_reads:
        _fetch(blob, key, nobody_reads)
    with _stored(blob) as stored:
        shutil.copyfileobj(stored, target, CHUNK)
    _require_hash(blob, hash_content(target))


def record_cipher(blob: Blob) -> RecordCipher:
    """Return the cipher for small records that belong to a file."""
    return RecordCipher(_key(blob))


def destroy_key(*, blob: Blob, ground: Ground | None = None) -> None:
    """Make one file unreadable for good; see `destroy_keys`."""
    destroy_keys(blobs=[blob], ground=ground)


@transaction.atomic
def destroy_keys(*, blobs: Iterable[Blob | None], ground: Ground | None = None) -> None:
    """Make the files, their records and their texts unreadable for good, then remove the bytes. A second call does nothing.

    None among them, of an object without a file, is left out. An immutable file is destroyed only under a law, the `ground`.
    Locks the files in the order of their ids; the row of a key is written under its file's lock alone.
    """
    ids = {blob.pk for blob in blobs if blob is not None}
    if not ids:
        return
    for fresh in Blob.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"):
        _destroy(fresh, ground)


def _destroy(blob: Blob, ground: Ground | None) -> None:
    if blob.immutable_at is not None and ground is None:
        message = _("This file is a signed original: it is not changed and not thrown away.")
        raise Refused(Problem("file_immutable", message))
    now = clock.now()
    FileText.objects.filter(blob=blob).delete()
    FileKey.objects.filter(pk=blob.key_id, destroyed_at=None).update(encrypted_key=b"", destroyed_at=now)
    if blob.erased_at is None:
        blob.erased_at, blob.ground = now, Ground(ground).value if ground is not None else ""
        blob.save(update_fields=["erased_at", "ground"])
        if blob.store == stores.DISK:
            transaction.on_commit(lambda: remove_bytes(blob), robust=True)
        # If a bucket does not answer, the worker removes them later.


@contextmanager
def destroy_on_error(*blobs: Blob | None) -> Iterator[None]:
    """Destroy files that were just stored where the enclosed step before their transaction raises."""
    try:
        yield
    except BaseException:
        destroy_keys(blobs=blobs)
        raise


@contextmanager
def keep_with_transaction(*blobs: Blob | None) -> Iterator[None]:
    """Run the enclosed action in a transaction; where it raises, destroy the files that were just stored for it.

    An error of the commit or after it destroys nothing, because rows may refer to the files by then. Not inside a transaction.
    """
    is_through = False
    try:
        with transaction.atomic():
            yield
            is_through = True
    except BaseException:
        if not is_through:
            destroy_keys(blobs=blobs)
        raise


def remove_bytes(blob: Blob) -> None:
    """Remove the bytes of an erased file, and store that they are removed."""
    stores.store_named(blob.store).delete(blob.place)
    Blob.objects.filter(pk=blob.pk, removed_at=None).update(removed_at=clock.now())
