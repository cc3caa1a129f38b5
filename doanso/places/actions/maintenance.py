"""What the worker does: progress of places for the list, where records have changed and daily, and re-checks that are due."""

from datetime import date

from doanso.lib import clock
from doanso.places import notices
from doanso.places.actions.assessments import refresh_progress
from doanso.places.models import Place, PlaceState, Recognition
from doanso.places.values.remembered import SETTLED_AFTER, stamp_of

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


def count_changed_places() -> int:
    """Count the progress of places whose units have written something since it was counted last; return how many were counted.

    Checks by phones, visits and support records move a place's criteria without naming the place. A place at rest costs one
    statement. An event may be committed a little after its time, so one of the minute before the last count counts as new.
    """
    count = 0
    for place in Place.objects.filter(state__in=_MOVING).select_related("unit").order_by("pk"):
        changed_at = stamp_of(place).at
        if place.counted_at is None or (changed_at is not None and changed_at > place.counted_at - SETTLED_AFTER):
            refresh_progress(place)
            count += 1
    return count
