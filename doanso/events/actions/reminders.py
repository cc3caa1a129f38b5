"""Reminders of the day before: to the unit of an event, to the units that fill its shifts, and to who is on duty."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from doanso.events import notices
from doanso.events.actions.locking import lock_event_row
from doanso.events.models import Event, EventState, RegistrationState, ShiftVolunteer
from doanso.lib import clock


def remind_of_events() -> int:
    """Remind of tomorrow's events; return how many there are. Run once a day, a second time changes nothing."""
    tomorrow = clock.today() + timedelta(days=1)
    events = Event.objects.filter(state=EventState.OPEN, day=tomorrow)
    keys = list(events.order_by("pk").values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            event = lock_event_row(key)
            if event.state == EventState.OPEN and event.day == tomorrow:
                registered = event.registrations.filter(state=RegistrationState.REGISTERED).count()
                notices.notify_reminder(event, registered)
                _remind_of_shifts(event)
    return len(keys)


def _remind_of_shifts(event: Event) -> None:
    """Remind each unit of the shifts it fills, and those on duty who can sign in."""
    shifts = list(event.shifts.filter(removed_at=None).order_by("begins", "pk"))
    volunteers = ShiftVolunteer.objects.filter(shift__in=shifts).order_by("pk")
    on_duty = list(volunteers.select_related("shift", "member__person", "teammate"))
    wanted: dict[UUID, int] = defaultdict(int)
    filled: dict[UUID, int] = defaultdict(int)
    for shift in shifts:
        wanted[shift.unit_id] += shift.wanted
    for volunteer in on_duty:
        filled[volunteer.shift.unit_id] += 1
    notices.notify_shifts(event, {unit: (filled[unit], count) for unit, count in wanted.items()})
    notices.notify_on_duty(event, [(row, user) for row in on_duty if (user := _user_of(row)) is not None])


def _user_of(volunteer: ShiftVolunteer) -> UUID | None:
    """Return the account of somebody on duty; None for who has none."""
    if volunteer.member is not None:
        return volunteer.member.person.user_id
    return volunteer.teammate.user_id if volunteer.teammate is not None else None
