"""Makers for the addresses of indicators, of targets given, and of figures; see `routes`."""

from typing import Any

from doanso.access.tests.scene import Maker, RouteExample, Scene
from doanso.lib import clock
from doanso.targets.models import Answer, FrozenList
from doanso.units.models import Unit


def _figures(scene: Scene, unit: Unit) -> RouteExample:
    code = scene.programme(scene.tree.units["my-tho"]).code
    return RouteExample({"code": code, "programme": code, "indicator": "one", "unit": unit.code}, {"unit": unit.code})


def _given(scene: Scene, unit: Unit) -> dict[str, Any]:
    scene.allotted_target(scene.tree.units["my-tho"], unit)
    return {"programme": "proof", "indicator": "one", "unit": unit.code}


def _countered(scene: Scene, unit: Unit) -> dict[str, Any]:
    child = scene.below(unit)
    target = scene.allotted_target(unit, child)
    Answer.objects.create(
        target=target, kind="countered", value=3, reason="Ít hộ", answered_by=scene.tree.an, answered_at=clock.now()
    )
    return {"programme": "proof", "indicator": "one", "unit": unit.code, "child": child.code}


def _denominator(scene: Scene, unit: Unit) -> dict[str, Any]:
    programme = scene.programme(scene.tree.units["my-tho"])
    programme.indicators.update(kind="share", denominator="members")
    stored = FrozenList.objects.create(
        indicator=programme.indicators.get(), unit=unit, on=programme.first_day, asked=0, exempt=0,
        taken_by=scene.tree.giang, taken_at=clock.now(),
    )  # fmt: skip
    return {"programme": "proof", "indicator": "one", "unit": unit.code, "kept": stored.pk}


MAKERS: dict[str, Maker] = {
    "/programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/": _figures,
    "/programmes/<slug:programme>/cascade/": _figures,
    "/api/v1/programmes/<code>/progress": _figures,
    "/programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/allocate/": _figures,
    "/programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/answer/": _given,
    "/programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/settle/<slug:child>/": _countered,
    "/programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/remind/": _figures,
    "/programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/freeze/": _denominator,
    "/programmes/<slug:programme>/indicators/<slug:indicator>/<slug:unit>/frozen/<uuid:kept>/": _denominator,
}
