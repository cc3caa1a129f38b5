"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from doanso.access.ports import ObjectLink, linked, register_object_kind
from doanso.accounts.models import User
from doanso.events import policy
from doanso.events.models import Event, EventPhoto, Registration, Shift, ShiftVolunteer
from doanso.events.queries.volunteers import volunteer_rows


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("events.event", pgettext_lazy("history", "Event"), _events)
    register_object_kind("events.shift", pgettext_lazy("history", "Shift"), _shifts)
    register_object_kind("events.shiftvolunteer", pgettext_lazy("history", "Person on duty"), _volunteers)
    register_object_kind("events.eventphoto", pgettext_lazy("history", "Photo"), _photos)
    register_object_kind("events.registration", pgettext_lazy("history", "Ticket"), _registrations)


_events = linked(
    policy.VIEW,
    Event.objects.all,
    title=lambda event: event.title,
    url=lambda event: reverse("events:event", args=[event.pk]),
)
_shifts = linked(
    policy.VIEW,
    lambda: Shift.objects.select_related("event"),
    title=lambda shift: f"{shift.post}, {shift.event.title}",
    url=lambda shift: reverse("events:shift", args=[shift.pk]),
)


def _volunteers(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    shifts = policy.VIEW.filter(actor, Shift.objects.all())
    rows = volunteer_rows(actor, ShiftVolunteer.all_rows.filter(pk__in=list(ids), shift__in=shifts))
    return {
        row.volunteer.pk: ObjectLink(
            f"{row.name}, {row.volunteer.shift.post}, {row.volunteer.shift.event.title}",
            reverse("events:shift", args=[row.volunteer.shift_id]),
        )
        for row in rows
    }


_photos = linked(
    policy.VIEW_PHOTO,
    lambda: EventPhoto.objects.select_related("event").filter(taken_down_at=None),
    title=lambda photo: f"{photo.alt}, {photo.event.title}",
    url=lambda photo: reverse("events:photo", args=[photo.event_id, photo.pk]),
)
_registrations = linked(
    policy.VIEW,
    lambda: Registration.objects.select_related("event"),
    title=lambda registration: (
        _("Ticket %(number)s, %(event)s") % {"number": registration.number, "event": registration.event.title}
    ),
    url=lambda registration: reverse("events:participants", args=[registration.event_id]),
)
