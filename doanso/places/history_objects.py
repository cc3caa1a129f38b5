"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.places import policy
from doanso.places.kinds import kind_named
from doanso.places.models import CriteriaSet, InformationCorrection, Place, PublicPoint


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("places.place", _("Street or market"), _places)
    register_object_kind("places.criteriaset", _("Criteria"), _criteria_sets)
    register_object_kind("places.publicpoint", _("Public point"), _points)
    register_object_kind("places.informationcorrection", _("Correction of a public page"), _corrections)


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


_points = linked(
    policy.VIEW_POINT,
    lambda: PublicPoint.objects.select_related("place"),
    title=lambda point: f"{point.name}, {point.place.name}",
    url=lambda point: reverse("places:point", args=[point.pk]),
)


_corrections = linked(
    policy.VIEW_CORRECTION,
    lambda: InformationCorrection.objects.select_related("place"),
    title=lambda correction: f"{correction.get_topic_display()}, {correction.place.name}",
    url=lambda correction: reverse("places:correction", args=[correction.pk]),
)
