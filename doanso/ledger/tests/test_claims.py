"""People helped: each counted once, for the unit whose claim stood in line first."""

from datetime import date

import pytest

from doanso.ledger import actions, queries
from doanso.ledger.models import Entry
from doanso.ledger.queries import figures
from doanso.ledger.recount import recount
from doanso.ledger.tests.conftest import FIRST, LAST, MEASURES
from doanso.lib.uuid7 import uuid7

MARCH, APRIL, MAY = date(2023, 3, 5), date(2023, 4, 6), date(2023, 5, 7)
WARD_4 = {"p4-kp1": 1, "p4": 1, "my-tho": 1}
WARD_5 = {"p5-kp1": 1, "p5": 1, "my-tho": 1}


@pytest.fixture(autouse=True)
def silent(book):
    """Whatever a test did, entries and facts agree."""
    yield
    assert [str(difference) for difference in recount()] == []


@pytest.fixture
def person(tree, owners):
    return uuid7()


@pytest.fixture
def first_branch(tree):
    return tree.units["p4-kp1"]


@pytest.fixture
def second_branch(tree):
    return tree.units["p5-kp1"]


def test_a_resident_helped_by_two_wards_is_one_person_and_two_times(
    book, owners, person, first_branch, second_branch, shown
):
    owners.help(person, first_branch, APRIL)
    owners.help(person, second_branch, MARCH)
    assert shown(book, "residents") == WARD_4
    assert shown(book, "resident-times") == {"p4-kp1": 1, "p4": 1, "p5-kp1": 1, "p5": 1, "my-tho": 2}


def test_the_first_claim_holds_whatever_day_a_later_one_names(book, owners, person, first_branch, second_branch, shown):
    owners.help(person, first_branch, MAY)
    owners.help(person, second_branch, MARCH)
    assert shown(book, "residents", date(2023, 5, 6)) == {}
    assert shown(book, "residents", MAY) == WARD_4


def test_help_with_another_service_is_another_line(book, owners, person, first_branch, second_branch, shown):
    owners.help(person, first_branch, MARCH, topic="payment")
    owners.help(person, second_branch, MARCH)
    assert shown(book, "residents") == WARD_5


def test_a_claim_too_weak_waits_and_takes_its_place_when_it_rises(
    book, owners, person, first_branch, second_branch, shown
):
    early = owners.help(person, first_branch, MARCH, grade=0)
    assert shown(book, "residents") == {}
    owners.help(person, second_branch, APRIL)
    owners.regrade("test.helped", early, 3)
    assert shown(book, "residents") == WARD_5
    assert shown(book, "resident-times")["my-tho"] == 2


def test_a_later_rise_of_another_claim_never_changes_the_holder(
    book, owners, person, first_branch, second_branch, shown
):
    owners.help(person, first_branch, MARCH, grade=1)
    later = owners.help(person, second_branch, APRIL, grade=1)
    owners.regrade("test.helped", later, 4)
    assert shown(book, "residents") == WARD_4


def test_when_the_holder_falls_the_next_in_line_takes_over_on_its_own_day(
    book, owners, person, first_branch, second_branch, shown
):
    first = owners.help(person, first_branch, MARCH)
    owners.help(person, second_branch, APRIL)
    owners.take_back("test.helped", first)
    assert shown(book, "residents", date(2023, 4, 5)) == {}
    assert shown(book, "residents", APRIL) == WARD_5


def test_a_claim_that_fell_below_and_rose_again_has_its_old_place(
    book, owners, person, first_branch, second_branch, shown
):
    first = owners.help(person, first_branch, MARCH)
    owners.help(person, second_branch, APRIL)
    owners.regrade("test.helped", first, 0)
    assert shown(book, "residents") == WARD_5
    owners.regrade("test.helped", first, 1)
    assert shown(book, "residents") == WARD_4


def test_a_disputed_claim_stands_nowhere_until_it_is_allowed_again(
    book, owners, person, first_branch, second_branch, shown
):
    first = owners.help(person, first_branch, MARCH)
    owners.help(person, second_branch, APRIL)
    owners.dispute(first)
    assert shown(book, "residents") == WARD_5
    assert shown(book, "resident-times") == WARD_5
    owners.dispute(first, refused=False)
    assert shown(book, "residents") == WARD_4


def test_an_active_member_is_no_resident(book, owners, person, first_branch, second_branch, shown):
    stay = owners.place(person, first_branch, date(2022, 1, 1))
    owners.help(person, second_branch, MARCH)
    assert shown(book, "residents") == {}
    assert shown(book, "resident-times") == WARD_5
    owners.move(stay, None, date(2023, 3, 1))
    assert shown(book, "residents") == WARD_5


def test_who_becomes_a_member_later_was_a_resident_then(book, owners, person, first_branch, second_branch, shown):
    owners.help(person, second_branch, MARCH)
    owners.place(person, first_branch, APRIL)
    assert shown(book, "residents") == WARD_5


def test_help_outside_the_books_days_is_not_in_it(book, owners, person, first_branch, shown):
    owners.help(person, first_branch, date(2022, 12, 31))
    owners.help(person, first_branch, date(2024, 1, 1), arrived=date(2024, 2, 1))
    assert shown(book, "residents") == {}


def test_a_clock_that_ran_ahead_claims_on_the_day_of_arrival(book, owners, person, first_branch, shown):
    owners.help(person, first_branch, MAY, arrived=MARCH)
    assert shown(book, "residents", MARCH) == WARD_4


def test_a_late_book_fills_its_lines_in_the_order_recorded(
    tree, book, owners, person, first_branch, second_branch, shown
):
    owners.help(person, second_branch, MAY)
    owners.help(person, first_branch, MARCH)
    late = actions.open_book(code="tre", root=tree.units["my-tho"], first_day=FIRST, last_day=LAST, measures=MEASURES)
    assert shown(late, "residents") == WARD_5


def test_a_book_of_one_ward_has_its_own_line(tree, book, owners, person, first_branch, second_branch, shown):
    ward = actions.open_book(code="p4", root=tree.units["p4"], first_day=FIRST, last_day=LAST, measures=MEASURES)
    owners.help(person, second_branch, MARCH)
    owners.help(person, first_branch, APRIL)
    assert shown(book, "residents") == WARD_5
    assert shown(ward, "residents") == WARD_4


def test_the_list_behind_the_figure_has_the_holders_only(tree, book, owners, person, first_branch, second_branch):
    first = owners.help(person, first_branch, MARCH)
    owners.help(person, second_branch, APRIL)
    city = tree.units["my-tho"].pk
    [only] = queries.records_behind(book=book, code="residents", unit_id=city, on=LAST)
    assert (only.source_id, only.subject_ref, only.day) == (first, person, MARCH)
    assert queries.record_count(book=book, code="residents", unit_id=city, on=LAST) == 1


def test_grades_of_the_figure_follow_the_holder(tree, book, owners, person, first_branch):
    first = owners.help(person, first_branch, MARCH)
    owners.regrade("test.helped", first, 3)
    city = tree.units["my-tho"].pk
    assert figures(book=book, unit_ids=[city], on=LAST)[city, "residents"].grades == (0, 0, 0, 1, 0)


# --- Merging ----------------------------------------------------------------------------------------------------------


def test_a_merge_joins_the_lines_and_undoing_it_restores_both(book, owners, first_branch, second_branch, shown):
    minh, minh_again = uuid7(), uuid7()
    owners.help(minh, first_branch, APRIL)
    owners.help(minh_again, second_branch, MARCH)
    both = {**WARD_4, **WARD_5, "my-tho": 2}
    assert shown(book, "residents") == both
    actions.merge_subjects(kind="person", merged_ref=minh, kept_ref=minh_again)
    assert shown(book, "residents") == WARD_4
    actions.merge_subjects(kind="person", merged_ref=minh, kept_ref=minh_again)
    assert shown(book, "residents") == WARD_4
    actions.unmerge_subject(kind="person", merged_ref=minh)
    assert shown(book, "residents") == both
    actions.unmerge_subject(kind="person", merged_ref=minh)
    assert shown(book, "residents") == both


def test_a_record_of_either_after_the_merge_is_in_the_drilldown(book, owners, first_branch, second_branch, shown):
    minh, minh_again = uuid7(), uuid7()
    actions.merge_subjects(kind="person", merged_ref=minh, kept_ref=minh_again)
    owners.help(minh, second_branch, MAY)
    owners.help(minh_again, first_branch, MARCH)
    assert shown(book, "residents") == WARD_5
    actions.unmerge_subject(kind="person", merged_ref=minh)
    assert shown(book, "residents") == {**WARD_4, **WARD_5, "my-tho": 2}


def test_a_late_book_keeps_the_line_of_merged_people(tree, book, owners, first_branch, second_branch, shown):
    minh, minh_again = uuid7(), uuid7()
    owners.help(minh_again, second_branch, APRIL)
    owners.help(minh, first_branch, MARCH)
    actions.merge_subjects(kind="person", merged_ref=minh_again, kept_ref=minh)
    late = actions.open_book(code="tre", root=tree.units["my-tho"], first_day=FIRST, last_day=LAST, measures=MEASURES)
    assert shown(late, "residents") == WARD_5
    # What stands in a line stays there, whoever is settled again.
    owners.help(minh, first_branch, MAY)
    assert shown(late, "residents") == WARD_5


def test_merges_upon_merges_are_undone_one_by_one(book, owners, first_branch, second_branch, shown):
    first_person, second_person, third_person = uuid7(), uuid7(), uuid7()
    for person, unit in ((first_person, first_branch), (second_person, second_branch), (third_person, second_branch)):
        owners.help(person, unit, MARCH)
    actions.merge_subjects(kind="person", merged_ref=first_person, kept_ref=second_person)
    actions.merge_subjects(kind="person", merged_ref=second_person, kept_ref=third_person)
    assert shown(book, "residents") == WARD_4
    actions.unmerge_subject(kind="person", merged_ref=first_person)
    assert shown(book, "residents") == {**WARD_4, **WARD_5, "my-tho": 2}
    actions.unmerge_subject(kind="person", merged_ref=second_person)
    assert shown(book, "residents")["my-tho"] == 3


def test_states_of_merged_people_are_one(book, owners, first_branch, second_branch, shown):
    member, double = uuid7(), uuid7()
    owners.place(member, first_branch, date(2022, 1, 1))
    owners.state(double, MARCH)
    assert shown(book, "vneid-members") == {}
    actions.merge_subjects(kind="person", merged_ref=double, kept_ref=member)
    assert shown(book, "vneid-members") == WARD_4
    actions.unmerge_subject(kind="person", merged_ref=double)
    assert shown(book, "vneid-members") == {}


def test_a_member_merged_with_a_resident_is_no_resident_any_more(book, owners, first_branch, second_branch, shown):
    member, resident = uuid7(), uuid7()
    owners.place(member, first_branch, date(2022, 1, 1))
    owners.help(resident, second_branch, MARCH)
    actions.merge_subjects(kind="person", merged_ref=resident, kept_ref=member)
    assert shown(book, "residents") == {}
    assert shown(book, "members") == WARD_4


def test_two_active_members_are_not_merged(book, owners, first_branch, second_branch, shown):
    from doanso.lib.problems import Refused

    first_person, second_person = uuid7(), uuid7()
    owners.place(first_person, first_branch, date(2022, 1, 1))
    stay = owners.place(second_person, second_branch, date(2022, 1, 1))
    with pytest.raises(Refused) as refused:
        actions.merge_subjects(kind="person", merged_ref=first_person, kept_ref=second_person)
    assert refused.value.problem.code == "both_members"
    owners.move(stay, None, MARCH)
    actions.merge_subjects(kind="person", merged_ref=first_person, kept_ref=second_person)
    assert shown(book, "members") == WARD_4


@pytest.mark.parametrize("chain", ["itself", "elsewhere", "backwards"])
def test_only_two_subjects_of_their_own_are_merged(book, owners, chain):
    first_person, second_person, third_person = uuid7(), uuid7(), uuid7()
    actions.merge_subjects(kind="person", merged_ref=first_person, kept_ref=second_person)
    pairs = {
        "itself": (third_person, third_person),
        "elsewhere": (first_person, third_person),
        "backwards": (second_person, first_person),
    }
    gone, kept = pairs[chain]
    with pytest.raises(ValueError, match="two subjects of their own"):
        actions.merge_subjects(kind="person", merged_ref=gone, kept_ref=kept)


# --- Forgetting -------------------------------------------------------------------------------------------------------


def test_a_forgotten_person_stays_counted_and_counts_anew_when_helped_again(
    book, owners, person, first_branch, second_branch, shown
):
    owners.help(person, first_branch, MARCH)
    owners.forget(person)
    assert shown(book, "residents") == WARD_4
    owners.help(person, second_branch, APRIL)
    assert shown(book, "residents") == {**WARD_4, **WARD_5, "my-tho": 2}
    assert Entry.objects.filter(subject__ref=None).count() == 2


def test_forgetting_whom_nobody_counted_does_nothing(book):
    actions.forget_subjects(kind="person", refs=[uuid7()])


# --- Errors of the caller ---------------------------------------------------------------------------------------------


def test_unknown_sources_are_named(book, owners):
    with pytest.raises(actions.UnknownSource):
        actions.set_refused(family="test.helped", source_ids=[uuid7()], refused=True)
    with pytest.raises(actions.UnknownSource):
        actions.unmerge_subject(kind="person", merged_ref=uuid7())
