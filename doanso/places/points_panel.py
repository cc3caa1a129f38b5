"""The card of public points on a place's page."""

from doanso.accounts.models import User
from doanso.lib.panels import Panel
from doanso.places.page_reads import read_once
from doanso.places.ports import PlacePage, place_panels
from doanso.places.queries.points import point_counts
from doanso.places.rules.points import is_public


def _points(_actor: User, page: PlacePage) -> Panel:
    place = page.place
    return Panel(
        "places/points_panel.html",
        {
            "place": place,
            "counts": read_once(place, ("points", page.on), lambda: point_counts(place, page.on)),
            "is_public": is_public(place.state, is_shown=place.is_shown),
            "may_manage": page.rights.manages,
        },
    )


def register() -> None:
    """Register the panel; called once at start-up."""
    place_panels.register("places.points", "side", 40, _points)
