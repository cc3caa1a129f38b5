"""What a step of the tables does with rows that are there."""

from importlib import import_module

import pytest
from django.apps import apps

from doanso.people.actions import Particulars, meet_many
from doanso.people.models import Contact
from doanso.testing import Tree

names_and_doors = import_module("doanso.people.migrations.0002_names_and_doors")


@pytest.mark.parametrize(
    "address", ["12 Lê Lợi", "12/3a Ấp Bắc", "45 đường 30 tháng 4", f"12 {'Trần Hưng Đạo ' * 20}", "không có số"]
)
def test_keys_of_doors_are_turned_as_the_rule_makes_them_and_back(tree: Tree, address: str) -> None:
    [met] = meet_many(unit_id=tree.units["p4"].pk, told=[Particulars("Lê Mai", address=address)])
    contact = Contact.objects.get(pk=met.contact_id)
    made = contact.door_key
    *street, number = made.split(" ") if made else [""]
    before = " ".join((number, *street))

    names_and_doors.number_first(apps, None)
    contact.refresh_from_db()
    assert contact.door_key == before
    names_and_doors.street_first(apps, None)
    contact.refresh_from_db()
    assert contact.door_key == made
