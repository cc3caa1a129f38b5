"""Whether two records are one person: tables of examples, and the order of candidates."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import database
from doanso.lib.spelling import is_reordered, one_letter_off
from doanso.people.actions import Particulars
from doanso.people.queries import match_candidates, namesakes_within
from doanso.people.rules.names import house_number, near_key, place_words
from doanso.people.rules.similarity import FieldComparison, Traits, compare, is_same, score, worth_asking

KP1, KP2 = UUID(int=1), UUID(int=2)
P4, P5 = UUID(int=4), UUID(int=5)
AN = Traits(
    "nguyen van an", 1970, phone="h1", tail="t1", neighbourhood_id=KP1, address="12 le loi", unit_id=P4, gender="male"
)


def like(**changes):
    return compare(AN, AN._replace(**changes))


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"unit_id": P5, "neighbourhood_id": None, "address": ""}, True),
        ({"unit_id": P5, "address": "90 hung vuong", "neighbourhood_id": KP2}, True),
        ({"phone": "", "tail": ""}, True),
        ({"phone": "h2", "tail": "t2"}, False),
        ({"phone": "", "tail": "", "unit_id": P5}, False),
        ({"phone": "", "tail": "", "neighbourhood_id": KP2}, False),
        ({"phone": "", "tail": "", "neighbourhood_id": None, "address": ""}, False),
        ({"birth_year": 1971}, False),
        ({"birth_year": None}, False),
        ({"folded": "nguyen van anh"}, False),
        ({"gender": "female"}, False),
        ({"gender": ""}, True),
    ],
)
def test_certain_enough_to_be_one(changes, same):
    assert is_same(like(**changes)) is same


APART = {"phone": "", "tail": "", "neighbourhood_id": None, "address": "", "unit_id": P5}


@pytest.mark.parametrize(
    ("changes", "namesakes", "is_asked"),
    [
        ({"birth_year": 1971}, 50, True),
        ({"folded": "nguyen van anh"}, 50, True),
        ({"folded": "tran thi be"}, 0, False),
        ({"gender": "female"}, 0, True),
        (APART, 1, True),
        (APART, 3, True),
        (APART, 4, False),
        (APART | {"tail": "t1"}, 50, True),
        (APART | {"neighbourhood_id": KP1}, 50, True),
        (APART | {"phone": "h2"}, 1, False),
        (APART | {"neighbourhood_id": KP2}, 1, False),
        (APART | {"folded": "an nguyen van"}, 1, False),
        (APART | {"folded": "an nguyen van", "address": "12 le loi"}, 50, True),
        (APART | {"gender": "female"}, 1, False),
        (APART | {"birth_year": 1971, "address": "12 le loi"}, 1, True),
        (APART | {"birth_year": None, "address": "12 le loi"}, 1, True),
        (APART | {"birth_year": 1985, "address": "12 le loi"}, 1, False),
    ],
)
def test_what_an_officer_is_asked_about(changes, namesakes, is_asked):
    assert worth_asking(like(**changes), namesakes=namesakes) is is_asked


def test_a_whole_birth_date_that_differs_makes_two():
    first = Traits("a b", 1970, birth_date=date(1970, 1, 1), phone="h")
    assert not is_same(compare(first, Traits("a b", 1970, birth_date=date(1970, 1, 2), phone="h")))
    assert is_same(compare(first, Traits("a b", 1970, phone="h")))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12 le loi", "so 12 duong le loi, khu pho 3", FieldComparison.YES),
        ("12 le loi", "12/3 le loi", FieldComparison.NO),
        ("le loi", "le loi", FieldComparison.YES),
        ("12 le loi", "le loi", FieldComparison.UNKNOWN),
        ("12 le loi", "12 hung vuong", FieldComparison.UNKNOWN),
        ("", "12 le loi", FieldComparison.UNKNOWN),
    ],
)
def test_places(one, other, same):
    assert compare(Traits("a", address=one), Traits("a", address=other)).place is same


def test_a_neighbourhood_is_a_place_where_no_door_is_given():
    def place(left, right):
        traits = [Traits("a", neighbourhood_id=KP1, address=address) for address in (left, right)]
        return compare(*traits).place

    assert place("", "") is place("12 le loi", "") is FieldComparison.YES
    assert place("12 le loi", "hung vuong") is FieldComparison.UNKNOWN
    assert place("12 le loi", "14 le loi") is FieldComparison.NO


def test_words_of_a_place():
    assert house_number("so nha 5/2 duong hung vuong") == "5/2"
    assert place_words("5/2 hung vuong, kp 1, phuong 4") == frozenset({"5/2", "hung", "vuong", "kp1", "p4"})


@pytest.mark.parametrize(
    ("one", "other", "off"),
    [
        ("mai", "mao", True),
        ("mai", "mi", True),
        ("mai", "maia", True),
        ("mai", "mia", True),
        ("mai", "mai", False),
        ("mai", "moo", False),
        ("mai", "maaai", False),
    ],
)
def test_one_letter_off(one, other, off):
    assert one_letter_off(one, other) is off
    assert one_letter_off(other, one) is off


@given(st.text("abn ", min_size=1, max_size=12), st.integers(0, 11), st.sampled_from("abn"))
def test_a_letter_changed_is_one_letter_off(text, place, letter):
    changed = text[:place] + letter + text[place + 1 :]
    assert one_letter_off(text, changed) is (text != changed)


def test_the_near_key_stays_with_a_slip_and_a_swap():
    key = near_key("nguyen van an", 1970)
    assert near_key("an van nguyen", 1970) == near_key("nguyen vam anh", 1970) == key
    assert near_key("nguyen van an", 1971) != key
    assert near_key("nguyen van an", None) == ""
    assert is_reordered("an van nguyen", "nguyen van an")


def test_among_a_hundred_of_one_name_the_right_one_comes_first(tree, meet):
    from doanso.people.actions import match_or_create_people

    crowd = [
        Particulars("Nguyễn Văn An", birth_year=1970, phone=f"09031{place:05}", address=f"{place + 1} Lê Lợi")
        for place in range(100)
    ]
    met = match_or_create_people(unit_id=tree.units["p4"].pk, inputs=crowd)
    p4 = tree.units["p4"].pk

    by_phone = match_candidates(
        particulars=Particulars("nguyen van an", birth_year=1970, phone="0903100042"), unit_id=p4
    )
    by_place = match_candidates(
        particulars=Particulars("Nguyễn Văn An", birth_year=1970, address="58 Lê Lợi"), unit_id=p4
    )
    by_tail = match_candidates(
        particulars=Particulars("Nguyễn Văn An", birth_year=1970, phone="0388890042"), unit_id=p4
    )
    for likely, place in ((by_phone, 42), (by_place, 57), (by_tail, 42)):
        assert len(likely) == 10
        assert likely[0].person_id == met[place].person_id
        assert likely[0].score > likely[1].score
    assert by_phone[0].reasons == ("name", "year", "phone")


@pytest.mark.parametrize(
    "newcomer",
    [
        Particulars("Nguyễn Thị Mao", birth_year=1958, address="12 Lê Lợi"),
        Particulars("Mai Nguyễn Thị", birth_year=1958, address="12 Lê Lợi"),
        Particulars("Nguyễn Thị Mai", birth_year=1959, address="12 Lê Lợi"),
        Particulars("Nguyễn Thị Mai", phone="0903111222"),
    ],
    ids=["a letter off", "words swapped", "a year off", "no year"],
)
def test_near_misses_are_candidates(tree, meet, newcomer):
    met = meet("p4")
    matches = match_candidates(particulars=newcomer, unit_id=tree.units["p4"].pk)
    assert [match.person_id for match in matches] == [met.person_id]


def test_candidates_take_few_statements(tree, meet):
    meet("p4")
    particulars = Particulars("Nguyễn Thị Mai", birth_year=1958, phone="0903111222", address="12 Lê Lợi")
    with CaptureQueriesContext(connection) as captured:
        assert match_candidates(particulars=particulars, unit_id=tree.units["p4"].pk)
    assert len(captured) == 2


def test_more_in_common_is_more_alike():
    assert score(like()) > score(like(phone="", tail="t1")) > score(like(phone="", tail="")) > score(like(**APART))


@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_namesakes_of_units_are_looked_up_by_their_names_also_before_sizes_are_known():
    where, parameters = namesakes_within({"nguyen van an", "tran thi be"}, [P4, P5])
    with connection.cursor() as cursor:
        parameters = [database.parameter(value) for value in parameters]
        cursor.execute(f"EXPLAIN QUERY PLAN SELECT id FROM people_contact WHERE {where}", parameters)
        [plan] = [row[3] for row in cursor.fetchall()]
    assert plan == "SEARCH people_contact USING INDEX people_contact_name (folded=?)"


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("12 le loi, kp 3", "12"),
        ("khu pho 3, 12 le loi", "12"),
        ("kp3 12 le loi", "12"),
        ("to 5, khu pho 03, so 12/3 duong le loi, phuong 4", "12/3"),
        ("12 to 5 kp3", "12"),
        ("to 5 khu pho 3", ""),
        ("ap 4, xa 2", ""),
        ("p.4", ""),
        ("duong 30 thang 4", ""),
        ("12 duong 30 thang 4", "12"),
        ("5a to hien thanh", "5a"),
    ],
)
def test_the_number_of_a_neighbourhood_is_no_house_number(address, number):
    assert house_number(address) == number


@pytest.mark.parametrize(
    ("one", "other"),
    [("12 le loi, kp 3", "12 le loi, to 3"), ("3 le loi", "khu pho 3 le loi"), ("to 5, 12 le loi", "kp 5, 12 le loi")],
)
def test_a_group_and_a_neighbourhood_of_one_number_are_two_places(one, other):
    assert place_words(one) != place_words(other)
    assert place_words("khu pho 03, 12 le loi") == place_words("12 duong le loi, kp3")
