"""Resumable uploads of pictures; a complete one is encrypted under a key of its own. See docs/sync.md."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.files.kinds import picture_kind
from doanso.files.models import Blob
from doanso.lib import clock, encryption
from doanso.lib.problems import Problem, Refused, refuse
from doanso.sync import pictures, ports
from doanso.sync.models import Device, Photo, Record

MOST_OF_ONE_SUBJECT = 3
MOST_UNDER_WAY = 30
"""Largest number of unfinished uploads of one phone."""
MOST_PIECE = 256 * 1024
UNFINISHED_RETENTION = timedelta(days=30)
PAGE = 200
_PIECES = "sync.photo.pieces"


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How many bytes of a picture have arrived, and whether it is complete."""

    offset: int
    done: bool


class OffsetMismatch(Exception):
    """The piece does not begin where the received bytes end; nothing was changed."""

    def __init__(self, progress: UploadProgress) -> None:
        super().__init__(progress)
        self.progress = progress


def _progress_of(photo: Photo) -> UploadProgress:
    return UploadProgress(photo.offset, photo.done_at is not None)


def _take_turns(device: Device) -> None:
    """Lock all devices of the phone's user, so that their uploads run one after the other."""
    list(Device.objects.select_for_update(of=("self",)).filter(user_id=device.user_id).order_by("pk"))


@transaction.atomic
def begin_photo(*, device: Device, photo_id: UUID, subject: UUID, size: int, content_hash: str) -> UploadProgress:
    """Announce a picture of a visit of the phone's holder, and return its progress; a repetition returns the progress so far.

    A picture that may not be kept is recorded as complete at once, so that the phone sends nothing of it.
    """
    _take_turns(device)
    photo = Photo.objects.defer("pieces").filter(pk=photo_id).first()
    if photo is not None:
        announced = (photo.device_id, photo.subject, photo.size, photo.content_hash)
        if announced != (device.pk, subject, size, content_hash):
            message = _("This photo was announced as another one before. Take it again.")
            raise Refused(Problem("photo_other", message, "id"))
        return _progress_of(photo)
    if not 1 <= size <= pictures.MOST_BYTES:
        raise Refused(Problem("photo_too_large", _("A photo has at most 1 MB. Take it again with this app."), "size"))
    _unit_of(device, subject)
    if Photo.objects.filter(subject=subject).count() >= MOST_OF_ONE_SUBJECT:
        raise Refused(Problem("photo_many", _("A visit has at most three photos. Leave this one out."), "visit"))
    if Photo.objects.filter(device=device, done_at=None).count() >= MOST_UNDER_WAY:
        message = _("Thirty photos of this phone are not whole yet. Send those first.")
        raise Refused(Problem("photo_many", message))
    photo = Photo(pk=photo_id, device=device, subject=subject, size=size, content_hash=content_hash)
    photo.begun_at = clock.now()
    if not _may_be_shown(subject):
        # The phone deletes its copy of a complete picture.
        photo.offset, photo.done_at = size, photo.begun_at
    photo.save(force_insert=True)
    return _progress_of(photo)


def _unit_of(device: Device, subject: UUID) -> UUID | None:
    """Return the unit of the record, or None while it has not arrived; refuse a record of another holder."""
    units_by_user = dict(
        Record.objects.filter(record_id=subject).order_by("seq").values_list("device__user_id", "unit_id")
    )
    if units_by_user and device.user_id not in units_by_user:
        message = _("This visit was recorded by somebody else; they add its photos.")
        raise Refused(Problem("photo_of_other", message, "visit"))
    return units_by_user.get(device.user_id)


def _may_be_shown(subject: UUID) -> bool:
    code = Record.objects.filter(record_id=subject).order_by("seq").values_list("kind", flat=True).first()
    kind = ports.record_kind(code) if code is not None else None
    return kind is None or kind.shows(subject)


@transaction.atomic
def _add_piece(
    device: Device, photo_id: UUID, offset: int, piece: bytes
) -> tuple[UploadProgress, Problem | None, bytes]:
    """Add a piece; return the progress, the problem that reset or deleted the upload, and the bytes of a complete picture.

    A problem is returned instead of raised, so that its reset is committed. A complete picture is not written here: its bytes are
    stored outside the transaction, and its last piece counts only then.
    """
    photo = _locked(device, photo_id, offset)
    before = encryption.decrypt_bytes(photo.pieces, context=_PIECES) if photo.pieces else b""
    content = before + piece
    if len(content) > photo.size:
        message = _("This is more than the photo was announced with. It is sent again from its beginning.")
        raise Refused(Problem("photo_too_long", message))
    if not offset and not pictures.may_become_picture(content):
        return *_drop_photo(photo, pictures.picture_problem(content)), b""
    if len(content) < photo.size:
        photo.offset, photo.pieces = len(content), encryption.encrypt(content, context=_PIECES)
        photo.save(update_fields=["offset", "pieces"])
        return _progress_of(photo), None, b""
    if hashlib.sha256(content).hexdigest() != photo.content_hash:
        photo.offset, photo.pieces = 0, b""
        photo.save(update_fields=["offset", "pieces"])
        message = _("This photo was damaged on its way; it is sent again by itself.")
        return _progress_of(photo), Problem("photo_damaged", message), b""
    problem = pictures.picture_problem(content)
    if problem is not None:
        return *_drop_photo(photo, problem), b""
    _unit_of(device, photo.subject)
    return _progress_of(photo), None, content


def _locked(device: Device, photo_id: UUID, offset: int) -> Photo:
    _take_turns(device)
    photo = Photo.objects.select_for_update(of=("self",)).filter(pk=photo_id, device=device).first()
    if photo is None:
        raise Photo.DoesNotExist(photo_id)
    if photo.done_at is not None or offset != photo.offset:
        raise OffsetMismatch(_progress_of(photo))
    return photo


def _finish(device: Device, photo_id: UUID, offset: int, content: bytes) -> UploadProgress:
    """Store a complete picture, then record it; destroy the stored bytes where another call was faster or the upload is gone."""
    blob = files.store(source=content, name="hoat-dong", limit=pictures.MOST_BYTES, kind=picture_kind(content))
    try:
        with transaction.atomic():
            photo = _locked(device, photo_id, offset)
            unit_id = _unit_of(device, photo.subject)
            photo.blob, photo.offset, photo.pieces, photo.done_at = blob, photo.size, b"", clock.now()
            photo.save(update_fields=["blob", "offset", "pieces", "done_at"])
            record(actor=device.user, action="sync.add_photo", obj=photo, unit=unit_id)
    except (OffsetMismatch, Photo.DoesNotExist, Refused):
        files.destroy_key(blob=blob)
        raise
    return _progress_of(photo)


def _drop_photo(photo: Photo, problem: Problem | None) -> tuple[UploadProgress, Problem | None]:
    """Delete an upload that is refused: its bytes may hold more than a picture."""
    photo.delete()
    return UploadProgress(0, done=False), problem


def add_piece(*, device: Device, photo_id: UUID, offset: int, piece: bytes) -> UploadProgress:
    """Add the next bytes of a picture; the last ones complete it.

    Raise `Photo.DoesNotExist` for a picture that this phone has not announced, `OffsetMismatch` when the piece does not begin
    where the received bytes end, and `Refused` when the bytes are no picture, hold more than one, or were damaged on the way.
    """
    if not piece or len(piece) > MOST_PIECE:
        raise Refused(Problem("photo_piece", _("A piece of a photo has 1 to 262,144 bytes."), "body"))
    progress, problem, picture = _add_piece(device, photo_id, offset, piece)
    refuse(problem)
    return _finish(device, photo_id, offset, picture) if picture else progress


def upload_progress(*, device: Device, photo_id: UUID) -> UploadProgress | None:
    """Return the progress of an upload of this phone; None when it was not announced."""
    photo = Photo.objects.defer("pieces").filter(pk=photo_id, device=device).first()
    return _progress_of(photo) if photo is not None else None


def destroy_photos(subjects: Iterable[UUID]) -> int:
    """Erase complete and unfinished pictures of these records in the caller's transaction; return their number."""
    ids, erased = sorted(set(subjects)), 0
    for start in range(0, len(ids), PAGE):
        erased += _destroy(Photo.objects.filter(subject__in=ids[start : start + PAGE]).values_list("pk", flat=True))
    return erased


def _destroy(photo_ids: Iterable[UUID]) -> int:
    ids = list(photo_ids)
    photos = list(Photo.objects.filter(pk__in=ids).defer("pieces").order_by("pk"))
    files.destroy_keys(
        blobs=Blob.objects.filter(pk__in=[photo.blob_id for photo in photos if photo.blob_id is not None])
    )
    # The rows stay, complete and without a picture, so that phones delete their copies and send none again.
    Photo.objects.filter(pk__in=ids, done_at=None).update(offset=F("size"), pieces=b"", done_at=clock.now())
    return len(photos)


def drop_old_photos() -> int:
    """Delete uploads unfinished after thirty days, and erase pictures whose record never arrived; return their number."""
    before = clock.now() - UNFINISHED_RETENTION
    unfinished, _rows = Photo.objects.filter(done_at=None, begun_at__lt=before).delete()
    record_ids = Record.objects.values("record_id")
    orphaned = Photo.objects.filter(begun_at__lt=before, blob__key__destroyed_at=None, blob__isnull=False)
    ids = list(orphaned.exclude(subject__in=record_ids).values_list("pk", flat=True))
    with transaction.atomic():
        return unfinished + _destroy(ids)
