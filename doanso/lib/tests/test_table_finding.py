"""Sheets as cadres keep them. Rows are written as the reader gives them: a merged heading is a value and then None."""

import unicodedata
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.problems import Refused
from doanso.lib.table_finding import find_table

SYNONYMS = {
    "name": ["họ và tên", "họ tên", "họ và tên đoàn viên"],
    "family_name": ["họ", "họ và tên đệm", "họ đệm"],
    "given_name": ["tên"],
    "birth": ["ngày sinh", "năm sinh", "ngày tháng năm sinh"],
    "gender": ["giới tính", "nam/nữ"],
    "citizen_id": ["số cccd", "cccd", "số cccd/cmnd"],
    "phone": ["số điện thoại", "sđt", "điện thoại"],
    "email": ["email", "địa chỉ email"],
    "address": ["địa chỉ", "thường trú"],
    "branch": ["chi đoàn", "khu phố"],
    "joined": ["ngày vào đoàn"],
    "post": ["chức vụ"],
}
NAME = ["name"]


def table(rows, required=NAME, merged=()):
    found_table = find_table(rows, SYNONYMS, required, merged=merged)
    return found_table, list(found_table.body)


def passed(found_table):
    return [(row.number, row.kind) for row in found_table.passed_over]


def test_a_plain_table():
    found_table, body = table(
        [
            ["STT", "Họ và tên", "Ngày sinh", "SĐT"],
            [1, "Nguyễn Văn An", "01/02/2001", "0912345678"],
            [2, "Lê Thị Bình", 2003, None],
        ]
    )
    assert found_table.header_rows == (1,)
    assert found_table.columns == {"name": 1, "birth": 2, "phone": 3}
    assert found_table.headings == {"name": "Họ và tên", "birth": "Ngày sinh", "phone": "SĐT"}
    assert [tuple(row) for row in body] == [
        (2, {"name": "Nguyễn Văn An", "birth": "01/02/2001", "phone": "0912345678"}, "", "", ()),
        (3, {"name": "Lê Thị Bình", "birth": 2003, "phone": None}, "", "", ()),
    ]
    assert found_table.passed_over == []


PAPER = [
    ["ĐOÀN PHƯỜNG 1", None, None, None, "ĐOÀN TNCS HỒ CHÍ MINH"],
    ["BAN CHẤP HÀNH", None, None, None, "Mỹ Tho, ngày 12 tháng 11 năm 2023"],
    [],
    [None, "DANH SÁCH ĐOÀN VIÊN NĂM 2023"],
    [None, "(Kèm theo Công văn số 12-CV/ĐTN)"],
    ["STT", "Họ và tên", "Ngày sinh", None, "Số CCCD", "Điện thoại", "Dân tộc"],
    [None, None, "Nam", "Nữ", None, None, None],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
    ["I", "Chi đoàn Khu phố 1 (2 đ/c)"],
    [1, "NGUYỄN VĂN AN", "01/02/2001", None, 82201000001, 912345678, "Kinh"],
    [2, "Lê Thị Bình", None, datetime.fromisoformat("2003-05-06"), None, None, "Kinh"],
    ["Cộng:", None, 1, 1],
    [],
    ["II", "CHI ĐOÀN KHU PHỐ 2:"],
    [3, "Trần Công Danh", 2002],
    [4, "Tống Thị Em", None, 2004],
    [5],
    ["Tổng cộng: 04 đoàn viên"],
    [None, "Người lập biểu", None, None, "TM. BAN CHẤP HÀNH"],
    [None, "(Ký, ghi rõ họ tên)", None, None, "BÍ THƯ"],
    [],
    [None, "Phạm Thị Thu", None, None, "Đỗ Minh Quân"],
]


def test_a_list_as_it_stands_on_paper():
    found_table, body = table(PAPER)
    assert found_table.header_rows == (6, 7)
    assert found_table.columns == {"name": 1, "birth": {"male": 2, "female": 3}, "citizen_id": 4, "phone": 5}
    assert found_table.ignored == [(6, "Dân tộc")]
    assert [(row.number, row.values["name"], row.values["birth"], row.sex, row.group) for row in body] == [
        (10, "NGUYỄN VĂN AN", "01/02/2001", "male", "Chi đoàn Khu phố 1"),
        (11, "Lê Thị Bình", datetime.fromisoformat("2003-05-06"), "female", "Chi đoàn Khu phố 1"),
        (15, "Trần Công Danh", 2002, "male", "CHI ĐOÀN KHU PHỐ 2"),
        (16, "Tống Thị Em", 2004, "female", "CHI ĐOÀN KHU PHỐ 2"),
    ]
    assert passed(found_table) == [
        (8, "numbering"),
        (9, "group"),
        (12, "total"),
        (14, "group"),
        (18, "total"),
        (19, "signature"),
        (20, "signature"),
        (22, "signature"),
    ]


def test_decomposed_headings_in_capitals_with_line_breaks_are_the_same():
    heading = unicodedata.normalize("NFD", "HỌ VÀ TÊN\nĐOÀN VIÊN *")
    found_table, _body = table([["TT", heading, "Ngày, tháng,\nnăm sinh", "Số CCCD / CMND", "Điện thoại (Zalo)"]])
    assert found_table.columns == {"name": 1, "birth": 2, "citizen_id": 3, "phone": 4}


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("Họ tên", "name"),
        ("HỌ VÀ TÊN:", "name"),
        ("Họ và tên ĐVTN", "name"),
        ("Họ và tên đoàn viên, thanh niên", "name"),
        ("Họ và tên cha", None),
        ("Ngày sinh (dd/mm/yyyy)", "birth"),
        ("Ngày sinh ghi đầy đủ", "birth"),
        ("Địa chỉ email", "email"),
        ("Địa chỉ hiện nay", "address"),
        ("Số điện thoại phụ huynh", None),
        ("Ngày vào Đảng", None),
        ("Họ tên (cha/mẹ)", None),
        ("Họ và tên (Phụ huynh)", None),
        ("SĐT (bố, mẹ)", None),
        ("Nam sinh", "birth"),
    ],
)
def test_headings(heading, key):
    found_table, _body = table([["Chức vụ", heading]], required=["post"])
    assert found_table.columns == ({"post": 0} if key is None else {"post": 0, key: 1})


def test_two_lines_that_only_read_together():
    synonyms = {**SYNONYMS, "birth_male": ["ngày sinh nam"], "birth_female": ["ngày sinh nữ"]}
    found_table = find_table(PAPER, synonyms, NAME)
    assert found_table.columns == {"name": 1, "birth_male": 2, "birth_female": 3, "citizen_id": 4, "phone": 5}
    assert [row.values["birth_female"] for row in found_table.body] == [
        None,
        datetime.fromisoformat("2003-05-06"),
        None,
        2004,
    ]


SPLIT = {**SYNONYMS, "birth_male": ["ngày sinh nam", "nam"], "birth_female": ["ngày sinh nữ", "nữ"]}
SPLIT["birth"] = [*SYNONYMS["birth"], "nam sinh"]


@pytest.mark.parametrize("names", [["Ngày", "Tháng", "Năm"], ["NGAY", "THANG", "NAM"], ["Năm", "Tháng", "Ngày"]])
@pytest.mark.parametrize("merged", [(), ((0, 2, 0, 4),)])
def test_day_month_and_year_in_three_columns_are_one_date(names, merged):
    rows = [
        ["STT", "Họ và tên", "Ngày sinh", None, None, "Giới tính"],
        [None, None, *names, None],
        [1, "Lê An", *([2005, 6, 5] if names[0] == "Năm" else [5, 6.0, 2005]), "Nam"],
        [2, "Lê Bình", *([2004, None, None] if names[0] == "Năm" else [None, None, 2004]), None],
        [3, "Lê Chi"],
    ]

    found_table = find_table(rows, SPLIT, NAME, merged=merged)

    assert [(row.values["birth"], row.values["gender"], row.sex) for row in found_table.body] == [
        ("5/6/2005", "Nam", ""),
        (2004, None, ""),
        (None, None, ""),
    ]


def test_a_year_is_no_sex():
    found_table = find_table([["Họ tên", "Năm", "Nữ"], ["Lê An", 2005, "x"]], SPLIT, NAME)
    assert found_table.columns == {"name": 0, "birth_female": 2}

    found_table = find_table([["Họ tên", "Nam", "Nữ"], ["Lê An", 2005, "x"]], SPLIT, NAME)
    assert found_table.columns == {"name": 0, "birth_male": 1, "birth_female": 2}


def test_the_name_of_a_parent_is_not_the_name():
    found_table, body = table(
        [["TT", "Họ tên (cha/mẹ)", "Họ tên học sinh", "Ngày sinh"], [1, "Cha A", "Con B", "1/1/2005"]]
    )
    assert (found_table.columns, body[0].values["name"]) == ({"name": 2, "birth": 3}, "Con B")


def test_marks_under_the_two_sexes_tell_the_sex():
    found_table, body = table(
        [["Họ tên", "Giới tính", None], [None, "Nam", "Nữ"], ["Lê An", "x"], ["Lê Bình", None, "x"], ["Lê Chi"]]
    )
    assert found_table.columns == {"name": 0, "gender": {"male": 1, "female": 2}}
    assert [(row.values["gender"], row.sex) for row in body] == [("x", "male"), ("x", "female"), (None, "")]


def test_an_upper_line_over_headings_of_another_kind():
    found_table, body = table(
        [
            ["TT", "Thông tin đoàn viên", None, None, "Ghi chú"],
            [None, "Họ và tên", "Năm sinh", "SĐT"],
            [1, "Lê An", 2001, "0912345678"],
        ]
    )
    assert found_table.columns == {"name": 1, "birth": 2, "phone": 3}
    assert len(body) == 1


def test_the_first_row_of_the_list_is_not_a_second_line_of_the_head():
    found_table, body = table(
        [["Họ tên", "Giới tính", "Địa chỉ"], ["Lê An", "Nam", "Khu phố 1"], ["Lê Bình", "Nữ", "Khu phố 1"]]
    )
    assert found_table.header_rows == (1,)
    assert [row.values["name"] for row in body] == ["Lê An", "Lê Bình"]


def test_a_name_in_two_columns_under_one_heading():
    rows = [["STT", "Họ và tên", None, "Năm sinh"], [1, "Nguyễn Văn", "An", 2001], [2, "Lê Thị Bình", None, 2002]]
    found_table, body = table(rows, merged=[(0, 1, 0, 2)])
    assert found_table.columns == {"name": (1, 2), "birth": 3}
    assert [row.values["name"] for row in body] == ["Nguyễn Văn An", "Lê Thị Bình"]


def test_of_alternatives_one_is_enough():
    rows = [["Họ và tên đệm", "Tên", "Năm sinh"], ["Nguyễn Văn", "An", 2001]]
    found_table, body = table(rows, required=[("name", "given_name")])
    assert found_table.columns == {"family_name": 0, "given_name": 1, "birth": 2}
    assert len(body) == 1


def test_groups_without_numbers():
    rows = [
        ["Họ và tên", "Năm sinh", "SĐT"],
        ["Chi đoàn Trường THCS Lê Ngọc Hân"],
        ["Lê An", 2001, "0912345678"],
        ["II. Văn phòng UBND"],
        ["Lê Bình", 2002],
        [None, "Khóm 3"],
        ["Lê Chi", 2003],
        ["Lê Dung"],
    ]
    _found, body = table(rows)
    assert [(row.values["name"], row.group) for row in body] == [
        ("Lê An", "Chi đoàn Trường THCS Lê Ngọc Hân"),
        ("Lê Bình", "Văn phòng UBND"),
        ("Lê Chi", "Khóm 3"),
        ("Lê Dung", "Khóm 3"),
    ]


def test_a_group_with_the_number_of_its_people():
    _found, body = table(
        [["STT", "Họ tên", "SĐT", "Đoàn phí"], ["I", "Chi đoàn Khu phố 1", None, 25], [1, "Lê An", "0912345678", 10]]
    )
    assert [(row.values["name"], row.group) for row in body] == [("Lê An", "Chi đoàn Khu phố 1")]


def test_a_merged_row_is_a_group_whatever_its_words():
    rows = [["Họ tên", "Năm sinh", "SĐT"], ["Thạnh Trị"], ["Lê An", 2001, None]]
    _found, body = table(rows, merged=[(1, 0, 1, 2)])
    assert [(row.values["name"], row.group) for row in body] == [("Lê An", "Thạnh Trị")]


def test_groups_and_signatures_in_the_column_of_numbers():
    rows = [
        ["TT", "Họ tên", "Năm sinh"],
        ["Chi đoàn Khu phố 1"],
        [1, "Lê An", 2001],
        ["Tổng: 1 đoàn viên"],
        ["NGƯỜI LẬP"],
        ["Trần Thị Ba"],
    ]
    found_table, body = table(rows)
    assert [(row.number, row.group) for row in body] == [(3, "Chi đoàn Khu phố 1")]
    assert passed(found_table) == [(2, "group"), (4, "total"), (5, "signature"), (6, "signature")]


def test_a_person_of_whom_only_the_name_is_known_is_a_row():
    _found, body = table([["STT", "Họ tên", "Năm sinh"], [1, "Lê An", 2001], [2, "Tổ Như"], [3, "Cộng Hòa Bình", None]])
    assert [row.number for row in body] == [2, 3, 4]


def test_headings_repeated_on_the_next_page_and_rows_after_a_signature():
    head = ["STT", "Họ tên", "Năm sinh", "SĐT"]
    rows = [
        head,
        [1, "Lê An", 2001, "0912345678"],
        [None, "Người lập"],
        [None, "Trần Ba"],
        [],
        head,
        [2, "Lê Bình", 2002, "0912345679"],
    ]
    found_table, body = table(rows)
    assert [row.number for row in body] == [2, 7]
    assert passed(found_table) == [(3, "signature"), (4, "signature"), (6, "heading")]


def test_a_sheet_without_the_table_says_what_is_missing():
    with pytest.raises(Refused) as refusal:
        table([["Kế hoạch"], ["Nội dung", "Thời gian"], ["Họp", "Tháng 3"]])
    assert refusal.value.problem.code == "heading_not_found"
    assert "“Họ và tên”" in refusal.value.problem.message
    with pytest.raises(Refused) as refusal:
        table([["Họ tên", "SĐT"], ["Lê An", "0912345678"]], required=["name", "birth"])
    assert "“Ngày sinh”" in refusal.value.problem.message
    assert "“Họ và tên”" not in refusal.value.problem.message
    with pytest.raises(Refused):
        table([])


def test_the_body_is_read_as_it_is_asked_for():
    def endless():
        yield ["Họ tên", "Năm sinh"]
        number = 0
        while True:
            number += 1
            yield [f"Lê An {number}", 2001]

    body = find_table(endless(), SYNONYMS, NAME).body
    assert [next(body).number for _ in range(100)] == list(range(2, 102))


cells = (
    st.none()
    | st.text(max_size=12)
    | st.integers()
    | st.floats()
    | st.booleans()
    | st.sampled_from([s for names in SYNONYMS.values() for s in names])
)


@given(st.lists(st.lists(cells, max_size=8), max_size=12))
def test_any_sheet_has_a_table_or_a_named_refusal(rows):
    try:
        found_table = find_table(rows, SYNONYMS, NAME)
        body = list(found_table.body)
    except Refused:
        return
    assert "name" in found_table.columns
    assert all(set(row.values) == set(found_table.columns) for row in body)
    numbers = [row.number for row in body] + [row.number for row in found_table.passed_over]
    assert len(set(numbers)) == len(numbers)
    assert all(found_table.header_rows[-1] < number <= len(rows) for number in numbers)


people = st.tuples(
    st.sampled_from(["Lê An", "Trần Tổng", "Cộng Văn Hòa", "Đoàn Thị Bí Thư"]),
    st.sampled_from(["2001", 2002, "1/2/2003"]),
    st.sampled_from(["0912345678", 912345678]),
)


@given(st.lists(people, min_size=1, max_size=9), st.integers(0, 6), st.integers(0, 4), st.booleans())
def test_no_person_is_lost_between_title_and_signature(persons, above, left, numbered):
    pad = [None] * left
    head = ["STT", "Họ và tên", "Ngày sinh", "SĐT"] if numbered else ["Họ và tên", "Ngày sinh", "SĐT"]
    listed = [pad + ([number] if numbered else []) + list(person) for number, person in enumerate(persons, 1)]
    rows = [
        *([["DANH SÁCH ĐOÀN VIÊN"]] * above),
        pad + head,
        *listed,
        [*pad, None, "Tổng cộng: 9"],
        [*pad, "Người lập", None, "BÍ THƯ"],
        [*pad, "Trần A"],
    ]
    _found, body = table(rows)
    assert [tuple(row.values.values()) for row in body] == persons


SPLIT_HEAD = [["STT", "Họ tên", "Năm sinh", None, "SĐT", "Địa chỉ"], [None, None, "Nam", "Nữ", None, None]]


@pytest.mark.parametrize(("moved", "doubts"), [(False, []), (True, ["other_columns"])])
def test_a_head_of_two_lines_repeated_over_other_columns(moved, doubts):
    first = ["TT", "Họ và tên", "Năm sinh", None, *(("Địa chỉ", "SĐT") if moved else ("SĐT", "Địa chỉ"))]
    rows = [
        *SPLIT_HEAD,
        [1, "Lê An", 2001, None, None, "x"],
        first,
        SPLIT_HEAD[1],
        [2, "Lê Bình", None, 2002, None, "x"],
    ]
    _found, body = table(rows)
    assert [doubt.code for doubt in body[-1].doubts] == doubts
