"""Indicators in the global search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.policy import current_role_assignments
from doanso.lib.search_words import SearchWords
from doanso.targets.search import find_indicators, recall_indicators


def found(actor, text):
    group = find_indicators(actor, SearchWords.parse(text))
    return None if group is None else [entry.url for entry in group.entries]


@pytest.mark.parametrize(
    ("reader", "address"),
    [
        ("dung", "/programmes/my-tho-2023/indicators/{}/"),
        ("an", "/programmes/my-tho-2023/indicators/{}/p4/"),
        ("binh", "/programmes/my-tho-2023/indicators/{}/p4-kp1/"),
        ("hanh", "/programmes/my-tho-2023/indicators/{}/"),
    ],
)
def test_indicators_are_found_at_the_readers_own_unit(loaded, reader, address):
    indicator = loaded.programme.indicators.get(code="vneid2-members")

    assert address.format("vneid2-members") in found(loaded.tree.users[reader], indicator.title)
    assert address.format("vneid2-members") in found(loaded.tree.users[reader], "vneid")


@pytest.mark.parametrize("reader", ["khoa", "lan", "minh"])
def test_readers_without_figures_find_none(loaded, reader):
    assert found(loaded.tree.users[reader], "vneid") is None


def test_opened_indicators_are_shown_where_the_reader_may_see_figures(loaded):
    opened = {"programme": "my-tho-2023", "indicator": "vneid2-members"}
    at = {unit: [{**opened, "unit": unit}] for unit in ("p4", "p5")}

    assert [entry.url for entry in recall_indicators(loaded.tree.an, at["p4"])] == [
        "/programmes/my-tho-2023/indicators/vneid2-members/p4/"
    ]
    assert recall_indicators(loaded.tree.an, at["p5"]) == []
    assert recall_indicators(loaded.tree.an, [opened]) == []
    assert [entry.url for entry in recall_indicators(loaded.tree.dung, [opened])] == [
        "/programmes/my-tho-2023/indicators/vneid2-members/"
    ]
    assert recall_indicators(loaded.tree.dung, [{**opened, "indicator": "none"}]) == []


def test_one_statement_whatever_is_found(loaded):
    actor = loaded.tree.an
    actor.prepared_role_assignments = current_role_assignments(actor)
    for text in ("vneid", "dich vu cong"):
        with CaptureQueriesContext(connection) as queries:
            assert found(actor, text)
        assert len(queries) == 1
