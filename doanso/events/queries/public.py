"""Reads of the public pages: announced events, without anything of people."""

from collections.abc import Sequence
from dataclasses import dataclass

from doanso.events.models import Booth, Event, EventChange, EventState, TimetableLine
from doanso.events.queries.events import EventRow, event_rows
from doanso.events.rules import hours_over_problem, registration_closed_problem
from doanso.lib import clock
from doanso.lib.access_codes import clean_code, is_code

_MOST, _MOST_HELD = 50, 5


@dataclass(frozen=True, slots=True)
class PublicEvent:
    """What the public page of an event shows; `closed` says why nobody registers."""

    change: EventChange | None
    timetable: Sequence[TimetableLine]
    booths: Sequence[Booth]
    partners: Sequence[str]
    closed: str


def public_event(slug: str) -> Event | None:
    """Return an announced event by its address. One that was cancelled before it was announced has no page."""
    return Event.objects.select_related("unit").filter(slug=slug, announced_on__isnull=False).first()


def event_by_code(typed: str) -> Event | None:
    """Return an announced event by the code that somebody typed."""
    code = clean_code(typed)
    return Event.objects.filter(code=code, announced_on__isnull=False).first() if is_code(code) else None


def upcoming_events() -> list[EventRow]:
    """Return the next announced events; two statements."""
    ahead = Event.objects.filter(state=EventState.OPEN, day__gte=clock.today()).order_by("day", "begins", "pk")
    return event_rows(list(ahead[:_MOST]))


def recent_events() -> list[EventRow]:
    """Return the last events that were held, the newest first: their draws and photos are still looked for; two statements."""
    held = Event.objects.filter(state=EventState.OPEN, announced_on__isnull=False, day__lt=clock.today())
    return event_rows(list(held.order_by("-day", "-begins", "pk")[:_MOST_HELD]))


def details_of(event: Event) -> PublicEvent:
    """Return what the page of an event shows; four statements."""
    today, now = clock.business_day_and_time()
    problem = registration_closed_problem(event.state, event.day, today)
    problem = problem or hours_over_problem(event.day, event.ends, today, now)
    return PublicEvent(
        change=event.changes.order_by("-made_at", "-pk").first(),
        timetable=list(event.timetable.order_by("at", "pk")),
        booths=list(event.booths.select_related("event_partner__partner").order_by("number")),
        partners=partner_names(event),
        closed=problem.message if problem is not None else "",
    )


def partner_names(event: Event) -> list[str]:
    """Return the names of the partners that take part; one statement."""
    parts = event.partners.order_by("partner__folded", "pk")
    return list(parts.values_list("partner__name", flat=True))
