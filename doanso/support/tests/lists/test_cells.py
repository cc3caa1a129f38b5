"""Cells of the list of people helped as committees write them."""

from datetime import datetime

import pytest

from doanso.imports.ports import RawRow
from doanso.support.support_list import cells
from doanso.support.support_list.cells import SupportRowFindings


def read(reader, *args):
    """Return what a reader makes of its cells: the value, codes of problems, codes of warnings."""
    findings = SupportRowFindings()
    value = reader(*args, findings)
    return value, [finding.code for finding in findings.problems], [finding.code for finding in findings.warnings]


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        *(
            (cell, True)
            for cell in ("x", "X", "xx", "v", "có", "Có rồi", "co", "đồng ý", "đã hướng dẫn", "Đã ký", "ok", "rồi")
        ),
        *((cell, True) for cell in ("✓", "☑", "√", "×", 1, 1.0, True, "1", "yes", "đạt", "xong")),
        *((cell, True) for cell in (datetime(2023, 11, 1),)),  # noqa: DTZ001
        *(
            (cell, False)
            for cell in ("k", "K", "ko", "không", "KHÔNG", "k đồng ý", "ko dùng", "không đồng ý", "chưa", "chưa xong")
        ),
        *((cell, False) for cell in ("từ chối", "no", 0, "0", False, "☐", "chưa hướng dẫn")),
        *((cell, None) for cell in (None, "", " - ", "—", "...")),
        *(
            (cell, None)
            for cell in (
                "có/không",
                "có?",
                "?",
                "đã từ chối",
                "có nhưng chưa xong",
                "hẹn lại",
                "Cô Ba",
                "bận",
                "✗",
                "ü",
            )
        ),
    ],
)
def test_yes_and_no(cell, answer):
    assert cells.yes_or_no(cell) is answer


@pytest.mark.parametrize(
    ("cell", "is_unclear"), [(None, False), ("-", False), ("x", False), ("ko", False), ("có/không", True), ("ü", True)]
)
def test_an_unclear_cell_is_distinguished_from_an_empty_one(cell, is_unclear):
    assert cells.is_unclear(cell) is is_unclear


@pytest.mark.parametrize(
    ("row_cells", "agreed", "warnings"),
    [
        ({"consent": "x"}, True, []),
        ({"consent": 1}, True, []),
        ({"consent": "đã ký"}, True, []),
        ({"consent": "ko"}, False, []),
        ({"consent": None}, None, []),
        ({"consent": "-"}, None, []),
        ({"consent": "Nguyễn Văn Bảy"}, None, ["consent_unclear"]),
        ({"consent": "có/không"}, None, ["consent_unclear"]),
        ({"consent": 12}, None, ["consent_unclear"]),
        ({"consent": "x", "recheck": "hỏi lại"}, True, ["mark_unclear"]),
    ],
)
def test_consent_that_is_not_said_is_never_taken_for_given(row_cells, agreed, warnings):
    assert read(cells.purposes, row_cells) == ((agreed, []), [], warnings)


@pytest.mark.parametrize(
    ("row_cells", "receiver", "problems", "warnings"),
    [
        ({"name": "Nguyễn Văn Bảy"}, ("Nguyễn Văn Bảy", ""), [], []),
        ({"name": "CH Hoa"}, ("", "CH Hoa"), [], ["taken_as_shop"]),
        ({"name": "Tạp hoá Út"}, ("", "Tạp hoá Út"), [], ["taken_as_shop"]),
        ({"name": "HKD Nguyễn Văn Bảy"}, ("", "HKD Nguyễn Văn Bảy"), [], ["taken_as_shop"]),
        ({"name": "Quán 68", "receiver": "Hộ kinh doanh"}, ("", "Quán 68"), [], []),
        ({"name": "Út Bảy", "receiver": "tiệm"}, ("", "Út Bảy"), [], []),
        ({"name": "Út Bảy", "receiver": "DNTN"}, ("", "Út Bảy"), [], []),
        ({"name": "Út Bảy", "receiver": "CH"}, ("", "Út Bảy"), [], ["kind_doubtful"]),
        ({"name": "Tiệm Út", "receiver": "Hộ dân"}, ("", "Tiệm Út"), ["kind_contradicts"], []),
        ({"name": "Lê Hoa", "receiver": "hộ không kinh doanh"}, ("Lê Hoa", ""), [], ["kind_doubtful"]),
        ({"name": "Lê Văn Hoa (tạp hóa)"}, ("Lê Văn Hoa (tạp hóa)", ""), [], ["perhaps_shop"]),
        ({"name": "Phạm Công Tý"}, ("Phạm Công Tý", ""), [], []),
        ({"name": "Lê Hoa", "shop": "Tạp hóa Hoa"}, ("Lê Hoa", "Tạp hóa Hoa"), [], ["owner_not_kept"]),
        *(
            ({"name": name}, (name, ""), [], [code])
            for name, code in (
                ("Bún Bò Huế O Xuân", "perhaps_shop"),
                ("Trường Mầm Non Sen", "perhaps_shop"),
                ("Chị Tư Bán Cá", "perhaps_shop"),
                ("Bà Tám Bán Bún", "perhaps_shop"),
                ("Hộ Bà Sáu", "name_titled"),
                ("Chị Hoa", "name_titled"),
                ("Ông Lê Văn Ba", "name_titled"),
            )
        ),
        *(({"name": name}, (name, ""), [], []) for name in ("Hồ Thị Sáu", "Cổ Thị Sở", "Bàn Văn Ca", "Tiêm Văn Bê")),
        ({"name": "H.K.D Ba"}, ("", "H.K.D Ba"), [], ["taken_as_shop"]),
        *(
            ({"name": name}, ("", name), ["shop_unnamed"], ["taken_as_shop"])
            for name in ("CH", "HKD", "cửa hàng", "H.K.D")
        ),
        ({"shop": "Cửa hàng"}, ("", "Cửa hàng"), ["shop_unnamed"], []),
        ({"name": "Lê Hoa", "shop": "không"}, ("Lê Hoa", ""), [], []),
        ({"shop": "Không gian xanh"}, ("", "Không gian xanh"), [], []),
        ({"shop": "<b>Hoa</b>"}, ("", "<b>Hoa</b>"), ["name_brackets"], []),
        ({"shop": "=A1"}, ("", "=A1"), ["name_formula"], []),
        ({"name": "Nguyễn"}, ("Nguyễn", ""), [], ["given_name_missing"]),
        ({"name": "Nguyễn Thị"}, ("Nguyễn Thị", ""), [], ["given_name_missing"]),
        ({"family_name": "Nguyễn Thị Mỹ", "given_name": None}, ("Nguyễn Thị Mỹ", ""), [], ["given_name_missing"]),
        ({"name": "Lê\u200b Hoa"}, ("Lê Hoa", ""), [], ["name_invisible"]),
        ({"name": "www.hoa.vn"}, ("Www.Hoa.Vn", ""), ["name_link"], []),
    ],
)
def test_receivers(row_cells, receiver, problems, warnings):
    assert read(cells.read_receiver, RawRow("", 2, row_cells)) == (receiver, problems, warnings)


@pytest.mark.parametrize(
    ("row_cells", "sex", "value", "problems", "warnings"),
    [
        ({"birth_male": 1951}, "", ("male", 1951), [], []),
        ({"birth_male": 1951, "birth_female": "-"}, "", ("male", 1951), [], []),
        ({"birth_male": "x", "birth": 1951}, "", ("male", 1951), [], []),
        ({"birth_male": 1951, "birth_female": 1952}, "both", ("", ""), [], []),
        ({"birth_male": 1951, "birth_female": "x"}, "", ("", ""), ["both_sexes"], []),
        ({"birth": 1951}, "both", ("", 1951), [], ["gender_unknown"]),
        ({"birth_male": "x", "birth_female": "x", "birth": 1951}, "", ("", 1951), [], ["gender_unknown"]),
        ({"birth_male": 1951, "gender": "Nữ"}, "", ("", 1951), [], ["gender_differs"]),
        ({"birth": "00/00/1951"}, "", ("", 1951), [], ["date_partial"]),
        ({"birth": "31/02/1951"}, "", ("", 1951), [], ["date_partial"]),
        ({"birth": "12/3/51"}, "", ("", "1951-03-12"), [], ["date_short_year"]),
        ({"birth": "00/00/0000"}, "", ("", ""), [], []),
        ({"birth": "gần 70"}, "", ("", ""), ["date_unreadable"], []),
    ],
)
def test_births(row_cells, sex, value, problems, warnings):
    assert read(cells.read_birth, RawRow("", 2, row_cells, sex=sex)) == (value, problems, warnings)


@pytest.mark.parametrize(
    ("first", "second", "names", "warnings"),
    [
        ("Trần Gia Huy", "Ông Võ Văn Năm", ("Trần Gia Huy", "Võ Văn Năm"), []),
        ("Trần Gia Huy", "đ/c TRẦN GIA HUY", ("Trần Gia Huy", ""), ["same_helper"]),
        ("Trần Gia Huy, Trần Gia Huy (Hội phụ nữ)", None, ("Trần Gia Huy", ""), ["same_helper"]),
        ("Huy, Lan, Cúc", None, ("Huy", "Lan"), ["helpers_many"]),
        ("Huy, Lan", "Ông Năm", ("Huy", "Năm"), ["helpers_many"]),
        (None, "Ông Năm", ("", "Năm"), []),
    ],
)
def test_one_human_is_no_pair(first, second, names, warnings):
    (first_helper, other), problems, codes = read(cells.read_helpers, first, second)

    assert ((first_helper.name, other.name), problems, codes) == (names, [], warnings)


@pytest.mark.parametrize(
    ("cell", "second", "helper", "warned"),
    [
        *(
            (cell, "", "", False)
            for cell in (
                *(
                    "không",
                    "Không có",
                    "ko",
                    "k",
                    "K",
                    "0",
                    0,
                    "-",
                    "1 mình",
                    "một mình",
                    "chưa có",
                    "không có ai",
                    "Chưa",
                ),
                *("KHÔNG AI", "khong co", "ko có", "đi một mình", "..."),
            )
        ),
        *(
            (cell, "", "", True)
            for cell in (
                *(
                    "x",
                    "✓",
                    "có",
                    "Có",
                    "nt",
                    "//",
                    "-nt-",
                    "như trên",
                    "n/t",
                    '"',
                    "không nhớ",
                    "ko nhớ",
                    "chưa rõ",
                    "12",
                ),
                *("***", "?", "v", "ok", "Chi đoàn Ấp 1", "Chi đoàn Bình Thạnh", "CHI DOAN AP 1", "Ấp 1", "Trưởng ấp"),
                *("CA xã", "Hội phụ nữ", "UBND xã", "Đoàn phường 4", "Tổ công nghệ số cộng đồng"),
            )
        ),
        *(
            (cell, name, name, False)
            for cell, name in (
                ("Trương Công An", "Trương Công An"),
                ("Khổng Tú", "Khổng Tú"),
                ("Ông Năm", "Năm"),
                ("Trưởng ấp Võ Văn Năm", "Võ Văn Năm"),
                ("Sáu (Hội phụ nữ)", "Sáu"),
                ("Đoàn Công An", "Đoàn Công An"),
                ("K' Brơi", "K' Brơi"),
                ("Hội phụ nữ: Lê Thị Xã", "Lê Thị Xã"),
            )
        ),
        ("Năm", "", "Năm", True),
    ],
)
def test_nobody_marks_and_units_are_no_person_who_helped(cell, second, helper, warned):
    (first_helper, other), problems, codes = read(cells.read_helpers, "Trần Gia Huy", cell)
    assert (first_helper.name, other.name, problems, codes) == ("Trần Gia Huy", second, [], ["second_unnamed"] * warned)

    (first_helper, other), problems, codes = read(cells.read_helpers, cell, None)
    helper_missing = warned and not helper
    assert (first_helper.name, other.name, problems, codes) == (helper, "", [], ["helper_missing"] * helper_missing)


@pytest.mark.parametrize("cell", ["Trần Gia Huy, không", "Trần Gia Huy + ko", "Trần Gia Huy, x"])
def test_nobody_behind_a_helper_is_nobody(cell):
    (first_helper, other), _problems, _codes = read(cells.read_helpers, cell, None)
    assert (first_helper.name, other.name) == ("Trần Gia Huy", "")
