"""Examples of the arguments of public points, plates, corrections and public pages; all of one street that is shown."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from doanso.access.tests.routes_points import example_correction, example_point, shown_place
from doanso.access.tests.scene import Scene
from doanso.lib.access_codes import new_link
from doanso.places.models import InformationCorrection, Place, PlateCheck, PublicPoint

if TYPE_CHECKING:
    from doanso.tests.conftest import Committee


def _street(committee: "Committee") -> Place:
    shown = Place.objects.filter(is_shown=True).first()
    return shown or shown_place(Scene(committee.tree), committee.tree.units["p4"])


def _point(committee: "Committee") -> PublicPoint:
    return PublicPoint.objects.first() or example_point(Scene(committee.tree), _street(committee))


def _check(committee: "Committee") -> Any:
    point, minh = _point(committee), committee.tree.minh
    check = PlateCheck.objects.first() or PlateCheck.objects.create(
        point=point, checked_on=point.since, works=True, photo=point.photo, made_by=minh, made_at=point.made_at
    )
    return check.pk


def _correction(committee: "Committee") -> Any:
    return (InformationCorrection.objects.first() or example_correction(_street(committee))).pk


def _answer(committee: "Committee") -> str:
    link = new_link()
    example_correction(_street(committee), link)
    return link


def _place_with_plate(committee: "Committee") -> Any:
    return _point(committee).place_id


EXAMPLES: dict[str, Callable[["Committee"], Any]] = {
    "point_id": lambda committee: _point(committee).pk,
    "places:plate-photo.check_id": _check,
    "places:plates.place_id": _place_with_plate,
    "places:points.place_id": _place_with_plate,
    "places:plan.place_id": _place_with_plate,
    "correction_id": _correction,
    "places:short-link.code": lambda committee: _point(committee).code,
    "places:public-answer.link": _answer,
    "slug": lambda committee: _point(committee).place.slug,
    **{
        f"places:public-{name}.number": lambda committee: _point(committee).number
        for name in ("point", "photo", "small-photo")
    },
}
