"""Reads of who came to an event: the figures of its gates, the last sightings, and whom the desk finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractHour
from django.utils import timezone

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.events import tickets
from doanso.events.models import (
    Attendance,
    CheckIn,
    CheckInDirection,
    CheckInMethod,
    Event,
    Registration,
    RegistrationSource,
    RegistrationState,
)
from doanso.events.queries.registrations import participants
from doanso.events.queries.volunteers import offered_members
from doanso.events.wording import seen_words
from doanso.lib import vietnamese
from doanso.lib.dated_rows import in_effect
from doanso.lib.search_words import words_condition
from doanso.members.models import Member
from doanso.members.queries import names_for, searchable_stays
from doanso.sync.queries import unit_of_record
from doanso.units import queries as units
from doanso.units.models import UnitPath

MOST_FOUND = 12
"""Tickets, and members without one, that the desk's search offers."""
MOST_SIGHTINGS = 12


class HourRow(NamedTuple):
    """How many people came within an hour of the day, and the bar's share of the fullest hour."""

    hour: int
    people: int
    most: int


class GateRow(NamedTuple):
    """How many people came in at a gate; `name` may be empty."""

    name: str
    people: int


class PhoneUnitRow(NamedTuple):
    """How many people the phones of a unit let in, and how many of these came without a ticket.

    `is_expected` where the unit holds the event or fills a shift of it.
    """

    name: str
    people: int
    walk_ins: int
    is_expected: bool


@dataclass(frozen=True, slots=True)
class GateFigures:
    """Who came: `inside` now, `waiting` from the waiting list, `unregistered` with a ticket of the gate or on paper."""

    came: int
    inside: int
    waiting: int
    unregistered: int
    hours: Sequence[HourRow]
    gates: Sequence[GateRow]


@dataclass(frozen=True, slots=True)
class TicketSighting:
    """One sighting of the list, named as the reader may read it; `at` says when, with the day where it is not the event's."""

    check_in: CheckIn
    registration: Registration
    name: str
    at: str


@dataclass(frozen=True, slots=True)
class FoundTicket:
    """A ticket that the desk's search found, and when its holder came; empty where they did not."""

    registration: Registration
    came: str
    is_inside: bool


class FoundMember(NamedTuple):
    """A member without a ticket whom the desk's search found."""

    id: UUID
    name: str
    branch: str


class PaperTickets(NamedTuple):
    """How many tickets on paper there are and were used; `first` and `last` are the numbers of those not used."""

    made: int
    used: int
    first: int | None
    last: int | None


def confirmed_numbers(event: Event) -> list[int]:
    """Return the ticket numbers of those who came, in their order; one statement."""
    return list(_came(event).order_by("registration__number").values_list("registration__number", flat=True))


def _came(event: Event) -> QuerySet[Attendance]:
    return Attendance.objects.filter(event=event, first_seen_at__isnull=False)


def gate_figures(event: Event) -> GateFigures:
    """Return who came to an event, by hour and by gate; three statements."""
    state, source = "registration__state", "registration__source__in"
    counts = _came(event).aggregate(
        came=Count("pk"),
        inside=Count("pk", filter=Q(is_inside=True)),
        waiting=Count("pk", filter=Q(**{state: RegistrationState.WAITING})),
        unregistered=Count("pk", filter=Q(**{source: [RegistrationSource.GATE, RegistrationSource.PAPER]})),
    )
    hour = ExtractHour("first_seen_at", tzinfo=timezone.get_current_timezone())
    by_hour = dict(_came(event).annotate(hour=hour).order_by().values_list("hour").annotate(people=Count("pk")))
    sightings = CheckIn.objects.filter(attendance__event=event, undone_at=None, direction=CheckInDirection.IN)
    by_gate = sightings.order_by().values_list("gate").annotate(people=Count("attendance", distinct=True))
    most = max(by_hour.values(), default=0)
    hours = range(min(by_hour), max(by_hour) + 1) if by_hour else ()
    return GateFigures(
        **counts,
        hours=[HourRow(hour, by_hour.get(hour, 0), most) for hour in hours],
        gates=[GateRow(name, count) for name, count in sorted(by_gate, key=lambda row: (-row[1], row[0]))],
    )


def phone_units(event: Event) -> list[PhoneUnitRow]:
    """Return the units whose phones let people in, the busiest first; none without phones, at most three statements."""
    counted = CheckIn.objects.filter(attendance__event=event, undone_at=None, direction=CheckInDirection.IN)
    rows = list(
        counted.order_by()
        .annotate(phone_unit=unit_of_record("pk"))
        .filter(phone_unit__isnull=False)
        .values_list("phone_unit")
        .annotate(
            people=Count("attendance", distinct=True),
            walk_ins=Count("attendance", distinct=True, filter=Q(method=CheckInMethod.WALK_IN)),
        )
    )
    if not rows:
        return []
    # Of shifts that were removed too: their phones may have let people in before.
    filling = UnitPath.objects.filter(in_effect(event.day), unit__event_shifts__event=event)
    expected = {event.unit_id, *filling.values_list("ancestor_id", flat=True)}
    names = units.named_units_by_id({unit_id for unit_id, _people, _walk_ins in rows})
    found = [
        PhoneUnitRow(names[unit_id].short_name, people, walk_ins, unit_id in expected)
        for unit_id, people, walk_ins in rows
    ]
    return sorted(found, key=lambda row: (-row.people, row.name))


def check_ins_of(event: Event) -> QuerySet[CheckIn]:
    """Return all sightings of an event with their tickets, undone ones too."""
    return CheckIn.objects.filter(attendance__event=event).select_related("attendance__registration", "made_by")


def last_sightings(actor: User, event: Event) -> list[TicketSighting]:
    """Return the sightings that were stored last, undone ones too; at most three statements."""
    shown = access.sees_personal(actor, event.unit_id)
    return [
        _sighting(row, event, shown=shown)
        for row in check_ins_of(event).order_by("-made_at", "-seen_at", "-pk")[:MOST_SIGHTINGS]
    ]


def sighting_of(actor: User, event: Event, check_in_id: UUID) -> TicketSighting | None:
    """Return one sighting of an event; at most three statements."""
    row = check_ins_of(event).filter(pk=check_in_id).first()
    return _sighting(row, event, shown=access.sees_personal(actor, event.unit_id)) if row is not None else None


def _sighting(row: CheckIn, event: Event, *, shown: bool) -> TicketSighting:
    registration = row.attendance.registration
    name = registration.name if shown else access.masked_name(registration.name)
    return TicketSighting(row, registration, name, seen_words(row.seen_at, event.day))


def find_tickets(event: Event, text: str) -> list[FoundTicket]:
    """Return the tickets whose name has all words, or whose number is one of them; one statement."""
    rows = participants(event, text=text).exclude(state=RegistrationState.CANCELLED)
    return [_found(row, event) for row in rows[:MOST_FOUND]]


def _found(row: Registration, event: Event) -> FoundTicket:
    attendance: Attendance | None = getattr(row, "attendance", None)
    if attendance is None or attendance.first_seen_at is None:
        return FoundTicket(row, "", is_inside=False)
    return FoundTicket(row, seen_words(attendance.first_seen_at, event.day), attendance.is_inside)


def find_members(actor: User, event: Event, text: str) -> list[FoundMember]:
    """Return members of the event's unit and below without a ticket whose names have all words; a fixed number of statements."""
    words = tuple(vietnamese.fold(text).split())
    if not words:
        return []
    members = searchable_stays(actor, offered_members(actor, event.unit)).filter(
        words_condition(words, "contact__folded")
    )
    without = members.exclude(event_registrations__event=event).select_related("contact", "person")
    rows: list[Member] = list(without.order_by("contact__sort_key", "pk")[:MOST_FOUND])
    names, branches = names_for(actor, rows), units.named_units_by_id({row.branch_id for row in rows})
    return [FoundMember(row.pk, names[row.pk], branches[row.branch_id].short_name) for row in rows]


def paper_tickets(event: Event) -> PaperTickets:
    """Return the counts of an event's tickets on paper; one statement."""
    paper = event.registrations.filter(source=RegistrationSource.PAPER).order_by()
    numbers = list(paper.values_list("number", "state"))
    blank = [number for number, state in numbers if state == RegistrationState.BLANK]
    used = sum(state != RegistrationState.BLANK for _number, state in numbers)
    return PaperTickets(len(numbers), used, min(blank, default=None), max(blank, default=None))


def unused_links(event: Event, first: int, last: int, most: int) -> list[tuple[int, str]]:
    """Return number and link of the tickets on paper that nobody used, at most so many; one statement."""
    rows = event.registrations.filter(
        source=RegistrationSource.PAPER, state=RegistrationState.BLANK, number__gte=first, number__lte=last
    )
    return [(row.number, tickets.link_of(row)) for row in rows.order_by("number")[:most]]


def came_at(registration: Registration) -> datetime | None:
    """Return when the holder of a ticket came; one statement."""
    return (
        Attendance.objects.filter(registration=registration).values_list("first_seen_at", flat=True).order_by().first()
    )
