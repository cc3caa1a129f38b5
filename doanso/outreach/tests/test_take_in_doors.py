"""Doors that phones report without a visit: found, corrected, gone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.outreach.actions.door_reports import take_in_doors
from doanso.outreach.models import Door
from doanso.outreach.records.doors import DoorKind
from doanso.outreach.tests.conftest import Outing
from doanso.people.models import Business, Household

KIND = DoorKind()
Tell = Callable[..., list[str | None]]


def home(number: str = "9", *, key: UUID | None = None, new: bool = True, **more: Any) -> dict[str, Any]:
    place = {"id": str(key or uuid7()), "new": new, "number": number, "street": "Lê Lợi", "neighbourhood": None}
    return {"drive": None, "household": place | more, "business": None, "gone": False}


def shop(name: str = "Tạp hóa Năm", **more: Any) -> dict[str, Any]:
    place = home(**{name: more.pop(name) for name in ("key", "new", "number") if name in more})["household"]
    return {"drive": None, "household": None, "business": place | {"name": name} | more, "gone": False}


@pytest.fixture
def tell(outing: Outing) -> Tell:
    def take(*bodies: dict[str, Any], unit: str = "p4", drive: bool = True) -> list[str | None]:
        place = {"neighbourhood": str(outing.neighbourhood.pk)}
        reports = []
        for body in bodies:
            named = body | {"drive": str(outing.drive.pk) if drive else None}
            for kind in ("household", "business"):
                if named[kind] is not None:
                    named[kind] = place | {name: value for name, value in named[kind].items() if value is not None}
            reports.append(KIND.read(named, 1))
        answers = take_in_doors(actor=outing.tree.lan, unit=outing.tree.units[unit], reports=reports)
        return [None if problem is None else problem.code for problem in answers]

    return take


def addresses(outing: Outing) -> list[str]:
    doors = Door.objects.filter(drive=outing.drive).select_related("household", "business").order_by("walk_key")
    return [
        door.household.address if door.household else door.business.name
        for door in doors
        if door.household or door.business
    ]


def test_a_home_and_a_shop_found_on_the_way_come_into_the_drive(outing: Outing, tell: Tell) -> None:
    key = uuid7()
    assert tell(home("9", key=key), shop(number="6")) == [None, None]
    assert addresses(outing) == ["7 Lê Lợi", "9 Lê Lợi", "2 Lê Lợi", "4 Lê Lợi", "Tạp hóa Năm"]
    assert Household.objects.get(pk=key).neighbourhood == outing.neighbourhood
    assert Business.objects.get().walk_key != ""
    assert AuditEvent.objects.filter(action="people.register_door", actor_id=outing.tree.lan.pk).count() == 2


def test_sent_again_it_is_the_same(outing: Outing, tell: Tell) -> None:
    report = home("9")
    tell(report, report)
    tell(report, home(" 9", key=uuid7()), home("2"))
    assert addresses(outing) == ["7 Lê Lợi", "9 Lê Lợi", "2 Lê Lợi", "4 Lê Lợi"]


def test_what_the_phone_found_is_known_by_its_place_where_the_register_had_it_already(
    outing: Outing, tell: Tell
) -> None:
    key = uuid7()
    assert tell(home("2", key=key), home("2", key=key, new=False)) == [None, None]
    assert Household.objects.count() == 3


def test_without_a_drive_it_is_in_the_register_alone(outing: Outing, tell: Tell) -> None:
    assert tell(home("9"), drive=False) == [None]
    assert Household.objects.count() == 4
    assert Door.objects.count() == 3


def test_a_drive_that_is_over_takes_no_door(outing: Outing, tell: Tell) -> None:
    outing.drive.ended_at = clock.now()
    outing.drive.save()
    assert tell(home("9")) == [None]
    assert (Household.objects.count(), Door.objects.count()) == (4, 3)


def test_a_number_is_put_right_at_the_door_and_along_the_walk(outing: Outing, tell: Tell) -> None:
    door = outing.doors[0]
    assert tell(home("16/2", key=door.household_id, new=False)) == [None]
    door.refresh_from_db()
    assert door.household is not None
    assert door.household.address == "16/2 Lê Lợi"
    assert door.walk_key == door.household.walk_key
    assert addresses(outing) == ["7 Lê Lợi", "4 Lê Lợi", "16/2 Lê Lợi"]
    assert tell(home("2")) == [None]
    assert Household.objects.count() == 4


def test_where_another_home_stands_nothing_moves(outing: Outing, tell: Tell) -> None:
    first, second, third = (door.household_id for door in outing.doors)
    assert tell(home("4", key=first, new=False), home("20", key=third, new=False)) == ["door_taken", None]
    assert addresses(outing) == ["2 Lê Lợi", "4 Lê Lợi", "20 Lê Lợi"]
    assert tell(home("30", key=first, new=False), home("30", key=second, new=False)) == [None, "door_taken"]


def test_a_home_that_is_gone_is_nobodys_door_until_somebody_sees_it_again(outing: Outing, tell: Tell) -> None:
    door = outing.doors[0]
    now = clock.now()
    Door.objects.filter(pk=door.pk).update(taken_by=outing.tree.an, taken_at=now, due_back_at=now)
    assert tell(home("", key=door.household_id, new=False) | {"gone": True}) == [None]
    door.refresh_from_db()
    assert door.household is not None
    assert (door.household.gone_at is not None, door.taken_by) == (True, None)
    tell(home("2", key=door.household_id, new=False))
    door.household.refresh_from_db()
    assert door.household.gone_at is None


def test_a_shop_that_is_gone(outing: Outing, tell: Tell) -> None:
    key = uuid7()
    tell(shop(key=key))
    assert tell(shop(key=key, new=False) | {"gone": True}) == [None]
    assert Business.objects.get(pk=key).gone_at is not None


def test_a_branch_writes_its_wards_doors(outing: Outing, tell: Tell) -> None:
    assert tell(home("9"), unit="p4-kp1") == [None]
    assert set(Household.objects.values_list("unit", flat=True)) == {outing.ward.pk}


def test_another_wards_home_is_unknown(outing: Outing, tell: Tell) -> None:
    theirs = outing.doors[0].household_id
    gone = home("", key=theirs, new=False) | {"gone": True}
    assert tell(gone, unit="p5") == ["place_unknown"]
    assert Household.objects.filter(gone_at=None).count() == 3


def test_one_that_is_set_aside_holds_up_nobody_and_writes_nothing(outing: Outing, tell: Tell) -> None:
    assert tell(home("", key=uuid7(), new=False, street=""), home("9")) == ["place_unknown", None]
    assert Household.objects.count() == 4


def test_as_many_statements_for_one_as_for_twelve(outing: Outing, tell: Tell) -> None:
    counts = []
    for numbers in (("101",), tuple(str(number) for number in range(103, 115))):
        bodies: list[dict[str, Any]] = [home(number) for number in numbers]
        bodies += [shop(f"Quán {number}", number=number) for number in numbers]
        bodies.append(home(f"{numbers[0]}/1", key=outing.doors[len(counts)].household_id, new=False))
        with CaptureQueriesContext(connection) as captured:
            assert set(tell(*bodies)) == {None}
        counts.append(len(captured))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"more": 1}, "more"),
        ({"gone": "no"}, "gone"),
        ({"household": None}, "household"),
        ({"business": shop()["business"]}, "household"),
        ({"drive": "p4"}, "drive"),
        ({"gone": True}, "gone"),
        ({"household": home("9" * 41)["household"]}, "household.number"),
        ({"household": home("9", street="x" * 121)["household"]}, "household.street"),
        ({"household": home("", street="")["household"]}, "household.street"),
        ({"household": home()["household"] | {"name": "x"}}, "household.name"),
        ({"household": home()["household"] | {"new": None}}, "household.new"),
        ({"household": None, "business": shop("")["business"]}, "business.name"),
    ],
)
def test_what_is_not_right_is_named(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        KIND.read(home() | change, 1)
    assert refused.value.problem.field == field


def test_who_visits_brings_doors(outing: Outing) -> None:
    tree = outing.tree
    assert [KIND.may(user, outing.ward) for user in (tree.lan, tree.an, tree.chi, tree.khoa)] == [
        True,
        True,
        False,
        False,
    ]


def test_two_versions_are_distinguished(outing: Outing) -> None:
    report = KIND.read(shop("Quán Út", new=False, number="4") | {"gone": True}, 1)
    assert KIND.lines(report) == [("Cửa hàng", "Quán Út 4 Lê Lợi"), ("Còn ở đó", "Không còn nữa")]
