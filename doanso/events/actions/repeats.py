"""Make an event again for a later year: its plan, never its people and results."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from doanso.accounts.models import User
from doanso.events import policy
from doanso.events.actions.events import EventInput, create_event
from doanso.events.models import Booth, BudgetLine, Event, EventPartner, Material, Shift, TimetableLine
from doanso.events.queries.repeats import EventPart, RepeatedParts, repeated_parts
from doanso.lib.uuid7 import uuid7
from doanso.units import queries as units


@transaction.atomic
def repeat_event(
    *, actor: User, event: Event, inputs: EventInput, parts: Collection[EventPart], key: UUID | None = None
) -> Event:
    """Set up an event of the same unit, or of the one that keeps its records, with the chosen parts of another as a draft.

    Hours move with the beginning. Nobody is on duty, nothing is ready, and no ticket, photo, draw, code or figure is copied.
    `key` becomes its id: a form sent twice makes one event.
    """
    policy.MANAGE.require(actor, event)
    source = repeated_parts(actor, event)
    return create_event(
        actor=actor,
        unit=units.keeping_unit(event.unit),
        inputs=inputs,
        key=key,
        made_from=event,
        write_lines=lambda new: _copy_parts(event, new, source, parts),
    )


def _copy_parts(event: Event, new: Event, source: RepeatedParts, parts: Collection[EventPart]) -> None:
    shift_by = _minutes(new.begins) - _minutes(event.begins)
    if EventPart.TIMETABLE in parts:
        TimetableLine.objects.bulk_create(
            TimetableLine(event=new, at=_moved(line.at, shift_by), text=line.text, note=line.note)
            for line in source.timetable
        )
    partners: dict[UUID, EventPartner] = {}
    if EventPart.PARTNERS in parts:
        partners = {
            part.pk: EventPartner(pk=uuid7(), event=new, partner_id=part.partner_id, role=part.role, goal=part.goal)
            for part in source.partners
        }
        EventPartner.objects.bulk_create(partners.values())
    booths: dict[UUID, Booth] = {}
    if EventPart.BOOTHS in parts:
        # A booth of a partner that does not come along would turn into one of the unit's own.
        booths = {
            booth.pk: _booth(new, booth, partners)
            for booth in source.booths
            if booth.event_partner_id is None or booth.event_partner_id in partners
        }
        Booth.objects.bulk_create(booths.values())
    if EventPart.SHIFTS in parts:
        Shift.objects.bulk_create(_shift(new, shift, booths, shift_by) for shift in source.shifts)
    if EventPart.BUDGET in parts:
        BudgetLine.objects.bulk_create(
            BudgetLine(event=new, text=line.text, amount=line.amount, source=line.source) for line in source.budget
        )
    if EventPart.MATERIALS in parts:
        # Who kept a thing is a person, and stays with the former event.
        Material.objects.bulk_create(
            Material(event=new, text=line.text, quantity=line.quantity) for line in source.materials
        )


def _booth(new: Event, booth: Booth, partners: dict[UUID, EventPartner]) -> Booth:
    return Booth(
        pk=uuid7(),
        event=new,
        number=booth.number,
        name=booth.name,
        event_partner=partners[booth.event_partner_id] if booth.event_partner_id is not None else None,
        service_id=booth.service_id,
        staff=booth.staff,
        goal=booth.goal,
        goal_count=booth.goal_count,
    )


def _shift(new: Event, shift: Shift, booths: dict[UUID, Booth], shift_by: int) -> Shift:
    begins, ends = _moved(shift.begins, shift_by), _moved(shift.ends, shift_by)
    if ends <= begins:
        # Moved past midnight at one end.
        begins, ends = shift.begins, shift.ends
    return Shift(
        event=new,
        unit=units.keeping_unit(shift.unit),
        post=shift.post,
        booth=booths.get(shift.booth_id) if shift.booth_id is not None else None,
        begins=begins,
        ends=ends,
        wanted=shift.wanted,
    )


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _moved(at: time, minutes: int) -> time:
    """Return a time of day moved by minutes; unmoved where it would be on another day."""
    if not 0 <= _minutes(at) + minutes < 24 * 60:
        return at
    return (datetime.combine(date.min, at) + timedelta(minutes=minutes)).time()
