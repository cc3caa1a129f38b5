"""Read audit events, and verify that they were not changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from doanso.audit.models import Event, Seal
from doanso.audit.rules import FIRST_LINK, event_hash, seal_hash

PAGE = 2000


def history(obj: Model) -> QuerySet[Event]:
    """Return the events of an object, newest first."""
    return history_of(obj._meta.label_lower, obj.pk)


def history_of(kind: str, object_id: UUID) -> QuerySet[Event]:
    """Return the events of the object of that kind and id, newest first."""
    return Event.objects.filter(object_kind=kind, object_id=object_id).select_related("actor").order_by("-id")


def everything() -> QuerySet[Event]:
    """Return all events, newest first, to be narrowed by a policy."""
    return Event.objects.select_related("actor").order_by("-id")


def latest_moment(*, until: datetime) -> datetime | None:
    """Return when the newest event up to a moment was written; None without any.

    Read backwards along the ids, which follow time but for seconds, so it costs what was written since `until`.
    """
    return Event.objects.filter(at__lte=until).order_by("-id").values_list("at", flat=True).first()


def unsealed(limit: int) -> int:
    """Return how many events are not chained yet, counted up to the limit."""
    return len(Event.objects.filter(sealed=None).order_by("-id").values_list("id")[:limit])


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of a walk along the chain; `broken` describes the first row that does not fit, empty when all fit."""

    seals: int
    sealed: int
    unsealed: int
    broken: str = ""


def _true_hash(event: Event) -> str:
    return event_hash(
        at=event.at,
        actor_id=event.actor_id,
        actor_note=event.actor_note,
        verb=event.verb,
        object_kind=event.object_kind,
        object_id=event.object_id,
        unit_id=event.unit_id,
        changed=event.changed,
    )


def _changed(event: Event) -> str:
    return (
        ""
        if event.hash == _true_hash(event)
        else _("Event %(id)s was changed after it was written.") % {"id": event.pk}
    )


def _seals() -> Iterator[Seal]:
    last = 0
    while page := list(Seal.objects.filter(id__gt=last).order_by("id")[:PAGE]):
        yield from page
        last = page[-1].pk


def _broken_seal(seal: Seal, events: list[Event], expected_previous: str) -> str:
    if seal.previous_hash != expected_previous:
        return _("Seal %(id)s does not follow the seal before it.") % {"id": seal.pk}
    for event in events:
        if problem := _changed(event):
            return problem
    if seal.event_count != len(events):
        words = _("Seal %(id)s covers %(wanted)s events, but %(found)s are there.")
        return words % {"id": seal.pk, "wanted": seal.event_count, "found": len(events)}
    rows = [(event.pk, event.hash) for event in events]
    if seal.hash != seal_hash(at=seal.at, previous_hash=seal.previous_hash, events=rows):
        return _("Seal %(id)s does not fit its events.") % {"id": seal.pk}
    return ""


def verify() -> Verification:
    """Recompute every event's hash and the whole chain; stop at the first row that does not fit."""
    seals = sealed = waiting = 0
    previous = FIRST_LINK
    for seal in _seals():
        events = list(Event.objects.filter(sealed__seal=seal).order_by("id"))
        if broken := _broken_seal(seal, events, previous):
            return Verification(seals, sealed, waiting, broken)
        seals += 1
        sealed += len(events)
        previous = seal.hash
    last = 0
    while page := list(Event.objects.filter(id__gt=last, sealed=None).order_by("id")[:PAGE]):
        for event in page:
            if broken := _changed(event):
                return Verification(seals, sealed, waiting, broken)
        waiting += len(page)
        last = page[-1].pk
    return Verification(seals, sealed, waiting)
