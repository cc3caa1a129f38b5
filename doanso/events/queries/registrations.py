"""Reads of registrations: counts, the participants' list, and a ticket by its link."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.events import tickets
from doanso.events.models import Event, Registration, RegistrationState
from doanso.events.wording import seen_words
from doanso.lib import vietnamese
from doanso.lib.access_codes import is_link
from doanso.lib.paging import page_rows
from doanso.lib.search_words import word_condition

PAGE_SIZE = 100
_NUMBER_DIGITS = 6
CAME, ABSENT = "came", "absent"
ATTENDED = (CAME, ABSENT)
"""Filters of the list beside the states of tickets: whose holders came, and who has a place and did not come."""
_PILLS = {
    RegistrationState.REGISTERED: "on",
    RegistrationState.WAITING: "behind",
    RegistrationState.CANCELLED: "none",
    RegistrationState.BLANK: "none",
}


@dataclass(frozen=True, slots=True)
class RegistrationCounts:
    """How many tickets there are; `free` is None without a limit."""

    registered: int
    waiting: int
    cancelled: int
    free: int | None


@dataclass(frozen=True, slots=True)
class ParticipantRow:
    """A ticket as the reader may see it: initials and no phone for inspectors. `came_at` and `came` say when its holder came."""

    registration: Registration
    name: str
    phone: str
    mark: str
    came_at: datetime | None
    came: str


def counts_of(event: Event) -> RegistrationCounts:
    """Return the counts of an event's tickets; one statement."""
    found = dict(event.registrations.order_by().values_list("state").annotate(count=Count("pk")))
    registered = found.get(RegistrationState.REGISTERED, 0)
    return RegistrationCounts(
        registered,
        found.get(RegistrationState.WAITING, 0),
        found.get(RegistrationState.CANCELLED, 0),
        None if event.capacity is None else max(event.capacity - registered, 0),
    )


def participants(event: Event, *, text: str = "", state: str = "") -> QuerySet[Registration]:
    """Return an event's tickets by number; `text` is part of a name or a number, `state` a state or one of `ATTENDED`."""
    rows = event.registrations.order_by("number").select_related("attendance")
    if state == CAME:
        rows = rows.filter(attendance__first_seen_at__isnull=False)
    elif state == ABSENT:
        rows = rows.filter(Q(attendance=None) | Q(attendance__first_seen_at=None), state=RegistrationState.REGISTERED)
    elif state:
        rows = rows.filter(state=state)
    for word in vietnamese.fold(text).split():
        condition = word_condition(word)
        if word.isdecimal() and len(word) < 8:
            condition |= Q(number=int(word))
        rows = rows.filter(condition)
    return rows


def participant_page(
    actor: User, event: Event, number: int, *, text: str = "", state: str = ""
) -> tuple[list[ParticipantRow], bool]:
    """Return a page of the participants and whether more follow. Who reads initials cannot search by name."""
    shown = access.sees_personal(actor, event.unit_id)
    rows, more = page_rows(participants(event, text=text if shown else "", state=state), number, PAGE_SIZE)
    return [_row(row, event, shown=shown) for row in rows], more


def _row(registration: Registration, event: Event, *, shown: bool) -> ParticipantRow:
    came_at = registration.attendance.first_seen_at if hasattr(registration, "attendance") else None
    return ParticipantRow(
        registration,
        registration.name if shown else access.masked_name(registration.name),
        tickets.phone_of(registration) if shown else "",
        _PILLS[RegistrationState(registration.state)],
        came_at,
        seen_words(came_at, event.day) if came_at is not None else "",
    )


def export_rows(event: Event) -> Iterator[ParticipantRow]:
    """Yield all tickets for the export."""
    for registration in event.registrations.order_by("number").select_related("attendance").iterator(chunk_size=500):
        yield _row(registration, event, shown=True)


def ticket_at_desk(event: Event, typed: str) -> UUID | None:
    """Return the ticket whose code was scanned, of whatever event, or whose number was typed; at most one statement."""
    rows = Registration.objects.order_by()
    if link := tickets.link_in(typed):
        return rows.filter(link_lookup=tickets.link_lookup(link)).values_list("pk", flat=True).first()
    digits = typed.lstrip("0")
    if not (digits.isascii() and digits.isdecimal() and len(digits) <= _NUMBER_DIGITS):
        return None
    return rows.filter(event=event, number=int(digits)).values_list("pk", flat=True).first()


def ticket_by_link(link: str) -> Registration | None:
    """Return the ticket of a link."""
    if not is_link(link):
        return None
    return Registration.objects.select_related("event__unit").filter(link_lookup=tickets.link_lookup(link)).first()


def waiting_before(registration: Registration) -> int:
    """Return how many of the waiting list come before this ticket."""
    waiting = Registration.objects.filter(event=registration.event_id, state=RegistrationState.WAITING)
    return waiting.filter(number__lt=registration.number).count()
