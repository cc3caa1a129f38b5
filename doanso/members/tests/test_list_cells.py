"""Offices and states as lists write them."""

import pytest

from doanso.imports.ports import RawRow
from doanso.members.register_list import cells


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("Bí thư", "secretary"),
        ("BÍ THƯ CHI ĐOÀN", "secretary"),
        ("BT", "secretary"),
        ("Bí thư, Chi hội trưởng", "secretary"),
        ("UV BTV, Bí thư chi đoàn", "secretary"),
        ("Phó Bí thư", "deputy"),
        ("P. Bí thư", "deputy"),
        ("Phó BT", "deputy"),
        ("P.BT", "deputy"),
        ("PBT", "deputy"),
        ("UVBTV", "standing"),
        ("UV BTV", "standing"),
        ("UV-BTV", "standing"),
        ("Ủy viên BTV", "standing"),
        ("Uỷ viên Ban Thường vụ", "standing"),
        ("UV BCH", "committee"),
        ("UVBCH", "committee"),
        ("BCH", "committee"),
        ("Uỷ viên BCH", "committee"),
        ("Ủy viên Ban Chấp hành", "committee"),
        ("Nguyên Bí thư, nay là Ủy viên BCH", "committee"),
        ("Nguyên Bí thư", ""),
        ("Bí thư Đảng ủy", ""),
        ("Phó bí thư chi bộ", ""),
        ("Bí thư Chi hội", ""),
        ("Đoàn viên", ""),
        ("Lớp trưởng", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_offices(typed, kind):
    assert cells.read_post(typed) == kind


@pytest.mark.parametrize("name", ["Nguyễn 2 An", "Nguyễn An²"])
def test_what_the_register_takes_for_a_digit_is_one_in_a_list(name):
    found = cells.Findings([], [])

    cells.read_name(RawRow("", 2, {"name": name}), found)

    assert [one.code for one in found.problems] == ["name_digits"]


@pytest.mark.parametrize(
    ("typed", "status", "warned"),
    [
        ("Đi học xa", "study", False),
        ("đi học", "study", False),
        ("Đi làm xa", "work", False),
        ("Đi làm ăn xa, không liên lạc được", "work", False),
        ("Nghĩa vụ quân sự, công an", "military", False),
        ("Vắng không lý do", "other", False),
        ("Vắng mặt tại địa phương", "other", False),
        ("Không có mặt tại địa phương", "", True),
        ("Lý do khác", "other", False),
        ("Tạm thời", "temporary", False),
        ("Sinh hoạt tạm thời", "temporary", False),
        ("Đã chuyển đi", "left", False),
        ("Đã chuyển sinh hoạt", "left", False),
        ("Chuyển về Phường 5", "left", False),
        ("Trưởng thành Đoàn", "left", False),
        ("Xóa tên", "left", False),
        ("Hết tuổi Đoàn", "left", False),
        ("Đã mất", "left", False),
        ("Mất", "left", False),
        ("Đang sinh hoạt", "present", False),
        ("Có mặt", "present", False),
        ("Có mặt tại địa phương", "present", False),
        ("Chuyển đến", "present", False),
        ("Mới chuyển đến từ Phường 5", "present", False),
        ("Đi làm tại địa phương", "present", False),
        ("Không đi làm xa", "", True),
        ("Đã về, hết vắng", "", True),
        ("Đi nghĩa vụ quân sự đã về", "", True),
        ("Chưa chuyển sinh hoạt", "", True),
        ("Chờ chuyển", "", True),
        ("Chuyên viên", "", True),
        ("Mất thẻ", "", True),
        ("", "", False),
        ("-", "", False),
        (None, "", False),
    ],
)
def test_states(typed, status, warned):
    found = cells.Findings([], [])

    assert cells.read_status(typed, found) == status
    assert [one.code for one in found.warnings] == (["status_unclear"] if warned else [])
