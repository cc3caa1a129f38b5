"""The card of public points on a place's page."""

from doanso.accounts.models import User
from doanso.lib.panels import Panel
from doanso.places import policy
from doanso.places.ports import PlacePage, place_panels
from doanso.places.queries.points import point_counts
from doanso.places.rules.points import is_public


def _points(actor: User, page: PlacePage) -> Panel:
    place = page.place
    return Panel(
        "places/points_panel.html",
        {
            "place": place,
            "counts": point_counts(place, page.on),
            "is_public": is_public(place.state, is_shown=place.is_shown),
            "may_manage": policy.MANAGE.allows(actor, place),
        },
    )


def register() -> None:
    """Register the panel; called once at start-up."""
    place_panels.register("places.points", "side", 40, _points)
