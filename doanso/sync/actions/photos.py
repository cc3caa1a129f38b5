"""Taking in pictures, piece by piece; a whole one is sealed under a key of its own. See docs/sync.md."""

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
from doanso.lib import clock, sealing
from doanso.lib.problems import Problem, Refused, refuse
from doanso.sync import pictures, ports
from doanso.sync.models import Device, Photo, Record

MOST_OF_ONE_SUBJECT = 3
MOST_UNDER_WAY = 30
"""So many pictures of one phone may be unfinished at once."""
MOST_PIECE = 256 * 1024
KEPT_UNFINISHED = timedelta(days=30)
PAGE = 200
_PIECES = "sync.photo.pieces"


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a picture has come."""

    offset: int
    done: bool


class OffsetMissed(Exception):
    """The piece does not begin where the picture ends so far; nothing was changed."""

    def __init__(self, stand: Stand) -> None:
        super().__init__(stand)
        self.stand = stand


def _stand(photo: Photo) -> Stand:
    return Stand(photo.offset, photo.done_at is not None)


def _take_turns(device: Device) -> None:
    """Pictures of one person take turns, also those of two tabs and two phones."""
    list(Device.objects.select_for_update(of=("self",)).filter(user_id=device.user_id).order_by("pk"))


@transaction.atomic
def begin_photo(*, device: Device, photo_id: UUID, subject: UUID, size: int, content_hash: str) -> Stand:
    """Announce a picture of a visit of the phone's holder; announced again, how far it has come. One that nobody may keep is
    taken as whole already, and nothing of it comes."""
    _take_turns(device)
    photo = Photo.objects.defer("pieces").filter(pk=photo_id).first()
    if photo is not None:
        announced = (photo.device_id, photo.subject, photo.size, photo.content_hash)
        if announced != (device.pk, subject, size, content_hash):
            message = _("This photo was announced as another one before. Take it again.")
            raise Refused(Problem("photo_other", message, "id"))
        return _stand(photo)
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
        # As if it had come and gone: its phone drops its copy.
        photo.offset, photo.done_at = size, photo.begun_at
    photo.save(force_insert=True)
    return _stand(photo)


def _unit_of(device: Device, subject: UUID) -> UUID | None:
    """At which unit the record is; it may not have come yet, and one that has is of the phone's holder."""
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
def _add_piece(device: Device, photo_id: UUID, offset: int, piece: bytes) -> tuple[Stand, Problem | None, bytes]:
    """The piece added, or why the picture begins anew or is gone; that too is to be committed. A whole picture is given back
    instead of written: its bytes are stored outside the transaction, and its last piece counts only then."""
    photo = _locked(device, photo_id, offset)
    before = sealing.unseal_bytes(photo.pieces, context=_PIECES) if photo.pieces else b""
    content = before + piece
    if len(content) > photo.size:
        message = _("This is more than the photo was announced with. It is sent again from its beginning.")
        raise Refused(Problem("photo_too_long", message))
    if not offset and not pictures.may_become_picture(content):
        return *_dropped(photo, pictures.picture_problem(content)), b""
    if len(content) < photo.size:
        photo.offset, photo.pieces = len(content), sealing.seal(content, context=_PIECES)
        photo.save(update_fields=["offset", "pieces"])
        return _stand(photo), None, b""
    if hashlib.sha256(content).hexdigest() != photo.content_hash:
        photo.offset, photo.pieces = 0, b""
        photo.save(update_fields=["offset", "pieces"])
        message = _("This photo was damaged on its way; it is sent again by itself.")
        return _stand(photo), Problem("photo_damaged", message), b""
    problem = pictures.picture_problem(content)
    if problem is not None:
        return *_dropped(photo, problem), b""
    _unit_of(device, photo.subject)
    return _stand(photo), None, content


def _locked(device: Device, photo_id: UUID, offset: int) -> Photo:
    _take_turns(device)
    photo = Photo.objects.select_for_update(of=("self",)).filter(pk=photo_id, device=device).first()
    if photo is None:
        raise Photo.DoesNotExist(photo_id)
    if photo.done_at is not None or offset != photo.offset:
        raise OffsetMissed(_stand(photo))
    return photo


def _finish(device: Device, photo_id: UUID, offset: int, content: bytes) -> Stand:
    """Store a whole picture, then say so; where somebody else was faster, or it is gone, the bytes go too."""
    blob = files.store(source=content, name="hoat-dong", limit=pictures.MOST_BYTES, kind=picture_kind(content))
    try:
        with transaction.atomic():
            photo = _locked(device, photo_id, offset)
            unit_id = _unit_of(device, photo.subject)
            photo.blob, photo.offset, photo.pieces, photo.done_at = blob, photo.size, b"", clock.now()
            photo.save(update_fields=["blob", "offset", "pieces", "done_at"])
            record(actor=device.user, verb="sync.add_photo", obj=photo, unit=unit_id)
    except (OffsetMissed, Photo.DoesNotExist, Refused):
        files.destroy_key(blob=blob)
        raise
    return _stand(photo)


def _dropped(photo: Photo, problem: Problem | None) -> tuple[Stand, Problem | None]:
    """What is not taken is not kept either: it may say more than it shows."""
    photo.delete()
    return Stand(0, done=False), problem


def add_piece(*, device: Device, photo_id: UUID, offset: int, piece: bytes) -> Stand:
    """Add the next bytes of a picture; the last ones make it whole.

    Raises `Photo.DoesNotExist` for a picture that this phone has not announced, `OffsetMissed` when the piece begins elsewhere
    than where the picture ends so far, and `Refused` when it is no picture, is more than one, or was damaged on its way.
    """
    if not piece or len(piece) > MOST_PIECE:
        raise Refused(Problem("photo_piece", _("A piece of a photo has 1 to 262,144 bytes."), "body"))
    stand, problem, picture = _add_piece(device, photo_id, offset, piece)
    refuse(problem)
    return _finish(device, photo_id, offset, picture) if picture else stand


def photo_stand(*, device: Device, photo_id: UUID) -> Stand | None:
    """How far a picture of this phone has come; None when it is not known."""
    photo = Photo.objects.defer("pieces").filter(pk=photo_id, device=device).first()
    return _stand(photo) if photo is not None else None


def destroy_photos(subjects: Iterable[UUID]) -> int:
    """Erase the pictures of these records, whole ones and those on their way, in the caller's transaction; of how many."""
    ids, gone = sorted(set(subjects)), 0
    for start in range(0, len(ids), PAGE):
        gone += _destroy(Photo.objects.filter(subject__in=ids[start : start + PAGE]).values_list("pk", flat=True))
    return gone


def _destroy(photo_ids: Iterable[UUID]) -> int:
    ids = list(photo_ids)
    photos = list(Photo.objects.filter(pk__in=ids).defer("pieces").order_by("pk"))
    for blob in Blob.objects.filter(pk__in=[photo.blob_id for photo in photos if photo.blob_id is not None]):
        files.destroy_key(blob=blob)
    # The rows stay, done and without a picture: their phones drop their copies, and send none anew.
    Photo.objects.filter(pk__in=ids, done_at=None).update(offset=F("size"), pieces=b"", done_at=clock.now())
    return len(photos)


def drop_old_photos() -> int:
    """Remove pictures that were not whole after thirty days, and erase those whose record has never come; of how many."""
    before = clock.now() - KEPT_UNFINISHED
    unfinished, _rows = Photo.objects.filter(done_at=None, begun_at__lt=before).delete()
    record_ids = Record.objects.values("record_id")
    alone = Photo.objects.filter(begun_at__lt=before, blob__key__destroyed_at=None, blob__isnull=False)
    ids = list(alone.exclude(subject__in=record_ids).values_list("pk", flat=True))
    with transaction.atomic():
        return unfinished + _destroy(ids)
