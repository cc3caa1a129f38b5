"""Shifts of an event and who is on duty in them."""

from dataclasses import asdict, dataclass, replace
from datetime import time
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.events import notices, policy, rules
from doanso.events.actions.locking import lock_event, lock_event_row
from doanso.events.actions.shift_tasks import assign_shift, complete_filled_task, complete_tasks, renew_task
from doanso.events.models import BoothStamp, Event, Shift, ShiftVolunteer, StampState
from doanso.events.queries.volunteers import offered_members, offered_teammates
from doanso.lib import clock
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.units import queries as units


@dataclass(frozen=True, slots=True)
class ShiftInput:
    """A post for some hours, at a booth or not, and the unit that fills it with so many volunteers."""

    unit_id: UUID
    post: str
    begins: time
    ends: time
    wanted: int
    booth_id: UUID | None = None


@transaction.atomic
def add_shift(*, actor: User, event: Event, inputs: ShiftInput, key: UUID | None = None) -> Shift:
    """Add a shift; that of an announced event is at once an assignment of its unit. `key` becomes its id."""
    fresh = lock_event(actor, event.pk)
    known = partial(sent_before, Shift, key, event_id=fresh.pk)
    if (existing := known()) is not None:
        return existing
    refuse(rules.cancelled_problem(fresh.state))
    data = _sound(fresh, inputs)
    if fresh.shifts.filter(removed_at=None).count() >= rules.MOST_PARTS:
        raise Refused(Problem("event_parts", _("There are too many lines already. Put some together.")))
    shift = Shift(pk=key or uuid7(), event=fresh, **asdict(data))
    save_once(save=partial(shift.save, force_insert=True), known=known)
    assign_shift(actor, fresh, shift)
    record(actor=actor, action="events.add_part", obj=fresh, unit=fresh.unit_id, changed=["shifts"])
    return shift


@transaction.atomic
def change_shift(*, actor: User, shift: Shift, inputs: ShiftInput) -> Shift:
    """Change a shift. With another unit or other hours it is a new task; volunteers of another unit are taken out."""
    event = lock_event(actor, shift.event_id)
    refuse(rules.cancelled_problem(event.state))
    fresh = _current(event, shift)
    data = _sound(event, inputs)
    changed = [name for name, value in asdict(data).items() if getattr(fresh, name) != value]
    if not changed:
        return fresh
    if "unit_id" in changed and BoothStamp.objects.filter(code__shift=fresh).exclude(state=StampState.UNDONE).exists():
        message = _("Visitors were recorded in this shift for its unit already. Add another shift for another unit.")
        raise Refused(Problem("event_shift_used", message, "unit"))
    if {"begins", "ends"} & set(changed):
        _refuse_clash(event, fresh, data)
    complete_tasks(actor, event, [fresh])
    # Reminders of the day before name the former hours.
    notices.clear_on_duty(fresh.volunteers.values_list("pk", flat=True))
    if "unit_id" in changed:
        _take_off_all(actor, fresh)
    for name in changed:
        setattr(fresh, name, getattr(data, name))
    fresh.save(update_fields=[name.removesuffix("_id") for name in changed])
    renewed = Shift.objects.select_related("unit").get(pk=fresh.pk)
    assign_shift(actor, event, renewed)
    if not {"unit_id", "begins", "ends"} & set(changed):
        complete_filled_task(actor, renewed)
    record(actor=actor, action="events.change_part", obj=event, unit=event.unit_id, changed=["shifts"])
    return fresh


@transaction.atomic
def remove_shift(*, actor: User, shift: Shift) -> None:
    """Remove a shift with its volunteers; its task ends. A second call changes nothing."""
    event = lock_event(actor, shift.event_id)
    refuse(rules.cancelled_problem(event.state))
    fresh = event.shifts.filter(pk=shift.pk, removed_at=None).select_related("assignment").first()
    if fresh is None:
        return
    complete_tasks(actor, event, [fresh])
    notices.clear_on_duty(fresh.volunteers.values_list("pk", flat=True))
    _take_off_all(actor, fresh)
    fresh.removed_at = clock.now()
    fresh.save(update_fields=["removed_at"])
    record(actor=actor, action="events.remove_part", obj=event, unit=event.unit_id, changed=["shifts"])


@transaction.atomic
def add_volunteer(
    *, actor: User, shift: Shift, member_id: UUID | None = None, teammate_id: UUID | None = None
) -> ShiftVolunteer:
    """Put a member or a teammate on duty; the same again changes nothing.

    Refused in a full shift, for people of other units, and for who has another shift of the event at the same time.
    """
    event, fresh = _to_fill(actor, shift)
    who = {"member_id": member_id, "teammate_id": teammate_id}
    existing = ShiftVolunteer.objects.filter(shift=fresh, **who).first()
    if existing is not None:
        return existing
    if not _is_offered(actor, event, fresh, member_id, teammate_id):
        raise Refused(Problem("event_volunteer_unknown", _("Choose somebody of this unit from the list.")))
    if fresh.volunteers.count() >= fresh.wanted:
        raise Refused(Problem("event_shift_full", _("This shift is full.")))
    for other in ShiftVolunteer.objects.filter(shift__event=event, **who).select_related("shift"):
        if rules.spans_overlap((other.shift.begins, other.shift.ends), (fresh.begins, fresh.ends)):
            raise Refused(_clash(other.shift))
    volunteer = ShiftVolunteer.objects.create(shift=fresh, added_at=clock.now(), added_by=actor, **who)
    record(actor=actor, action="events.add_volunteer", obj=volunteer, unit=fresh.unit_id)
    complete_filled_task(actor, fresh)
    return volunteer


@transaction.atomic
def remove_volunteer(*, actor: User, volunteer: ShiftVolunteer) -> None:
    """Take somebody off duty; a second call changes nothing."""
    event, fresh = _to_fill(actor, volunteer.shift)
    if ShiftVolunteer.objects.filter(pk=volunteer.pk).update(removed_at=clock.now()):
        notices.clear_on_duty([volunteer.pk])
        record(actor=actor, action="events.remove_volunteer", obj=volunteer, unit=fresh.unit_id)
        renew_task(actor, event, fresh)


def _take_off_all(actor: User, shift: Shift) -> None:
    """Take everybody off duty in a shift that changes its unit or is removed; history names each."""
    volunteers = list(shift.volunteers.all())
    shift.volunteers.update(removed_at=clock.now())
    record_many(AuditEventInput(actor, "events.remove_volunteer", volunteer, shift.unit_id) for volunteer in volunteers)


def _is_offered(actor: User, event: Event, shift: Shift, member_id: UUID | None, teammate_id: UUID | None) -> bool:
    if member_id is not None:
        return offered_members(actor, shift.unit).filter(pk=member_id).exists()
    return teammate_id is not None and offered_teammates(shift.unit, event.day).filter(pk=teammate_id).exists()


def _to_fill(actor: User, shift: Shift) -> tuple[Event, Shift]:
    """Lock the event of a shift that the actor fills; refused once it was cancelled or removed."""
    event = lock_event_row(shift.event_id)
    fresh = _current(event, shift)
    policy.MANAGE.require(actor, fresh)
    refuse(rules.cancelled_problem(event.state))
    return event, fresh


def _current(event: Event, shift: Shift) -> Shift:
    fresh = event.shifts.filter(pk=shift.pk, removed_at=None).select_related("assignment", "unit").first()
    if fresh is None:
        raise Refused(Problem("event_part_gone", _("Somebody has removed this line meanwhile.")))
    return fresh


def _refuse_clash(event: Event, shift: Shift, data: ShiftInput) -> None:
    """Refuse hours at which a volunteer of the shift is on duty elsewhere."""
    people = {(row.member_id, row.teammate_id) for row in shift.volunteers.all()}
    others = ShiftVolunteer.objects.filter(shift__event=event).exclude(shift=shift).select_related("shift")
    for other in others:
        if (other.member_id, other.teammate_id) in people:
            if rules.spans_overlap((other.shift.begins, other.shift.ends), (data.begins, data.ends)):
                raise Refused(_clash(other.shift))


def _clash(other: Shift) -> Problem:
    message = _("Already on duty at that time: %(post)s, %(begins)s to %(ends)s.")
    words = {"post": other.post, "begins": f"{other.begins:%H:%M}", "ends": f"{other.ends:%H:%M}"}
    return Problem("event_volunteer_clash", message % words)


def _sound(event: Event, inputs: ShiftInput) -> ShiftInput:
    data = replace(inputs, post=" ".join(inputs.post.split()))
    refuse(rules.words_problem(data.post, rules.LONGEST_TEXT, "post", required=True))
    refuse(rules.hours_problem(data.begins, data.ends))
    refuse(rules.number_problem(data.wanted, 1, rules.MOST_WANTED, "wanted"))
    if data.unit_id not in units.subtree_ids(event.unit):
        raise Refused(Problem("event_shift_unit", _("Choose a unit from the list."), "unit"))
    if data.booth_id is not None and not event.booths.filter(pk=data.booth_id).exists():
        raise Refused(Problem("event_booth_unknown", _("Choose a booth from the list."), "booth"))
    return data
