"""Events in a person's copy and erasure: the shifts they were put on, and tickets that a gate gave them as members.

Tickets that people get without an account belong to no person (decision 0065): their holders cancel them themselves. One by which
its holder confirmed a booth's stamp led to a person, and is theirs from then on.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doanso.events.actions.registrations import empty_registrations
from doanso.events.models import BoothStamp, Registration, ShiftVolunteer
from doanso.events.wording import hours_words, seen_words
from doanso.lib import clock, formats
from doanso.outreach.queries.teams import teammates_of


def copy(person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Yield (title, text) of the shifts that these persons were on duty in, then of their tickets; two statements.

    Who was taken off duty is stored for history, and so has that in the copy too.
    """
    volunteers = ShiftVolunteer.all_rows.filter(_people_on_duty(person_ids))
    for volunteer in volunteers.select_related("shift__event").order_by("shift__event__day", "pk"):
        shift = volunteer.shift
        text = _("%(event)s on %(day)s: %(post)s, %(hours)s")
        if volunteer.removed_at is not None:
            text = _("%(event)s on %(day)s: %(post)s, %(hours)s, taken off again")
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
    registrations = _tickets_of(person_ids).select_related("event", "attendance")
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
                "time": seen_words(attendance.first_seen_at, registration.event.day)
                if attendance and attendance.first_seen_at
                else "",
            },
        )


def _tickets_of(person_ids: Collection[UUID]) -> QuerySet[Registration]:
    """Return tickets that a gate knew as a member's, and those whose confirmed stamps are records of these persons."""
    confirmed = BoothStamp.objects.filter(support_record__person__in=person_ids)
    return Registration.objects.filter(Q(member__person__in=person_ids) | Q(pk__in=confirmed.values("registration")))


def erase(person_ids: Collection[UUID]) -> None:
    """Delete what tickets hold of these persons, and take them off shifts ahead. What was counted stays counted.

    Called before the records of support lose their persons, which lead to the tickets.
    """
    empty_registrations(_tickets_of(person_ids).filter(erased_at=None))
    of_them = ShiftVolunteer.all_rows.filter(_people_on_duty(person_ids))
    of_them.filter(Q(shift__event__day__gt=clock.today()) | Q(removed_at__isnull=False)).delete()


def _people_on_duty(person_ids: Collection[UUID]) -> Q:
    """Return which volunteers are these persons, as members or as teammates."""
    return Q(member__person__in=person_ids) | Q(teammate__in=teammates_of(person_ids).values("pk"))
