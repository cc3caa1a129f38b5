"""Lines of “Kính gửi” and “Nơi nhận”: names of units, groups below the issuer, and those that a person decides."""

import pytest

from doanso.documents.rules.receivers import (
    ReceiverGroup,
    RecipientDoubt,
    RecipientLine,
    read_recipient_lines,
    units_named,
)
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


def unit(code: str, kind: str, name: str) -> NamedUnit:
    return NamedUnit(Unit(code=code, kind=kind), name, name.removeprefix("Đoàn "), "")


CITY = [
    ReceiverGroup(
        "direct",
        "",
        [
            unit("p1", "grassroots", "Đoàn Phường 1"),
            unit("p2", "ward", "Đoàn Phường 2"),
            unit("tm", "commune", "Đoàn Xã Thới Sơn"),
            unit("st", "school", "Đoàn Trường THPT Sông Tiền"),
            unit("dc", "office", "Đoàn Khối Dân Chính Đảng"),
        ],
    ),
    ReceiverGroup("above", "", [unit("tg", "province", "Tỉnh Đoàn Tiền Giang")]),
    ReceiverGroup(
        "further",
        "",
        [
            unit("p1-kp1", "branch", "Chi đoàn Khu phố 1, Phường 1"),
            unit("p1-qs", "branch", "Chi đoàn Quân sự, Phường 1"),
            unit("tm-ap", "branch", "Chi đoàn Ấp Thới Bình, Xã Thới Sơn"),
        ],
    ),
]
WARD = [
    ReceiverGroup("direct", "", CITY[2].units),
    ReceiverGroup("above", "", [unit("mt", "city", "Thành Đoàn Mỹ Tho")]),
    ReceiverGroup("offices", "", CITY[0].units),
]
ALL = ["p1", "p2", "tm", "st", "dc"]


def read(text: str, groups: list[ReceiverGroup]) -> RecipientLine:
    [line] = read_recipient_lines([text], groups)
    return line


@pytest.mark.parametrize(
    ("text", "groups", "codes"),
    [
        ("Các cơ sở Đoàn (t/h)", CITY, ALL),
        ("5 cơ sở Đoàn trực thuộc (t/h);", CITY, ALL),
        ("- Ban Chấp hành các cơ sở Đoàn.", CITY, ALL),
        ("Đoàn cơ sở trực thuộc", CITY, ALL),
        ("Đoàn cơ sở, chi đoàn cơ sở trực thuộc", CITY, ALL),
        ("Các đơn vị trực thuộc (5 đơn vị)", CITY, ALL),
        ("CÁC ĐOÀN XÃ, PHƯỜNG", CITY, ["p1", "p2", "tm"]),
        ("BCH Đoàn các phường", CITY, ["p1", "p2"]),
        ("Các cơ sở Đoàn phường, trường học", CITY, ["p1", "p2", "st"]),
        ("Đoàn các cơ quan, doanh nghiệp", CITY, ["dc"]),
        ("BCH Đoàn các khu phố", WARD, ["p1-kp1"]),
        ("Các chi đoàn khu phố, ấp", WARD, ["p1-kp1", "tm-ap"]),
        ("Các chi đoàn trực thuộc (t/h)", WARD, ["p1-kp1", "p1-qs", "tm-ap"]),
        ("Tỉnh Đoàn Tiền Giang (b/c)", CITY, ["tg"]),
        ("Đoàn Phường 1, Đoàn phường 2 và Đoàn xã Thới Sơn", CITY, ["p1", "p2", "tm"]),
        ("Chi đoàn Khu phố 1, Phường 1", WARD, ["p1-kp1"]),
    ],
)
def test_a_line_means_a_unit_or_a_group_below_the_issuer(text, groups, codes):
    line = read(text, groups)
    assert ([entry.code for entry in line.units], line.doubt) == (codes, RecipientDoubt.NONE)


@pytest.mark.parametrize(
    ("text", "groups", "codes", "doubt"),
    [
        ("19 cơ sở Đoàn trực thuộc", CITY, ALL, RecipientDoubt.COUNT),
        ("Các cơ sở Đoàn (21 đơn vị)", CITY, ALL, RecipientDoubt.COUNT),
        ("Các chi đoàn (t/h)", CITY, ["p1-kp1", "p1-qs", "tm-ap"], RecipientDoubt.LEVEL),
        ("Các cơ sở Đoàn (trừ Phường 1)", CITY, ALL, RecipientDoubt.WORDS),
        ("Bí thư các cơ sở Đoàn", CITY, ALL, RecipientDoubt.WORDS),
        ("Các ban, đơn vị trực thuộc", CITY, ALL, RecipientDoubt.WORDS),
        ("Các Đoàn trường THPT", CITY, ["st"], RecipientDoubt.WORDS),
        ("Các phường, xã", CITY, ["p1", "p2", "tm"], RecipientDoubt.WORDS),
    ],
)
def test_what_is_not_certain_is_left_to_a_person(text, groups, codes, doubt):
    line = read(text, groups)
    assert ([entry.code for entry in line.units], line.doubt) == (codes, doubt)
    assert units_named([line]) == []


@pytest.mark.parametrize(
    "text",
    [
        "UBND các phường, xã",
        "Công đoàn các trường học",
        "Đoàn viên các chi đoàn",
        "Trưởng các ban",
        "Các đồng chí Ủy viên Ban Chấp hành",
        "Phường 5",
        "Đoàn phường",
        "Công an Phường 1",
        "Ban Thường vụ Tỉnh Đoàn (b/c)",
        "Các huyện Đoàn",
    ],
)
def test_others_and_people_are_no_units(text):
    assert read(text, CITY) == RecipientLine(text)


def test_lines_that_name_nobody_are_left_out_and_a_unit_is_chosen_once():
    lines = read_recipient_lines(["Như trên", "Lưu: VP", " ", "Đoàn Phường 2", "BCH Đoàn các phường"], CITY)
    assert [line.text for line in lines] == ["Đoàn Phường 2", "BCH Đoàn các phường"]
    assert [entry.code for entry in units_named(lines)] == ["p2", "p1"]


def test_a_name_of_several_units_means_none_of_them_and_spelling_does_not_matter():
    twins = [unit(code, "branch", "Chi đoàn Trường Chính trị") for code in ("a", "b")]
    single = unit("c", "ward", "Đoàn Phường Hoà")
    groups = [ReceiverGroup("direct", "", [*twins, single])]
    lines = read_recipient_lines(["Chi đoàn Trường Chính trị", "- Đoàn phường Hòa."], groups)
    assert [list(line.units) for line in lines] == [[], [single]]
