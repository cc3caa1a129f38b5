"""Makers for the addresses of public points, plates, corrections and public pages; see `routes`."""

import io
from typing import Any

from PIL import Image

from doanso.access.tests.routes_places import PLACE, example_place
from doanso.access.tests.scene import Maker, Scene
from doanso.files.actions import store
from doanso.files.reading import Kind
from doanso.lib import clock
from doanso.lib.access_codes import new_link
from doanso.places.actions.corrections import link_lookup
from doanso.places.models import InformationCorrection, Place, PlaceState, PlateCheck, PublicPoint
from doanso.units.models import Unit

POINT = "/places/points/<uuid:point_id>/"
PUBLIC = "/s/<slug:slug>/"


def example_point(scene: Scene, place: Place) -> PublicPoint:
    """A health station of the place with a photo, whose plate was put up today."""
    today, author = clock.today(), scene.tree.minh
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    blob = store(source=out.getvalue(), name="anh.jpg", limit=1 << 20, kind=Kind.JPEG)
    return PublicPoint.objects.create(
        place=place, number=1, kind="health", name="Trạm Y tế", code="A2345", since=today, photo=blob, photo_small=blob,
        opening_hours="7:00 đến 17:00", put_up_on=today, checked_on=today, works=True, made_by=author,
        made_at=clock.now(), changed_by=author, changed_on=today,
    )  # fmt: skip


def shown_place(scene: Scene, unit: Unit) -> Place:
    """A street in progress that its unit shows to everybody."""
    place = example_place(scene, unit)
    place.state, place.surveyed_on, place.is_shown = PlaceState.IN_PROGRESS, clock.today(), True
    place.save(update_fields=["state", "surveyed_on", "is_shown"])
    return place


def example_correction(place: Place, link: str = "") -> InformationCorrection:
    """A correction that waits for an answer."""
    return InformationCorrection.objects.create(
        place=place, topic="hours", text="Mở cửa lúc 8 giờ", link_lookup=link_lookup(link or new_link()),
        sent_on=clock.today(), made_at=clock.now(),
    )  # fmt: skip


def _place(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"place_id": example_place(scene, unit).pk}


def _point(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"point_id": example_point(scene, shown_place(scene, unit)).pk}


def _check(scene: Scene, unit: Unit) -> dict[str, Any]:
    point = example_point(scene, shown_place(scene, unit))
    check = PlateCheck.objects.create(
        point=point, checked_on=clock.today(), works=True, photo=point.photo, made_by=scene.tree.minh,
        made_at=clock.now(),
    )  # fmt: skip
    return {"check_id": check.pk}


def _correction(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"correction_id": example_correction(example_place(scene, unit)).pk}


def _public(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"slug": shown_place(scene, unit).slug}


def _public_point(scene: Scene, unit: Unit) -> dict[str, Any]:
    place = shown_place(scene, unit)
    return {"slug": place.slug, "number": example_point(scene, place).number}


def _code(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"code": example_point(scene, shown_place(scene, unit)).code}


def _answer(scene: Scene, unit: Unit) -> dict[str, Any]:
    link = new_link()
    example_correction(shown_place(scene, unit), link)
    return {"link": link}


MAKERS: dict[str, Maker] = {
    **{f"{PLACE}{rest}/": _place for rest in ("points", "points/new", "plates", "plates/printed", "plan", "page")},
    **{f"{POINT}{rest}": _point for rest in ("", "change/", "remove/", "photo/", "check/")},
    "/places/points/checks/<uuid:check_id>/photo/": _check,
    "/places/corrections/<uuid:correction_id>/": _correction,
    "/q/<slug:code>/": _code,
    "/s/answers/<slug:link>/": _answer,
    PUBLIC: _public,
    f"{PUBLIC}wrong/": _public,
    **{f"{PUBLIC}<int:number>/{rest}": _public_point for rest in ("", "photo/", "photo/small/")},
}
