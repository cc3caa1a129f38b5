"""The card of public points on a place's page."""

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.panels import Panel
from doanso.places import policy
from doanso.places.ports import PlacePage, place_panels
from doanso.places.queries.points import listed_points, open_correction_count, point_counts
from doanso.places.rules.points import CHECK_EVERY, is_public


def _points(actor: User, page: PlacePage) -> Panel | None:
    place = page.place
    if not policy.VIEW.allows(actor, place):
        return None
    counts = point_counts(place, page.on)
    due = clock.today() - CHECK_EVERY
    points = listed_points(place)
    return Panel(
        "places/points_panel.html",
        {
            "place": place,
            "counts": counts,
            "broken": sum(point.works is False for point in points),
            "due": sum(
                bool(point.works) and point.checked_on is not None and point.checked_on < due for point in points
            ),
            "open_corrections": open_correction_count(place),
            "is_public": is_public(place.state, is_shown=place.is_shown),
            "may_manage": policy.MANAGE.allows(actor, place),
        },
    )


def register() -> None:
    """Register the panel; called once at start-up."""
    place_panels.register("places.points", "side", 40, _points)
