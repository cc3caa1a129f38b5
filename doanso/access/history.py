"""The page of history: who did what to which object, found by person, kind of object, action and days."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from doanso.access import policy
from doanso.access.models import RoleAssignment
from doanso.access.ports import ObjectLink, action_heading, changed_words, object_kinds
from doanso.access.queries import PAGE, actor_name, current_or_future_role_assignments
from doanso.accounts.models import User
from doanso.audit import queries as audit
from doanso.audit.models import AuditEvent, ChainLink
from doanso.lib import clock, vietnamese
from doanso.lib.search_words import words_condition
from doanso.units import queries as units


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What is looked for; empty values match everything. `until` is the last day, inside."""

    person: str = ""
    kind: str = ""
    object_id: UUID | None = None
    action: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One action on one object; the same action repeated on it in a row, by the same person on one day, is one line."""

    moment: datetime
    actor_name: str
    actor_role: str
    sentence: str
    kind: str
    link: ObjectLink | None
    changed: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of lines, newest first; `older` is the number before which the next page begins."""

    lines: list[HistoryLine] = field(default_factory=list)
    older: int | None = None


def history_page(actor: User, wanted: HistoryFilter, before: int | None) -> HistoryPage:
    """Return a page of what the actor may read, in a number of statements that depends on the kinds of objects alone."""
    events = matching_events(actor, wanted)
    if before is not None:
        events = events.filter(id__lt=before)
    found = list(events[: PAGE + 1])
    return HistoryPage(_lines(actor, found[:PAGE]), found[PAGE - 1].pk if len(found) > PAGE else None)


def matching_events(actor: User, wanted: HistoryFilter) -> QuerySet[AuditEvent]:
    """Return the events that the actor may read and that match the filter, newest first."""
    events = policy.VIEW_HISTORY.filter(actor, audit.all_events())
    if wanted.person.strip():
        events = events.filter(_by_person(wanted.person))
    if wanted.kind:
        events = events.filter(object_kind=wanted.kind)
    if wanted.object_id is not None:
        events = events.filter(object_id=wanted.object_id)
    if wanted.action:
        events = events.filter(action=wanted.action)
    return _within(events, wanted.since, wanted.until)


def _by_person(words: str) -> Q:
    """Return the condition that every word begins a word of the acting person's name."""
    return words_condition(vietnamese.fold(words).split(), "actor__folded")


def _within(events: QuerySet[AuditEvent], since: date | None, until: date | None) -> QuerySet[AuditEvent]:
    """Narrow to whole days in Vietnam."""
    zone = timezone.get_default_timezone()
    if since is not None:
        events = events.filter(at__gte=datetime.combine(since, time(), zone))
    if until is not None:
        events = events.filter(at__lt=datetime.combine(until + timedelta(days=1), time(), zone))
    return events


def _lines(actor: User, events: list[AuditEvent]) -> list[HistoryLine]:
    links, roles = object_links(actor, events), first_roles({event.actor_id for event in events if event.actor_id})
    kinds = object_kinds()
    lines = []
    for _key, repeated in groupby(events, _repetition):
        same = list(repeated)
        event = same[0]
        kind = kinds.get(event.object_kind)
        lines.append(
            HistoryLine(
                moment=event.at,
                actor_name=actor_name(event),
                actor_role=roles.get(event.actor_id, "") if event.actor_id is not None else "",
                sentence=action_heading(event.action),
                kind=str(kind.label) if kind is not None else _("Something else"),
                link=links.get((event.object_kind, event.object_id)),
                changed=changed_words(event.action, event.changed),
                times=len(same),
            )
        )
    return lines


def _repetition(event: AuditEvent) -> tuple[Any, ...]:
    day = clock.local(event.at).date()
    return event.actor_id, event.actor_note, event.action, event.object_kind, event.object_id, tuple(event.changed), day


def object_links(actor: User, events: Collection[AuditEvent]) -> Mapping[tuple[str, UUID], ObjectLink]:
    """Return the objects of the events that the actor may open, each kind through its owner's policy."""
    ids_by_kind: dict[str, set[UUID]] = {}
    for event in events:
        ids_by_kind.setdefault(event.object_kind, set()).add(event.object_id)
    links: dict[tuple[str, UUID], ObjectLink] = {}
    for name, ids in ids_by_kind.items():
        kind = object_kinds().get(name)
        if kind is not None and kind.resolve is not None:
            links |= {(name, pk): link for pk, link in kind.resolve(actor, ids).items()}
    return links


def first_roles(user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return by person the first role held today with its unit, as "Bí thư, Phường 4"; two statements."""
    held = current_or_future_role_assignments(
        RoleAssignment.objects.filter(user_id__in=list(user_ids), since__lte=clock.today())
    )
    first: dict[UUID, RoleAssignment] = {}
    for role_assignment in held.order_by("since", "id"):
        first.setdefault(role_assignment.user_id, role_assignment)
    called = units.named_units_by_id(role_assignment.unit_id for role_assignment in first.values())
    return {
        user_id: f"{role_assignment.get_role_display()}, {called[role_assignment.unit_id].short_name}"
        for user_id, role_assignment in first.items()
    }


def latest_link() -> ChainLink | None:
    """Return the newest link of the chain over all events."""
    return ChainLink.objects.order_by("-id").first()
