"""Read audit events, and verify that they were not changed."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from doanso.audit.models import AuditEvent, ChainLink
from doanso.audit.rules import FIRST_LINK, event_hash, link_hash

PAGE = 2000


def history(obj: Model) -> QuerySet[AuditEvent]:
    """Return the events of an object, newest first."""
    return history_of(obj._meta.label_lower, obj.pk)


def history_of(kind: str, object_id: UUID) -> QuerySet[AuditEvent]:
    """Return the events of the object of that kind and id, newest first."""
    return AuditEvent.objects.filter(object_kind=kind, object_id=object_id).select_related("actor").order_by("-id")


def joint_history(kinds: Mapping[str, Collection[UUID]]) -> QuerySet[AuditEvent]:
    """Return the events of several objects, given as ids by kind, newest first."""
    condition = Q(pk__in=[])
    for kind, ids in kinds.items():
        condition |= Q(object_kind=kind, object_id__in=list(ids))
    return AuditEvent.objects.filter(condition).select_related("actor").order_by("-id")


def all_events() -> QuerySet[AuditEvent]:
    """Return all events, newest first, to be filtered by a policy."""
    return AuditEvent.objects.select_related("actor").order_by("-id")


def latest_moment(*, until: datetime) -> datetime | None:
    """Return when the newest event up to a moment was written; None without any.

    Read backwards along the ids, which follow time to within seconds, so the cost is that of the events written since `until`.
    """
    return AuditEvent.objects.filter(at__lte=until).order_by("-id").values_list("at", flat=True).first()


def count_unchained(limit: int) -> int:
    """Return how many events are not chained yet, counted up to the limit."""
    return len(AuditEvent.objects.filter(chained=None).order_by("-id").values_list("id")[:limit])


@dataclass(frozen=True, slots=True)
class Verification:
    """The result of a walk along the chain; `broken` describes the first row that does not match, empty if all match."""

    links: int
    chained: int
    unchained: int
    broken: str = ""


def _true_hash(event: AuditEvent) -> str:
    return event_hash(
        at=event.at,
        actor_id=event.actor_id,
        actor_note=event.actor_note,
        action=event.action,
        object_kind=event.object_kind,
        object_id=event.object_id,
        unit_id=event.unit_id,
        changed=event.changed,
    )


def _changed(event: AuditEvent) -> str:
    return (
        ""
        if event.hash == _true_hash(event)
        else _("Event %(id)s was changed after it was written.") % {"id": event.pk}
    )


def _links() -> Iterator[ChainLink]:
    last = 0
    while page := list(ChainLink.objects.filter(id__gt=last).order_by("id")[:PAGE]):
        yield from page
        last = page[-1].pk


def _broken_link(link: ChainLink, events: list[AuditEvent], expected_previous: str) -> str:
    if link.previous_hash != expected_previous:
        return _("Seal %(id)s does not follow the seal before it.") % {"id": link.pk}
    for event in events:
        if problem := _changed(event):
            return problem
    if link.event_count != len(events):
        words = _("Seal %(id)s covers %(wanted)s events, but %(found)s are there.")
        return words % {"id": link.pk, "wanted": link.event_count, "found": len(events)}
    rows = [(event.pk, event.hash) for event in events]
    if link.hash != link_hash(at=link.at, previous_hash=link.previous_hash, events=rows):
        return _("Seal %(id)s does not fit its events.") % {"id": link.pk}
    return ""


def verify() -> Verification:
    """Recompute every event's hash and the whole chain; stop at the first row that does not match."""
    links = chained = waiting = 0
    previous = FIRST_LINK
    for link in _links():
        events = list(AuditEvent.objects.filter(chained__link=link).order_by("id"))
        if broken := _broken_link(link, events, previous):
            return Verification(links, chained, waiting, broken)
        links += 1
        chained += len(events)
        previous = link.hash
    last = 0
    while page := list(AuditEvent.objects.filter(id__gt=last, chained=None).order_by("id")[:PAGE]):
        for event in page:
            if broken := _changed(event):
                return Verification(links, chained, waiting, broken)
        waiting += len(page)
        last = page[-1].pk
    return Verification(links, chained, waiting)
