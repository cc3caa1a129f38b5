"""Makers for the addresses of indicators, of targets given, of figures, and of results; see `routes`."""

from datetime import date
from typing import Any

from doanso.access.tests.scene import Maker, RouteExample, Scene
from doanso.files.actions import store
from doanso.ledger.models import Measure
from doanso.lib import clock
from doanso.results.models import Result, ResultFile, ResultVersion
from doanso.targets.models import Answer, DraftIndicator, FrozenList, Indicator, Programme, ProgrammeDraft, Target
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


def _result(scene: Scene, unit: Unit) -> dict[str, Any]:
    """A result of the unit with a file, which waits to be attested."""
    programme = Programme.objects.order_by("code").first() or scene.programme(scene.tree.units["my-tho"])
    # No result is counted here, so any measure of the book does for its figure.
    measures = Measure.objects.filter(book=programme.book_id).order_by("code").values_list("code", flat=True)
    indicator, _made = Indicator.objects.get_or_create(
        programme=programme, code="reported",
        defaults={
            "title": "Cây xanh", "short_title": "Cây xanh", "kind": "count", "group": "models", "unit_of_count": "cây",
            "family": "results.reported", "numerator": measures.first() or "reported", "position": 99,
        },
    )  # fmt: skip
    Target.objects.get_or_create(
        indicator=indicator, unit_id=programme.root_id, defaults={"value": 500, "basis": "stated"}
    )
    author, now = scene.tree.minh, clock.now()
    result = Result.objects.create(
        indicator=indicator, topic="reported", unit=unit, folded="trong cay", made_by=author, made_at=now,
        changed_by=author, changed_on=clock.today(),
    )  # fmt: skip
    version = ResultVersion.objects.create(
        result=result, number=1, happened_on=clock.today(), arrived_on=clock.today(), quantity=250, text="Trồng cây",
        made_by=author, made_at=now,
    )  # fmt: skip
    blob = store(source=b"%PDF-1.7", name="bien-ban.pdf", limit=99)
    return {"result_id": result.pk, "file_id": ResultFile.objects.create(version=version, blob=blob, position=1).pk}


def _result_alone(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"result_id": _result(scene, unit)["result_id"]}


_RESULT = "/results/<uuid:result_id>/"


def _programme(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"programme": scene.programme(unit).code}


def _draft(scene: Scene, unit: Unit) -> dict[str, Any]:
    now, author = clock.now(), scene.tree.giang
    draft = ProgrammeDraft.objects.create(
        root=unit, origin="blank", code="draft", title="Nháp", first_day=date(2024, 1, 1), last_day=date(2024, 12, 31),
        made_by=author, made_at=now, changed_by=author, changed_at=now,
    )  # fmt: skip
    values = {
        "title": "Một", "short_title": "Một", "kind": "count", "group": "members", "unit_of_count": "người", "target": 10,
        "basis": "stated", "why": "", "family": "nobody.counts", "parameters": {}, "least_grade": 1, "required_grade": 0,
        "denominator": "", "denominator_text": "", "due": [],
    }  # fmt: skip
    indicator = DraftIndicator.objects.create(
        draft=draft, code="one", position=1, values=values, changed_by=author, changed_at=now
    )
    return {"draft_id": draft.pk, "indicator_id": indicator.pk}


_DRAFT = "/programmes/drafts/<uuid:draft_id>/"

MAKERS: dict[str, Maker] = {
    **{f"{_RESULT}{rest}": _result_alone for rest in ("", "correct/", "attest/", "return/", "withdraw/")},
    f"{_RESULT}files/<uuid:file_id>/": _result,
    f"{_RESULT}files/<uuid:file_id>/erase/": _result,
    "/programmes/new/<slug:template>/": lambda _scene, _unit: {"template": "my-tho-2023"},
    _DRAFT: _draft,
    f"{_DRAFT}head/": _draft,
    f"{_DRAFT}indicators/new/": _draft,
    f"{_DRAFT}indicators/<uuid:indicator_id>/": _draft,
    f"{_DRAFT}publish/": _draft,
    f"{_DRAFT}preview/": _draft,
    f"{_DRAFT}take-over/": _draft,
    f"{_DRAFT}discard/": _draft,
    f"{_DRAFT}file/": _draft,
    "/programmes/<slug:programme>/copy/": _programme,
    "/programmes/<slug:programme>/edit/": _programme,
    "/programmes/<slug:programme>/new-families/": _programme,
    "/programmes/<slug:programme>/file/": _programme,
    "/programmes/<slug:programme>/revisions/": _programme,
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
