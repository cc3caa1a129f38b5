"""Reads of an event's photos: for its unit, for everybody, and for its report."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.events.models import Event, EventPhoto, EventState, PhotoRequest, PhotoSubjects
from doanso.lib import clock
from doanso.lib.paging import page_rows

PAGE_SIZE = 60
MOST_PUBLIC = 100
"""Photos on an event's public page."""


@dataclass(frozen=True, slots=True)
class EventPhotoRow:
    """A photo in the list; an inspector sees no picture of people unless everybody may see it."""

    photo: EventPhoto
    is_shown: bool


@dataclass(frozen=True, slots=True)
class EventPhotoCounts:
    """How many photos an event keeps, how many of them everybody may see, and how many were taken down."""

    kept: int
    public: int
    taken_down: int


def photos_of(event: Event) -> QuerySet[EventPhoto]:
    """Return the photos that an event keeps, in the order in which they were added."""
    return event.photos.filter(taken_down_at=None).order_by("made_at", "pk")


def photo_counts(event: Event) -> EventPhotoCounts:
    """Return the counts of an event's photos; one statement."""
    rows = list(event.photos.values_list("is_public", "taken_down_at"))
    taken_down = sum(taken_down_at is not None for _is_public, taken_down_at in rows)
    return EventPhotoCounts(len(rows) - taken_down, sum(is_public for is_public, _at in rows), taken_down)


def may_see(actor: User, photo: EventPhoto) -> bool:
    """Return whether the actor, who sees the event, may see this picture: names are shown too, it shows nobody, or everybody
    sees it now.
    """
    if photo.subjects == PhotoSubjects.NOBODY or access.sees_personal(actor, photo.event.unit_id):
        return True
    return filter_public_photos(EventPhoto.objects.filter(pk=photo.pk)).exists()


def photo_page(actor: User, event: Event, number: int) -> tuple[list[EventPhotoRow], bool]:
    """Return a page of the photos, the newest first, and whether more follow."""
    shown = access.sees_personal(actor, event.unit_id)
    photos = photos_of(event).annotate(is_hidden=Exists(_hiding_requests()))
    rows, more = page_rows(photos.order_by("-made_at", "-pk"), number, PAGE_SIZE)
    everybody = set() if shown else set(filter_public_photos(event.photos.all()).values_list("pk", flat=True))
    return [
        EventPhotoRow(photo, shown or photo.subjects == PhotoSubjects.NOBODY or photo.pk in everybody) for photo in rows
    ], more


def taken_down_photos(event: Event) -> list[EventPhoto]:
    """Return the photos that were taken down, the latest first, at most fifty."""
    return list(event.photos.filter(taken_down_at__isnull=False).order_by("-taken_down_at", "-pk")[:50])


def photos_to_hand_out(event: Event) -> QuerySet[EventPhoto]:
    """Return the kept photos of an event with what handing out a picture needs, to be narrowed to one."""
    return photos_of(event).select_related("event", "photo__key", "photo_small__key")


def has_public_photos(event: Event) -> bool:
    """Return whether an event's public page may show photos: its day has come, and it is not cancelled or postponed."""
    return event.state == EventState.OPEN and event.day <= clock.today()


def filter_public_photos(photos: QuerySet[EventPhoto]) -> QuerySet[EventPhoto]:
    """Narrow photos to those that everybody sees now: public, and not hidden until a request to take them down is answered."""
    return photos.filter(~Exists(_hiding_requests()), is_public=True)


def _hiding_requests() -> QuerySet[PhotoRequest]:
    return all_waiting_requests().filter(photo=OuterRef("pk"), hides=True)


def public_photos(event: Event) -> Sequence[EventPhoto]:
    """Return the photos on an event's public page; one statement, none before its day."""
    return list(filter_public_photos(photos_of(event))[:MOST_PUBLIC]) if has_public_photos(event) else ()


@dataclass(frozen=True, slots=True)
class RequestedPhoto:
    """A photo as the page sees it on which somebody asks that it be taken down: whether it is shown, and the last request."""

    photo: EventPhoto
    is_shown: bool
    request: PhotoRequest | None


def requested_photo(event: Event, photo_id: UUID) -> RequestedPhoto | None:
    """Return a photo that is public or was asked to be taken down; None for every other one; two statements."""
    photo = event.photos.filter(pk=photo_id).first()
    if photo is None or not has_public_photos(event):
        return None
    last = photo.requests.order_by("-made_at", "-pk").first()
    if last is None and not photo.is_public:
        return None
    is_hidden = last is not None and last.answered_at is None and last.hides
    return RequestedPhoto(photo, photo.is_public and not is_hidden, last)


def all_waiting_requests() -> QuerySet[PhotoRequest]:
    """Return all requests that wait for an answer, to be narrowed to units."""
    return PhotoRequest.objects.filter(answered_at=None)


def first_waiting_requests() -> QuerySet[PhotoRequest]:
    """Return the oldest waiting request of each photo, to be narrowed to units: one row per photo."""
    older = all_waiting_requests().filter(photo=OuterRef("photo"), pk__lt=OuterRef("pk"))
    return all_waiting_requests().filter(~Exists(older))


def waiting_by_photo(event: Event) -> list[tuple[EventPhoto, list[PhotoRequest]]]:
    """Return the photos of an event about which somebody waits, with their requests, the oldest first; one statement."""
    by_photo: dict[UUID, tuple[EventPhoto, list[PhotoRequest]]] = {}
    for request in all_waiting_requests().filter(photo__event=event).select_related("photo").order_by("pk"):
        by_photo.setdefault(request.photo_id, (request.photo, []))[1].append(request)
    return list(by_photo.values())


def waiting_requests(photo: EventPhoto) -> list[PhotoRequest]:
    """Return the requests about a photo that wait for an answer, the oldest first; one statement."""
    return list(all_waiting_requests().filter(photo=photo).order_by("pk"))
