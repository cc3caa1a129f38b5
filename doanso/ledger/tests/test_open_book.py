from datetime import date

import pytest

from doanso.ledger import actions
from doanso.ledger.actions import MeasurePlan
from doanso.ledger.models import Book, Entry, Measure
from doanso.ledger.tests.conftest import FIRST, LAST, MEASURES
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7


def open_again(tree, *, root="my-tho", last=LAST, measures=MEASURES, code="nam-2023"):
    return actions.open_book(code=code, root=tree.units[root], first_day=FIRST, last_day=last, measures=measures)


def test_a_book_opened_late_is_filled_from_what_is_known(tree, owners, shown):
    person = uuid7()
    stay = owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    owners.state(person, date(2023, 2, 1), grade=2)
    owners.visit(person, tree.units["p5"], date(2023, 3, 1))
    owners.move(stay, tree.units["p5-kp1"], date(2023, 6, 1))
    assert not Entry.objects.exists()
    book = open_again(tree)
    assert shown(book, "members", date(2023, 5, 31)) == {"p4-kp1": 1, "p4": 1, "my-tho": 1}
    assert shown(book, "vneid-members") == {"p5-kp1": 1, "p5": 1, "my-tho": 1}
    assert shown(book, "visits") == {"p5": 1, "my-tho": 1}


def test_a_measure_added_later_is_filled_too_and_nothing_is_booked_twice(tree, owners, shown):
    book = open_again(tree, measures=MEASURES[:1])
    person = uuid7()
    owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    owners.state(person, date(2023, 2, 1))
    assert open_again(tree).pk == book.pk
    open_again(tree)
    assert shown(book, "members")["my-tho"] == 1
    assert shown(book, "vneid-members")["my-tho"] == 1
    assert Measure.objects.filter(book=book).count() == len(MEASURES)


def test_a_ward_s_book_holds_only_what_its_own_units_did(tree, book, owners, shown):
    ward = open_again(tree, root="p4", code="p4-2023")
    stay = owners.place(uuid7(), tree.units["p4-kp1"], date(2022, 1, 1))
    owners.place(uuid7(), tree.units["p5-kp1"], date(2022, 1, 1))
    assert shown(ward, "members", date(2023, 2, 1)) == {"p4-kp1": 1, "p4": 1, "my-tho": 1}
    owners.move(stay, tree.units["p5-kp1"], date(2023, 6, 1))
    assert shown(ward, "members", date(2023, 6, 1)) == {}
    assert shown(book, "members", date(2023, 6, 1)) == {"p5-kp1": 2, "p5": 2, "my-tho": 2}


@pytest.mark.parametrize("other", [{"root": "p4"}, {"last": date(2024, 6, 30)}])
def test_the_same_code_with_another_unit_or_other_days_is_refused(tree, book, other):
    with pytest.raises(Refused) as refused:
        open_again(tree, **other)
    assert refused.value.problem.code == "book-differs"
    assert Book.objects.get().last_day == LAST


def test_a_measure_that_would_count_something_else_is_refused(tree, book):
    with pytest.raises(Refused) as refused:
        open_again(tree, measures=[MeasurePlan("vneid-members", "test.state", "vneid", 3)])
    assert refused.value.problem.code == "measure-differs"


def test_a_family_nobody_serves_is_an_error_of_the_caller(tree, book):
    with pytest.raises(LookupError):
        open_again(tree, measures=[MeasurePlan("ghosts", "ghost.family")])
