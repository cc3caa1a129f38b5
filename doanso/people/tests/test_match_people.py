"""Finding the person a row means, or making a new one."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from doanso.people.actions import Particulars, match_or_create_people, merge_persons
from doanso.people.actions.matching import lock_known, lock_people_and_shops
from doanso.people.models import Contact, Duplicate, Person
from doanso.units.models import Neighbourhood

MAI = Particulars("Nguyễn Thị Mai", "female", birth_year=1958, phone="0903111222", address="12 Lê Lợi")


def meet(tree, code, *inputs):
    with transaction.atomic():
        return match_or_create_people(unit_id=tree.units[code].pk, inputs=inputs)


def test_nobody_known_makes_a_person_and_a_contact(tree):
    [met] = meet(tree, "p4", MAI)

    assert (met.is_new, met.known_elsewhere, met.doubtful) == (True, False, False)
    contact = Contact.objects.get(pk=met.contact_id)
    assert (contact.person_id, contact.unit, contact.name) == (met.person_id, tree.units["p4"], "Nguyễn Thị Mai")


def test_the_same_row_again_finds_the_units_own_contact(tree):
    [first] = meet(tree, "p4", MAI)
    [again] = meet(tree, "p4", Particulars("NGUYEN THI MAI", birth_year=1958, phone="0903111222"))

    assert again == first._replace(is_new=False)
    assert Contact.objects.get().name == "Nguyễn Thị Mai"


def test_another_ward_with_the_same_phone_gets_its_own_contact_of_the_one_person(tree):
    [first] = meet(tree, "p4", MAI)
    [other] = meet(tree, "p5", MAI)

    assert (other.person_id, other.is_new, other.known_elsewhere) == (first.person_id, False, True)
    assert other.contact_id != first.contact_id
    assert Person.objects.count() == 1


def test_the_same_place_in_one_ward_is_enough_but_not_in_another(tree):
    at_home = Particulars("Lê Văn Tám", birth_year=1950, address="Số 5/2 đường Hùng Vương, khu phố 1")
    [first] = meet(tree, "p4", at_home)
    [again] = meet(tree, "p4", Particulars("Le Van Tam", birth_year=1950, address="5/2 Hùng Vương"))
    [elsewhere] = meet(tree, "p5", at_home)

    assert again.person_id == first.person_id
    assert elsewhere.is_new
    assert elsewhere.doubtful


def test_a_phone_alone_is_never_a_key(tree):
    [mother] = meet(tree, "p4", MAI)
    [son] = meet(tree, "p4", Particulars("Trần Văn Bảy", "male", birth_year=1980, phone="0903111222"))

    assert son.is_new
    assert son.person_id != mother.person_id
    assert not son.doubtful


@pytest.mark.parametrize(
    "changes",
    [
        Particulars("Nguyễn Thị Mai", "male", birth_year=1958, phone="0903111222"),
        Particulars("Nguyễn Thị Mai", birth_year=1959, phone="0903111222"),
        Particulars("Nguyễn Thị Mại", phone="0903111222"),
        Particulars("Nguyễn Thị Mao", birth_year=1958, phone="0903111222"),
        Particulars("Mai Nguyễn Thị", birth_year=1958, address="12 Lê Lợi"),
        Particulars("Nguyễn Thị Mai", birth_year=1958, phone="0977771222"),
    ],
    ids=["another gender", "a year off", "no year", "a letter off", "words swapped", "the end of the phone"],
)
def test_who_is_merely_similar_is_new_and_asked_about(tree, changes):
    [mai] = meet(tree, "p4", MAI)
    [met] = meet(tree, "p4", changes)

    assert (met.is_new, met.doubtful) == (True, True)
    pair = Duplicate.objects.get()
    assert {pair.one_id, pair.other_id} == {mai.person_id, met.person_id}


def test_a_hundred_people_of_one_name_and_year_fill_no_queue(tree):
    crowd = [
        Particulars("Nguyễn Văn An", birth_year=1970, phone=f"09031{place:05}", address=f"{place} Lê Lợi")
        for place in range(100)
    ]
    met = meet(tree, "p4", *crowd)
    [stranger] = meet(tree, "p5", Particulars("Nguyễn Văn An", birth_year=1970))

    assert len({result.person_id for result in met}) == 100
    assert not stranger.doubtful
    assert not Duplicate.objects.exists()


def test_a_rare_name_is_asked_about_even_when_nothing_else_is_known(tree):
    meet(tree, "p4", Particulars("Huỳnh Đăng Khoa", birth_year=1970))
    [met] = meet(tree, "p5", Particulars("Huỳnh Đăng Khoa", birth_year=1970))

    assert met.doubtful


def test_two_rows_of_one_list_that_mean_one_person_are_one(tree):
    first, second = meet(tree, "p4", MAI, MAI)

    assert (first.contact_id, first.person_id) == (second.contact_id, second.person_id)
    assert (first.is_new, second.is_new) == (True, False)


def test_what_was_not_known_is_added_and_what_was_written_stays(tree):
    place = Neighbourhood.objects.create(unit=tree.units["p4"], name="Khu phố 1", since=date(2020, 1, 1))
    [first] = meet(tree, "p4", Particulars("Nguyễn Thị Mai", birth_year=1958, phone="0903111222"))
    meet(tree, "p4", MAI, Particulars("Nguyen Thi Mai", "female", date(1958, 2, 3), phone="0903111222", address="99"))
    meet(tree, "p4", Particulars("Nguyễn Thị Mai", birth_year=1958, phone="0903111222", neighbourhood_id=place.pk))

    contact = Contact.objects.get(pk=first.contact_id)
    assert (contact.name, contact.gender, contact.birth_date) == ("Nguyễn Thị Mai", "female", date(1958, 2, 3))
    assert (contact.address, contact.neighbourhood) == ("12 Lê Lợi", place)


@pytest.fixture
def returning(tree):
    """Rows of ward 4: the first means its contact of Mai through her record in ward 5, the second an older contact, with more."""
    binh = Particulars("Trần Văn Bình", birth_year=1960, phone="0911222333")
    meet(tree, "p4", binh)
    [mai] = meet(tree, "p4", MAI)
    elsewhere = MAI._replace(birth_year=1959)
    [other] = meet(tree, "p5", elsewhere)
    merge_persons(actor=tree.dung, source=Person(pk=other.person_id), target=Person(pk=mai.person_id))
    return [elsewhere, binh._replace(address="3 Lê Lợi")]


def match(tree, rows, *, lock_first):
    """Match rows in a transaction in which the order of locks is checked."""
    ward = tree.units["p4"].pk

    def act():
        if lock_first:
            lock_people_and_shops([(row.name, row.birth_year) for row in rows], [])
            lock_known(unit_id=ward, inputs=rows)
        return match_or_create_people(unit_id=ward, inputs=rows, locked=lock_first)

    return transaction.atomic(act)()


def test_contacts_that_return_and_contacts_that_are_completed_are_locked_together(tree, returning):
    mai, binh = match(tree, returning, lock_first=False)

    assert (mai.is_new, Contact.objects.get(pk=mai.contact_id).birth_year) == (False, 1959)
    assert Contact.objects.get(pk=binh.contact_id).address == "3 Lê Lợi"
    assert Contact.objects.filter(unit=tree.units["p4"]).count() == 2


def test_contacts_that_return_are_among_those_locked_first(tree, returning):
    last = Particulars("Võ Thị Út", birth_year=1970, phone="0944555666")
    meet(tree, "p4", last)
    rows = [*returning, last._replace(address="9 Lê Lợi")]

    assert [row.is_new for row in match(tree, rows, lock_first=True)] == [False, False, False]


def test_five_hundred_take_as_many_statements_as_one(tree):
    def statements(unit, *inputs):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            meet(tree, unit, *inputs)
        return len(captured)

    crowd = [
        Particulars(f"Trần Văn {chr(65 + place % 26)}{place}", birth_year=1940 + place % 60, phone=f"09{place:08}")
        for place in range(500)
    ]
    meet(tree, "p4", *crowd)
    single = statements("p5", crowd[0])
    many = statements("p5", *crowd[1:])

    assert many == single
    assert many <= 11
