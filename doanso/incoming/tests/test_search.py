"""Documents from outside in the global search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.policy import current_role_assignments
from doanso.incoming.actions import IncomingInput, take_in
from doanso.incoming.search import find_arrivals, recall_arrivals
from doanso.lib.search_words import SearchWords

pytestmark = pytest.mark.django_db


def found(actor, text):
    group = find_arrivals(actor, SearchWords.parse(text))
    return None if group is None else [entry.title for entry in group.entries]


@pytest.fixture
def arrival(office):
    inputs = IncomingInput(issuer="UBND Phường 4", summary="Mời họp tổ công nghệ số", notation="45/UBND-VX")
    return take_in(actor=office.mai, unit=office.unit, inputs=inputs)


@pytest.mark.parametrize("text", ["mời họp", "cong nghe so moi", "45/ubnd-vx"])
def test_an_entry_is_found_by_words_of_its_summary_and_by_its_number(office, arrival, text):
    assert found(office.mai, text) == ["Mời họp tổ công nghệ số"]


def test_only_those_who_keep_the_book_find_it(office, arrival):
    assert found(office.tree.an, "moi hop") == ["Mời họp tổ công nghệ số"]
    assert found(office.tree.chi, "moi hop") == []
    assert found(office.tree.dung, "moi hop") == []
    assert found(office.tree.binh, "moi hop") is None
    assert found(office.mai, "oi hop") == []


def test_opened_entries_are_shown_within_the_readers_rights(office, arrival):
    opened = [{"arrival_id": arrival.pk}]

    assert [entry.title for entry in recall_arrivals(office.mai, opened)] == ["Mời họp tổ công nghệ số"]
    assert recall_arrivals(office.tree.chi, opened) == []


def test_one_statement(office, arrival):
    actor = office.mai
    actor.prepared_role_assignments = current_role_assignments(actor)
    with CaptureQueriesContext(connection) as queries:
        found(actor, "moi hop")
    assert len(queries) == 1
