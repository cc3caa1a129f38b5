"""The same door is the same home, however its street and number are spelt."""

from doanso.people.actions import DoorTold, meet_households
from doanso.people.models import Household
from doanso.people.rules import doors
from doanso.testing import Tree


def test_a_door_is_known_again(tree: Tree) -> None:
    ward = tree.units["p4"].pk
    [first] = meet_households(unit_id=ward, told=[DoorTold("12/3a", "Lê Lợi")])
    again = meet_households(unit_id=ward, told=[DoorTold("12 / 3A", "LE LOI"), DoorTold("14", "Lê Lợi")])
    assert first.is_new
    assert again[0] == (first.household_id, False)
    assert again[1].is_new
    assert Household.objects.get(pk=first.household_id).address == "12/3A Lê Lợi"


def test_another_unit_has_its_own(tree: Tree) -> None:
    [one] = meet_households(unit_id=tree.units["p4"].pk, told=[DoorTold("2", "Lê Lợi")])
    [other] = meet_households(unit_id=tree.units["p5"].pk, told=[DoorTold("2", "Lê Lợi")])
    assert one.household_id != other.household_id


def test_two_rows_of_one_list_are_one_home(tree: Tree) -> None:
    one, other = meet_households(unit_id=tree.units["p4"].pk, told=[DoorTold("2", "Lê Lợi")] * 2)
    assert one.household_id == other.household_id
    assert Household.objects.count() == 1


def test_without_a_number_each_is_its_own(tree: Tree) -> None:
    one, other = meet_households(unit_id=tree.units["p4"].pk, told=[DoorTold("", "Hẻm sau chợ")] * 2)
    assert one.household_id != other.household_id


def test_one_walks_up_one_side_and_then_the_other() -> None:
    numbers = ["10", "2", "7", "1", "2/4", "2A"]
    assert sorted(numbers, key=lambda number: doors.walk_key("Lê Lợi", number)) == ["1", "7", "2", "2A", "2/4", "10"]
