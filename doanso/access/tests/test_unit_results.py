"""Units in the global search."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.policy import current_role_assignments
from doanso.access.unit_results import find_units, recall_units
from doanso.lib.search_words import SearchWords
from doanso.units.models import UnitName


def found(actor, text):
    group = find_units(actor, SearchWords.parse(text))
    return None if group is None else [entry.title for entry in group.entries]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("phuong 4", ["Đoàn Phường 4", "Chi đoàn Khu phố 1, Phường 4", "Chi đoàn Khu phố 2, Phường 4"]),
        ("Phường doan 4 khu", ["Chi đoàn Khu phố 1, Phường 4", "Chi đoàn Khu phố 2, Phường 4"]),
        ("p4-kp2", ["Chi đoàn Khu phố 2, Phường 4"]),
        ("huong", []),
    ],
)
def test_units_are_found_by_words_of_their_names_and_by_their_code(tree, text, expected):
    assert found(tree.dung, text) == expected


def test_each_finds_the_own_units(tree):
    assert found(tree.an, "khu pho") == ["Chi đoàn Khu phố 1, Phường 4", "Chi đoàn Khu phố 2, Phường 4"]
    assert found(tree.an, "phuong 5") == []
    assert found(tree.binh, "phuong 4") == ["Chi đoàn Khu phố 1, Phường 4"]
    assert found(tree.khoa, "phuong 4") is None
    assert found(tree.minh, "phuong 4") is None


def test_a_unit_is_found_once_also_by_a_former_name(tree):
    UnitName.objects.filter(unit=tree.units["p5"]).update(until=date(2023, 1, 1))
    UnitName.objects.create(
        unit=tree.units["p5"], name="Đoàn Phường Lê Lợi", short_name="Lê Lợi", sort_key="le loi", since=date(2023, 1, 1)
    )

    assert found(tree.dung, "doan phuong 5") == ["Đoàn Phường Lê Lợi", "Chi đoàn Khu phố 1, Phường 5"]
    assert found(tree.dung, "le loi") == ["Đoàn Phường Lê Lợi"]


def test_ended_units_come_last_and_are_marked(tree):
    kp1 = tree.units["p4-kp1"]
    kp1.until, kp1.successor, kp1.keeper = date(2023, 7, 1), tree.units["p4-kp2"], tree.units["p4-kp2"]
    kp1.save()

    entries = find_units(tree.an, SearchWords.parse("khu pho")).entries
    assert [(entry.title, entry.label) for entry in entries] == [
        ("Chi đoàn Khu phố 2, Phường 4", ""),
        ("Chi đoàn Khu phố 1, Phường 4", "Kết thúc 07/2023"),
    ]


def test_opened_units_are_shown_within_the_readers_rights(tree):
    opened = [{"code": "p4"}, {"code": "p5"}, {"code": "nowhere"}]

    assert [entry.title for entry in recall_units(tree.an, opened)] == ["Đoàn Phường 4"]
    assert recall_units(tree.minh, opened) == []


def test_one_statement_whatever_is_found(tree):
    actor = tree.dung
    actor.prepared_role_assignments = current_role_assignments(actor)
    for text in ("khu pho", "phuong 4"):
        with CaptureQueriesContext(connection) as queries:
            assert found(actor, text)
        assert len(queries) == 1
