"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.places import policy
from doanso.places.models import Place


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("places.place", _("Street or market"), _places)


_places = linked(
    policy.VIEW,
    Place.objects.all,
    title=lambda place: place.name,
    url=lambda place: reverse("places:place", args=[place.pk]),
)
