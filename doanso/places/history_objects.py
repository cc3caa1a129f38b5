"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.places import policy
from doanso.places.kinds import kind_named
from doanso.places.models import CriteriaSet, Place


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("places.place", _("Street or market"), _places)
    register_object_kind("places.criteriaset", _("Criteria"), _criteria_sets)


_places = linked(
    policy.VIEW,
    Place.objects.all,
    title=lambda place: place.name,
    url=lambda place: reverse("places:place", args=[place.pk]),
)


_criteria_sets = linked(
    policy.SET_CRITERIA,
    CriteriaSet.objects.all,
    title=lambda criteria_set: f"{kind_named(criteria_set.kind).name}, {criteria_set.version}",
    url=lambda criteria_set: reverse("places:criteria-set", args=[criteria_set.pk]),
)
