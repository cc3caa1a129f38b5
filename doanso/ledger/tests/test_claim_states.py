"""How each claim stands, and what stands beside a figure without being in it."""

from datetime import date

import pytest

from doanso.ledger import actions, queries
from doanso.ledger.queries import ClaimState
from doanso.ledger.tests.conftest import FIRST, LAST, MEASURES
from doanso.lib.uuid7 import uuid7

MARCH, APRIL = date(2023, 3, 5), date(2023, 4, 6)


def state(*sources):
    states = queries.claims({"test.helped": sources})
    return [states[source] for source in sources]


def test_the_holder_is_counted_and_the_others_learn_who_came_before(tree, book, owners):
    first_branch, second_branch, person = tree.units["p4-kp1"], tree.units["p5-kp1"], uuid7()
    sources = [owners.help(person, unit, MARCH) for unit in (first_branch, first_branch, second_branch)]
    assert state(*sources) == [ClaimState.COUNTED, ClaimState.AGAIN, ClaimState.ELSEWHERE]


def test_what_has_no_place_in_the_line_says_why(tree, book, owners):
    first_branch, member = tree.units["p4-kp1"], uuid7()
    owners.place(member, first_branch, date(2022, 1, 1))
    weak = owners.help(uuid7(), first_branch, MARCH, grade=0)
    disputed = owners.help(uuid7(), first_branch, MARCH)
    owners.dispute(disputed)
    of_a_member = owners.help(member, first_branch, MARCH)
    too_late = owners.help(uuid7(), first_branch, date(2024, 3, 5), arrived=date(2024, 3, 5))
    expected = [ClaimState.WAITING, ClaimState.REFUSED, ClaimState.MEMBER, ClaimState.OUTSIDE]
    assert state(weak, disputed, of_a_member, too_late) == expected


def test_what_was_taken_back_or_never_counted_is_left_out(tree, book, owners):
    taken_back_help = owners.help(uuid7(), tree.units["p4-kp1"], MARCH)
    owners.take_back("test.helped", taken_back_help)
    assert queries.claims({"test.helped": [taken_back_help, uuid7()]}) == {}


def test_of_several_books_the_best_one_speaks(tree, book, owners):
    ward = tree.units["p4"]
    actions.open_book(code="p4", root=ward, first_day=FIRST, last_day=LAST, measures=MEASURES)
    person = uuid7()
    owners.help(person, tree.units["p5-kp1"], MARCH)
    second = owners.help(person, tree.units["p4-kp1"], APRIL)
    assert state(second) == [ClaimState.COUNTED]


def test_what_was_recorded_when_no_day_was_open_any_more_falls_in_no_book(tree, book, owners, business_day):
    business_day(date(2024, 1, 5))
    actions.close_period(book_id=book.pk, unit=tree.units["my-tho"], last_day=LAST)
    recorded_late = owners.help(uuid7(), tree.units["p4-kp1"], MARCH)
    assert state(recorded_late) == [ClaimState.OUTSIDE]


def test_merged_people_stand_in_one_line(tree, book, owners):
    first_person, second_person = uuid7(), uuid7()
    first = owners.help(first_person, tree.units["p4-kp1"], MARCH)
    second = owners.help(second_person, tree.units["p5-kp1"], MARCH)
    actions.merge_subjects(kind="person", merged_ref=first_person, kept_ref=second_person)
    assert state(first, second) == [ClaimState.COUNTED, ClaimState.ELSEWHERE]


@pytest.mark.parametrize("number", [1, 40])
def test_many_claims_cost_as_many_statements_as_one(tree, book, owners, number, django_assert_num_queries):
    sources = [owners.help(uuid7(), tree.units["p4-kp1"], MARCH) for _ in range(number)]
    with django_assert_num_queries(5):
        state(*sources)


def test_beside_a_figure_stand_those_who_wait_and_those_helped_again(tree, book, owners):
    first_branch, second_branch, person = tree.units["p4-kp1"], tree.units["p5-kp1"], uuid7()
    owners.help(person, first_branch, MARCH)
    again = owners.help(person, second_branch, APRIL)
    owners.help(uuid7(), first_branch, MARCH, grade=0)
    owners.help(uuid7(), first_branch, date(2024, 3, 5), grade=0, arrived=date(2024, 3, 5))

    residents = book.measures.get(code="residents")

    def found(unit, on=LAST):
        counts = queries.claim_counts(book=book, measure=residents, unit_id=tree.units[unit].pk, on=on)
        return counts.waiting, counts.again

    assert found("my-tho") == (1, 1)
    assert found("p4") == (1, 0)
    assert found("p5") == (0, 1)
    assert found("my-tho", date(2023, 3, 4)) == (0, 0)
    owners.take_back("test.helped", again)
    assert found("p5") == (0, 0)


def test_the_number_of_erased_people_stands_beside_the_figure(tree, book, owners):
    person = uuid7()
    owners.help(person, tree.units["p4-kp1"], MARCH)
    owners.help(uuid7(), tree.units["p5-kp1"], MARCH)

    def erased(unit):
        return queries.erased_count(
            book=book, measure=book.measures.get(code="residents"), unit_id=tree.units[unit].pk, on=LAST
        )

    assert erased("my-tho") == 0
    owners.forget(person)
    assert (erased("my-tho"), erased("p4"), erased("p5")) == (1, 1, 0)
