"""Check-ins at the desk, and tickets on paper that are made beforehand."""

from dataclasses import dataclass
from datetime import datetime, time
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.events import policy, rules, tickets
from doanso.events.actions.check_ins import SightingInput, write_check_ins
from doanso.events.actions.locking import lock_event, lock_event_row
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
from doanso.events.queries.volunteers import offered_members
from doanso.lib import clock, database, formats
from doanso.lib.access_codes import new_link
from doanso.lib.form_keys import form_used_refusal, save_once, sent_before
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7

MOST_PAPER_TICKETS = 500
"""Tickets on paper that are made, and printed, at once."""


@dataclass(frozen=True, slots=True)
class DeskInput:
    """A sighting at the desk: of a ticket, of a member, or of a visitor without one. Sent again under its `key` it is one."""

    key: UUID
    direction: str = CheckInDirection.IN.value
    gate: str = ""
    registration_id: UUID | None = None
    member_id: UUID | None = None
    # The time of the event's day, needed once that is over; on the day the moment is now.
    at: time | None = None


@dataclass(frozen=True, slots=True)
class DeskResult:
    """What the desk shows: the ticket, its sighting, and when its holder had come already (then nothing was written)."""

    registration: Registration
    check_in: CheckIn
    came_before: datetime | None = None


@transaction.atomic
def check_in(*, actor: User, event: Event, inputs: DeskInput) -> DeskResult:
    """Check somebody in or out. Who is inside already is not checked in again; only who is inside goes out."""
    fresh = lock_event_row(event.pk)
    policy.CHECK_IN.require(actor, fresh)
    stored = CheckIn.objects.select_related("attendance__registration").filter(pk=inputs.key).first()
    if stored is not None:
        if stored.attendance.event_id != fresh.pk:
            raise form_used_refusal()
        return DeskResult(stored.attendance.registration, stored)
    sighting = _sighting(actor, fresh, inputs)
    if already := _already(fresh, sighting):
        return already
    [problem] = write_check_ins({fresh.pk: fresh}, [sighting], offered_members(actor, fresh.unit))
    refuse(problem)
    stored = CheckIn.objects.select_related("attendance__registration").get(pk=inputs.key)
    return DeskResult(stored.attendance.registration, stored)


def _sighting(actor: User, event: Event, inputs: DeskInput) -> SightingInput:
    refuse(rules.length_problem(inputs.gate, rules.LONGEST_GATE, "gate"))
    code, link, method = "", "", CheckInMethod.WALK_IN
    if inputs.registration_id is not None:
        ticket = Registration.objects.filter(pk=inputs.registration_id).first()
        if ticket is None:
            raise Refused(Problem("ticket_unknown", _("There is no such ticket.")))
        code, method = ticket.gate_code, CheckInMethod.TICKET
    elif inputs.member_id is not None:
        method = CheckInMethod.NAME
    else:
        link = new_link()
    return SightingInput(
        id=inputs.key,
        event_id=event.pk,
        gate=inputs.gate,
        seen_at=_moment(event, inputs.at),
        direction=inputs.direction,
        method=method.value,
        made_by=actor,
        code=code,
        link=link,
        member_id=inputs.member_id,
    )


def _moment(event: Event, at: time | None) -> datetime:
    """Return when somebody was seen: now on the event's day, afterwards the time of that day that is entered."""
    if event.day >= clock.today():
        return clock.now()
    if at is None:
        message = _("Write at what time they came on %(day)s.") % {"day": formats.day(event.day)}
        raise Refused(Problem("check_in_at", message, "at"))
    return datetime.combine(event.day, at, clock.VIETNAM)


def _already(event: Event, sighting: SightingInput) -> DeskResult | None:
    """Return the sighting by which the holder of a ticket is inside already; refuse that somebody leaves who is not."""
    if not sighting.code:
        return None
    attendance = (
        Attendance.objects.select_related("registration")
        .filter(event=event, registration__gate_code=sighting.code)
        .first()
    )
    is_inside = attendance is not None and attendance.is_inside
    if sighting.direction == CheckInDirection.OUT and not is_inside:
        raise Refused(Problem("not_inside", _("The holder of this ticket is not inside.")))
    if attendance is None or not is_inside or sighting.direction == CheckInDirection.OUT:
        return None
    last = attendance.check_ins.filter(undone_at=None).order_by("-seen_at", "-pk")[0]
    return DeskResult(attendance.registration, last, attendance.first_seen_at)


@transaction.atomic
def undo_check_in(*, actor: User, event: Event, check_in_id: UUID) -> CheckIn:
    """Undo a sighting, of a phone too; a second call changes nothing."""
    fresh = lock_event_row(event.pk)
    policy.CHECK_IN.require(actor, fresh)
    stored = CheckIn.objects.select_related("attendance__registration").get(pk=check_in_id, attendance__event=fresh)
    if stored.undone_at is not None:
        return stored
    sighting = SightingInput(
        id=stored.pk,
        event_id=fresh.pk,
        gate=stored.gate,
        seen_at=stored.seen_at,
        direction=stored.direction,
        method=stored.method,
        made_by=actor,
        code=stored.attendance.registration.gate_code,
        is_undone=True,
        changes=True,
    )
    [problem] = write_check_ins({fresh.pk: fresh}, [sighting], offered_members(actor, fresh.unit))
    refuse(problem)
    stored.refresh_from_db()
    return stored


@transaction.atomic
def make_paper_tickets(*, actor: User, event: Event, key: UUID, count: int) -> list[int]:
    """Make tickets to be printed and return their numbers. Each is used by its first check-in; the same form again makes none."""
    fresh = lock_event(actor, event.pk)
    refuse(rules.cancelled_problem(fresh.state))
    refuse(rules.number_problem(count, 1, MOST_PAPER_TICKETS, "count"))
    if fresh.day < clock.today():
        raise Refused(Problem("event_over", _("The day of this event is over.")))
    known = partial(sent_before, Registration, key, event_id=fresh.pk)
    if known() is not None:
        return []
    now, today = clock.now(), clock.today()
    numbers = list(range(fresh.last_number + 1, fresh.last_number + 1 + count))
    rows = [
        database.new_object(
            Registration,
            id=key if position == 0 else uuid7(),
            event_id=fresh.pk,
            unit_id=fresh.unit_id,
            number=number,
            state=RegistrationState.BLANK.value,
            source=RegistrationSource.PAPER.value,
            made_on=today,
            made_at=now,
            made_by_id=actor.pk,
            **tickets.new_keys(),
        )
        for position, number in enumerate(numbers)
    ]
    save_once(save=partial(database.insert_objects, rows), known=known)
    fresh.last_number = numbers[-1]
    fresh.save(update_fields=["last_number"])
    record(actor=actor, action="events.make_tickets", obj=fresh, unit=fresh.unit_id)
    return numbers


def record_printing(*, actor: User, event: Event) -> None:
    """Record in history who printed tickets: each lets somebody in."""
    policy.MANAGE.require(actor, event)
    record(actor=actor, action="events.print_tickets", obj=event, unit=event.unit_id)
