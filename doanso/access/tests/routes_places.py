"""Makers for the addresses of places and their criteria; see `routes`."""

from typing import Any

from doanso.access.tests.scene import Maker, Scene
from doanso.lib import clock
from doanso.partners.models import Partner
from doanso.places.models import CriteriaSet, Criterion, Place, PlacePartner
from doanso.units.models import Unit


def example_set(unit: Unit, *, published: bool = True) -> CriteriaSet:
    """The unit's set of that sort with one criterion, made where there is none."""
    existing = CriteriaSet.objects.filter(owner=unit, published_at__isnull=not published).first()
    if existing is not None:
        return existing
    criteria_set = CriteriaSet.objects.create(
        kind="digital-street", owner=unit, version=2 if published else 3, made_at=clock.now(),
        published_at=clock.now() if published else None,
    )  # fmt: skip
    Criterion.objects.create(
        criteria_set=criteria_set, number=1, group="Hộ dân tham gia", title="Hộ có VNeID", formula="check.yes",
        threshold_kind="yes",
    )  # fmt: skip
    return criteria_set


def example_place(scene: Scene, unit: Unit) -> Place:
    """A street of the unit of which the list is still written, with an address of its own."""
    author, today, number = scene.tree.minh, clock.today(), Place.objects.count() + 1
    return Place.objects.create(
        kind="digital-street", name="Đường Lê Lợi", folded="duong le loi", slug=f"duong-le-loi-{number}", unit=unit,
        criteria_set=example_set(unit), criteria_count=1, started_on=today, changed_on=today, made_by=author,
        made_at=clock.now(), changed_by=author,
    )  # fmt: skip


def _place(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"place_id": example_place(scene, unit).pk}


def _gap(scene: Scene, unit: Unit) -> dict[str, Any]:
    place = example_place(scene, unit)
    return {"place_id": place.pk, "criterion_id": place.criteria_set.criteria.get().pk}


def _newer(scene: Scene, unit: Unit) -> dict[str, Any]:
    place = example_place(scene, unit)
    return {"place_id": place.pk, "set_id": place.criteria_set_id}


def _part(scene: Scene, unit: Unit) -> dict[str, Any]:
    place, now = example_place(scene, unit), clock.now()
    partner = Partner.objects.create(
        unit=unit, kind="bank", name="Ngân hàng Mẫu", short_name="NHM", folded="ngan hang mau", made_by=scene.tree.minh,
        made_at=now, changed_at=now,
    )  # fmt: skip
    part = PlacePartner.objects.create(place=place, partner=partner, role="Mở tài khoản", since=clock.today())
    return {"place_id": place.pk, "part_id": part.pk}


def _draft(_scene: Scene, unit: Unit) -> dict[str, Any]:
    draft = example_set(unit, published=False)
    return {"set_id": draft.pk, "criterion_id": draft.criteria.get().pk}


def _draft_alone(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"set_id": _draft(scene, unit)["set_id"]}


_STEPS = (
    *("survey", "start", "stop", "midterm", "send", "return"),
    *("assess", "recognise", "refuse", "recheck", "withdraw"),
)
PLACE = "/places/<uuid:place_id>/"
_SET = "/places/criteria/<uuid:set_id>/"

MAKERS: dict[str, Maker] = {
    PLACE: _place,
    **{
        f"{PLACE}{rest}/": _place
        for rest in ("edit", "next-year", "show", "assessments", "decision", "partners", *_STEPS)
    },
    f"{PLACE}gaps/<uuid:criterion_id>/": _gap,
    f"{PLACE}criteria/<uuid:set_id>/": _newer,
    f"{PLACE}partners/<uuid:part_id>/end/": _part,
    "/places/criteria/<slug:kind>/begin/": lambda _scene, _unit: {"kind": "digital-street"},
    _SET: _draft_alone,
    **{f"{_SET}{rest}/": _draft_alone for rest in ("publish", "discard", "new")},
    **{f"{_SET}<uuid:criterion_id>/{rest}": _draft for rest in ("", "move/", "remove/")},
}
