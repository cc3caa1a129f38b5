"""Changing what a unit wrote down: only what was given, from the row as it stands, in the columns that change."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.lib.problems import Refused
from doanso.people.actions import Particulars, change_contact, change_contacts, particulars_of
from doanso.people.actions.contacts import lock_contacts
from doanso.people.actions.erasure import erase_everywhere
from doanso.people.actions.locking import lock_to_erase
from doanso.people.models import Contact

LAN = Particulars(
    "Lê Thị Lan", "female", date(1961, 2, 3), 1961, "0903111223", "082161000001", "lan@example.vn", "3 Lê Lợi"
)
MAI = Particulars("Nguyễn Thị Mai", "female", birth_year=1958, phone="0903111222", address="12 Lê Lợi")


@pytest.fixture
def two(meet):
    """Lan and Mai as ward 4 wrote them down."""
    lan, mai = meet("p4", LAN), meet("p4", MAI)
    contacts = Contact.objects.in_bulk([lan.contact_id, mai.contact_id])
    change_contact(contact=contacts[lan.contact_id], particulars=LAN)
    return contacts[lan.contact_id], contacts[mai.contact_id]


def stored(contact):
    return particulars_of(Contact.objects.get(pk=contact.pk))


def test_of_many_each_row_is_written_in_its_own_columns_alone(two):
    lan, mai = two
    with CaptureQueriesContext(connection) as queries:
        changed = change_contacts(
            [
                (lan, Particulars(LAN.name, phone="0903999999")),
                (mai, Particulars(MAI.name, gender="female", address="14 Lê Lợi")),
            ]
        )

    assert changed == [["phone"], ["address"]]
    assert (stored(lan), stored(mai)) == (LAN._replace(phone="0903999999"), MAI._replace(address="14 Lê Lợi"))
    updates = [
        statement["sql"]
        for statement in queries
        if not statement["sql"].startswith("SELECT") and "UPDATE" in statement["sql"]
    ]
    assert [("phone_encrypted" in statement, '"address"' in statement) for statement in updates] == [
        (True, False),
        (False, True),
    ]


def test_a_stale_object_writes_nothing_of_what_it_remembers(two):
    stale = Contact.objects.get(pk=two[0].pk)
    change_contact(
        contact=two[0], particulars=LAN._replace(name="Lê Thị Lân", birth_date=date(1962, 2, 3), birth_year=1962)
    )

    assert change_contacts([(stale, Particulars("Lê Thị Lân", phone="0903999999"))]) == [["phone"]]
    assert stored(stale) == LAN._replace(
        name="Lê Thị Lân", birth_date=date(1962, 2, 3), birth_year=1962, phone="0903999999"
    )
    assert (stale.name, stale.tail_lookup) == ("Lê Thị Lân", Contact.objects.get(pk=stale.pk).tail_lookup)


@pytest.mark.parametrize("many", [True, False])
def test_nothing_is_written_about_somebody_who_was_erased(two, many):
    erase_everywhere(actor=None, locked=lock_to_erase([two[0].person_id]), action="people.forget")
    particulars = LAN._replace(phone="0903999999")

    with pytest.raises(Refused) as refused:
        change_contacts([(two[0], particulars)]) if many else change_contact(contact=two[0], particulars=particulars)
    assert refused.value.problem.code == "person_erased"
    assert Contact.objects.get(pk=two[0].pk).name == ""
    assert list(lock_contacts([two[0].pk, two[1].pk])) == [two[1].pk]
