from datetime import date

import pytest

from doanso.ledger import actions
from doanso.ledger.actions import UnknownSource
from doanso.ledger.models import Entry
from doanso.lib.uuid7 import uuid7

MOVED = date(2023, 6, 1)


@pytest.fixture
def person(tree, book, owners):
    """Placed in ward 4 and using the service since February."""
    someone = uuid7()
    owners.state(someone, date(2023, 2, 1))
    return someone


@pytest.fixture
def stay(tree, owners, person):
    return owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))


def test_both_wards_follow_on_the_day_of_the_move(tree, book, owners, shown, stay):
    owners.move(stay, tree.units["p5-kp1"], MOVED)
    before, after = {"p4-kp1": 1, "p4": 1, "my-tho": 1}, {"p5-kp1": 1, "p5": 1, "my-tho": 1}
    for measure in ("members", "vneid-members"):
        assert shown(book, measure, date(2023, 5, 31)) == before
        assert shown(book, measure, MOVED) == after


def test_leaving_for_good_takes_the_member_out_of_every_measure(tree, book, owners, shown, stay):
    owners.move(stay, None, MOVED)
    assert shown(book, "members", date(2023, 5, 31))["my-tho"] == 1
    assert shown(book, "members", MOVED) == {}
    assert shown(book, "vneid-members", MOVED) == {}


def test_a_move_repeated_writes_nothing(tree, book, owners, stay):
    new = owners.move(stay, tree.units["p5-kp1"], MOVED)
    before = Entry.objects.count()
    actions.move_subject(source_id=stay, on=MOVED, to=owners.counted_place(new))
    assert Entry.objects.count() == before


def test_a_move_undone_leaves_figures_as_they_were(tree, book, owners, shown, stay):
    new = owners.move(stay, tree.units["p5-kp1"], MOVED)
    owners.take_back("members.active", new)
    actions.move_subject(source_id=stay, on=None, to=None)
    assert shown(book, "members") == {"p4-kp1": 1, "p4": 1, "my-tho": 1}
    assert shown(book, "members", MOVED) == {"p4-kp1": 1, "p4": 1, "my-tho": 1}


def test_what_is_corrected_names_the_entry_it_takes_back(tree, book, owners, stay):
    first = Entry.objects.get(measure__code="members", amount=1)
    owners.take_back("members.active", stay)
    correction = Entry.objects.get(measure__code="members", amount=-1)
    assert correction.takes_back_id == first.seq
    assert (correction.day, correction.unit_id, correction.grade) == (first.day, first.unit_id, first.grade)


def test_of_two_stays_that_overlap_the_later_one_holds(tree, book, owners, shown, person, stay):
    owners.place(person, tree.units["p5-kp1"], MOVED)
    assert shown(book, "members", date(2023, 5, 31)) == {"p4-kp1": 1, "p4": 1, "my-tho": 1}
    assert shown(book, "members", MOVED) == {"p5-kp1": 1, "p5": 1, "my-tho": 1}


def test_a_stay_that_was_never_counted_is_an_error_of_the_caller(book, owners):
    with pytest.raises(UnknownSource):
        actions.move_subject(source_id=uuid7(), on=MOVED, to=None)
