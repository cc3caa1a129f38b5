"""Events in a person's copy and erasure: the shifts they were put on, and tickets that a gate gave them as members.

Tickets that people get without an account belong to no person (decision 0065): their holders cancel them themselves.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.events.actions.registrations import empty_registrations
from doanso.events.models import Registration, ShiftVolunteer
from doanso.events.wording import hours_words
from doanso.lib import clock, formats


def copy(person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Yield (title, text) of the shifts that these persons were on duty in, then of their tickets; two statements."""
    on_duty = ShiftVolunteer.objects.filter(member__person__in=person_ids, shift__removed_at=None)
    for volunteer in on_duty.select_related("shift__event").order_by("shift__event__day", "pk"):
        shift = volunteer.shift
        text = _("%(event)s on %(day)s: %(post)s, %(hours)s")
        yield (
            _("On duty at an event"),
            text
            % {
                "event": shift.event.title,
                "day": formats.day(shift.event.day),
                "post": shift.post,
                "hours": hours_words(shift.begins, shift.ends),
            },
        )
    registrations = Registration.objects.filter(member__person__in=person_ids).select_related("event", "attendance")
    for registration in registrations.order_by("event__day", "pk"):
        attendance = getattr(registration, "attendance", None)
        text = _("%(event)s on %(day)s: ticket %(number)s")
        if attendance is not None and attendance.first_seen_at is not None:
            text = _("%(event)s on %(day)s: ticket %(number)s, came at %(time)s")
        yield (
            _("Ticket of an event"),
            text
            % {
                "event": registration.event.title,
                "day": formats.day(registration.event.day),
                "number": registration.number,
                "time": f"{clock.local(attendance.first_seen_at):%H:%M}"
                if attendance and attendance.first_seen_at
                else "",
            },
        )


def erase(person_ids: Collection[UUID]) -> None:
    """Delete what tickets hold of these persons, and take them off shifts ahead. What was counted stays counted."""
    empty_registrations(Registration.objects.filter(member__person__in=person_ids, erased_at=None))
    ShiftVolunteer.objects.filter(member__person__in=person_ids, shift__event__day__gt=clock.today()).delete()
