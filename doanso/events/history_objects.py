"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import pgettext_lazy

from doanso.access.ports import linked, register_object_kind
from doanso.events import policy
from doanso.events.models import Event, Shift


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("events.event", pgettext_lazy("history", "Event"), _events)
    register_object_kind("events.shift", pgettext_lazy("history", "Shift"), _shifts)


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
