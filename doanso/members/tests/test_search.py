"""Members in the global search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.actions import unmask
from doanso.access.policy import current_role_assignments
from doanso.lib.search_words import SearchWords
from doanso.members import search
from doanso.members.actions import Admission, admit_many, end_membership, transfer_member
from doanso.members.search import MOST_FOUND, find_members, recall_members
from doanso.people.actions import Particulars, match_or_create_people
from doanso.testing import TODAY
from doanso.units import queries as units


def found(actor, text):
    group = find_members(actor, SearchWords.parse(text))
    return None if group is None else [entry.title for entry in group.entries]


def admit(tree, *names, branch="p4-kp1"):
    entries = [
        Admission(branch=tree.units[branch], particulars=Particulars(name=name, birth_year=2001)) for name in names
    ]
    return admit_many(actor=tree.dung, entries=entries)


@pytest.mark.parametrize("reader", ["dung", "an"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("duc", ["Nguyễn Hoàng Đức"]),
        ("Đức nguyễn", ["Nguyễn Hoàng Đức"]),
        ("thuy tran thi", ["Trần Thị Thủy"]),
        ("hoa", ["Nguyễn Hoàng Đức"]),
        ("uc hoang", []),
        ("0912 345 678", ["Nguyễn Hoàng Đức"]),
        ("0912 345 679", []),
        ("082201001234", ["Nguyễn Hoàng Đức"]),
        ("100% an_", []),
    ],
)
def test_members_are_found_by_beginnings_of_words_and_by_whole_numbers(register, reader, text, expected):
    assert found(register.tree.users[reader], text) == expected


@pytest.mark.parametrize(("reader", "expected"), [("dung", 4), ("an", 2), ("binh", 2), ("chi", 2)])
def test_each_finds_the_own_members(register, reader, expected):
    admit(register.tree, "Nguyễn Thị Lê", "Lê Văn Sáu")
    admit(register.tree, "Lê Thị Tám", branch="p5-kp1")

    assert len(found(register.tree.users[reader], "le")) == expected


@pytest.mark.parametrize("reader", ["lan", "minh"])
def test_others_find_nobody(register, reader):
    assert found(register.tree.users[reader], "duc") is None


def test_a_member_finds_the_own_record_alone(register):
    khoa = register.tree.khoa
    person = register.duc.person
    person.user = khoa
    person.save()

    assert found(khoa, "duc") == ["Nguyễn Hoàng Đức"]
    assert found(khoa, "thuy") == []


@pytest.mark.parametrize("reader", ["dung", "an"])
def test_the_spelling_with_accents_comes_first_then_whole_words(tree, reader):
    admit(tree, "Lê Thị Trang", "Trần Thị Bé", "Võ Bảo Trân", "Phan Thi Tran")

    assert found(tree.users[reader], "Trân") == ["Võ Bảo Trân", "Trần Thị Bé", "Phan Thi Tran", "Lê Thị Trang"]


def test_an_inspector_finds_names_only_where_a_reason_is_stated(register):
    hanh = register.tree.hanh
    assert found(hanh, "duc") == []

    unmask(actor=hanh, unit=register.tree.units["p4"], reason="Kiểm tra quý IV", minutes=30)
    assert found(hanh, "duc") == ["Nguyễn Hoàng Đức"]
    assert found(hanh, "khang") == []


def test_opened_members_are_masked_like_their_page(register):
    duc = {"member_id": register.duc.pk}

    assert [entry.title for entry in recall_members(register.tree.hanh, [duc])] == ["N. H. Đ."]
    assert [entry.title for entry in recall_members(register.tree.an, [duc])] == ["Nguyễn Hoàng Đức"]
    assert recall_members(register.tree.chi, [duc]) == []


def test_a_person_is_shown_once_by_the_present_stay(register):
    tree = register.tree
    transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=TODAY)

    [entry] = find_members(tree.dung, SearchWords.parse("duc")).entries
    assert entry.line(units.named_units_by_id([tree.units["p5-kp1"].pk])) == "Chi đoàn Khu phố 1, Phường 5 · sinh 2001"
    assert entry.label == "Đang sinh hoạt"
    [old] = find_members(tree.an, SearchWords.parse("duc")).entries
    assert old.label == "Đã chuyển sinh hoạt 11/2023"


def test_former_members_come_after_present_ones(register):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state="grown-out", on=TODAY)
    admit(tree, "Võ Minh Đức")

    assert found(tree.an, "duc") == ["Võ Minh Đức", "Nguyễn Hoàng Đức"]


def test_the_number_of_many_is_not_known(tree):
    admit(tree, *[f"Lê Văn {letter}{other}" for letter in "ABCDGHKLMN" for other in "abcdeghiklm"])

    group = find_members(tree.dung, SearchWords.parse("le van"))
    assert (len(group.entries), group.count, group.complete) == (20, MOST_FOUND, False)
    assert group.list_url == "/members/?q=le+van&state=all"
    few = find_members(tree.dung, SearchWords.parse("le van A"))
    assert (few.count, few.complete) == (11, True)


def test_a_member_is_found_among_many_residents_of_the_name(tree, monkeypatch):
    monkeypatch.setattr(search, "MOST_FOUND", 3)
    residents = [Particulars(name=f"Lê Văn A{letter}", birth_year=1950) for letter in "bcdegh"]
    match_or_create_people(unit_id=tree.units["p4"].pk, inputs=residents)
    admit(tree, "Lê Văn Út")

    group = find_members(tree.dung, SearchWords.parse("le van"))
    assert ([entry.title for entry in group.entries], group.count, group.complete) == (["Lê Văn Út"], 1, True)


@pytest.mark.parametrize(("reader", "statements"), [("dung", 2), ("an", 1), ("hanh", 5)])
def test_statements_do_not_grow_with_results(register, reader, statements):
    actor = register.tree.users[reader]
    unmask(actor=register.tree.hanh, unit=register.tree.units["p4"], reason="Kiểm tra quý IV", minutes=30)
    admit(register.tree, *[f"Đức Văn {letter}" for letter in "ABCDEGHIK"])
    # A request has the roles already.
    actor.prepared_role_assignments = current_role_assignments(actor)
    for text in ("thuy", "duc"):
        with CaptureQueriesContext(connection) as queries:
            find_members(actor, SearchWords.parse(text))
        assert len(queries) == statements
