"""What is booked late of one subject waits together: on no day does anybody count twice, whatever was corrected before."""

from datetime import date

import pytest
from django.db import transaction

from doanso.ledger import queries
from doanso.ledger.actions import close_period, complete_snapshot, merge_subjects, move_units, unmerge_subject
from doanso.ledger.recount import recount
from doanso.lib.uuid7 import uuid7
from doanso.units.actions import Journal, relink

pytestmark = pytest.mark.django_db

OCTOBER, NOVEMBER = date(2023, 10, 31), date(2023, 11, 1)
MID_OCTOBER = date(2023, 10, 15)


@pytest.fixture
def close(tree, book):
    def close(unit="p4"):
        return complete_snapshot(close_period(book_id=book.pk, unit=tree.units[unit], last_day=OCTOBER))

    return close


@pytest.fixture
def posted_values(tree, book):
    """A figure of ward 4, ward 5 and the city, on each of some days."""

    def posted_values(code, *days):
        ids = {name: tree.units[name].pk for name in ("p4", "p5", "my-tho")}
        counts_by_day = [queries.figures(book=book, unit_ids=list(ids.values()), on=on) for on in days]
        assert [str(difference) for difference in recount()] == []
        return [tuple(figures[unit, code].total for unit in ids.values()) for figures in counts_by_day]

    return posted_values


def test_a_stay_taken_back_late_keeps_the_next_one_waiting(tree, owners, close, posted_values):
    member = uuid7()
    stay = owners.place(member, tree.units["p4-kp1"], date(2023, 9, 1))
    close("p4")
    owners.take_back("members.active", stay)
    owners.place(member, tree.units["p5-kp1"], MID_OCTOBER)

    assert posted_values("members", MID_OCTOBER, OCTOBER, NOVEMBER) == [(1, 0, 1), (1, 0, 1), (0, 1, 1)]


def test_who_was_counted_for_another_while_they_were_one_waits_for_the_day_it_is_undone(
    tree, owners, close, posted_values
):
    gone, kept = uuid7(), uuid7()
    merge_subjects(kind="person", merged_ref=gone, kept_ref=kept)
    owners.place(gone, tree.units["p4-kp1"], date(2023, 9, 1))
    close("p4")
    unmerge_subject(kind="person", merged_ref=gone)
    owners.place(kept, tree.units["p5-kp1"], date(2023, 9, 5))

    # Two people by now; closed September knows only one, counted for the one that remained.
    assert posted_values("members", date(2023, 9, 10), OCTOBER, NOVEMBER) == [(1, 0, 1), (1, 0, 1), (1, 1, 2)]


def test_a_claim_that_fell_late_keeps_the_next_one_waiting(tree, owners, close, posted_values):
    resident = uuid7()
    first = owners.help(resident, tree.units["p4-kp1"], date(2023, 10, 5))
    close("p4")
    owners.take_back("test.helped", first)
    owners.help(resident, tree.units["p5-kp1"], MID_OCTOBER)

    assert posted_values("residents", MID_OCTOBER, OCTOBER, NOVEMBER) == [(1, 0, 1), (1, 0, 1), (0, 1, 1)]


def test_a_state_waits_until_its_member_is_counted_there(tree, owners, close, posted_values):
    member = uuid7()
    stay = owners.place(member, tree.units["p4-kp1"], date(2023, 9, 1))
    close("p4")
    owners.move(stay, tree.units["p5-kp1"], date(2023, 10, 10))
    owners.state(member, MID_OCTOBER)

    # Ward 5 is open, but it counts the member from 1 November on: before, it would have one of none.
    assert posted_values("members", MID_OCTOBER, OCTOBER, NOVEMBER) == [(1, 0, 1), (1, 0, 1), (0, 1, 1)]
    assert posted_values("vneid-members", MID_OCTOBER, OCTOBER, NOVEMBER) == [(0, 0, 0), (0, 0, 0), (0, 1, 1)]


def test_with_no_day_left_for_its_member_a_state_is_not_booked_either(tree, owners, book, business_day, posted_values):
    business_day(date(2024, 1, 5))
    member, year_end = uuid7(), date(2023, 12, 31)
    stay = owners.place(member, tree.units["p4-kp1"], date(2023, 9, 1))
    close_period(book_id=book.pk, unit=tree.units["p4"], last_day=year_end)
    owners.move(stay, tree.units["p5-kp1"], date(2023, 12, 10))
    owners.state(member, date(2023, 12, 15))

    assert posted_values("members", year_end) == [(1, 0, 1)]
    assert posted_values("vneid-members", year_end) == [(0, 0, 0)]


def test_a_member_leaves_no_earlier_than_the_state_that_was_taken_back_late(tree, owners, close, posted_values):
    member = uuid7()
    stay = owners.place(member, tree.units["p4-kp1"], date(2023, 9, 1))
    state = owners.state(member, date(2023, 9, 10))
    later = owners.move(stay, tree.units["p5-kp1"], date(2023, 10, 10))
    close("p4")
    owners.take_back("test.state", state)
    owners.move(later, None, MID_OCTOBER)

    # Nothing of the state stands any more, but ward 5 has it until 1 November.
    assert posted_values("vneid-members", MID_OCTOBER, OCTOBER, NOVEMBER) == [(0, 1, 1), (0, 1, 1), (0, 0, 0)]
    assert posted_values("members", MID_OCTOBER, OCTOBER, NOVEMBER) == [(0, 1, 1), (0, 1, 1), (0, 0, 0)]


def test_what_is_corrected_after_its_unit_has_moved_falls_on_whoever_stands_above_it_then(
    tree, owners, book, close, posted_values
):
    branch, moved_on = tree.units["p4-kp1"], date(2023, 10, 2)
    visit = owners.visit(uuid7(), branch, date(2023, 9, 5))
    with transaction.atomic(), move_units(unit_ids=[branch.pk], since=moved_on):
        relink(journal=Journal(), units=[branch], parent=tree.units["p5"], since=moved_on)
    close("my-tho")
    owners.take_back("test.times", visit)

    assert posted_values("visits", OCTOBER, NOVEMBER) == [(1, 0, 1), (1, -1, 0)]
    # Its list shows the correction, with the day on which it was booked.
    figure = {"book": book, "code": "visits", "unit_id": tree.units["p5"].pk, "on": NOVEMBER}
    assert [(row.source_id, row.number, row.day) for row in queries.records_behind(**figure)] == [(visit, -1, NOVEMBER)]
    assert queries.record_count(**figure) == -1


def test_what_was_booked_late_is_listed_for_whom_the_figure_counts_it(tree, book, owners, close):
    """Branch 1 moves to ward 5 in the middle of October: its visits up to then stay ward 4's, its states go along."""
    branch, member, september = tree.units["p4-kp1"], uuid7(), date(2023, 9, 5)
    owners.place(member, branch, date(2023, 3, 1))
    complete_snapshot(close_period(book_id=book.pk, unit=tree.units["my-tho"], last_day=date(2023, 9, 30)))
    owners.visit(uuid7(), branch, september)
    owners.state(member, september)
    with transaction.atomic(), move_units(unit_ids=[branch.pk], since=MID_OCTOBER):
        relink(journal=Journal(), units=[branch], parent=tree.units["p5"], since=MID_OCTOBER)
    close("my-tho")
    owners.visit(uuid7(), branch, september)

    def late(unit, first, last):
        return queries.late_entries(book=book, unit_id=tree.units[unit].pk, first=first, last=last)

    october, november = (date(2023, 10, 1), OCTOBER), (NOVEMBER, date(2023, 11, 30))
    assert late("p4", *october) == {"visits": (1, 0)}
    assert late("p5", *october) == {"vneid-members": (1, 0)}
    assert late("my-tho", *october) == {"visits": (1, 0), "vneid-members": (1, 0)}
    assert (late("p4", *november), late("p5", *november)) == ({}, {"visits": (1, 0)})


def test_corrections_after_a_closing_are_listed_for_each_unit_above(tree, book, owners, close):
    stay = owners.place(uuid7(), tree.units["p4-kp1"], date(2023, 9, 1))
    close("my-tho")
    owners.take_back("members.active", stay)
    owners.place(uuid7(), tree.units["p5-kp1"], MID_OCTOBER)
    ids = {name: tree.units[name].pk for name in ("my-tho", "p4", "p5", "p5-kp1")}

    def corrected(first, last):
        late = queries.later_corrections(book=book, unit_ids=ids.values(), first=first, last=last)
        return {name: late[unit]["members"] for name, unit in ids.items() if unit in late}

    assert corrected(date(2023, 9, 1), date(2023, 9, 30)) == {"my-tho": (0, 1), "p4": (0, 1)}
    assert corrected(date(2023, 10, 1), OCTOBER) == {"my-tho": (1, 0), "p5": (1, 0), "p5-kp1": (1, 0)}
    assert corrected(NOVEMBER, date(2023, 11, 30)) == {}
