"""Shifts as assignments of the units that fill them."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.assignments.actions import assign, complete, complete_by_server
from doanso.assignments.models import AssignmentOutcome
from doanso.events.actions.locking import lock_event_row
from doanso.events.models import Event, EventState, Shift
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7

SHIFT = "events.shift"
"""The kind of these assignments."""


def assign_shifts(actor: User, event: Event) -> None:
    """Give every shift of an announced event that is nobody's task yet to its unit."""
    for shift in event.shifts.filter(assignment=None, removed_at=None).select_related("unit").order_by("begins", "pk"):
        assign_shift(actor, event, shift)


def assign_shift(actor: User, event: Event, shift: Shift) -> None:
    """Give a shift to its unit, if the event is announced and its day is not over."""
    if event.state != EventState.OPEN or event.day < clock.today():
        return
    shift.assignment = assign(
        actor=actor,
        unit=shift.unit,
        title_code=SHIFT,
        parameters={
            "shift": str(shift.pk),
            "title": event.title,
            "post": shift.post,
            "day": event.day.isoformat(),
            "begins": f"{shift.begins:%H:%M}",
            "ends": f"{shift.ends:%H:%M}",
            "wanted": shift.wanted,
        },
        owner=None,
        due_on=event.day,
        source_kind=SHIFT,
        # A shift that changes is a task anew, so the source is the task and not the shift.
        source_id=uuid7(),
    )
    shift.save(update_fields=["assignment"])


def complete_tasks(actor: User, event: Event, shifts: Sequence[Shift] | None = None) -> None:
    """End the tasks of an event's shifts, or of these, because they hold no more."""
    held = event.shifts.exclude(assignment=None).select_related("assignment").order_by("assignment_id")
    for shift in held if shifts is None else shifts:
        if shift.assignment is not None:
            note = _("The event or the shift has changed.")
            complete(actor=actor, assignment=shift.assignment, outcome=AssignmentOutcome.NOT_NEEDED, note=note)
            shift.assignment = None
            shift.save(update_fields=["assignment"])


def complete_filled_task(actor: User, shift: Shift) -> None:
    """Complete the task of a shift that has all its volunteers."""
    if shift.assignment is not None and shift.volunteers.count() >= shift.wanted:
        complete(actor=actor, assignment=shift.assignment, outcome=AssignmentOutcome.DONE)


def end_past_tasks() -> int:
    """Complete the tasks of shifts whose day is over, filled or not: nobody can fill them any more. Run once a day.

    Return how many there were.
    """
    past = Shift.objects.filter(event__day__lt=clock.today(), assignment__completed_at=None, assignment__isnull=False)
    ended = 0
    for event_id in list(past.order_by("event_id").values_list("event_id", flat=True).distinct()):
        with transaction.atomic():
            event = lock_event_row(event_id)
            if event.day >= clock.today():
                continue
            for shift in past.filter(event=event).select_related("assignment").order_by("assignment_id"):
                if shift.assignment is not None:
                    complete_by_server(assignment=shift.assignment, note=_past_note(shift))
                    ended += 1
    return ended


def _past_note(shift: Shift) -> str:
    words = {"here": shift.volunteers.count(), "wanted": shift.wanted}
    return _("The day is over; %(here)s of %(wanted)s people were on duty.") % words


def renew_task(actor: User, event: Event, shift: Shift) -> None:
    """Give a shift to its unit anew after somebody left it, where its task was complete and the day is not over."""
    is_complete = shift.assignment is not None and shift.assignment.completed_at is not None
    if is_complete and event.day >= clock.today() and shift.volunteers.count() < shift.wanted:
        assign_shift(actor, event, shift)
