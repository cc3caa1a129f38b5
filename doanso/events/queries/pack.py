"""The phones' part of events: what checks people in at a gate without a network; see docs/sync.md.

Who came is that of the last full quarter of an hour, by the moments at which check-ins were stored, so that the part, and with
it the pack's tag, stays the same in between. The statements are as many for one ticket as for thousands.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone

from doanso.access.policy import records_below
from doanso.events import policy, rules
from doanso.events.card_keys import card_code, cards_key
from doanso.events.models import CheckIn, CheckInDirection, Event, EventState, Registration, RegistrationState
from doanso.events.queries.gates import gates_of
from doanso.events.queries.ward_events import held_or_filled_condition, reachable_condition
from doanso.events.tickets import follows_check_ins
from doanso.events.wording import hour
from doanso.lib import clock, database
from doanso.members.models import Member, MemberState
from doanso.outreach.ports import PackContent, PackRequest
from doanso.units import queries as units

AHEAD = timedelta(days=7)
MOST_EVENTS = 12
MOST_TICKETS = 8_000
"""Tickets of one event; a phone accepts one that it does not know by its link."""
_QUARTER_MINUTES = 15


class _TicketRow(NamedTuple):
    """A ticket as it is read for a phone."""

    id: UUID
    code: str
    number: int
    name: str
    state: str
    source: str


def events_part(request: PackRequest) -> PackContent:
    """Return the announced events of the next days that the phone's ward may check people in at; at most eight statements.

    None where the user checks nobody in, or there is no such event. Tickets and members are of today's events alone.
    """
    if not policy.CHECK_IN.allows_anywhere(request.user):
        return None
    ahead = Event.objects.filter(reachable_condition(request.ward.pk, today=request.today), state=EventState.OPEN)
    ahead = ahead.filter(day__gte=request.today, day__lte=request.today + AHEAD)
    events = list(ahead.order_by("day", "begins", "pk")[:MOST_EVENTS])
    if not events:
        return None
    key = cards_key(request.device_id)
    gates = gates_of([event.pk for event in events])
    today = [event for event in events if event.day == request.today]
    own = (
        Event.objects.filter(held_or_filled_condition(request.ward.pk), pk__in=[event.pk for event in today])
        if today
        else ()
    )
    as_of = last_quarter(clock.now())
    tickets = {event.pk: _tickets(event.pk, as_of) for event in own}
    members = _members(request.ward.pk, bytes.fromhex(key)) if today else None
    return {
        "cards_key": key,
        "events": [_event(event, gates, tickets.get(event.pk), members, today) for event in events],
    }


def last_quarter(now: datetime) -> datetime:
    """Return the last full quarter of an hour."""
    return now.replace(minute=now.minute - now.minute % _QUARTER_MINUTES, second=0, microsecond=0)


def _event(
    event: Event,
    gates: dict[UUID, list[str]],
    tickets: "_Tickets | None",
    members: list[dict[str, str]] | None,
    today: Sequence[Event],
) -> dict[str, Any]:
    return {
        "id": str(event.pk),
        "title": event.title,
        "day": event.day.isoformat(),
        "begins": hour(event.begins),
        "ends": hour(event.ends),
        "place": event.place,
        "gates": gates[event.pk],
        "tickets": tickets.rows if tickets is not None else None,
        "members": members if event in today else None,
        "inside": tickets.inside if tickets is not None else None,
        "came": tickets.came if tickets is not None else None,
    }


class _Tickets(NamedTuple):
    """The tickets of an event, and how many came and are inside."""

    rows: list[dict[str, Any]]
    came: int
    inside: int


def _tickets(event_id: UUID, as_of: datetime) -> _Tickets:
    """Return an event's tickets as they were at that moment; two statements."""
    came = _presences(event_id, as_of)
    columns = ("id", "gate_code", "number", "name", "state", "source")
    where = f"event_id = %s AND made_at < %s ORDER BY number LIMIT {MOST_TICKETS}"
    values = [event_id, database.moment_parameter(as_of)]
    rows = [_TicketRow(*row) for row in database.read_rows(Registration, columns, where, values)]
    return _Tickets(
        [_ticket(row, came.get(row.id)) for row in rows],
        sum(presence.first_seen_at is not None for presence in came.values()),
        sum(presence.is_inside for presence in came.values()),
    )


def _ticket(row: _TicketRow, presence: rules.Presence | None) -> dict[str, Any]:
    came_at = presence.first_seen_at if presence is not None else None
    state = row.state
    if state == RegistrationState.REGISTERED and came_at is None and follows_check_ins(row.source, row.name):
        # It was used since, which the next pack says.
        state = RegistrationState.BLANK.value
    return {
        "code": row.code,
        "number": row.number,
        "name": row.name,
        "state": state,
        "came_at": timezone.localtime(came_at).isoformat(timespec="seconds") if came_at is not None else None,
    }


def _presences(event_id: UUID, as_of: datetime) -> dict[UUID, rules.Presence]:
    """Return by ticket what followed at that moment from the sightings stored before; one statement."""
    stored = CheckIn.objects.filter(attendance__event=event_id, made_at__lt=as_of)
    sightings: dict[UUID, list[rules.Sighting]] = defaultdict(list)
    for ticket_id, key, seen_at, direction, undone_at in stored.values_list(
        "attendance_id", "pk", "seen_at", "direction", "undone_at"
    ).iterator(chunk_size=5000):
        is_undone = undone_at is not None and undone_at < as_of
        sightings[ticket_id].append(rules.Sighting(seen_at, key, direction == CheckInDirection.IN, is_undone))
    return {key: rules.presence_of(seen) for key, seen in sightings.items()}


def _members(ward_id: UUID, key: bytes) -> list[dict[str, str]]:
    """Return the active members of a ward with the codes of their cards; two statements."""
    active = Member.objects.filter(state=MemberState.ACTIVE, branch__in=records_below([ward_id]))
    columns = ("pk", "contact__name", "branch_id", "card_number")
    rows = list(active.exclude(contact__name="").order_by("contact__sort_key", "pk").values_list(*columns))
    names = units.named_units_by_id({branch_id for _pk, _name, branch_id, _card in rows})
    return list(_member_rows(rows, {key: unit.short_name for key, unit in names.items()}, key))


def _member_rows(
    rows: Iterable[tuple[UUID, str, UUID, str]], branches: dict[UUID, str], key: bytes
) -> Iterable[dict[str, str]]:
    for member_id, name, branch_id, card in rows:
        yield {"id": str(member_id), "name": name, "unit": branches[branch_id], "card": card_code(key, card)}
