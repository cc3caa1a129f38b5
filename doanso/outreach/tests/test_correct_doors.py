"""Corrections of a home or shop found at the door, by a later version of its visit: applied, or refused clearly."""

from typing import Any

import pytest

from doanso.audit.models import AuditEvent
from doanso.ledger.recount import recount
from doanso.outreach.actions.place_moves import move_known_places
from doanso.outreach.actions.visits import take_back_visit
from doanso.outreach.models import Door, Visit
from doanso.outreach.tests.visiting import Visiting, applied, guest, key
from doanso.people.actions import DoorInput
from doanso.people.models import Business, Household
from doanso.sync.actions.retention import forget_records


class Found:
    """A visit at a home or a shop that was in no list, and later versions of it."""

    def __init__(self, visiting: Visiting, *, shop: bool = False) -> None:
        self.visiting, self.shop = visiting, shop
        name = {"name": "Tạp hóa Năm"} if shop else {}
        self.place = {"id": key(), "new": True, "number": "12/3", "street": "Lê Lợi", "neighbourhood": None} | name
        self.bay = guest("", "payment") | {"person": None, "consent": None, "business": True} if shop else guest()
        self.record = visiting.record(self._body())
        applied(visiting.deliver(self.record))

    def _body(self, **place: Any) -> dict[str, Any]:
        self.place = self.place | place
        places = {"household": None, "business": None, "business" if self.shop else "household": self.place}
        return self.visiting.body(door=None, people=[self.bay], **places)

    def change(self, **place: Any) -> dict[str, Any]:
        more = {"in_area": False} if not place else {}
        record = self.visiting.record(self._body(**place) | more, of=self.record["id"], base=self.record["hash"])
        [ack] = self.visiting.deliver(record)
        if ack["state"] == "applied":
            self.record = record
        return ack


def _homes() -> list[str]:
    return sorted(home.address for home in Household.objects.all())


def test_a_home_put_right_by_its_visit_stands_there_in_every_drive(visiting: Visiting) -> None:
    visited_place = Found(visiting)
    home = Household.objects.get(pk=visited_place.place["id"])
    door = Door.objects.create(
        drive=visiting.outing.drive, unit=visiting.outing.ward, household=home, walk_key=home.walk_key
    )
    applied([visited_place.change(number="12/5")])
    home.refresh_from_db()
    door.refresh_from_db()
    assert (home.address, home.house_number, door.walk_key) == ("12/5 Lê Lợi", "12/5", home.walk_key)
    assert Visit.objects.get().household == home
    assert _homes() == ["12/5 Lê Lợi", "2 Lê Lợi", "4 Lê Lợi", "7 Lê Lợi"]
    assert AuditEvent.objects.filter(action="outreach.put_right", actor_id=visiting.outing.tree.lan.pk).count() == 1
    applied([visited_place.change(number="12/5", street="Hùng Vương")])
    assert "12/5 Hùng Vương" in _homes()


def test_a_number_that_is_a_known_homes_leads_the_visit_there(visiting: Visiting) -> None:
    visited_place = Found(visiting)
    applied([visited_place.change(number="7", neighbourhood=str(visiting.outing.neighbourhood.pk))])
    assert Visit.objects.get().household == visiting.outing.doors[2].household


def test_what_the_office_has_put_right_outlasts_a_phone_that_says_nothing_new(visiting: Visiting) -> None:
    visited_place = Found(visiting)
    home = Household.objects.get(pk=visited_place.place["id"])
    move_known_places(
        actor=visiting.outing.tree.an, home=home.unit_id, moves=[(home, DoorInput("14", "Lê Lợi", None, home.pk))]
    )
    applied([visited_place.change()])
    assert "14 Lê Lợi" in _homes()
    ack = visited_place.change(number="12/5")
    assert (ack["state"], ack["problem"]["code"], ack["problem"]["field"]) == (
        "refused",
        "door_changed",
        "household.number",
    )
    assert "14 Lê Lợi" in ack["problem"]["message"]
    assert "14 Lê Lợi" in _homes()
    applied([visited_place.change(number="14")])


def test_where_nobody_knows_any_more_what_was_said_it_is_refused(visiting: Visiting) -> None:
    visited_place = Found(visiting)
    forget_records([Visit.objects.get().pk])
    ack = visited_place.change(number="12/5")
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "door_changed")
    applied([visited_place.change(number="12/3")])


def test_two_homes_put_right_to_one_number_in_one_batch_are_not_both_taken(visiting: Visiting) -> None:
    first, second = Found(visiting), Found(visiting)
    applied([second.change(number="30")])
    records = [
        place.visiting.record(place._body(number="99"), of=place.record["id"], base=place.record["hash"])
        for place in (first, second)
    ]
    acks = visiting.deliver(*records)
    # The second is at that home by now.
    applied(acks)
    assert Visit.objects.values("household").distinct().count() == 1
    assert "99 Lê Lợi" in _homes()


@pytest.mark.parametrize("change", [{"number": "12/5"}, {"name": "Tạp hóa Sáu"}])
def test_a_shop_is_put_right_too(visiting: Visiting, change: dict[str, str]) -> None:
    visited_place = Found(visiting, shop=True)
    applied([visited_place.change(**change)])
    shop = Business.objects.get()
    expected = {"name": "Tạp hóa Năm", "number": "12/3"} | change
    assert (shop.name, shop.address, shop.house_number) == (
        expected["name"],
        f"{expected['number']} Lê Lợi",
        expected["number"],
    )
    assert (
        shop.folded == expected["name"].replace("ạ", "a").replace("ó", "o").replace("ă", "a").replace("á", "a").lower()
    )
    assert visiting.outing.figure("payment-shops") == 1
    assert list(recount()) == []


def test_a_visit_that_is_set_aside_leaves_no_home_behind(visiting: Visiting) -> None:
    place = {"id": key(), "new": True, "number": "12/3", "street": "Lê Lợi", "neighbourhood": None}
    bad = guest()
    bad["helps"][0]["before"] = "khong-co"
    wrong = visiting.body(door=None, household=place, people=[bad])
    shop = {"household": None, "business": place | {"id": key(), "name": "Tạp hóa Năm"}}
    right = visiting.body(door=None, household=place | {"id": key(), "number": "20"}, people=[guest("Trần Thị Sáu")])
    acks = visiting.send(wrong, visiting.body(door=None, people=[bad], **shop), right)
    assert [(ack["state"], (ack["problem"] or {}).get("code")) for ack in acks] == [
        ("refused", "code_unknown"),
        ("refused", "code_unknown"),
        ("applied", None),
    ]
    assert _homes() == ["2 Lê Lợi", "20 Lê Lợi", "4 Lê Lợi", "7 Lê Lợi"]
    assert (Visit.objects.count(), Business.objects.count()) == (1, 0)


def test_a_change_that_is_set_aside_puts_no_home_right(visiting: Visiting) -> None:
    visited_place = Found(visiting)
    take_back_visit(actor=visiting.outing.tree.an, visit=Visit.objects.get(), reason="Không có thật")
    ack = visited_place.change(number="12/5")
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "taken_back")
    assert "12/3 Lê Lợi" in _homes()
