"""Set up and change events, announce them, and move, postpone or cancel what was announced."""

import re
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from datetime import date, time
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.events import kinds, notices, policy, rules
from doanso.events.actions.locking import lock_event, save_event
from doanso.events.actions.registrations import fill_free_places
from doanso.events.actions.shift_tasks import assign_shifts, complete_filled_task, complete_tasks
from doanso.events.models import (
    Attendance,
    AttendanceCertificate,
    BoothStamp,
    Event,
    EventChange,
    EventChangeKind,
    EventClosing,
    EventState,
    RegistrationState,
    StampState,
    TimetableLine,
)
from doanso.events.rules.schedule import fitted_timetable
from doanso.lib import clock, formats, vietnamese
from doanso.lib.access_codes import new_code
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit

_SCHEDULE = ("day", "begins", "ends", "place", "address")


@dataclass(frozen=True, slots=True)
class EventHours:
    """When and where an event is."""

    day: date
    begins: time
    ends: time
    place: str
    address: str = ""

    def stripped(self) -> "EventHours":
        """Return the same with single spaces in the texts."""
        return EventHours(
            self.day, self.begins, self.ends, " ".join(self.place.split()), " ".join(self.address.split())
        )


@dataclass(frozen=True, slots=True)
class EventInput:
    """What is written down of an event; `contact` and `summary` are published.

    Without a capacity as many may come as like to, without a minimum age at any age.
    """

    kind: str
    title: str
    hours: EventHours
    summary: str = ""
    contact: str = ""
    capacity: int | None = None
    minimum_age: int | None = None

    def values(self) -> dict[str, object]:
        """Return the fields of the event, texts without space around them."""
        return {
            "kind": self.kind,
            "title": " ".join(self.title.split()),
            "summary": self.summary.strip(),
            "contact": " ".join(self.contact.split()),
            "capacity": self.capacity,
            "minimum_age": self.minimum_age,
            **asdict(self.hours.stripped()),
        }


def write_kind_timetable(event: Event) -> None:
    """Give a new event the timetable of its kind, fitted to its hours."""
    lines = fitted_timetable(kinds.kind_named(event.kind).timetable, event.begins, event.ends)
    TimetableLine.objects.bulk_create([TimetableLine(event=event, at=at, text=text) for at, text in lines])


@transaction.atomic
def create_event(
    *,
    actor: User,
    unit: Unit,
    inputs: EventInput,
    key: UUID | None = None,
    made_from: Event | None = None,
    write_lines: Callable[[Event], None] = write_kind_timetable,
) -> Event:
    """Set up an event of a unit, perhaps as another one again (`made_from`); `write_lines` gives the new event its first lines.

    `key` becomes its id: a form sent twice makes one event.
    """
    policy.MANAGE_AT.require_at(actor, unit)
    source_id = made_from.pk if made_from is not None else None
    known = partial(sent_before, Event, key, unit_id=unit.pk, made_by_id=actor.pk, made_from_id=source_id)
    if (existing := known()) is not None:
        return existing
    _require_sound(inputs)
    refuse(rules.day_problem(inputs.hours.day, clock.today()))

    def insert() -> Event:
        now = clock.now()
        event = Event(
            pk=key or uuid7(), unit=unit, made_from=made_from, made_by=actor, made_at=now, changed_at=now,
            **inputs.values(),
        )  # fmt: skip
        event.folded = vietnamese.fold(event.title)[:200]
        _save_with_addresses(event)
        write_lines(event)
        action = "events.create" if made_from is None else "events.repeat"
        record(actor=actor, action=action, obj=event, unit=unit)
        return event

    return save_once(save=insert, known=known)


def _refuse_other_papers(event: Event, changed: Collection[str]) -> None:
    """Refuse another kind once the ledger counts the event under it, another title once a report or certificate bears it."""
    if not {"kind", "title"} & set(changed):
        return
    is_counted = EventClosing.objects.filter(event=event, counted_on__isnull=False).exists()
    if "kind" in changed and is_counted:
        raise Refused(Problem("event_counted", _("The report is issued: the kind of the event stays."), "kind"))
    certificates = AttendanceCertificate.objects.filter(registration__event=event)
    if "title" in changed and (is_counted or certificates.exists()):
        message = _("The report or certificates bear this title already, so it stays.")
        raise Refused(Problem("event_titled", message, "title"))


def _require_sound(inputs: EventInput) -> None:
    refuse(kinds.kind_problem(inputs.kind))
    refuse(rules.words_problem(inputs.title, rules.LONGEST_TITLE, "title", required=True))
    refuse(rules.words_problem(inputs.summary, rules.LONGEST_SUMMARY, "summary"))
    # The number of an office may stand there: it is published.
    refuse(rules.length_problem(inputs.contact, rules.LONGEST_CONTACT, "contact"))
    refuse(rules.number_problem(inputs.capacity, 1, rules.MOST_CAPACITY, "capacity"))
    refuse(rules.number_problem(inputs.minimum_age, 1, rules.MOST_MINIMUM_AGE, "minimum_age"))
    _require_sound_hours(inputs.hours)
    refuse_secret([inputs.title, inputs.summary], field="summary")


def _require_sound_hours(hours: EventHours) -> None:
    refuse(rules.words_problem(hours.place, rules.LONGEST_PLACE, "place", required=True))
    refuse(rules.words_problem(hours.address, rules.LONGEST_ADDRESS, "address"))
    refuse(rules.hours_problem(hours.begins, hours.ends))


def _save_with_addresses(event: Event) -> None:
    """Insert an event under a public address of its title and a code; the next free number is added to a taken address."""
    base = re.sub(r"[^a-z0-9]+", "-", event.folded).strip("-")[:80].strip("-") or "su-kien"
    for number in range(1, 100):
        event.slug, event.code = base if number == 1 else f"{base}-{number}", new_code()
        if Event.objects.filter(slug=event.slug).exists():
            continue
        try:
            with transaction.atomic():
                event.save(force_insert=True)
        except IntegrityError:
            if Event.objects.filter(pk=event.pk).exists():
                # The form's key is taken, and not the address.
                raise
            continue
        return
    raise Refused(Problem("event_slug", _("Too many events have this name. Add the year or the ward to it."), "title"))


@transaction.atomic
def change_event(*, actor: User, event: Event, read: int, inputs: EventInput) -> Event:
    """Change what is written down of an event; `read` is the version that the user has read.

    Day, hours and place of an announced event change only by `move_event`, which tells people why.
    """
    fresh = lock_event(actor, event.pk)
    refuse(rules.stale_problem(read, fresh.version))
    refuse(rules.cancelled_problem(fresh.state))
    _require_sound(inputs)
    values = inputs.values()
    changed = [name for name, value in values.items() if getattr(fresh, name) != value]
    if fresh.state != EventState.DRAFT and set(changed) & set(_SCHEDULE):
        message = _("The event is announced. Change day, hours or place by “Move or postpone”, with a reason.")
        raise Refused(Problem("event_announced", message, "day"))
    if "day" in changed:
        refuse(rules.day_problem(inputs.hours.day, clock.today()))
    if not changed:
        return fresh
    _refuse_other_papers(fresh, changed)
    if "capacity" in changed:
        _refuse_overbooking(fresh, inputs.capacity)
    for name in changed:
        setattr(fresh, name, values[name])
    fresh.folded = vietnamese.fold(fresh.title)[:200]
    save_event(fresh, *changed, "folded")
    record(actor=actor, action="events.change", obj=fresh, unit=fresh.unit_id, changed=changed)
    if "capacity" in changed and fresh.state == EventState.OPEN:
        fill_free_places(fresh)
    return fresh


def _refuse_overbooking(event: Event, capacity: int | None) -> None:
    """Refuse fewer places than tickets that were promised one."""
    promised = event.registrations.filter(state=RegistrationState.REGISTERED).count()
    if capacity is not None and capacity < promised:
        message = _("%(count)s people have a place already. Cancel tickets first, or keep at least so many places.")
        raise Refused(Problem("event_overbooked", message % {"count": formats.number(promised)}, "capacity"))


@transaction.atomic
def open_event(*, actor: User, event: Event, read: int) -> Event:
    """Announce an event: its shifts become assignments of the units that fill them. A second call changes nothing."""
    fresh = lock_event(actor, event.pk)
    if fresh.state == EventState.OPEN:
        return fresh
    refuse(rules.stale_problem(read, fresh.version))
    refuse(rules.cancelled_problem(fresh.state))
    if fresh.state == EventState.POSTPONED:
        raise Refused(Problem("event_postponed", _("This event is postponed. Set its new day first.")))
    refuse(rules.day_problem(fresh.day, clock.today()))
    fresh.state, fresh.announced_on = EventState.OPEN, clock.today()
    save_event(fresh, "state", "announced_on")
    assign_shifts(actor, fresh)
    for shift in fresh.shifts.exclude(assignment=None).select_related("assignment").order_by("assignment_id"):
        complete_filled_task(actor, shift)
    notices.notify_announced(fresh)
    record(actor=actor, action="events.open", obj=fresh, unit=fresh.unit_id)
    return fresh


@transaction.atomic
def move_event(*, actor: User, event: Event, read: int, hours: EventHours, reason: str) -> Event:
    """Move an announced or postponed event to another day, hour or place; its shifts become new tasks where that matters."""
    fresh = _announced(actor, event, read, reason)
    _require_sound_hours(hours)
    refuse(rules.day_problem(hours.day, clock.today()))
    before = EventHours(fresh.day, fresh.begins, fresh.ends, fresh.place, fresh.address)
    after = hours.stripped()
    changed = [name for name, value in asdict(after).items() if getattr(before, name) != value]
    if not changed and fresh.state == EventState.OPEN:
        raise Refused(Problem("event_same_hours", _("Day, hours and place are the same as before."), "day"))
    if "day" in changed:
        _refuse_begun(fresh)
    change = _note_change(actor, fresh, EventChangeKind.MOVED, reason)
    if "day" in changed:
        complete_tasks(actor, fresh)
    for name in changed:
        setattr(fresh, name, getattr(after, name))
    fresh.state = EventState.OPEN
    save_event(fresh, *changed, "state")
    assign_shifts(actor, fresh)
    notices.notify_changed(fresh, change)
    fill_free_places(fresh)
    record(actor=actor, action="events.move", obj=fresh, unit=fresh.unit_id, changed=changed)
    return fresh


@transaction.atomic
def postpone_event(*, actor: User, event: Event, read: int, reason: str) -> Event:
    """Postpone an announced event without a new day; its shifts are nobody's task until there is one."""
    fresh = _announced(actor, event, read, reason)
    if fresh.state == EventState.POSTPONED:
        raise Refused(Problem("event_postponed", _("This event is postponed already. Set its new day, or cancel it.")))
    _refuse_begun(fresh)
    notices.notify_changed(fresh, _note_change(actor, fresh, EventChangeKind.POSTPONED, reason))
    complete_tasks(actor, fresh)
    fresh.state = EventState.POSTPONED
    save_event(fresh, "state")
    record(actor=actor, action="events.postpone", obj=fresh, unit=fresh.unit_id)
    return fresh


@transaction.atomic
def cancel_event(*, actor: User, event: Event, read: int, reason: str) -> Event:
    """Cancel an event for good. One that was not announced needs no reason that people read, but one that history keeps."""
    fresh = lock_event(actor, event.pk)
    refuse(rules.stale_problem(read, fresh.version))
    refuse(rules.cancelled_problem(fresh.state))
    _refuse_over(fresh)
    refuse(rules.words_problem(reason, rules.LONGEST_REASON, "reason", required=True))
    refuse_secret([reason], field="reason")
    change = _note_change(actor, fresh, EventChangeKind.CANCELLED, reason)
    if fresh.state != EventState.DRAFT:
        notices.notify_changed(fresh, change)
    complete_tasks(actor, fresh)
    fresh.state = EventState.CANCELLED
    save_event(fresh, "state")
    record(actor=actor, action="events.cancel", obj=fresh, unit=fresh.unit_id)
    return fresh


def _announced(actor: User, event: Event, read: int, reason: str) -> Event:
    fresh = lock_event(actor, event.pk)
    refuse(rules.stale_problem(read, fresh.version))
    refuse(rules.cancelled_problem(fresh.state))
    if fresh.state == EventState.DRAFT:
        message = _("The event is not announced yet: change its day on the page “Change”.")
        raise Refused(Problem("event_draft", message))
    _refuse_over(fresh)
    refuse(rules.words_problem(reason, rules.LONGEST_REASON, "reason", required=True))
    refuse_secret([reason], field="reason")
    return fresh


def _refuse_over(event: Event) -> None:
    """Refuse to move, postpone or cancel an event that is over, or whose report is written on the evening of its day."""
    if EventClosing.objects.filter(event=event, taken_back_on=None, figures__isnull=False).exists():
        raise Refused(Problem("event_over", _("The report of this event is written: it was held.")))
    if event.state == EventState.OPEN and event.day < clock.today():
        raise Refused(Problem("event_over", _("The day of this event is over.")))


def _refuse_begun(event: Event) -> None:
    """Refuse another day for an event to which people have come: its check-ins and stamps would count on that day."""
    came = Attendance.objects.filter(event=event, first_seen_at__isnull=False)
    stamped = BoothStamp.objects.filter(booth__event=event).exclude(state=StampState.UNDONE)
    if came.exists() or stamped.exists():
        message = _(
            "People have come to this event already. Close or cancel it, and set up another one for another day."
        )
        raise Refused(Problem("event_begun", message, "day"))


def _note_change(actor: User, event: Event, kind: EventChangeKind, reason: str) -> EventChange:
    return EventChange.objects.create(
        event=event,
        kind=kind,
        day=event.day,
        begins=event.begins,
        ends=event.ends,
        place=event.place,
        reason=reason.strip(),
        made_on=clock.today(),
        made_at=clock.now(),
        made_by=actor,
    )
