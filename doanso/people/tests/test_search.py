"""Residents in the global search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.policy import current_role_assignments
from doanso.lib.search_words import SearchWords
from doanso.people.actions import Particulars
from doanso.people.search import find_residents, recall_residents
from doanso.units import queries as units


def found(actor, text):
    group = find_residents(actor, SearchWords.parse(text))
    if group is None:
        return None
    names = units.named_units_by_id(entry.unit.id for entry in group.entries)
    return [(entry.title, entry.line(names)) for entry in group.entries]


MAI = ("Nguyễn Thị Mai", "Phường 4 · sinh 1958 · 090•••••22")


@pytest.mark.parametrize("text", ["Nguyễn Thị Mai", "nguyen thi mai", "0903 111 222", "0903111222"])
def test_a_resident_is_found_by_the_whole_name_and_the_whole_phone(tree, meet, text):
    meet("p4")

    assert found(tree.an, text) == [MAI]
    assert found(tree.dung, text) == [MAI]


@pytest.mark.parametrize("text", ["Nguyễn Thị", "nguyen thi ma", "mai", "thi mai nguyen", "0903 111 22", "0903111223"])
def test_nothing_less_finds_a_resident(tree, meet, text):
    meet("p4")

    assert found(tree.an, text) == []


def test_the_spelling_with_accents_comes_first(tree, meet):
    meet("p4", Particulars("Nguyễn Thị Mãi", birth_year=1961))
    meet("p4", Particulars("Nguyễn Thị Mai", birth_year=1958))

    assert [title for title, _detail in found(tree.an, "Nguyễn Thị Mãi")] == ["Nguyễn Thị Mãi", "Nguyễn Thị Mai"]
    assert [title for title, _detail in found(tree.an, "Nguyễn Thị Mai")] == ["Nguyễn Thị Mai", "Nguyễn Thị Mãi"]


def test_a_unit_finds_its_own_contacts_alone(tree, meet):
    meet("p4")

    assert found(tree.chi, "Nguyễn Thị Mai") == []


@pytest.mark.parametrize("reader", ["binh", "hanh", "khoa", "lan", "minh"])
def test_readers_without_the_directory_find_nobody(tree, meet, reader):
    meet("p4")

    assert found(tree.users[reader], "Nguyễn Thị Mai") is None


def test_opened_residents_are_shown_to_their_own_unit(tree, meet):
    contact = {"contact_id": meet("p4").contact_id}

    assert [entry.title for entry in recall_residents(tree.an, [contact])] == ["Nguyễn Thị Mai"]
    assert recall_residents(tree.chi, [contact]) == []


def test_two_statements_whatever_is_found(tree, meet):
    actor = tree.an
    actor.prepared_role_assignments = current_role_assignments(actor)
    for year in range(1950, 1955):
        meet("p4", Particulars("Nguyễn Thị Mai", birth_year=year))
        with CaptureQueriesContext(connection) as queries:
            assert len(found(actor, "Nguyễn Thị Mai")) == year - 1949
        assert len(queries) == 2
