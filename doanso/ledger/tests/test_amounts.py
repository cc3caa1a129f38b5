"""Times with an amount: trees planted, books given; one fact adds its amount to every figure, and is one record behind it."""

from datetime import date

import pytest

from doanso.ledger import actions, queries
from doanso.ledger.actions import SourceConflict
from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MOST_AMOUNT, Entry, Fact
from doanso.ledger.recount import recount
from doanso.lib.uuid7 import uuid7

pytestmark = pytest.mark.engines

DAY = date(2023, 3, 5)


def test_a_time_adds_its_amount_to_its_unit_and_all_above(tree, book, owners, shown):
    owners.visit(uuid7(), tree.units["p4-kp1"], DAY, amount=250)
    owners.visit(uuid7(), tree.units["p4-kp2"], DAY, amount=40)
    assert shown(book, "visits", date(2023, 3, 4)) == {}
    assert shown(book, "visits", DAY) == {"p4-kp1": 250, "p4-kp2": 40, "p4": 290, "my-tho": 290}
    while actions.fold():
        pass
    assert shown(book, "visits", DAY) == {"p4-kp1": 250, "p4-kp2": 40, "p4": 290, "my-tho": 290}
    assert list(recount()) == []


def test_it_is_one_record_behind_the_figure_and_the_records_add_up_to_it(tree, book, owners):
    owners.visit(uuid7(), tree.units["p4-kp1"], DAY, amount=250)
    owners.visit(uuid7(), tree.units["p4-kp1"], DAY)
    measure = book.measures.get(code="visits")
    page = queries.drilldown_page(book=book, measure=measure, unit_id=tree.units["p4"].pk, on=DAY)
    assert sorted(row.number for row in page.rows) == [1, 250]
    assert page.count == 251


def test_taken_back_and_counted_anew_with_another_amount(tree, book, owners, shown):
    subject = uuid7()
    wrong = owners.visit(subject, tree.units["p4"], DAY, amount=250)
    owners.take_back("test.times", wrong)
    owners.visit(subject, tree.units["p4"], DAY, amount=25)
    assert shown(book, "visits") == {"p4": 25, "my-tho": 25}
    assert list(Entry.objects.order_by("seq").values_list("amount", flat=True)) == [250, -250, 25]
    assert list(recount()) == []


def test_a_raised_grade_moves_the_whole_amount(tree, book, owners, shown):
    source = owners.visit(uuid7(), tree.units["p4"], DAY, amount=250, grade=0)
    assert shown(book, "visits") == {}
    owners.regrade("test.times", source, 1)
    assert shown(book, "visits") == {"p4": 250, "my-tho": 250}
    owners.regrade("test.times", source, 2)
    assert list(Entry.objects.order_by("seq").values_list("amount", "grade")) == [(250, 1), (-250, 1), (250, 2)]
    assert list(recount()) == []


def test_a_correction_after_the_closing_is_booked_late_with_its_amount(tree, book, owners, shown):
    source = owners.visit(uuid7(), tree.units["p4-kp1"], DAY, amount=250)
    actions.complete_snapshot(
        actions.close_period(book_id=book.pk, unit=tree.units["my-tho"], last_day=date(2023, 3, 31))
    )
    owners.take_back("test.times", source)
    owners.visit(uuid7(), tree.units["p4-kp2"], DAY, amount=30)
    city, april = tree.units["my-tho"], (date(2023, 4, 1), date(2023, 4, 30))
    assert (shown(book, "visits", date(2023, 3, 31))["my-tho"], shown(book, "visits", april[1])["my-tho"]) == (250, 30)
    late = queries.late_entries(book=book, unit_id=city.pk, first=april[0], last=april[1])
    assert late == {"visits": (30, 250)}
    later = queries.later_corrections(
        book=book, unit_ids=[city.pk, tree.units["p4"].pk], first=date(2023, 3, 1), last=date(2023, 3, 31)
    )
    assert later == {city.pk: {"visits": (30, 250)}, tree.units["p4"].pk: {"visits": (30, 250)}}
    assert list(recount()) == []


def test_the_same_source_with_another_amount_is_a_conflict(tree, book, owners):
    source = owners.visit(uuid7(), tree.units["p4"], DAY, amount=250)
    fact = owners.counted("test.times", source)
    actions.count(fact)
    for amount in (1, 251):
        with pytest.raises(SourceConflict):
            actions.count(fact._replace(amount=amount))


def test_an_amount_that_is_not_the_owners_is_named(tree, book, owners):
    source = owners.visit(uuid7(), tree.units["p4"], DAY, amount=250)
    Fact.objects.filter(source_id=source).update(amount=25)
    first, *_further = recount()
    assert first.half == "facts"
    assert first.expected.endswith("1, False, 250)")
    assert first.actual.endswith("1, False, 25)")


@pytest.mark.parametrize(
    ("family", "amount"), [("test.times", 0), ("test.times", MOST_AMOUNT + 1), ("test.helped", 2), ("test.state", 2)]
)
def test_only_times_have_an_amount_within_bounds(tree, book, owners, family, amount):
    fact = FactInput(family, uuid7(), uuid7(), DAY, DAY, 1, topic="visit", unit_id=tree.units["p4"].pk, amount=amount)
    with pytest.raises(ValueError, match="An amount is between 1 and 1000000000, and 1 of everything but times"):
        actions.count(fact)
    assert not Fact.objects.exists()
