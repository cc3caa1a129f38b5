"""Closed days: nothing is booked on them any more, and their figures can be counted anew from their entries for ever."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from doanso.ledger import queries, snapshot_recount, snapshots, unit_moves
from doanso.ledger.actions import close_period, complete_snapshot, complete_snapshots, freeze
from doanso.ledger.models import Entry, Snapshot, SnapshotEntries, SnapshotFigure
from doanso.ledger.recount import recount
from doanso.ledger.tests.conftest import FIRST, LAST
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.testing import TODAY
from doanso.units.actions import Journal, found_unit, relink

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER = date(2023, 9, 30), date(2023, 10, 31)
NOVEMBER = date(2023, 11, 1)


def differences():
    return [str(difference) for difference in recount()]


def close(book, unit, last_day=OCTOBER):
    return complete_snapshot(close_period(book_id=book.pk, unit=unit, last_day=last_day))


def posted_value(book, code, unit, on):
    return queries.figures(book=book, unit_ids=[unit.pk], on=on)[unit.pk, code].total


@pytest.fixture
def busy(tree, book, owners):
    """Ward 4: two members of branch 1, one with VNeID; a visit; a resident helped. Ward 5: the same resident helped later."""
    people = [uuid7() for _ in range(3)]
    branch = tree.units["p4-kp1"]
    stays = [owners.place(person, branch, date(2022, 9, 1)) for person in people[:2]]
    state = owners.state(people[0], date(2023, 10, 5))
    visit = owners.visit(people[2], branch, date(2023, 10, 10))
    helps = [
        owners.help(people[2], branch, date(2023, 10, 10)),
        owners.help(people[2], tree.units["p5-kp1"], date(2023, 10, 12)),
    ]
    return {"people": people, "stays": stays, "state": state, "visit": visit, "helps": helps}


# --- What closing does ------------------------------------------------------------------------------------------------


def test_it_closes_what_stood_below_and_marks_it(tree, book, busy):
    branch = close(book, tree.units["p4-kp2"])
    ward = close(book, tree.units["p4"])

    assert (branch.with_parent, branch.since, branch.last_day) == (None, FIRST, OCTOBER)
    assert {snapshot.unit.code for snapshot in Snapshot.objects.filter(with_parent=ward)} == {"p4-kp1"}
    assert queries.closed_until(book.pk, [unit.pk for unit in tree.units.values()]) == {
        tree.units[code].pk: OCTOBER for code in ("p4", "p4-kp1", "p4-kp2")
    }
    city = close(book, tree.units["my-tho"])
    assert {snapshot.unit.code for snapshot in Snapshot.objects.filter(with_parent=city)} == {"p5", "p5-kp1"}
    assert differences() == []


def test_its_figures_are_those_of_the_day(tree, book, busy):
    figures = queries.snapshot_figures(close(book, tree.units["my-tho"]))

    assert {code: (pair.in_days.total, pair.to_date.total) for code, pair in figures.items() if pair.to_date.total} == {
        "members": (2, 2),
        "vneid-members": (1, 1),
        "visits": (1, 1),
        "residents": (1, 1),
        "resident-times": (2, 2),
    }


def test_the_next_closing_goes_on_where_the_last_one_ended(tree, book, busy):
    close(book, tree.units["p4"], SEPTEMBER)
    october = close(book, tree.units["p4"])

    assert october.since == date(2023, 10, 1)
    pair = queries.snapshot_figures(october)["members"]
    assert (pair.in_days.total, pair.to_date.total) == (0, 2)
    assert Snapshot.objects.filter(unit=tree.units["p4-kp1"]).count() == 2


def test_done_again_it_closes_once(tree, book, busy):
    first = close(book, tree.units["p4"])

    assert close(book, tree.units["p4"]).pk == first.pk
    assert Snapshot.objects.count() == 3


@pytest.mark.parametrize(
    ("last_day", "code"),
    [
        (TODAY, "period-ahead"),
        (LAST, "period-ahead"),
        (date(2022, 12, 31), "period-outside"),
        (SEPTEMBER, "period-closed"),
    ],
)
def test_what_is_refused_closes_nothing(tree, book, busy, last_day, code):
    close(book, tree.units["p4"])

    with pytest.raises(Refused) as refused:
        close_period(book_id=book.pk, unit=tree.units["p4"], last_day=last_day)

    assert refused.value.problem.code == code
    assert Snapshot.objects.count() == 3


def test_killed_before_the_long_work_it_is_closed_and_sealed_later(tree, book, owners, busy):
    close_period(book_id=book.pk, unit=tree.units["my-tho"], last_day=OCTOBER)
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 10, 20))
    owners.take_back("test.times", busy["visit"])

    assert posted_value(book, "visits", tree.units["p4"], OCTOBER) == 1
    assert complete_snapshots() == 1
    assert complete_snapshots() == 0
    assert not Snapshot.objects.filter(completed_at=None).exists()
    assert differences() == []


def test_as_many_statements_for_many_units_as_for_few(tree, book, busy):
    def statements(unit, last_day):
        with CaptureQueriesContext(connection) as caught:
            close_period(book_id=book.pk, unit=tree.units[unit], last_day=last_day)
        return len(caught)

    few = statements("p4-kp1", SEPTEMBER)
    for number in range(40):
        found_unit(
            journal=Journal(), code=f"p4-{number}", kind="branch", name="Mới", short_name="Mới", parent=tree.units["p4"],
            since=date(2023, 2, 1),
        )  # fmt: skip
    assert statements("my-tho", SEPTEMBER) <= few + 2


# --- What comes after it ----------------------------------------------------------------------------------------------


def test_what_belongs_to_closed_days_falls_on_the_first_open_one_and_says_so(tree, book, owners, busy):
    close(book, tree.units["p4"])
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 10, 20))
    owners.visit(uuid7(), tree.units["p5-kp1"], date(2023, 10, 20))

    entry, other = Entry.objects.order_by("-seq")[:2][::-1]
    assert (entry.day, entry.late_from, entry.happened_on) == (NOVEMBER, date(2023, 10, 20), date(2023, 10, 20))
    assert (other.day, other.late_from) == (date(2023, 10, 20), None)
    assert queries.late_entries(book=book, unit_id=tree.units["p4"].pk, first=NOVEMBER, last=LAST) == {"visits": (1, 0)}
    assert differences() == []


def test_a_correction_leaves_the_closed_figure_and_falls_in_the_next_one(tree, book, owners, busy):
    close(book, tree.units["my-tho"])
    owners.take_back("test.times", busy["visit"])
    owners.regrade("test.helped", busy["helps"][0], 3)

    assert posted_value(book, "visits", tree.units["p4"], OCTOBER) == 1
    assert posted_value(book, "visits", tree.units["p4"], NOVEMBER) == 0
    before, after = (
        queries.figures(book=book, unit_ids=[tree.units["p4"].pk], on=on)[tree.units["p4"].pk, "residents"].grades
        for on in (OCTOBER, NOVEMBER)
    )
    assert (before, after) == ((0, 1, 0, 0, 0), (0, 0, 0, 1, 0))
    assert differences() == []


def test_who_moved_in_closed_days_counts_in_one_place_on_every_day(tree, book, owners, busy):
    close(book, tree.units["p4"])
    owners.move(busy["stays"][0], tree.units["p5-kp1"], date(2023, 10, 15))

    def shown(on):
        return tuple(posted_value(book, "members", tree.units[code], on) for code in ("p4", "p5", "my-tho"))

    assert [shown(on) for on in (date(2023, 10, 20), OCTOBER, NOVEMBER)] == [(2, 0, 2), (2, 0, 2), (1, 1, 2)]
    assert differences() == []
    # Ward 5, still open, loses them again in October: that waits too, or they would be missing before they came.
    [stay] = [source_id for source_id, raw in owners.stays.rows.items() if raw.unit_id == tree.units["p5-kp1"].pk]
    owners.move(stay, None, date(2023, 10, 20))
    assert [shown(on) for on in (date(2023, 10, 25), NOVEMBER)] == [(2, 0, 2), (1, 0, 1)]
    assert differences() == []


def test_the_next_claim_takes_over_when_the_closed_one_falls(tree, book, owners, busy):
    close(book, tree.units["p4"])
    owners.dispute(busy["helps"][0])

    def shown(on):
        return tuple(posted_value(book, "residents", tree.units[code], on) for code in ("p4", "p5", "my-tho"))

    assert [shown(on) for on in (OCTOBER, NOVEMBER)] == [(1, 0, 1), (0, 1, 1)]
    assert differences() == []


def test_with_no_open_day_left_nothing_changes(tree, owners, business_day, book, busy):
    business_day(date(2024, 1, 5))
    close(book, tree.units["my-tho"], LAST)
    before = Entry.objects.count()
    owners.take_back("test.times", busy["visit"])
    owners.move(busy["stays"][0], tree.units["p5-kp1"], date(2023, 12, 1))
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 12, 1))

    assert Entry.objects.count() == before
    assert posted_value(book, "visits", tree.units["my-tho"], LAST) == 1
    assert differences() == []


def test_a_unit_moves_only_on_open_days(tree, book, busy):
    close(book, tree.units["p5"])
    for on, allowed in ((date(2023, 10, 31), False), (NOVEMBER, True)):
        if allowed:
            with transaction.atomic(), unit_moves.moving_units(unit_ids=[tree.units["p4-kp1"].pk], since=on):
                relink(journal=Journal(), units=[tree.units["p4-kp1"]], parent=tree.units["p5"], since=on)
            continue
        with (
            pytest.raises(Refused, match="đã chốt") as refused,
            transaction.atomic(),
            unit_moves.moving_units(unit_ids=[tree.units["p4-kp1"].pk], since=on),
        ):
            relink(journal=Journal(), units=[tree.units["p4-kp1"]], parent=tree.units["p5"], since=on)
        assert refused.value.problem.code == "period-closed"
    assert differences() == []


def test_a_unit_founded_in_closed_days_counts_from_the_first_open_one(tree, book, owners, busy):
    close(book, tree.units["my-tho"])
    unit = found_unit(
        journal=Journal(), code="p4-kp9", kind="branch", name="Mới", short_name="Mới", parent=tree.units["p4"],
        since=date(2023, 10, 1),
    )  # fmt: skip
    owners.visit(uuid7(), unit, date(2023, 10, 20))

    assert Entry.objects.order_by("-seq").first().day == NOVEMBER
    assert differences() == []


def test_before_anything_is_closed_a_deed_asks_nothing_more(tree, book, owners, busy):
    def statements():
        with CaptureQueriesContext(connection) as caught:
            owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 11, 5))
        return len(caught)

    before = statements()
    close(book, tree.units["my-tho"])
    # An action of an open day costs what it cost; only one of a closed day asks further.
    assert statements() == before


# --- Reports that close nothing ---------------------------------------------------------------------------------------


def test_kept_days_stay_as_they_were_and_close_nothing(tree, book, owners, busy):
    close(book, tree.units["p4-kp1"], SEPTEMBER)
    snapshot = complete_snapshot(
        freeze(book_id=book.pk, unit=tree.units["p4"], since=date(2023, 10, 9), last_day=date(2023, 10, 15))
    )
    owners.take_back("test.times", busy["visit"])
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 10, 10))
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 10, 11))

    pair = queries.snapshot_figures(snapshot)["visits"]
    assert (pair.in_days.total, pair.to_date.total) == (1, 1)
    assert posted_value(book, "visits", tree.units["p4"], date(2023, 10, 15)) == 2
    assert list(snapshot_recount.deviations(snapshot)) == []
    # Closed afterwards, the days are closed as they are by now, and the snapshot from before stays.
    close(book, tree.units["p4"])
    assert differences() == []


# --- What somebody changes behind the product's back -------------------------------------------------------------------


@pytest.mark.parametrize(
    "forge",
    [
        lambda: Entry.objects.filter(measure__code="visits").update(grade=2),
        lambda: Entry.objects.filter(measure__code="visits").delete(),
        lambda: Entry.objects.filter(measure__code="visits").update(source_id=uuid7()),
        lambda: SnapshotFigure.objects.filter(measure__code="visits", whole=True).update(g1=7),
        lambda: SnapshotEntries.objects.filter(measure__code="visits").delete(),
        lambda: Snapshot.objects.filter(unit__code="my-tho").update(tree=[]),
        lambda: Snapshot.objects.filter(unit__code="my-tho").update(hash="0" * 64),
    ],
)
def test_a_changed_row_is_found(tree, book, busy, forge):
    snapshot = close(book, tree.units["my-tho"])
    assert list(snapshot_recount.deviations(snapshot)) == []

    forge()
    snapshot.refresh_from_db()

    assert list(snapshot_recount.deviations(snapshot)) != []
    assert any(line.startswith("frozen: book nam-2023") for line in differences())


def test_an_entry_slipped_into_closed_days_is_found(tree, book, busy):
    snapshot = close(book, tree.units["p4"])
    entry = Entry.objects.filter(measure__code="visits").get()
    entry.pk, entry._state.adding = None, True
    entry.save()

    # The branch's own closing names it.
    branch = Snapshot.objects.get(unit=tree.units["p4-kp1"])
    assert [deviation.where for deviation in snapshot_recount.deviations(branch)] == [
        f"p4-kp1, 2023-01-01 to 2023-10-31, entry {entry.pk} in visits"
    ]
    assert snapshot.completed_at is not None


@pytest.mark.parametrize("seqs", [[], [1], [1, 2, 3, 200, 70_000, 2**40]])
def test_packed_numbers_come_back(seqs):
    assert snapshots.unpack(snapshots.pack(seqs)) == seqs
