"""Makers for the addresses of house lists, stall lists, survey sheets and checks; see `routes`."""

from typing import Any

from doanso.access.tests.routes_places import PLACE, example_place
from doanso.access.tests.scene import Maker, Scene
from doanso.cashless.models import Shop
from doanso.files.actions import store
from doanso.files.tests.office import png
from doanso.lib import clock
from doanso.people.models import Business
from doanso.places.models import Address, CheckFile, CriterionCheck, Place, Stall, Tenancy
from doanso.units.models import Unit

STALLS = f"{PLACE}stalls/"
STALL = f"{STALLS}<uuid:stall_id>/"
CHECKS = f"{PLACE}checks/"


def example_address(place: Place) -> Address:
    """A public point in a street's list."""
    return Address.objects.create(
        place=place, kind="point", number="20", street="Lê Lợi", label="Trạm y tế", folded="tram y te 20 le loi",
        walk_key="leloi0", since=place.started_on, added_by=place.made_by, added_at=clock.now(),
    )  # fmt: skip


def example_market(scene: Scene, unit: Unit) -> Place:
    """A market of the unit of which the list is still written."""
    market = example_place(scene, unit)
    market.kind, market.name = "cashless-market", "Chợ Thạnh Trị"
    market.save(update_fields=["kind", "name"])
    return market


def example_stall(market: Place) -> Stall:
    """A stall at which somebody trades."""
    now = clock.now()
    stall = Stall.objects.create(
        place=market, number="A1", number_key="a-1", folded="a1", walk_key="0000", since=market.started_on,
        added_by=market.made_by, added_at=now,
    )  # fmt: skip
    shop = Business.objects.create(unit=market.unit, name="Cá Ba", folded="ca ba", created_at=now, updated_at=now)
    Shop.objects.create(business=shop, unit=market.unit, made_at=now)
    Tenancy.objects.create(
        stall=stall,
        business=shop,
        trader="Lê Thị Ba",
        since=market.started_on,
        recorded_by=market.made_by,
        recorded_at=now,
    )
    return stall


def example_check(place: Place) -> CriterionCheck:
    """A check of the place's criterion, with a photo."""
    check = CriterionCheck.objects.create(
        place=place, criterion=place.criteria_set.criteria.get(), checked_on=clock.today(), numerator=1, denominator=1,
        recorded_by=place.made_by, recorded_at=clock.now(),
    )  # fmt: skip
    blob = store(source=png(), name="bang.png", limit=1 << 16)
    CheckFile.objects.create(check_of=check, blob=blob, position=1)
    return check


def _street(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"place_id": example_place(scene, unit).pk}


def _address(scene: Scene, unit: Unit) -> dict[str, Any]:
    street = example_place(scene, unit)
    return {"place_id": street.pk, "address_id": example_address(street).pk}


def _market(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"place_id": example_market(scene, unit).pk}


def _stall(scene: Scene, unit: Unit) -> dict[str, Any]:
    market = example_market(scene, unit)
    return {"place_id": market.pk, "stall_id": example_stall(market).pk}


def _criterion(scene: Scene, unit: Unit) -> dict[str, Any]:
    street = example_place(scene, unit)
    return {"place_id": street.pk, "criterion_id": street.criteria_set.criteria.get().pk}


def _check(scene: Scene, unit: Unit) -> dict[str, Any]:
    street = example_place(scene, unit)
    check = example_check(street)
    return {"place_id": street.pk, "check_id": check.pk, "file_id": check.files.get().pk}


def _of_check(name: str) -> Maker:
    def make(scene: Scene, unit: Unit) -> dict[str, Any]:
        made = _check(scene, unit)
        return {"place_id": made["place_id"], name: made[name]}

    return make


MAKERS: dict[str, Maker] = {
    **{f"{PLACE}{rest}/": _street for rest in ("addresses", "addresses/add", "addresses/new", "addresses/change")},
    **{f"{PLACE}{rest}/": _street for rest in ("sheets", "sheets/print", "checks")},
    f"{PLACE}addresses/<uuid:address_id>/": _address,
    STALLS: _market,
    f"{STALLS}new/": _market,
    **{f"{STALL}{rest}": _stall for rest in ("", "trader/", "close/")},
    f"{CHECKS}new/<uuid:criterion_id>/": _criterion,
    f"{CHECKS}<uuid:check_id>/correct/": _of_check("check_id"),
    f"{CHECKS}files/<uuid:file_id>/": _of_check("file_id"),
    f"{CHECKS}files/<uuid:file_id>/erase/": _of_check("file_id"),
}
