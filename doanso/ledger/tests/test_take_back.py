from datetime import date

import pytest

from doanso.ledger.models import Entry
from doanso.lib.uuid7 import uuid7

pytestmark = pytest.mark.engines


def test_a_time_taken_back_is_in_no_figure_and_only_once(tree, book, owners, shown):
    visit = owners.visit(uuid7(), tree.units["p4"], date(2023, 3, 1))
    owners.take_back("test.times", visit)
    owners.take_back("test.times", visit)
    assert shown(book, "visits") == {}
    assert list(Entry.objects.order_by("seq").values_list("amount", flat=True)) == [1, -1]


def test_the_next_sighting_holds_when_the_first_is_taken_back(tree, book, owners, shown):
    person = uuid7()
    owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    first = owners.state(person, date(2023, 2, 1))
    owners.state(person, date(2023, 3, 1))
    owners.take_back("test.state", first)
    assert shown(book, "vneid-members", date(2023, 2, 28)) == {}
    assert shown(book, "vneid-members", date(2023, 3, 1))["p4"] == 1


def test_a_lower_level_taken_back_restores_the_state_it_ended(tree, book, owners, shown):
    person = uuid7()
    owners.place(person, tree.units["p4-kp1"], date(2022, 1, 1))
    owners.state(person, date(2023, 2, 1))
    lower = owners.state(person, date(2023, 3, 1), level=0)
    owners.take_back("test.state", lower)
    assert shown(book, "vneid-members", date(2023, 3, 1))["p4"] == 1


def test_a_source_nobody_counted_is_no_matter(book, owners):
    owners.take_back("test.times", uuid7())
    assert not Entry.objects.exists()
