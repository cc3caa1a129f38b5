"""Offices and states as lists write them."""

from datetime import date, datetime

import pytest

from doanso.imports.ports import RawRow
from doanso.members.register_list import cells
from doanso.members.register_list.branches import Branches
from doanso.members.register_list.reader import MemberRowReader


@pytest.mark.parametrize(
    ("typed", "kind", "quoted"),
    [
        ("Bí thư", "secretary", ""),
        ("BÍ THƯ CHI ĐOÀN", "secretary", ""),
        ("BT", "secretary", ""),
        ("Bí thư chi đoàn trường", "secretary", ""),
        ("Bí thư, Chi hội trưởng", "secretary", "chi hội trưởng"),
        ("UV BTV, Bí thư chi đoàn", "secretary", "uv btv"),
        ("Bí thư chi đoàn - UV BCH Đoàn xã", "secretary", "uv bch đoàn xã"),
        ("Phó Bí thư", "deputy", ""),
        ("P. Bí thư", "deputy", ""),
        ("Phó BT", "deputy", ""),
        ("P.BT", "deputy", ""),
        ("P-BT", "deputy", ""),
        ("PBT", "deputy", ""),
        ("UV BCH, Phó Bí thư", "deputy", ""),
        ("UV BCH", "committee", ""),
        ("UV-BCH", "committee", ""),
        ("UVBCH", "committee", ""),
        ("BCH", "committee", ""),
        ("Uỷ viên BCH", "committee", ""),
        ("Ủy viên Ban Chấp hành", "committee", ""),
        ("Nguyên Bí thư, nay là Ủy viên BCH", "committee", "nguyên bí thư"),
        ("Nguyên Bí thư", "", "Nguyên Bí thư"),
        ("Bí thư Đảng ủy", "", "Bí thư Đảng ủy"),
        ("Phó bí thư chi bộ", "", "Phó bí thư chi bộ"),
        ("Bí thư Chi hội", "", "Bí thư Chi hội"),
        ("Bí thư Đoàn xã", "", "Bí thư Đoàn xã"),
        ("Phó Bí thư Đoàn P.4", "", "Phó Bí thư Đoàn P.4"),
        ("Bí thư Đoàn cơ sở", "", "Bí thư Đoàn cơ sở"),
        ("UV BCH Thành Đoàn", "", "UV BCH Thành Đoàn"),
        ("UV-BTV", "", "UV-BTV"),
        ("UVBTV", "", "UVBTV"),
        ("Lớp trưởng", "", "Lớp trưởng"),
        ("Tổ trưởng", "", "Tổ trưởng"),
        ("Đoàn viên", "", ""),
        ("Không", "", ""),
        ("-", "", ""),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_offices(typed, kind, quoted):
    findings = cells.CellFindings([], [])

    assert cells.read_post(typed, findings) == kind
    assert [finding.message for finding in findings.warnings] == (
        [f"Chưa ghi chức vụ “{quoted}”: đây không phải chức vụ của chi đoàn này."] if quoted else []
    )


@pytest.mark.parametrize(
    "typed", ["UVBTV", "UV BTV", "UV-BTV", "Ủy viên BTV", "Uỷ viên Ban Thường vụ", "UV BTV Đoàn cơ sở"]
)
def test_a_unit_that_is_not_divided_has_a_standing_committee(typed):
    findings = cells.CellFindings([], [])

    assert (cells.read_post(typed, findings, of_branch=False), findings.warnings) == ("standing", [])


@pytest.mark.parametrize("name", ["Nguyễn 2 An", "Nguyễn An²"])
def test_what_the_register_takes_for_a_digit_is_one_in_a_list(name):
    findings = cells.CellFindings([], [])

    cells.read_name(RawRow("", 2, {"name": name}), findings)

    assert [finding.code for finding in findings.problems] == ["name_digits"]


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
    findings = cells.CellFindings([], [])

    assert cells.read_status(typed, findings) == status
    assert [finding.code for finding in findings.warnings] == (["status_unclear"] if warned else [])


def read(reader, *args):
    """What a reader says of its cells: the value, codes that refuse, codes that warn."""
    findings = cells.CellFindings([], [])
    value = reader(*args, findings)
    return value, [finding.code for finding in findings.problems], [finding.code for finding in findings.warnings]


@pytest.mark.parametrize(
    ("written", "name", "problems", "warnings"),
    [
        ({"name": "Nguyễn Văn An"}, "Nguyễn Văn An", [], []),
        ({"name": '=HYPERLINK("http://x.vn","An")'}, None, ["name_formula"], []),
        ({"name": "=B2&C2"}, None, ["name_formula"], []),
        ({"name": "https://facebook.com/an"}, None, ["name_link"], []),
        ({"name": "an@example.vn"}, None, ["name_link"], []),
        ({"name": "Trần Văn \u202eyảB"}, "Trần Văn yảB", ["name_hidden_letters"], []),
        ({"name": "Trần\x00Văn Bảy"}, None, ["name_hidden_letters"], []),
        ({"name": "<script>An</script>"}, None, ["name_brackets"], []),
        ({"name": "Nguy?n V?n An"}, None, ["name_garbled"], []),
        ({"name": "Nguyễn\u200b Văn\ufeff An"}, "Nguyễn Văn An", [], ["name_invisible"]),
        ({"name": "Nguyễn"}, "Nguyễn", [], ["name_one_word"]),
        ({"name": "Nguyễn Văn"}, "Nguyễn Văn", [], ["given_name_missing"]),
        ({"name": "TRẦN NGỌC THỊ"}, "Trần Ngọc Thị", [], ["given_name_missing"]),
        ({"name": "Nguyễn Hoàng Văn"}, "Nguyễn Hoàng Văn", [], []),
        ({"family_name": "Nguyễn Hoàng", "given_name": None}, "Nguyễn Hoàng", [], ["given_name_missing"]),
        ({"family_name": "Nguyễn", "given_name": " "}, "Nguyễn", [], ["given_name_missing", "name_one_word"]),
        ({"family_name": None, "given_name": "An"}, "An", [], ["name_one_word"]),
        ({"family_name": "Nguyễn Hoàng", "given_name": "An"}, "Nguyễn Hoàng An", [], []),
        ({"name": "#N/A"}, None, ["name_error"], []),
        ({"name": "Bùi Văn E, Bùi Văn F"}, "Bùi Văn E, Bùi Văn F", ["name_two_people"], []),
        ({"name": "Bùi Văn E và Bùi Văn F"}, None, ["name_two_people"], []),
        ({"name": "Bùi Văn Em và Bùi Văn Anh"}, None, ["name_two_people"], []),
        ({"name": "Bùi Văn Em/Bùi Văn Anh"}, None, ["name_two_people"], []),
        ({"name": "Bùi Văn Em - Bùi Văn Anh"}, None, ["name_two_people"], []),
        ({"name": "Lý Và Sùng"}, "Lý Và Sùng", [], []),
        ({"name": "Đ/c Bùi Văn D"}, "Bùi Văn D", [], ["name_remark"]),
        ({"name": "đ/c bùi văn d"}, "Bùi Văn D", [], ["name_remark"]),
        ({"name": "ĐỒNG CHÍ BÙI VĂN D"}, "Bùi Văn D", [], ["name_remark"]),
        ({"name": "Đ.c: Bùi Văn D"}, "Bùi Văn D", [], ["name_remark"]),
        ({"name": "Anh Bùi Văn D"}, "Bùi Văn D", [], ["name_remark"]),
        ({"name": "Chị Bùi Thị D (mới)"}, "Bùi Thị D", [], ["name_remark"]),
        ({"name": "Bùi Văn A (Bí thư)"}, "Bùi Văn A", [], ["name_remark"]),
        ({"name": "đc Bùi Văn D"}, "Bùi Văn D", [], ["name_remark"]),
        ({"name": "Đ/c An"}, "An", [], ["name_remark", "name_one_word"]),
        ({"name": "Đ/c Bùi Văn E, đ/c Bùi Văn F"}, None, ["name_two_people"], []),
        ({"name": "An " * 60}, None, ["name_too_long"], []),
        ({"name": "Đồng Chí Thanh"}, "Đồng Chí Thanh", [], []),
        ({"name": "Anh Thư"}, "Anh Thư", [], []),
        ({"name": "Chi Thị Hoa"}, "Chi Thị Hoa", [], []),
        ({"name": "NGUYỄN VĂN NGọC anh"}, "NGUYỄN VĂN NGọC anh", [], ["name_mixed_case"]),
        ({"name": "NGUYỄN VĂN anh"}, "NGUYỄN VĂN anh", [], ["name_mixed_case"]),
        ({"name": "Nguyễn văn An"}, "Nguyễn văn An", [], []),
    ],
)
def test_names(written, name, problems, warnings):
    read_name, *codes = read(cells.read_name, RawRow("", 2, written))

    assert codes == [problems, warnings]
    assert read_name.isprintable()
    if name is not None:
        assert read_name == name


def test_what_was_taken_off_a_name_is_shown():
    findings = cells.CellFindings([], [])

    cells.read_name(RawRow("", 2, {"name": "Chị Bùi Thị D (mới)"}), findings)

    assert [finding.message for finding in findings.warnings] == [
        "“Chị (mới)” không phải là tên nên đã bỏ đi, chỉ giữ “Bùi Thị D”. Hãy kiểm tra lại."
    ]


DAY = date(2001, 4, 12)


@pytest.mark.parametrize(
    ("written", "sex", "value", "problems", "warnings"),
    [
        ({"birth_male": "12/04/2001"}, "", ("male", DAY, 2001), [], []),
        ({"birth_female": datetime(2001, 4, 12), "birth_male": "-"}, "", ("female", DAY, 2001), [], []),  # noqa: DTZ001
        ({"birth_female": "2001"}, "", ("female", None, 2001), [], ["birth_year_alone"]),
        ({"birth_male": "x", "birth": "12/04/2001"}, "", ("male", DAY, 2001), [], []),
        ({"birth_male": "12/04/2001", "birth_female": "13/04/2001"}, "", ("", None, None), [], []),
        ({"birth_male": "12/04/2001", "birth_female": "?"}, "", ("", None, None), ["both_sexes"], []),
        ({"birth_male": "12/04/2001", "birth_female": "x"}, "", ("", None, None), ["both_sexes"], []),
        ({"birth_male": 2001, "birth_female": 2001}, "both", ("", None, None), [], []),
        ({"birth": "12/04/2001", "gender": "x"}, "both", ("", DAY, 2001), [], ["gender_unknown"]),
        (
            {"birth_male": "x", "birth_female": "x", "birth": "12/04/2001"},
            "",
            ("", DAY, 2001),
            [],
            ["gender_unknown"],
        ),
        ({"birth_male": "12/04/2001", "gender": "Nữ"}, "", ("", DAY, 2001), [], ["gender_differs"]),
        ({"birth_male": "12/04/2001", "birth": "2002"}, "", ("male", DAY, 2001), [], ["birth_twice"]),
        ({"birth": "12/04/2001"}, "female", ("female", DAY, 2001), [], []),
        ({"birth": "12/04/2001", "gender": "Nam"}, "female", ("", DAY, 2001), [], ["gender_differs"]),
        ({"birth": "00/00/2007"}, "", ("", None, 2007), [], ["date_partial"]),
        ({"birth": "31/02/2005"}, "", ("", None, 2005), [], ["date_partial"]),
        ({"birth": "00/5/2007"}, "", ("", None, 2007), [], ["date_partial"]),
        ({"birth": "5/2007"}, "", ("", None, 2007), [], ["date_partial"]),
        ({"birth": 2007}, "", ("", None, 2007), [], ["birth_year_alone"]),
        ({"birth": "12/4/01"}, "", ("", DAY, 2001), [], ["date_short_year"]),
        ({"birth": "2001-04-12"}, "", ("", DAY, 2001), [], []),
        ({"birth": 36993}, "", ("", DAY, 2001), [], ["date_serial"]),
        ({"birth": "00/00/0000"}, "", ("", None, None), [], ["birth_missing"]),
        ({"birth": "12/04/1801"}, "", ("", None, None), ["date_year"], []),
    ],
)
def test_births(written, sex, value, problems, warnings):
    assert read(cells.read_birth, RawRow("", 2, written, sex=sex)) == (value, problems, warnings)


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("26/03/2010", ["joined_too_young"]),
        (datetime(2014, 3, 26), ["joined_too_young"]),  # noqa: DTZ001
        ("26/03/2030", ["joined_in_future"]),
        ("2018", ["date_incomplete"]),
        ("3/2019", ["date_incomplete"]),
        ("03/26/2020", ["date_month"]),
        ("31/02/2018", ["date_impossible"]),
    ],
)
def test_a_day_of_joining_that_contradicts_costs_the_day_and_not_the_person(typed, codes):
    findings = cells.CellFindings([], [])

    assert cells.read_joined(typed, DAY, 2001, date(2023, 11, 12), findings) is None
    assert ([finding.code for finding in findings.warnings], findings.problems) == (codes, [])
    assert findings.warnings[0].message.startswith(f"Đã bỏ qua “{cells.text(typed)}”, chưa ghi ngày vào Đoàn. ")


@pytest.mark.parametrize(
    ("typed", "stored", "codes"),
    [
        ("082201004001", "", ["phone_is_citizen_id"]),
        ("082 201 004 001", "", ["phone_is_citizen_id"]),
        ("82201004001", "", ["phone_is_citizen_id"]),
        ("311234567", "", ["phone_is_old_card"]),
        (301234567, "", ["phone_is_old_card"]),
        (352004005, "0352004005", ["phone_or_old_card"]),
        ("0903004008 (mẹ)", "0903004008", ["phone_among_words"]),
        ("Zalo 0903004012", "0903004012", ["phone_among_words"]),
        ("Zalo: +84 903 004 012", "0903004012", ["phone_among_words"]),
        ("mẹ 0903004008 cha 0903004009", "", ["phone_not_digits"]),
        ("CMND 311234567", "", ["phone_not_digits"]),
        ("hỏi mẹ", "", ["phone_not_digits"]),
    ],
)
def test_phones_among_words_and_numbers_of_cards(typed, stored, codes):
    assert read(cells.read_phone, typed) == (stored, [], codes)


@pytest.mark.parametrize(
    ("citizen", "telephone", "stored", "codes"),
    [
        (912345678, 912345678, ("", "0912345678"), ["citizen_id_perhaps_phone", "number_is_phone"]),
        (352345678, 352345678, ("352345678", "0352345678"), ["phone_or_old_card", "number_twice"]),
        ("312345678", "0388000111", ("312345678", "0388000111"), []),
        ("312345678", 312345678, ("312345678", ""), ["phone_is_old_card"]),
        (82201001234, "82201001234", ("082201001234", ""), ["phone_is_citizen_id"]),
        (None, 341234567, ("", "0341234567"), ["phone_or_old_card"]),
    ],
)
def test_old_cards_and_phones_are_distinguished_by_column_and_shape(citizen, telephone, stored, codes):
    row = RawRow("", 2, {"name": "Lê Văn An", "birth": "12/04/2001", "citizen_id": citizen, "phone": telephone})

    line = MemberRowReader(Branches([], [], {})).read(row)

    assert (line.values.get("citizen_id", ""), line.values.get("phone", "")) == stored
    assert [finding.code for finding in line.warnings] == codes
