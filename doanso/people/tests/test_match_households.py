"""The same door is the same home, however its street and number are spelt."""

import pytest

from doanso.people.actions import (
    DoorInput,
    Particulars,
    change_contact,
    match_or_create_households,
    match_or_create_people,
)
from doanso.people.models import Contact, Household
from doanso.people.rules import doors
from doanso.testing import Tree


def test_a_door_is_known_again(tree: Tree) -> None:
    ward = tree.units["p4"].pk
    [first] = match_or_create_households(unit_id=ward, inputs=[DoorInput("12/3a", "Lê Lợi")])
    again = match_or_create_households(unit_id=ward, inputs=[DoorInput("12 / 3A", "LE LOI"), DoorInput("14", "Lê Lợi")])
    assert first.is_new
    assert again[0] == (first.household_id, False)
    assert again[1].is_new
    assert Household.objects.get(pk=first.household_id).address == "12/3A Lê Lợi"


def test_another_unit_has_its_own(tree: Tree) -> None:
    [first] = match_or_create_households(unit_id=tree.units["p4"].pk, inputs=[DoorInput("2", "Lê Lợi")])
    [other] = match_or_create_households(unit_id=tree.units["p5"].pk, inputs=[DoorInput("2", "Lê Lợi")])
    assert first.household_id != other.household_id


def test_two_rows_of_one_list_are_one_home(tree: Tree) -> None:
    first, other = match_or_create_households(unit_id=tree.units["p4"].pk, inputs=[DoorInput("2", "Lê Lợi")] * 2)
    assert first.household_id == other.household_id
    assert Household.objects.count() == 1


def test_without_a_number_each_is_its_own(tree: Tree) -> None:
    first, other = match_or_create_households(unit_id=tree.units["p4"].pk, inputs=[DoorInput("", "Hẻm sau chợ")] * 2)
    assert first.household_id != other.household_id


def test_one_walks_up_one_side_and_then_the_other() -> None:
    numbers = ["10", "2", "7", "1", "2/4", "2A"]
    assert sorted(numbers, key=lambda number: doors.walk_key("Lê Lợi", number)) == ["1", "7", "2", "2A", "2/4", "10"]


def test_streets_follow_one_another_and_no_key_runs_into_the_next() -> None:
    streets = ["Lê Lai", "Lê Lợi", "Lê Lợi 2", "30/4", "Đường 30 tháng 4"]
    keys = sorted(doors.walk_key(street, number) for street in streets for number in ("1", "4"))
    street_keys = [doors.street_prefix(key) for key in keys]
    assert street_keys == [doors.street_key(street) for street in ("30/4", *streets[4:], *streets[:3]) for _ in "12"]
    assert all(key.isascii() and key.isalnum() and key == key.lower() for key in keys)


def test_one_walks_on_along_ones_side_then_the_other_then_the_next_street() -> None:
    key = doors.walk_key("Lê Lợi", "12/3")
    (own, other), next_street = doors.walk_from(key)
    assert own.own_key == key
    assert own.first < doors.walk_key("Lê Lợi", "2") < own.own_key < doors.walk_key("Lê Lợi", "14") < own.end
    assert other.first < doors.walk_key("Lê Lợi", "11") < other.own_key < doors.walk_key("Lê Lợi", "13") < other.end
    assert max(own.end, other.end) <= next_street <= doors.walk_key("Lê Lợi 2", "1")


def test_a_door_without_a_number_stands_on_its_street() -> None:
    key = doors.walk_key("Hẻm sau chợ", "")
    assert doors.walk_from(key).sides[0].own_key == key
    assert doors.street_prefix(doors.walk_key("", "12")) == "0"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("12 Lê Lợi", "le loi 12"),
        ("Số 12, đường Lê Lợi", "le loi 12"),
        ("Số 12 đường Lê Lợi, KP 3, Phường 5", "le loi 12"),
        ("12 Lê Lợi khu phố 3 P5", "le loi 12"),
        ("12/3A  LÊ LỢI, P. 1", "le loi 12/3a"),
        ("12 / 3a Lê Lợi", "le loi 12/3a"),
        ("số nhà 7 Ấp Bắc", "ap bac 7"),
        ("45 đường 30 tháng 4", "30 thang 4 45"),
        ("12", ""),
        ("Lê Lợi", ""),
        ("khu phố 3", ""),
        ("12, khu phố 3", ""),
        ("", ""),
    ],
)
def test_one_door_has_one_key_however_an_address_is_written(address: str, key: str) -> None:
    assert doors.door_key(address) == key


def test_whoever_stands_at_a_door_is_found_by_it_also_after_moving(tree: Tree) -> None:
    [met] = match_or_create_people(
        unit_id=tree.units["p4"].pk, inputs=[Particulars("Lê Mai", address="Số 12 đường Lê Lợi, KP 3")]
    )
    contact = Contact.objects.get(pk=met.contact_id)
    assert contact.door_key == "le loi 12"
    change_contact(contact=contact, particulars=Particulars("Lê Mai", address="7/2 Ấp Bắc"))
    assert Contact.objects.get(door_key="ap bac 7/2") == contact
