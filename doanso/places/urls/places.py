"""Addresses of places, their assessments and criteria."""

from django.urls import URLPattern, path

from doanso.places.views import assessments, criteria, partners, places, steps

_PLACE = "places/<uuid:place_id>/"
_SET = "places/criteria/<uuid:set_id>/"

urlpatterns: list[URLPattern] = [
    path("places/", places.place_list, name="list"),
    path("places/export/", places.export, name="export"),
    path("places/new/", places.new, name="new"),
    path("places/criteria/", criteria.kinds_of_places, name="criteria"),
    path("places/criteria/<slug:kind>/begin/", criteria.begin, name="begin-criteria"),
    path(_SET, criteria.criteria_set, name="criteria-set"),
    path(f"{_SET}publish/", criteria.publish, name="publish-criteria"),
    path(f"{_SET}discard/", criteria.discard, name="discard-criteria"),
    path(f"{_SET}new/", criteria.new_criterion, name="new-criterion"),
    path(f"{_SET}<uuid:criterion_id>/", criteria.edit_criterion, name="criterion"),
    path(f"{_SET}<uuid:criterion_id>/move/", criteria.move, name="move-criterion"),
    path(f"{_SET}<uuid:criterion_id>/remove/", criteria.remove, name="remove-criterion"),
    path(_PLACE, places.place, name="place"),
    path(f"{_PLACE}edit/", places.edit, name="edit"),
    path(f"{_PLACE}next-year/", places.repeat, name="repeat"),
    path(f"{_PLACE}show/", places.set_shown, name="show"),
    path(f"{_PLACE}assessments/", assessments.compare, name="assessments"),
    path(f"{_PLACE}gaps/<uuid:criterion_id>/", steps.assign_gap, name="assign-gap"),
    path(f"{_PLACE}criteria/<uuid:set_id>/", steps.use_criteria, name="use-criteria"),
    path(f"{_PLACE}partners/", partners.add, name="add-partner"),
    path(f"{_PLACE}partners/<uuid:part_id>/end/", partners.end, name="end-partner"),
    path(f"{_PLACE}decision/", steps.decision, name="decision"),
    *(path(f"{_PLACE}{step}/", view, name=step) for step, view in steps.VIEWS.items()),
]
