"""Photos of an event: add, describe and publish them, and take them down.

Photos are drawn anew and stored first, outside the transaction; an action that is refused destroys them again.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.documents.secrecy import refuse_secret
from doanso.events import policy, rules
from doanso.events.actions.locking import lock_event
from doanso.events.actions.photo_requests import answer_by_removal
from doanso.events.models import Event, EventPhoto, PhotoSubjects
from doanso.events.rules import photos as photo_rules
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.photos import PhotoUpload, stored_photos
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse

LARGE, SMALL = (1600, 360_000), (480, 24_000)
"""The longest side in pixels and the most bytes of a photo, and of the one inside a page."""


@dataclass(frozen=True, slots=True)
class EventPhotoInput:
    """What is stated of photos: what they show, whom, who asked those people and when, and whether everybody may see them."""

    alt: str
    subjects: str
    asked_by: str = ""
    asked_on: date | None = None
    is_public: bool = False


def add_photos(
    *, actor: User, event: Event, key: UUID, uploads: Sequence[PhotoUpload], inputs: EventPhotoInput
) -> list[EventPhoto]:
    """Add photos of which the same is stated: all of them, or none where one is refused. Called outside a transaction.

    The same form again, by its `key`, adds nothing and returns the same photos.
    """
    policy.MANAGE.require(actor, event)
    keys = [uuid5(key, f"{event.pk} {position}") for position in range(len(uploads))]
    if known := _known(event, keys):
        return known
    _values(inputs)
    refuse(photo_rules.photo_day_problem(event.state, event.day, clock.today()))
    refuse(photo_rules.uploads_problem(len(uploads), _kept(event)))
    with ExitStack() as stack:
        stored = list(_stored(stack, uploads))
        with transaction.atomic():
            fresh = lock_event(actor, event.pk)
            if known := _known(fresh, keys):
                files.destroy_keys(blobs=[blob for blobs in stored for blob in blobs])
                return known
            refuse(photo_rules.photo_day_problem(fresh.state, fresh.day, clock.today()))
            refuse(photo_rules.uploads_problem(len(uploads), _kept(fresh)))
            values: dict[str, Any] = _values(inputs) | {
                "made_on": clock.today(),
                "made_at": clock.now(),
                "made_by": actor,
            }
            photos = EventPhoto.objects.bulk_create(
                [
                    EventPhoto(pk=pk, event=fresh, photo=blobs[0], photo_small=blobs[1], **values)
                    for pk, blobs in zip(keys, stored, strict=True)
                ]
            )
            record_many(AuditEventInput(actor, "events.add_photo", photo, fresh.unit_id) for photo in photos)
            return photos


def _stored(stack: ExitStack, uploads: Sequence[PhotoUpload]) -> Iterator[list[Blob]]:
    """Yield the two sizes of each photo as stored until the stack is closed; of several uploads the refused one is named."""
    for upload in uploads:
        try:
            yield stack.enter_context(stored_photos(upload, LARGE, SMALL, field="photos"))
        except Refused as refused:
            if len(uploads) == 1:
                raise
            message = f"{upload.name}: {refused.problem.message}"
            raise Refused(Problem(refused.problem.code, message, "photos")) from refused


def _known(event: Event, keys: Sequence[UUID]) -> list[EventPhoto]:
    return list(EventPhoto.objects.filter(event=event, pk__in=keys).order_by("made_at", "pk"))


def _kept(event: Event) -> int:
    return event.photos.filter(taken_down_at=None).count()


def _values(inputs: EventPhotoInput) -> dict[str, Any]:
    """Return the fields of a photo; nobody was asked where nobody can be recognised."""
    refuse(rules.words_problem(inputs.alt, photo_rules.LONGEST_ALT, "alt", required=True))
    if inputs.subjects not in PhotoSubjects.values:
        raise Refused(Problem("photo_subjects", _("State whom the photo shows."), "subjects"))
    refuse(photo_rules.asked_problem(inputs.subjects, inputs.asked_by, inputs.asked_on, clock.today()))
    refuse_secret([inputs.alt], field="alt")
    nobody = inputs.subjects == PhotoSubjects.NOBODY
    return {
        "alt": " ".join(inputs.alt.split()),
        "subjects": inputs.subjects,
        "asked_by": "" if nobody else " ".join(inputs.asked_by.split()),
        "asked_on": None if nobody else inputs.asked_on,
        "is_public": inputs.is_public,
    }


def _locked_photo(actor: User, photo: EventPhoto) -> tuple[Event, EventPhoto]:
    """Return the event and the photo, read again under the event's lock."""
    event = lock_event(actor, photo.event_id)
    return event, EventPhoto.objects.select_related("photo__key", "photo_small__key").get(pk=photo.pk)


@transaction.atomic
def change_photo(*, actor: User, photo: EventPhoto, read: int, inputs: EventPhotoInput) -> EventPhoto:
    """Change what is stated of a photo, or publish it or no longer; `read` is the version that the user has read."""
    event, fresh = _locked_photo(actor, photo)
    if fresh.taken_down_at is not None:
        raise Refused(Problem("photo_gone", _("This photo was taken down.")))
    if read != fresh.version:
        raise Refused(Problem("photo_stale", _("Somebody has changed this photo meanwhile. Open it anew.")))
    values = _values(inputs)
    changed = [name for name, value in values.items() if getattr(fresh, name) != value]
    if not changed:
        return fresh
    for name in changed:
        setattr(fresh, name, values[name])
    fresh.version += 1
    fresh.save(update_fields=[*changed, "version"])
    record(actor=actor, action="events.change_photo", obj=fresh, unit=event.unit_id, changed=changed)
    return fresh


@transaction.atomic
def take_down_photo(*, actor: User, photo: EventPhoto, reason: str) -> EventPhoto:
    """Take a photo down for good, with a reason: its pictures are destroyed at once. A second call changes nothing."""
    event, fresh = _locked_photo(actor, photo)
    if fresh.taken_down_at is not None:
        return fresh
    refuse(rules.words_problem(reason, rules.LONGEST_REASON, "reason", required=True))
    refuse_secret([reason], field="reason")
    fresh.taken_down_at, fresh.taken_down_reason, fresh.is_public = clock.now(), reason.strip(), False
    fresh.version += 1
    fresh.save(update_fields=["taken_down_at", "taken_down_reason", "is_public", "version"])
    files.destroy_keys(blobs=[fresh.photo, fresh.photo_small])
    answer_by_removal(actor, fresh)
    record(actor=actor, action="events.take_down_photo", obj=fresh, unit=event.unit_id, changed=["is_public"])
    return fresh
