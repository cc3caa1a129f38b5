"""Check-ins: sightings of tickets at the gates of an event, and what follows from them for each ticket.

Every action locks the event's row first. A sighting is never deleted; whether somebody came and is inside is computed anew from
all sightings of their ticket, so it depends neither on the order in which phones send nor on how many phones there were.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.events import policy, rules, tickets
from doanso.events.models import (
    Attendance,
    CheckIn,
    CheckInDirection,
    Event,
    Registration,
    RegistrationSource,
    RegistrationState,
)
from doanso.events.queries.ward_events import reachable_condition
from doanso.lib import clock, database
from doanso.lib.problems import Problem
from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.members.queries import home_units
from doanso.sync.ports import IncomingRecord
from doanso.units import queries as units
from doanso.units.models import Unit


class CheckInPayload(NamedTuple):
    """One `events.check-in` 1 body; exactly one of `code`, `member_id` and `link` is given."""

    event_id: UUID
    gate: str
    seen_at: datetime
    direction: str
    method: str
    code: str
    member_id: UUID | None
    link: str
    is_undone: bool


class SightingInput(NamedTuple):
    """One sighting at a gate, of exactly one ticket (by `code` or `link`) or member.

    `id` is that of the phone's record. `changes` for a later version of a sighting that is stored.
    """

    id: UUID
    event_id: UUID
    gate: str
    seen_at: datetime
    direction: str
    method: str
    made_by: User
    code: str = ""
    link: str = ""
    member_id: UUID | None = None
    is_undone: bool = False
    changes: bool = False


@dataclass(slots=True)
class _Ticket:
    """A ticket of one of the events, stored or to be made (`link` or `member` then says for whom)."""

    id: UUID
    event_id: UUID
    state: str
    source: str
    name: str
    member_id: UUID | None
    is_new: bool = False
    link: str = ""
    member: Member | None = None


_TICKET = ("id", "event", "state", "source", "name", "member")
_PRESENCE = ("first_seen_at", "last_seen_at", "is_inside")


@transaction.atomic(savepoint=False)
def record_check_ins(*, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
    """Store sightings from one unit's phones; return for each why it was set aside, or None."""
    policy.CHECK_IN.require_for(actor, unit)
    keeping = units.keeping_unit(unit)
    home_id = home_units([keeping.pk])[keeping.pk]
    wanted = {record.content.event_id for record in records}
    # A phone may have worked in a shift that was removed before it sent.
    within = reachable_condition(home_id, today=clock.today(), with_removed=True)
    events = Event.objects.select_for_update(of=("self",)).filter(within, pk__in=wanted).order_by("pk")
    members = Member.objects.filter(branch__in=records_below([home_id]))
    return write_check_ins(
        {event.pk: event for event in events}, [_sighting(record, actor) for record in records], members
    )


def _sighting(record: IncomingRecord, actor: User) -> SightingInput:
    payload: CheckInPayload = record.content
    return SightingInput(
        id=record.record_id,
        event_id=payload.event_id,
        gate=payload.gate,
        seen_at=record.server_moment(payload.seen_at),
        direction=payload.direction,
        method=payload.method,
        made_by=record.holder or actor,
        code=payload.code,
        link=payload.link,
        member_id=payload.member_id,
        is_undone=payload.is_undone,
        changes=bool(record.base),
    )


def write_check_ins(
    events: Mapping[UUID, Event], inputs: Sequence[SightingInput], members: QuerySet[Member]
) -> list[Problem | None]:
    """Store these sightings in the caller's transaction, after its policy; return for each why it is refused, or None.

    `events` are locked; `members` are those that may be checked in. As many statements for one as for a hundred.
    """
    today = clock.today()
    closed = {event.pk: rules.check_in_problem(event.state, event.day, today) for event in events.values()}
    stored = _stored([sighting.id for sighting in inputs if sighting.changes])
    finder = _TicketFinder(events, [sighting for sighting in inputs if sighting.event_id in events], members)
    answers: list[Problem | None] = []
    new: list[tuple[SightingInput, _Ticket]] = []
    changed: list[tuple[SightingInput, CheckIn]] = []
    for sighting in inputs:
        if sighting.event_id not in events:
            message = _("There is no such event in the reach of this phone's ward.")
            answers.append(Problem("event_unknown", message, "event"))
            continue
        earlier = stored.get(sighting.id)
        ticket = finder.ticket_of(sighting)
        if isinstance(ticket, Problem):
            answers.append(closed[sighting.event_id] or ticket)
        elif earlier is not None:
            # A mistake is corrected even after the event was cancelled.
            answers.append(_change_problem(earlier, sighting, ticket))
            changed += [(sighting, earlier)] if answers[-1] is None else []
        else:
            answers.append(closed[sighting.event_id])
            new += [(sighting, ticket)] if answers[-1] is None else []
    used = {ticket.id: ticket for _sighting, ticket in new}
    _make_tickets(events, [ticket for ticket in used.values() if ticket.is_new])
    finder.link_members(used.values())
    _write(events, new, changed, finder)
    return answers


def _stored(ids: Sequence[UUID]) -> dict[UUID, CheckIn]:
    if not ids:
        return {}
    return {row.pk: row for row in CheckIn.objects.filter(pk__in=ids).select_related("attendance")}


def _change_problem(earlier: CheckIn, sighting: SightingInput, ticket: _Ticket) -> Problem | None:
    """Return that a later version is about something else than the version that is stored."""
    same = (earlier.attendance_id, earlier.method) == (ticket.id, sighting.method)
    if same and earlier.attendance.event_id == sighting.event_id:
        return None
    message = _("A check-in can be undone, or its gate and direction be corrected; nothing else of it changes.")
    return Problem("check_in_changed", message)


class _TicketFinder:
    """Finds the tickets that a batch of sightings is about; a fixed number of statements."""

    def __init__(
        self, events: Mapping[UUID, Event], inputs: Sequence[SightingInput], members: QuerySet[Member]
    ) -> None:
        self._events = events
        self._by_code: dict[tuple[UUID, str], _Ticket] = {}
        self._by_link: dict[str, _Ticket] = {}
        self._by_member: dict[tuple[UUID, UUID], _Ticket] = {}
        self._linked: dict[UUID, Member] = {}
        self._read_codes({sighting.code for sighting in inputs if sighting.code})
        self._read_links({sighting.link for sighting in inputs if sighting.link})
        self._read_members({sighting.member_id for sighting in inputs if sighting.member_id is not None}, members)

    def ticket_of(self, sighting: SightingInput) -> _Ticket | Problem:
        """Return the ticket of a sighting, or why there is none."""
        ticket = self._find(sighting)
        if isinstance(ticket, _Ticket):
            if ticket.event_id != sighting.event_id:
                return Problem("ticket_elsewhere", _("This ticket is for another event."), "ticket")
            if ticket.state == RegistrationState.CANCELLED:
                return Problem(
                    "ticket_cancelled", _("This ticket was cancelled by its holder or by the office."), "ticket"
                )
        return ticket

    def _find(self, sighting: SightingInput) -> _Ticket | Problem:
        if sighting.code:
            found = self._by_code.get((sighting.event_id, sighting.code)) or self._elsewhere.get(sighting.code)
            return found or Problem("ticket_unknown", _("No ticket of this event has this code."), "ticket")
        if sighting.link:
            if sighting.link not in self._by_link:
                self._by_link[sighting.link] = self._new(sighting, link=sighting.link)
            return self._by_link[sighting.link]
        member = self._members.get(sighting.member_id) if sighting.member_id is not None else None
        if member is None:
            message = _("This member is not one of the phone's ward. Check them in by their ticket or without one.")
            return Problem("member_unknown", message, "member")
        key = (sighting.event_id, member.person_id)
        if key not in self._by_member:
            self._by_member[key] = self._of_same_name(sighting.event_id, member) or self._new(sighting, member=member)
        return self._by_member[key]

    def _new(self, sighting: SightingInput, *, link: str = "", member: Member | None = None) -> _Ticket:
        return _Ticket(
            id=uuid7(),
            event_id=sighting.event_id,
            state=RegistrationState.REGISTERED,
            source=RegistrationSource.GATE,
            name=member.contact.name if member is not None else "",
            member_id=member.pk if member is not None else None,
            is_new=True,
            link=link,
            member=member,
        )

    # --- Reading --------------------------------------------------------------------------------------------------

    def _read_codes(self, codes: set[str]) -> None:
        self._elsewhere: dict[str, _Ticket] = {}
        if not codes:
            return
        where = f"gate_code IN ({database.placeholders(codes)})"
        for code, *values in database.read_rows(Registration, ("gate_code", *_TICKET), where, sorted(codes)):
            ticket = _Ticket(*values)
            if ticket.event_id in self._events:
                self._by_code[ticket.event_id, code] = ticket
            self._elsewhere[code] = ticket

    def _read_links(self, links: set[str]) -> None:
        if not links:
            return
        lookups = {tickets.link_lookup(link): link for link in links}
        where = f"link_lookup IN ({database.placeholders(lookups)})"
        for lookup, *values in database.read_rows(Registration, ("link_lookup", *_TICKET), where, sorted(lookups)):
            self._by_link[lookups[lookup]] = _Ticket(*values)

    def _read_members(self, ids: set[UUID], members: QuerySet[Member]) -> None:
        self._members: dict[UUID, Member] = {}
        self._same_name: dict[tuple[UUID, str, int], list[_Ticket]] = defaultdict(list)
        if not ids:
            return
        self._members = {row.pk: row for row in members.filter(pk__in=ids).select_related("contact")}
        persons = {member.person_id for member in self._members.values()}
        columns = ("member__person_id", *(f"{name}_id" if name in {"event", "member"} else name for name in _TICKET))
        own = Registration.objects.filter(event__in=list(self._events), member__person_id__in=persons)
        for person_id, *values in own.values_list(*columns):
            ticket = _Ticket(*values)
            self._by_member[ticket.event_id, person_id] = ticket
        names = {member.contact.folded[: rules.LONGEST_NAME] for member in self._members.values()}
        unlinked = Registration.objects.filter(event__in=list(self._events), member=None, folded__in=names - {""})
        unlinked = unlinked.exclude(state=RegistrationState.CANCELLED).exclude(birth_year=None)
        for folded, birth_year, *values in unlinked.values_list("folded", "birth_year", *columns[1:]):
            ticket = _Ticket(*values)
            self._same_name[ticket.event_id, folded, birth_year].append(ticket)

    def _of_same_name(self, event_id: UUID, member: Member) -> _Ticket | None:
        """Return the one ticket of this name and year of birth that is no other member's, and make it the member's."""
        birth_year = member.contact.birth_year
        if birth_year is None:
            return None
        same = self._same_name.get((event_id, member.contact.folded[: rules.LONGEST_NAME], birth_year), [])
        if len(same) != 1 or same[0].member_id is not None:
            return None
        [ticket] = same
        ticket.member_id = member.pk
        self._linked[ticket.id] = member
        return ticket

    def link_members(self, used: Iterable[_Ticket]) -> None:
        """Store whose tickets the used ones turned out to be."""
        rows = [(ticket.id, self._linked[ticket.id].pk) for ticket in used if ticket.id in self._linked]
        database.update_rows(Registration, ("member",), rows)

    def ticket_rows(self, ids: Iterable[UUID]) -> list[_Ticket]:
        """Return those of the tickets that were read or made here."""
        wanted = set(ids)
        found = {
            ticket.id: ticket
            for group in (self._by_code, self._by_link, self._by_member)
            for ticket in group.values()
            if ticket.id in wanted
        }
        return list(found.values())


def _make_tickets(events: Mapping[UUID, Event], new: Sequence[_Ticket]) -> None:
    """Store the tickets of people who came without one; the numbers go on after the last one."""
    now, today = clock.now(), clock.today()
    rows = []
    for ticket in new:
        event, member = events[ticket.event_id], ticket.member
        event.last_number += 1
        rows.append(
            database.new_object(
                Registration,
                id=ticket.id,
                event_id=event.pk,
                unit_id=event.unit_id,
                number=event.last_number,
                state=RegistrationState.REGISTERED.value,
                source=RegistrationSource.GATE.value,
                name=ticket.name,
                folded=member.contact.folded[: rules.LONGEST_NAME] if member is not None else "",
                birth_year=member.contact.birth_year if member is not None else None,
                member_id=ticket.member_id,
                made_on=today,
                made_at=now,
                **tickets.new_keys(ticket.link or None),
            )
        )
    database.insert_objects(rows)
    grown = {ticket.event_id for ticket in new}
    database.update_rows(Event, ("last_number",), [(key, events[key].last_number) for key in sorted(grown)])


def _write(
    events: Mapping[UUID, Event],
    new: Sequence[tuple[SightingInput, _Ticket]],
    changed: Sequence[tuple[SightingInput, CheckIn]],
    finder: _TicketFinder,
) -> None:
    now = clock.now()
    sightings, event_of, present = _sightings_before(new, changed)
    for sighting, earlier in changed:
        earlier.gate, earlier.direction = sighting.gate, sighting.direction
        # What the desk took back stays so: a phone that corrects the gate does not know of it.
        earlier.undone_at = earlier.undone_at or (now if sighting.is_undone else None)
        sightings[earlier.attendance_id][earlier.pk] = _counted(earlier)
    rows = [
        database.new_object(
            CheckIn,
            id=sighting.id,
            attendance_id=ticket.id,
            method=sighting.method,
            direction=sighting.direction,
            gate=sighting.gate,
            seen_at=sighting.seen_at,
            undone_at=now if sighting.is_undone else None,
            made_at=now,
            made_by_id=sighting.made_by.pk,
        )
        for sighting, ticket in new
    ]
    for row in rows:
        sightings[row.attendance_id][row.pk] = _counted(row)
    presences = {key: rules.presence_of(seen.values()) for key, seen in sightings.items()}
    _write_presences(presences, event_of, present)
    database.insert_objects(rows)
    columns = ("gate", "direction", "undone_at")
    database.update_rows(
        CheckIn, columns, [(row.pk, *(getattr(row, name) for name in columns)) for _sighting, row in changed]
    )
    _set_states(finder.ticket_rows(presences), presences)
    record_many(
        [
            *(_audited(events, sighting, ticket.id, ticket.event_id) for sighting, ticket in new),
            *(_audited(events, sighting, row.attendance_id, sighting.event_id) for sighting, row in changed),
        ]
    )


def _counted(row: CheckIn) -> rules.Sighting:
    return rules.Sighting(row.seen_at, row.pk, row.direction == CheckInDirection.IN, row.undone_at is not None)


def _sightings_before(
    new: Sequence[tuple[SightingInput, _Ticket]], changed: Sequence[tuple[SightingInput, CheckIn]]
) -> tuple[dict[UUID, dict[UUID, rules.Sighting]], dict[UUID, UUID], set[UUID]]:
    """Return the stored sightings of all tickets that are meant, the event of each, and which of them have an `Attendance`."""
    event_of = {ticket.id: ticket.event_id for _sighting, ticket in new}
    event_of |= {row.attendance_id: sighting.event_id for sighting, row in changed}
    sightings: dict[UUID, dict[UUID, rules.Sighting]] = {key: {} for key in event_of}
    known = sorted({row.attendance_id for _s, row in changed} | {ticket.id for _s, ticket in new if not ticket.is_new})
    if not known:
        return sightings, event_of, set()
    where = f"registration_id IN ({database.placeholders(known)})"
    present = {key for (key,) in database.read_rows(Attendance, ("registration",), where, known)}
    if present:
        keys = sorted(present)
        columns = ("attendance", "seen_at", "id", "direction", "undone_at")
        where = f"attendance_id IN ({database.placeholders(keys)})"
        for attendance_id, seen_at, key, direction, undone_at in database.read_rows(CheckIn, columns, where, keys):
            moment = database.as_moment(seen_at)
            sightings[attendance_id][key] = rules.Sighting(
                moment, key, direction == CheckInDirection.IN, undone_at is not None
            )
    return sightings, event_of, present


def _write_presences(
    presences: Mapping[UUID, rules.Presence], event_of: Mapping[UUID, UUID], present: set[UUID]
) -> None:
    made = [(key, event_of[key], *presence) for key, presence in presences.items() if key not in present]
    database.insert_rows(Attendance, ("registration", "event", *_PRESENCE), made)
    known = [(key, *presence) for key, presence in presences.items() if key in present]
    database.update_rows(Attendance, _PRESENCE, known)


def _set_states(rows: Iterable[_Ticket], presences: Mapping[UUID, rules.Presence]) -> None:
    """Make a ticket that nobody registered for beforehand used, or blank again when its check-ins were undone."""
    changed = []
    for ticket in rows:
        came = presences[ticket.id].first_seen_at is not None
        state = RegistrationState.REGISTERED if came else RegistrationState.BLANK
        if tickets.follows_check_ins(ticket.source, ticket.name) and ticket.state != state:
            changed.append((ticket.id, state.value))
    database.update_rows(Registration, ("state",), changed)


def _audited(events: Mapping[UUID, Event], sighting: SightingInput, ticket_id: UUID, event_id: UUID) -> AuditEventInput:
    action = "events.undo_check_in" if sighting.is_undone else "events.check_in"
    return AuditEventInput(sighting.made_by, action, Registration(pk=ticket_id), events[event_id].unit_id)
