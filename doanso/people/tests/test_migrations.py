"""What a step of the tables does with rows that are there."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from doanso.lib import clock
from doanso.people.actions import Particulars, match_or_create_people, particulars_of
from doanso.people.models import Contact, Person
from doanso.testing import Tree

erased_is_empty = import_module("doanso.people.migrations.0004_erased_is_empty")
names_and_doors = import_module("doanso.people.migrations.0002_names_and_doors")

# As the tables were before: PostgreSQL's test takes the missing constraints back together with everything else.
_WITHOUT_CHECKS = {
    "postgresql": (
        """SET CONSTRAINTS ALL IMMEDIATE;
        ALTER TABLE people_contact DROP CONSTRAINT people_contact_erased_is_empty;
        ALTER TABLE people_person DROP CONSTRAINT people_person_erased_has_no_user""",
        "SELECT 1",
    ),
    "sqlite": ("PRAGMA ignore_check_constraints = ON", "PRAGMA ignore_check_constraints = OFF"),
}


@pytest.mark.parametrize(
    "address", ["12 Lê Lợi", "12/3a Ấp Bắc", "45 đường 30 tháng 4", f"12 {'Trần Hưng Đạo ' * 20}", "không có số"]
)
def test_keys_of_doors_are_turned_as_the_rule_makes_them_and_back(tree: Tree, address: str) -> None:
    [met] = match_or_create_people(unit_id=tree.units["p4"].pk, inputs=[Particulars("Lê Mai", address=address)])
    contact = Contact.objects.get(pk=met.contact_id)
    key_before = contact.door_key
    *street, number = key_before.split(" ") if key_before else [""]
    before = " ".join((number, *street))

    names_and_doors.number_first(apps, None)
    contact.refresh_from_db()
    assert contact.door_key == before
    names_and_doors.street_first(apps, None)
    contact.refresh_from_db()
    assert contact.door_key == key_before


def test_what_an_erasure_left_readable_is_emptied_before_the_database_holds_it(tree: Tree) -> None:
    inputs = [
        Particulars("Lê Mai", "female", birth_year=1961, phone="0903111222", address="12 Lê Lợi"),
        Particulars("Lê An"),
    ]
    erased, remaining = match_or_create_people(unit_id=tree.units["p4"].pk, inputs=inputs)
    held, give_back = _WITHOUT_CHECKS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(held)
        Contact.objects.filter(pk=erased.contact_id).update(erased_at=clock.now())
        Person.objects.filter(pk=erased.person_id).update(erased_at=clock.now(), user=tree.hanh)
        erased_is_empty.empty_erased(apps, None)
        cursor.execute(give_back)

    assert particulars_of(Contact.objects.get(pk=erased.contact_id)) == Particulars("")
    assert Person.objects.get(pk=erased.person_id).user is None
    assert Contact.objects.get(pk=remaining.contact_id).name == "Lê An"
