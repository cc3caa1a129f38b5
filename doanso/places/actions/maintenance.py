"""What the worker does daily: progress of places for the list, and re-checks that are due."""

from datetime import date

from doanso.lib import clock
from doanso.places import notices
from doanso.places.actions.assessments import refresh_progress
from doanso.places.models import Place, PlaceState, Recognition

_MOVING = (
    *(PlaceState.PREPARING, PlaceState.SURVEYED, PlaceState.IN_PROGRESS, PlaceState.SELF_ASSESSED),
    *(PlaceState.ASSESSED, PlaceState.RECOGNISED),
)


def look_over_places(on: date | None = None) -> int:
    """Count the progress of each place that is worked on and tell of re-checks that are due; return how many were counted."""
    day = on or clock.today()
    places = list(Place.objects.filter(state__in=_MOVING).order_by("pk"))
    for place in places:
        refresh_progress(place)
    for recognition in Recognition.objects.filter(withdrawn_on=None, recheck_due__lte=day).select_related(
        "place__unit"
    ):
        notices.notify_recheck_due(recognition)
    return len(places)
