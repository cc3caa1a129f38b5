"""Public points, plates, corrections and public pages as the arguments of their routes; see `objects`."""

from collections.abc import Callable
from typing import Any

from doanso.places.models import InformationCorrection, PlateCheck, PublicPoint
from doanso.places.queries.public import public_places


def point_sources(rows: Callable[..., Any]) -> dict[str | tuple[str, ...], Any]:
    """Return the sources of these routes; `rows` makes one of a model or a query."""
    points = PublicPoint.objects.filter(place__in=public_places(), removed_on=None).exclude(kind="board")
    photos = rows(points.exclude(photo=None), owner=None, slug="place__slug", number="number")
    checks = PlateCheck.objects.exclude(photo=None)
    return {
        ("point_id",): rows(PublicPoint, ("kind", "works", "removed_on"), owner="place__unit_id", point_id="pk"),
        "places:point-photo": rows(PublicPoint.objects.exclude(photo=None), owner="place__unit_id", point_id="pk"),
        "places:plate-photo": rows(checks, ("works",), owner="point__place__unit_id", check_id="pk"),
        ("correction_id",): rows(
            InformationCorrection, ("topic", "outcome"), owner="place__unit_id", correction_id="pk"
        ),
        "places:short-link": rows(PublicPoint, ("kind", "removed_on"), owner=None, code="code"),
        ("slug",): rows(public_places(), ("kind", "state"), slug="slug"),
        ("number", "slug"): rows(points, ("kind",), owner=None, slug="place__slug", number="number"),
        "places:public-photo": photos,
        "places:public-small-photo": photos,
        # Only hashes of secrets are stored.
        "places:public-answer": list,
    }
