"""What is corrected late of a unit that has ended falls on whoever stands above it, or it would be lost to all figures."""

from datetime import date

import pytest
from django.db import transaction

from doanso.ledger import queries
from doanso.ledger.actions import close_period, complete_snapshot, move_units
from doanso.ledger.recount import recount
from doanso.lib.uuid7 import uuid7
from doanso.units.actions import Journal, end_unit, found_unit

pytestmark = pytest.mark.django_db

SEPTEMBER, ENDED, OCTOBER, NOVEMBER = date(2023, 9, 5), date(2023, 10, 2), date(2023, 10, 31), date(2023, 11, 1)


@pytest.fixture
def end(tree, book):
    """Branch 1 of ward 4 ends on 2 October, then everybody closes October."""

    def end():
        branch = tree.units["p4-kp1"]
        with transaction.atomic(), move_units(unit_ids=[branch.pk], since=ENDED):
            end_unit(journal=Journal(), unit=branch, on=ENDED, successor=tree.units["p4-kp2"])
        complete_snapshot(close_period(book_id=book.pk, unit=tree.units["my-tho"], last_day=OCTOBER))

    return end


@pytest.fixture
def posted_values(tree, book):
    def posted_values(code, on):
        ids = {name: tree.units[name].pk for name in ("p4-kp1", "p4", "p5", "my-tho")}
        counts = queries.figures(book=book, unit_ids=list(ids.values()), on=on)
        assert [str(difference) for difference in recount()] == []
        return tuple(counts[unit, code].total for unit in ids.values())

    return posted_values


def test_who_was_helped_by_another_too_is_still_one_when_its_claim_falls(tree, owners, end, posted_values):
    resident = uuid7()
    first = owners.help(resident, tree.units["p4-kp1"], SEPTEMBER)
    owners.help(resident, tree.units["p5-kp1"], SEPTEMBER)
    end()
    assert posted_values("residents", NOVEMBER) == (1, 1, 0, 1)
    owners.dispute(first)

    assert posted_values("residents", OCTOBER) == (1, 1, 0, 1)
    assert posted_values("residents", NOVEMBER) == (1, 0, 1, 1)
    owners.dispute(first, refused=False)
    assert posted_values("residents", NOVEMBER)[3] == 1


def test_what_it_did_and_never_was_leaves_the_figures_above_it(tree, owners, end, posted_values):
    visit = owners.visit(uuid7(), tree.units["p4-kp1"], SEPTEMBER)
    end()
    owners.regrade("test.times", visit, 3)
    assert posted_values("visits", NOVEMBER)[1:] == (1, 0, 1)
    owners.take_back("test.times", visit)

    assert posted_values("visits", OCTOBER) == (1, 1, 0, 1)
    assert posted_values("visits", NOVEMBER)[1:] == (0, 0, 0)


@pytest.mark.parametrize("is_founded", [True, False])
def test_what_its_successor_bears_is_a_correction_of_the_closed_month(tree, owners, book, is_founded):
    visit, ended = owners.visit(uuid7(), tree.units["p4-kp1"], SEPTEMBER), NOVEMBER
    complete_snapshot(close_period(book_id=book.pk, unit=tree.units["my-tho"], last_day=OCTOBER))
    successor = tree.units["p4-kp2"]
    if is_founded:
        successor = found_unit(
            journal=Journal(), code="p4-kp9", kind="branch", name="Mới", short_name="Mới", parent=tree.units["p4"],
            since=ended,
        )  # fmt: skip
    with transaction.atomic(), move_units(unit_ids=[tree.units["p4-kp1"].pk], since=ended):
        end_unit(journal=Journal(), unit=tree.units["p4-kp1"], on=ended, successor=successor)
    owners.take_back("test.times", visit)

    ids = {name: tree.units[name].pk for name in ("my-tho", "p4", "p5")}
    late = queries.later_corrections(book=book, unit_ids=ids.values(), first=date(2023, 9, 1), last=date(2023, 9, 30))
    assert {name: late[unit]["visits"] for name, unit in ids.items() if unit in late} == {
        "my-tho": (0, 1),
        "p4": (0, 1),
    }
    assert [str(difference) for difference in recount()] == []
