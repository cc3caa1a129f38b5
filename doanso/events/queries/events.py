"""Reads of events: the list, one event, and the figures of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.events import policy, rules
from doanso.events.kinds import kind_named
from doanso.events.models import Attendance, Event, EventChange, EventState, Shift, ShiftVolunteer
from doanso.events.wording import NAMES, PILLS, days_left, status_of, when_words
from doanso.lib import clock, vietnamese
from doanso.lib.database import hot_reads
from doanso.lib.paging import page_rows
from doanso.lib.search_words import words_condition
from doanso.units import queries as units
from doanso.units.models import Unit

PAGE_SIZE = 50
UPCOMING, POSTPONED, OVER, CANCELLED, ALL = "upcoming", "postponed", "over", "cancelled", "all"
STATES = (UPCOMING, POSTPONED, OVER, CANCELLED, ALL)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """How the list is narrowed; `state` is one of `STATES`."""

    text: str = ""
    kind: str = ""
    unit: Unit | None = None
    state: str = UPCOMING


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event in a list, in words."""

    event: Event
    kind_name: str
    unit: str
    when: str
    left: str
    mark: str
    label: str


@dataclass(frozen=True, slots=True)
class EventFigures:
    """Counts of an event's parts, as its page shows them; who came and photos once its day has come."""

    booths: int
    wanted: int
    volunteers: int
    materials: int
    materials_ready: int
    came: int
    photos: int
    has_begun: bool


def all_events() -> QuerySet[Event]:
    """Return all events with their units, to be narrowed by a policy."""
    return Event.objects.select_related("unit")


def all_shifts() -> QuerySet[Shift]:
    """Return all shifts with event and unit, to be narrowed by a policy."""
    return Shift.objects.select_related("event__unit", "unit", "booth")


def matching_events(actor: User, filters: EventFilter) -> QuerySet[Event]:
    """Return the events that the actor may see and that answer the filter: the next one first, then those that are over."""
    today = clock.today()
    rows = policy.VIEW.filter(actor, Event.objects.all())
    if filters.state == UPCOMING:
        rows = rows.filter(
            Q(state__in=[EventState.DRAFT, EventState.POSTPONED]) | Q(state=EventState.OPEN, day__gte=today)
        )
    elif filters.state == POSTPONED:
        rows = rows.filter(state=EventState.POSTPONED)
    elif filters.state == OVER:
        rows = rows.filter(state=EventState.OPEN, day__lt=today)
    elif filters.state == CANCELLED:
        rows = rows.filter(state=EventState.CANCELLED)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.unit is not None:
        rows = rows.filter(unit__in=records_below([filters.unit.pk]))
    rows = rows.filter(words_condition(vietnamese.fold(filters.text).split()))
    ahead = Case(When(day__gte=today, then=Value(0)), default=Value(1), output_field=IntegerField())
    if filters.state == UPCOMING:
        return rows.order_by(ahead, "day", "begins", "pk")
    return rows.order_by("-day", "-begins", "-pk")


def event_page(actor: User, filters: EventFilter, number: int) -> tuple[list[EventRow], bool]:
    """Return a page of the list and whether more follow; two statements."""
    events, more = page_rows(matching_events(actor, filters), number, PAGE_SIZE)
    return event_rows(events), more


def event_rows(events: Sequence[Event]) -> list[EventRow]:
    """Return the rows of these events; one statement."""
    today = clock.today()
    names = units.named_units_by_id({event.unit_id for event in events})
    return [_row(event, names[event.unit_id].short_name, today) for event in events]


def _row(event: Event, unit: str, today: date) -> EventRow:
    status = status_of(event, today)
    left = days_left(event.day, today) if event.state in (EventState.DRAFT, EventState.OPEN) else ""
    return EventRow(
        event, kind_named(event.kind).name, unit, when_words(event), left, PILLS[status], str(NAMES[status])
    )


def figures_of(event: Event) -> EventFigures:
    """Return the counts of an event's parts; one statement."""
    has_begun = event.state == EventState.OPEN and event.day <= clock.today()
    came = Attendance.objects.filter(event=event, first_seen_at__isnull=False)
    photos = event.photos.filter(taken_down_at=None)
    parts: list[tuple[str, QuerySet[Any, Any]]] = [
        ("COUNT(*)", event.booths.order_by().values("pk")),
        ("SUM(wanted)", event.shifts.filter(removed_at=None).order_by().values("wanted")),
        ("COUNT(*)", ShiftVolunteer.objects.filter(shift__event=event).order_by().values("pk")),
        ("COUNT(*)", event.materials.order_by().values("pk")),
        ("COUNT(*)", event.materials.filter(is_ready=True).order_by().values("pk")),
        ("COUNT(*)", (came if has_begun else came.none()).order_by().values("pk")),
        ("COUNT(*)", (photos if has_begun else photos.none()).order_by().values("pk")),
    ]
    # A sum of no rows is None.
    booths, wanted, volunteers, materials, ready, came_count, photo_count = (
        int(value or 0) for value in hot_reads.read_scalars(parts)
    )
    return EventFigures(booths, wanted, volunteers, materials, ready, came_count, photo_count, has_begun)


def changes_of(event: Event) -> list[EventChange]:
    """Return how an event was moved, postponed or cancelled, newest first; one statement."""
    return list(event.changes.order_by("-made_at", "-pk"))


def unannounced_events_due(today: date) -> QuerySet[Event]:
    """Return events that are not announced although their day is near or over."""
    return Event.objects.filter(state=EventState.DRAFT, day__lte=today + rules.DUE_SOON)


def postponed_events() -> QuerySet[Event]:
    """Return postponed events."""
    return Event.objects.filter(state=EventState.POSTPONED)


def short_shifts(today: date) -> QuerySet[Shift]:
    """Return shifts of announced events of the next days that have fewer volunteers than wanted."""
    rows = Shift.objects.filter(
        event__state=EventState.OPEN,
        event__day__gte=today,
        event__day__lte=today + rules.SHIFTS_SOON,
        removed_at=None,
    )
    return rows.annotate(filled=Count("volunteers", filter=Q(volunteers__removed_at=None))).filter(
        filled__lt=F("wanted")
    )


def duty_shifts(actor: User) -> QuerySet[Shift]:
    """Return the shifts of announced events from today on that the actor's units fill."""
    rows = Shift.objects.filter(event__state=EventState.OPEN, event__day__gte=clock.today(), removed_at=None)
    return policy.VIEW.filter(actor, rows)
