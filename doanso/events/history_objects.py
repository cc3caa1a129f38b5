"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from doanso.access.ports import linked, register_object_kind
from doanso.events import policy
from doanso.events.models import Event, EventPhoto, Registration, Shift


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("events.event", pgettext_lazy("history", "Event"), _events)
    register_object_kind("events.shift", pgettext_lazy("history", "Shift"), _shifts)
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
