"""Places with their registers, points, plates and public pages as the arguments of their routes; see `objects`."""

from collections.abc import Callable
from typing import Any

from doanso.places.kinds import kinds
from doanso.places.models import (
    Address,
    CheckFile,
    CriteriaSet,
    Criterion,
    CriterionCheck,
    InformationCorrection,
    Place,
    PlaceGap,
    PlacePartner,
    PlateCheck,
    PublicPoint,
    Stall,
)
from doanso.places.queries.public import public_places


def place_sources(rows: Callable[..., Any], values: Callable[..., Any]) -> dict[str | tuple[str, ...], Any]:
    """Return the sources of these routes; `rows` makes one of a model or a query, `values` one of words."""
    points = PublicPoint.objects.filter(place__in=public_places(), removed_on=None).exclude(kind="board")
    photos = rows(points.exclude(photo=None), owner=None, slug="place__slug", number="number")
    checks = PlateCheck.objects.exclude(photo=None)
    return {
        ("address_id", "place_id"): rows(
            Address, ("kind", "until"), owner="place__unit_id", address_id="pk", place_id="place_id"
        ),
        ("place_id", "stall_id"): rows(Stall, ("until",), owner="place__unit_id", place_id="place_id", stall_id="pk"),
        **{
            f"places:{name}": rows(
                Place.objects.filter(kind__in=[kind.code for kind in kinds() if kind.is_market == is_market]),
                ("state",),
                place_id="pk",
            )
            for is_market, names in (
                (False, ("addresses", "add-addresses", "new-address", "change-addresses")),
                (True, ("stalls", "new-stall")),
            )
            for name in names
        },
        "places:new-check": rows(
            Place.objects.filter(criteria_set__criteria__formula__startswith="check."),
            ("kind",),
            place_id="pk",
            criterion_id="criteria_set__criteria",
        ),
        ("check_id", "place_id"): rows(
            CriterionCheck.objects.filter(corrected_by=None), owner="place__unit_id", check_id="pk", place_id="place_id"
        ),
        "places:check-file": rows(
            CheckFile, owner="check_of__place__unit_id", file_id="pk", place_id="check_of__place_id"
        ),
        "places:erase-check-file": rows(
            CheckFile, owner="check_of__place__unit_id", file_id="pk", place_id="check_of__place_id"
        ),
        "places:begin-criteria": values("kind", lambda: [kind.code for kind in kinds()]),
        ("place_id",): rows(Place, ("kind", "state"), place_id="pk"),
        ("set_id",): rows(CriteriaSet, ("kind", "published_at"), owner="owner_id", set_id="pk"),
        ("criterion_id", "set_id"): rows(
            Criterion,
            ("threshold_kind",),
            owner="criteria_set__owner_id",
            criterion_id="pk",
            set_id="criteria_set_id",
        ),
        ("criterion_id", "place_id"): rows(
            PlaceGap, ("criterion__number",), owner="place__unit_id", criterion_id="criterion_id", place_id="place_id"
        ),
        ("part_id", "place_id"): rows(
            PlacePartner, ("is_board",), owner="place__unit_id", part_id="pk", place_id="place_id"
        ),
        ("place_id", "set_id"): rows(Place, ("kind",), place_id="pk", set_id="criteria_set_id"),
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
