"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.incoming import policy
from doanso.incoming.models import Arrival


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("incoming.arrival", _("Incoming document"), _arrivals)


_arrivals = linked(
    policy.KEEP_BOOK,
    Arrival.objects.all,
    title=lambda arrival: arrival.summary,
    url=lambda arrival: reverse("incoming:arrival", args=[arrival.pk]),
)
