from datetime import date

import pytest

from doanso.units.models import UnitKind
from doanso.units.official import Era, place_by_code
from doanso.units.proposals import (
    code_words,
    committee_name,
    kind_of_place,
    official_place,
    proposed_code,
    proposed_kind,
    proposed_short_name,
)

IN_2023, IN_2026 = date(2023, 11, 12), date(2026, 1, 5)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Chi đoàn Khu phố 3", UnitKind.BRANCH),
        ("chi doan truong THCS Lê Lợi", UnitKind.BRANCH),
        ("Đoàn cơ sở", UnitKind.GRASSROOTS),
        ("Cơ sở Đoàn", UnitKind.GRASSROOTS),
        ("Đoàn Phường 4", UnitKind.WARD),
        ("Phường đoàn Đạo Thạnh", UnitKind.WARD),
        ("Đoàn Xã Thới Sơn", UnitKind.COMMUNE),
        ("Đoàn thị trấn Chợ Gạo", UnitKind.COMMUNE),
        ("Đoàn Trường THPT Sông Tiền", UnitKind.SCHOOL),
        ("THCS Lê Lợi", UnitKind.SCHOOL),
        ("Đoàn Khối Dân Chính Đảng", UnitKind.OFFICE),
        ("Đoàn Công an thành phố", UnitKind.OFFICE),
        ("Thành Đoàn Mỹ Tho", UnitKind.CITY),
        ("Tỉnh Đoàn Đồng Tháp", UnitKind.PROVINCE),
        ("Khu phố 5", UnitKind.BRANCH),
        ("Ấp Thới Hòa", UnitKind.BRANCH),
        ("CLB Tin học", None),
        ("", None),
    ],
)
def test_a_kind_is_read_from_names_and_cells(text, kind):
    assert proposed_kind(text) == kind


@pytest.mark.parametrize("kind", UnitKind)
def test_each_label_is_its_kind(kind):
    assert proposed_kind(kind.label) == kind


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Chi đoàn Khu phố 1, Phường 4", "Khu phố 1"),
        ("Đoàn Phường 4", "Phường 4"),
        ("Đoàn phường Đạo Thạnh", "Phường Đạo Thạnh"),
        ("Phường đoàn Đạo Thạnh", "Phường Đạo Thạnh"),
        ("Đoàn Trường THPT Sông Tiền", "THPT Sông Tiền"),
        ("Đoàn Khối Dân Chính Đảng", "Khối Dân Chính Đảng"),
        ("Thành Đoàn Mỹ Tho", "Mỹ Tho"),
        ("Chi đoàn", "Chi đoàn"),
        ("Chi đoàn trường THCS", "Trường THCS"),
        ("Chi đoàn trường THCS Tân Hòa", "THCS Tân Hòa"),
    ],
)
def test_a_short_name_leaves_out_what_its_place_says(name, short):
    assert proposed_short_name(name) == short


def code(short_name, kind, parent="my-tho", above=("Thành Đoàn Mỹ Tho",), on=IN_2023, taken=()):
    return proposed_code(short_name=short_name, kind=kind, parent_code=parent, above=above, on=on, taken=taken)


def test_a_ward_gets_its_official_code_and_a_branch_its_parents():
    assert code("Phường 4", UnitKind.WARD) == "28252"
    assert code("Xã Thới Sơn", UnitKind.GRASSROOTS) == "28591"
    assert code("Phường Đạo Thạnh", UnitKind.WARD, above=("Tỉnh Đoàn Đồng Tháp",), on=IN_2026) == "28249"
    assert code("Khu phố 1", UnitKind.BRANCH, parent="28252") == "28252-kp1"
    assert code("Tổ dân phố 07", UnitKind.BRANCH, parent="28252") == "28252-tdp7"
    assert code("THPT Sông Tiền", UnitKind.SCHOOL) == "thpt-song-tien"
    assert code("Phường 4", UnitKind.WARD, above=("Nơi khác",)) == "phuong-4"
    assert code("Phường 21", UnitKind.WARD) == "phuong-21"
    assert code("Phường Đạo Thạnh", UnitKind.WARD, above=("Nơi khác",), on=IN_2026) == "28249"


def test_a_code_that_is_used_gets_a_number():
    assert code("Khu phố 1", UnitKind.BRANCH, parent="28252", taken={"28252-kp1"}) == "28252-kp1-2"
    assert code("Phường 4", UnitKind.WARD, taken={"28252"}) == "phuong-4"
    assert code("!?", UnitKind.SCHOOL) == "don-vi"
    assert len(code("a" * 80, UnitKind.BRANCH, parent="b" * 60)) <= 60


def test_a_name_in_two_provinces_needs_the_one_above():
    assert official_place("Xã Tân Phú", (), IN_2026) is None
    assert official_place("Xã Tân Phú", ("Đồng Tháp",), IN_2026).code == "28468"


def test_names_of_committees_of_places():
    assert committee_name(place_by_code("28249", Era.SINCE_2025)) == "Đoàn phường Đạo Thạnh"
    assert committee_name(place_by_code("815", Era.UNTIL_2025)) == "Thành Đoàn Mỹ Tho"
    assert committee_name(place_by_code("82", Era.SINCE_2025)) == "Tỉnh Đoàn Đồng Tháp"
    kinds = {
        code: kind_of_place(place_by_code(code, era))
        for code, era in (
            ("28249", Era.SINCE_2025),
            ("28468", Era.SINCE_2025),
            ("82", Era.SINCE_2025),
            ("815", Era.UNTIL_2025),
        )
    }
    assert kinds == {"28249": "ward", "28468": "commune", "82": "province", "815": "city"}


def test_words_of_codes():
    assert code_words("Khu phố 1 (Phường 4)") == "kp1-phuong-4"
    assert code_words("Ấp 03") == "ap3"
