from datetime import date

import pytest

from doanso.ledger import actions
from doanso.ledger.actions import MeasurePlan
from doanso.ledger.books import drop_book, drop_measures
from doanso.ledger.models import Book, Entry, Measure, Queue, Total
from doanso.ledger.recount import recount
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


def test_measures_that_were_never_shown_go_with_their_entries(tree, owners, shown):
    person = uuid7()
    owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    source = owners.state(person, date(2023, 2, 1))
    book = open_again(tree)
    owners.regrade("test.state", source, 2)
    actions.fold()

    assert drop_measures(book, keep={"members"}) == len(MEASURES) - 1

    assert list(Measure.objects.values_list("code", flat=True)) == ["members"]
    assert shown(book, "members") == {"p4-kp1": 1, "p4": 1, "my-tho": 1}
    assert list(recount()) == []
    # The same facts are counted again where the measure is opened again.
    assert shown(open_again(tree), "vneid-members") == {"p4-kp1": 1, "p4": 1, "my-tho": 1}

    assert drop_book(book)
    assert not any(model.objects.exists() for model in (Book, Measure, Entry, Queue, Total))
    assert list(recount()) == []


def test_a_book_with_a_closed_month_keeps_all_it_has(tree, owners, book):
    owners.place(uuid7(), tree.units["p4-kp1"], date(2022, 1, 1))
    actions.close_period(book_id=book.pk, unit=tree.units["my-tho"], last_day=date(2023, 1, 31))
    book.refresh_from_db()

    assert drop_measures(book, keep=()) == 0
    assert not drop_book(book)
    assert Measure.objects.count() == len(MEASURES)
