"""What the rows of a list of units become: parents by name and code, duplicates, circles, and any order of rows."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.organisation.rules.unit_rows import DEEPEST, KnownUnit, UnitListRow, UnitRowVerdict, judge
from doanso.organisation.unit_words import expand_abbreviations, tidied_name
from doanso.units.models import UnitKind

SINCE, TODAY = date(2020, 1, 1), date(2023, 11, 12)
CITY = KnownUnit("my-tho", UnitKind.CITY, "Thành Đoàn Mỹ Tho", "Mỹ Tho", "", SINCE)
WARD4 = KnownUnit("28252", UnitKind.GRASSROOTS, "Đoàn Phường 4", "Phường 4", "my-tho", SINCE)
KP1 = KnownUnit("28252-kp1", UnitKind.BRANCH, "Chi đoàn Khu phố 1, Phường 4", "Khu phố 1", "28252", SINCE)


def rows_of(*values):
    return [UnitListRow(number, *texts) for number, texts in enumerate(values, 2)]


def judged(*values, known=(CITY,), **options):
    rows = values if values and isinstance(values[0], UnitListRow) else rows_of(*values)
    taken = {unit.code for unit in known}
    return judge(rows, known=known, top="my-tho", above=(), taken=taken, since=SINCE, today=TODAY, **options)


def made(result):
    return {unit.code: (unit.name, unit.parent) for unit in result.units}


def faults(result):
    return {row.row.number: (row.fault.field, row.fault.message) for row in result.rows if row.fault}


def test_a_list_as_committees_keep_it():
    result = judged(
        ("Đoàn Phường 1", "Đoàn cơ sở", "Thành Đoàn Mỹ Tho"),
        ("Chi đoàn Khu phố 1", "Chi đoàn", "Đoàn Phường 1"),
        ("Chi đoàn Khu phố 2", "Chi đoàn", "phường 1"),
        ("Đoàn Trường THPT Sông Tiền", "", ""),
    )
    assert faults(result) == {}
    assert made(result) == {
        "28261": ("Đoàn Phường 1", "my-tho"),
        "28261-kp1": ("Chi đoàn Khu phố 1", "28261"),
        "28261-kp2": ("Chi đoàn Khu phố 2", "28261"),
        "thpt-song-tien": ("Đoàn Trường THPT Sông Tiền", "my-tho"),
    }
    assert [unit.kind for unit in result.units] == ["grassroots", "branch", "branch", "school"]
    assert {unit.since for unit in result.units} == {SINCE}


def test_without_a_column_of_parents_a_branch_belongs_to_the_committee_above_it():
    result = judged(
        ("Chi đoàn Cơ quan",), ("Đoàn phường 1",), ("Chi đoàn Khu phố 1",), ("Đoàn phường 2",), ("Chi đoàn Khu phố 1",)
    )
    assert [(unit.code, unit.parent) for unit in result.units] == [
        ("my-tho-co-quan", "my-tho"),
        ("28261", "my-tho"),
        ("28261-kp1", "28261"),
        ("28264", "my-tho"),
        ("28264-kp1", "28264"),
    ]
    assert [unit.name for unit in result.units][2::2] == [
        "Chi đoàn Khu phố 1, Phường 1",
        "Chi đoàn Khu phố 1, Phường 2",
    ]


def test_parents_may_come_after_their_children_and_units_are_made_in_order():
    result = judged(("Chi đoàn Khu phố 1", "", "Đoàn Phường 1"), ("Đoàn Phường 1", "", "Mỹ Tho"))
    assert list(made(result)) == ["28261", "28261-kp1"]


def test_what_exists_is_recognised_by_code_or_by_name_below_its_parent():
    result = judged(
        ("Thành Đoàn Mỹ Tho",),
        ("Đoàn Phường 4", "", "Mỹ Tho"),
        ("Chi đoàn Khu phố 1", "", "Đoàn Phường 4"),
        ("Tên khác", "", "", "28252-kp1"),
        ("Chi đoàn Khu phố 2", "", "28252"),
        known=(CITY, WARD4, KP1),
    )
    assert [row.verdict for row in result.rows] == ["existing"] * 4 + ["new"]
    assert made(result) == {"28252-kp2": ("Chi đoàn Khu phố 2", "28252")}


@pytest.mark.parametrize("written", ["Đoàn P4", "P4", "P.4", "p. 04", "Đoan phuong 4", "Phừơng 4"])
def test_a_parent_that_is_not_found_is_suggested(written):
    [row] = judged(("Chi đoàn Khu phố 3", "", written), known=(CITY, WARD4)).rows
    if row.verdict == UnitRowVerdict.FAULT:
        assert (row.fault.field, row.fault.suggestion) == ("parent", "Đoàn Phường 4")
        row = judged(("Chi đoàn Khu phố 3", "", row.fault.suggestion), known=(CITY, WARD4)).rows[0]
    assert (row.verdict, row.parent) == (UnitRowVerdict.NEW, "28252")


@pytest.mark.parametrize("written", ["Thành đoàn", "THÀNH ĐOÀN", "thành đoàn "])
def test_the_word_for_the_own_committee_means_it(written):
    result = judged(("Đoàn Phường 1", "Đoàn cơ sở", written))
    assert faults(result) == {}
    assert [unit.parent for unit in result.units] == ["my-tho"]


def test_a_commune_means_itself_by_the_words_for_a_commune():
    commune = KnownUnit("28627", UnitKind.COMMUNE, "Đoàn xã Tân Thuận Bình", "Xã Tân Thuận Bình", "", SINCE)
    rows = rows_of(
        ("Chi đoàn ấp Tân Hùng", "", "Xã đoàn"), ("CĐ ấp Tân Phú", "", "Đoàn xã"), ("Chi đoàn 3", "", "Thành đoàn")
    )
    result = judge(rows, known=(commune,), top="28627", above=(), taken={"28627"}, since=SINCE, today=TODAY)
    assert made(result) == {
        "28627-ap-tan-hung": ("Chi đoàn ấp Tân Hùng", "28627"),
        "28627-ap-tan-phu": ("Chi đoàn ấp Tân Phú", "28627"),
    }
    assert faults(result) == {4: ("parent", "Không thấy “Thành đoàn”")}


@pytest.mark.parametrize(
    ("written", "kind", "name"),
    [
        ("CĐ ấp 1", "Chi đoàn", "Chi đoàn ấp 1"),
        ("CĐ KP 01", "Chi đoàn", "Chi đoàn khu phố 1"),
        ("Chi đoàn TDP.3", "", "Chi đoàn tổ dân phố 3"),
        ("C.Đ khu phố 2", "", "Chi đoàn khu phố 2"),
        ("CĐ Y tế Tiền Giang", "", "CĐ Y tế Tiền Giang"),
        ("CĐ Lý Tự Trọng", "Đoàn trường", "CĐ Lý Tự Trọng"),
        ("chi đoàn Công an xã", "", "Chi đoàn Công an xã"),
        ("ĐOÀN PHƯỜNG 2", "", "Đoàn phường 2"),
        ("CHI ĐOÀN KHU PHỐ 3", "", "Chi đoàn khu phố 3"),
        ("Đoàn Phường 4", "", "Đoàn Phường 4"),
    ],
)
def test_names_are_written_as_one_writes_them(written, kind, name):
    assert tidied_name(written, kind) == name


def test_a_row_that_says_only_what_it_is_needs_its_name_and_never_makes_a_unit():
    result = judged(
        ("Đoàn xã", "", "Tỉnh Đoàn"), ("Đoàn xã",), ("Chi đoàn ấp 1", "", "Đoàn xã"), ("Đoàn xã Tân Hương",)
    )
    assert {number: field for number, (field, _message) in faults(result).items()} == {
        2: "name",
        3: "name",
        4: "parent",
    }
    assert [unit.name for unit in result.units] == ["Đoàn xã Tân Hương"]

    commune = KnownUnit("28627", UnitKind.COMMUNE, "Đoàn xã Tân Thuận Bình", "Xã Tân Thuận Bình", "", SINCE)
    rows = rows_of(("Đoàn xã",), ("Chi đoàn ấp 1", "", "Đoàn xã"))
    result = judge(rows, known=(commune,), top="28627", above=(), taken={"28627"}, since=SINCE, today=TODAY)
    assert [row.verdict for row in result.rows] == ["existing", "new"]
    assert made(result) == {"28627-ap1": ("Chi đoàn ấp 1", "28627")}


@pytest.mark.parametrize("code", ["28 270", "28.270", "28270.0", " 28270 "])
def test_codes_of_the_state_are_read_however_they_are_spaced(code):
    assert list(made(judged(("Đoàn phường A", "", "", code)))) == ["28270"]


def test_another_number_is_not_suggested():
    [row] = judged(("Chi đoàn Khu phố 3", "", "Đoàn Phường 5"), known=(CITY, WARD4)).rows
    assert row.fault.suggestion == ""


@pytest.mark.parametrize(
    ("row", "field"),
    [
        (("",), "name"),
        (("CLB Tin học",), "kind"),
        (("Chi đoàn <b>",), "name"),
        (("Chi đoàn A", "", "", "MÃ 1"), "code"),
        (("Chi đoàn A", "", "", "", "", "31/02/2023"), "since"),
        (("Chi đoàn A", "", "", "", "", "01/01/2024"), "since"),
        (("Chi đoàn A", "", "Phường 4", "", "", "01/01/2019"), "since"),
        (("Chi đoàn A", "", "Chi đoàn Khu phố 1, Phường 4"), "parent"),
        (("Chi đoàn A", "", "Nơi nào đó"), "parent"),
    ],
)
def test_a_fault_names_the_field_to_mend(row, field):
    result = judged(row, known=(CITY, WARD4, KP1))
    assert [(fault[0]) for fault in faults(result).values()] == [field]
    assert result.units == []


def test_duplicates_circles_and_what_hangs_on_them():
    result = judged(
        ("Đoàn phường A", "", "Đoàn phường B"),
        ("Đoàn phường B", "", "Đoàn phường A"),
        ("Chi đoàn 1", "", "Đoàn phường A"),
        ("Đoàn phường C",),
        ("Đoàn Phường C",),
        ("Chi đoàn 1", "", "Đoàn phường C"),
    )
    assert {number: field for number, (field, _message) in faults(result).items()} == {
        2: "parent", 3: "parent", 4: "parent", 6: "name",
    }  # fmt: skip
    assert list(made(result)) == ["phuong-c", "phuong-c-1"]


def test_a_row_that_names_itself_as_the_unit_above_is_told_so():
    result = judged(("Chi đoàn Tự mình", "Chi đoàn", " chi đoàn TỰ MÌNH"), ("Đoàn phường C",))

    assert faults(result) == {2: ("parent", "Dòng này ghi chính mình là cấp trên; hãy ghi đơn vị cấp trên của nó.")}
    assert list(made(result)) == ["phuong-c"]


def test_a_row_left_out_is_as_if_it_were_not_there():
    result = judged(("Đoàn phường C",), ("Đoàn phường C",), left_out=frozenset({2}))
    assert [row.verdict for row in result.rows] == ["left-out", "new"]


def test_levels_are_limited_and_never_overflow():
    chain = [
        (f"Đoàn phường {'x' * number}", "", f"Đoàn phường {'x' * (number - 1)}" if number > 1 else "")
        for number in range(1, 400)
    ]
    assert len(judged(*chain).units) == DEEPEST
    assert judged(*reversed(chain)).count(UnitRowVerdict.NEW) <= DEEPEST


def test_abbreviations_are_written_out():
    assert expand_abbreviations("Đoàn P.04") == "doan phuong 4"
    assert expand_abbreviations("X. Thới Sơn") == "xa thoi son"
    assert expand_abbreviations("KP3") == "khu pho 3"


# --- Any order ------------------------------------------------------------------------------------------------------

WARDS = [f"Đoàn phường {name}" for name in ("An", "Bình", "Cúc", "Dân", "Em")]


@st.composite
def lists(draw):
    """Rows of a tree of wards, groups and branches, each with its parent by name; and what the tree must be."""
    wards = draw(st.lists(st.sampled_from(WARDS), min_size=1, unique=True))
    values = {(ward, ""): (ward, "", draw(st.sampled_from(["", "Thành Đoàn Mỹ Tho", "MỸ THO"]))) for ward in wards}
    for ward in wards:
        for number in draw(st.lists(st.integers(1, 4), unique=True)):
            written = draw(st.sampled_from([ward, ward.upper(), ward.removeprefix("Đoàn ")]))
            name = f"Chi đoàn Khu phố {number}"
            values[name, ward] = (name, "Chi đoàn", written)
    order = draw(st.permutations(list(values.values())))
    twice = draw(st.lists(st.sampled_from(order), max_size=3))
    return list(values), rows_of(*order, *twice), len(twice)


@given(lists())
def test_any_order_of_rows_gives_the_same_tree(drawn):
    expected, rows, twice = drawn
    result = judged(*rows)
    names = {unit.code: unit.name for unit in result.units}
    tree = {(unit.name.split(",")[0], names.get(unit.parent, "")) for unit in result.units}
    assert tree == {(name, parent) for name, parent in expected}
    assert result.count(UnitRowVerdict.NEW) == len(expected)
    assert result.count(UnitRowVerdict.FAULT) == twice
    assert len({unit.code for unit in result.units}) == len(result.units)
    placed = {"my-tho"}
    for unit in result.units:
        assert unit.parent in placed
        placed.add(unit.code)


WORDS = [
    "",
    "A",
    "Đoàn phường A",
    "phường a",
    "Đoàn xã B",
    "Chi đoàn 1",
    "Chi đoàn A",
    "my-tho",
    "28252",
    "x-1",
    "P4",
    "=1",
]
texts = st.sampled_from(WORDS)


@given(
    st.lists(st.builds(UnitListRow, st.integers(1, 9), texts, texts, texts, texts, texts, texts, texts), max_size=12)
)
def test_no_list_breaks_the_rules_of_a_tree(rows):
    rows = [replace(row, number=number) for number, row in enumerate(rows, 1)]
    result = judged(*rows, known=(CITY, WARD4, KP1)) if rows else judged(known=(CITY, WARD4, KP1))
    assert len(result.rows) == len(rows)
    kinds = {unit.code: unit.kind for unit in (CITY, WARD4, KP1)}
    for unit in result.units:
        assert unit.code not in kinds
        assert kinds[unit.parent] != UnitKind.BRANCH
        kinds[unit.code] = unit.kind
    assert result.count(UnitRowVerdict.NEW) == len(result.units)
    blocked = {UnitRowVerdict.FAULT, UnitRowVerdict.WAITING}
    assert all((row.fault is not None) == (row.verdict in blocked) for row in result.rows)
