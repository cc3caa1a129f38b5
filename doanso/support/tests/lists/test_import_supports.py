"""Lists of people helped as units keep them, through the one importer."""

import pytest

from doanso.ledger.recount import recount
from doanso.lib.spreadsheet import read_workbook
from doanso.members.actions import Admission, admit_many
from doanso.people.actions import Particulars
from doanso.people.models import Business, Consent, Person
from doanso.support.models import SupportRecord
from doanso.support.tests.lists.rows import HEAD, codes, counts, line
from doanso.testing import TREE_BEGAN
from doanso.units.models import Neighbourhood


def test_a_list_becomes_helps_with_consent_and_grade(bring, ward):
    _job, report = bring(
        line("NGUYỄN VĂN BẢY", second="Ông Võ Văn Năm (Trưởng khu phố)"),
        line("Lê Thị Hoà", 1960, "84 912.345.679", "KP 02", "thanh toán", "02/11/2023"),
    )

    assert counts(report) == [2, 0, 2, 0, 0]
    support_record, two = SupportRecord.objects.order_by("happened_on")
    assert (
        support_record.grade,
        support_record.second_helper_name,
        support_record.second_helper_kind,
        support_record.source,
    ) == (
        2,
        "Võ Văn Năm",
        "official",
        "import",
    )
    assert (two.grade, two.service_id, two.contact.neighbourhood.name) == (1, "payment", "Khu phố 2")
    assert support_record.contact.name == "Nguyễn Văn Bảy"
    assert [(consent.purpose, consent.channel) for consent in Consent.objects.all()] == [("support", "paper")] * 2
    assert ward.figure() == 1
    assert ward.figure("payment-residents") == 1
    assert list(recount()) == []


def test_marks_in_columns_of_services(bring):
    head = [["Họ tên", "Năm sinh", "Điện thoại", "Ngày", "Nội dung hỗ trợ", None, None, "Đồng ý"],
            [None, None, None, None, "VNeID", "DVC", "TTKDTM", None]]  # fmt: skip
    _job, report = bring(
        ["Nguyễn Văn Bảy", 1951, "0912345678", "01/11/2023", "x", None, "X", "có"],
        ["Lê Thị Hoa", 1960, "0912345679", "01/11/2023", None, "✓", "0", "có"],
        ["Trần Ba", 1961, "0912345670", "01/11/2023", None, None, None, "có"],
        head=head,
    )

    assert sorted(SupportRecord.objects.values_list("contact__name", "service_id")) == [
        ("Lê Thị Hoa", "portal"), ("Nguyễn Văn Bảy", "payment"), ("Nguyễn Văn Bảy", "vneid"),
    ]  # fmt: skip
    assert codes(report) == [(5, "service_missing")]


def test_several_services_in_one_cell(bring):
    _job, report = bring(line("Nguyễn Văn Bảy", service="VNeID; dịch vụ công và thanh toán không tiền mặt"))

    assert (report["created"], SupportRecord.objects.count(), Person.objects.count()) == (1, 3, 1)
    assert SupportRecord.objects.values("receipt").distinct().count() == 1


def test_a_group_of_a_neighbourhood_without_a_branch_says_where_people_live(bring, ward):
    Neighbourhood.objects.create(unit=ward.tree.units["p4"], name="Khu phố 7", since=TREE_BEGAN)
    title = ["DANH SÁCH PHƯỜNG 4 - TỔ DÂN PHỐ 12"]

    _job, report = bring(["I", "KHU PHỐ 7"], line("Nguyễn Văn Bảy", place=None), head=[title, HEAD])

    assert (codes(report), codes(report, "warnings")) == ([], [(4, "area_unknown")])
    assert SupportRecord.objects.get().contact.neighbourhood.name == "Khu phố 7"


MESSY = [
    ["ĐOÀN PHƯỜNG 4", None, None, None, "ĐOÀN TNCS HỒ CHÍ MINH"],
    ["DANH SÁCH NGƯỜI DÂN ĐƯỢC HỖ TRỢ CHUYỂN ĐỔI SỐ THÁNG 11/2023"],
    [],
    [
        "TT",
        "Họ và tên người dân",
        "Năm sinh",
        None,
        "SĐT (Zalo)",
        "Nội dung hướng dẫn",
        "Ngày",
        "Đoàn viên hỗ trợ",
        "Ký đồng ý",
        "Số CCCD",
    ],
    [None, None, "Nam", "Nữ", None, None, None, None, None, None],
    ["I", "Khu phố 1"],
    [
        1,
        "NGUYỄN VĂN BẢY",
        1951,
        None,
        912345678,
        "Dịch vụ công",
        "1/11/2023",
        "Trần Gia Huy, Cô Sáu (Hội phụ nữ)",
        "x",
        "082051001234",
    ],
    [2, "LÊ THỊ HOÀ", None, "1960", "0912 345 679", "Mở tài khoản ngân hàng", 45232, "Huy", "đã ký", None],
    ["II", "Khu phố 2 (2 người)"],
    [3, "Trần Ba", "12/03/1970", None, None, "dvc", "2/11/2023", None, "Không", None],
    [None, "Tổng cộng", None, None, "3 người"],
    [],
    [None, None, None, None, None, "Mỹ Tho, ngày 12 tháng 11 năm 2023"],
    [None, None, None, None, None, "TM. BAN CHẤP HÀNH"],
]


def test_a_list_as_a_ward_keeps_it(bring):
    job, report = bring(*MESSY[1:], head=MESSY[0])

    assert counts(report) == [2, 0, 2, 0, 1]
    assert codes(report) == [(10, "consent_refused")]
    assert len(job.layout["dropped"]) == 1
    bay, hoa = SupportRecord.objects.select_related("contact__neighbourhood").order_by("happened_on")
    assert (bay.contact.gender, bay.grade, bay.second_helper_name) == ("male", 2, "Sáu")
    assert (hoa.contact.gender, hoa.contact.birth_year, hoa.contact.neighbourhood.name) == ("female", 1960, "Khu phố 1")
    assert b"082051001234" not in b"".join(bytes(row.encrypted) for row in job.rows.all())


def test_shops_need_no_consent_and_are_no_persons(bring, ward):
    head = ["Tên cửa hàng", "Chủ hộ", "SĐT", "Địa chỉ", "Dịch vụ", "Ngày"]
    rows = [
        ["Tạp hóa Bảy", "Nguyễn Văn Bảy", "0912345678", "12 Lê Lợi", "Mã QR", "01/11/2023"],
        ["Tạp hóa Bảy", "Nguyễn Văn Bảy", "0912345678", "12 Lê Lợi", "Mã QR", "03/11/2023"],
    ]

    _job, report = bring(*rows, head=head)

    assert counts(report) == [2, 0, 0, 0, 0]
    assert (Business.objects.count(), Person.objects.count(), SupportRecord.objects.count()) == (1, 0, 2)
    assert ward.figure("payment-shops") == 1
    assert counts(bring(*rows, head=head)[1])[:2] == [0, 2]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"day": None}, "day_missing"),
        ({"day": "12/2023"}, "date_incomplete"),
        ({"day": "01/12/2023"}, "day_ahead"),
        ({"service": "sửa xe"}, "service_unknown"),
        ({"service": None}, "service_missing"),
        ({"name": None}, "name_missing"),
        ({"name": "Nguyễn 7"}, "name_digits"),
        ({"year": "31/02/1851"}, "date_year"),
        ({"name": "'=A2"}, "name_formula"),
        ({"name": "<b>Bảy</b>"}, "name_brackets"),
        ({"helper": "Huy\u202e"}, "name_hidden_letters"),
        ({"year": 2030}, "date_in_future"),
        ({"helper": "Huy 0912345678"}, "digits_in_name"),
    ],
)
def test_rows_that_cannot_be_read_say_why(bring, cells, code):
    _job, report = bring(line(**({"name": "Nguyễn Văn Bảy"} | cells)))

    row_codes = codes(report)
    assert [row for row, _code in row_codes] == [2] * len(row_codes)
    assert code in [row_code for _row, row_code in row_codes]
    assert SupportRecord.objects.count() == 0


def test_a_child_needs_a_guardian_and_only_that_row_waits(bring):
    head = [*HEAD, "Người giám hộ"]
    _job, report = bring(
        [*line("Bé Ba", 2012, "0912345670"), None],
        [*line("Bé Tư", 2012, "0912345671"), "Trần Thị Mẹ"],
        [*line("Lê Hoa", 1960, "0912345672"), None],
        head=head,
    )

    assert codes(report) == [(2, "guardian_needed")]
    assert (report["created"], SupportRecord.objects.count()) == (2, 2)


def test_a_member_of_the_unit_is_known_as_helper(bring, ward):
    [huy] = admit_many(
        actor=ward.tree.an,
        entries=[Admission(branch=ward.tree.units["p4-kp1"], particulars=Particulars("Trần Gia Huy", birth_year=2001))],
    )

    bring(line("Nguyễn Văn Bảy", helper="đ/c TRẦN GIA HUY"))

    assert SupportRecord.objects.get().helper_id == huy.pk


def test_five_hundred_rows_take_a_fixed_number_of_statements(bring, django_assert_max_num_queries):
    rows = [
        line(f"Nguyễn Văn {chr(65 + n % 26)}{'abcdefghijklmnopqrst'[n // 26]}", 1950 + n % 40, f"09{n:08}")
        for n in range(480)
    ]

    with django_assert_max_num_queries(130):
        _job, report = bring(*rows)

    assert counts(report) == [480, 0, 480, 0, 0]


def test_our_own_empty_list_is_read_again(as_user, ward, bring):
    response = as_user(ward.tree.an).get("/imports/templates/supports/")

    head = read_workbook(b"".join(response.streaming_content)).sheets[0].rows[0]
    assert head[:3] == ["Họ và tên", "Năm sinh", "Số điện thoại"]
    cells = dict.fromkeys(head) | {
        "Họ và tên": "Nguyễn Văn Bảy", "Năm sinh": 1951, "Dịch vụ": "portal", "Ngày hỗ trợ": "01/11/2023", "Có phiếu đồng ý": "x",
    }  # fmt: skip
    assert counts(bring(list(cells.values()), head=head)[1])[:1] == [1]


def test_rows_left_out_come_back_in_columns_that_can_be_imported(as_user, ward, bring):
    job, _report = bring(line("Nguyễn Văn Bảy", day=None))

    response = as_user(ward.tree.an).get(f"/imports/{job.pk}/rejected/")
    head, row = read_workbook(b"".join(response.streaming_content)).sheets[0].rows
    cells = dict(zip(head, row, strict=False))
    cells["Ngày hỗ trợ"] = "01/11/2023"

    assert counts(bring(list(cells.values()), head=head)[1])[:1] == [1]


@pytest.mark.parametrize(
    ("service_name", "service"),
    [
        ("mở TK ngân hàng", "payment"),
        ("Hướng dẫn nộp hồ sơ DVC trực tuyến", "portal"),
        ("ĐK DVC", "portal"),
        ("cài VNeID mức 2", "vneid"),
        ("Quét mã QR thanh toán", "payment"),
    ],
)
def test_services_by_what_people_call_them(bring, service_name, service):
    bring(line("Nguyễn Văn Bảy", service=service_name))

    assert SupportRecord.objects.get().service_id == service


def test_one_column_of_names_for_people_and_shops(bring):
    head = ["Người dân/cửa hàng", "Đối tượng", "Năm sinh", "SĐT", "Dịch vụ", "Ngày", "Đồng ý"]
    _job, report = bring(
        ["Quán 68", "Hộ kinh doanh", None, "0912345678", "QR", "01/11/2023", None],
        ["Nguyễn Văn Bảy", "Người dân", 1951, "0912345679", "DVC", "01/11/2023", "x"],
        head=head,
    )

    assert counts(report)[:3] == [2, 0, 1]
    assert Business.objects.get().name == "Quán 68"


def test_another_address_than_that_of_the_register_is_reported(bring):
    head = [*HEAD, "Địa chỉ"]
    bring([*line("Nguyễn Văn Bảy"), "12 Lê Lợi"], head=head)

    rows = (
        [*line("Nguyễn Văn Bảy", day=f"0{n}/11/2023"), where] for n, where in ((2, "12 lê lợi"), (3, "99 Rạch Gầm"))
    )
    _job, report = bring(*rows, head=head)

    assert (codes(report), codes(report, "warnings")) == ([], [(3, "address_kept")])
    assert {support_record.contact.address for support_record in SupportRecord.objects.select_related("contact")} == {
        "12 Lê Lợi"
    }


@pytest.mark.parametrize(
    ("place", "address", "warned"),
    [
        ("Khu phố 9", None, ["place_unknown"]),
        ("KP 1", "12 khu phố 2", ["place_differs"]),
        ("KP 1", "12 ấp 3", ["place_differs"]),
        ("1", "12/3 ấp 1, phường 4", []),
        ("1", "12 Lê Lợi", []),
    ],
)
def test_a_neighbourhood_that_is_unknown_or_contradicted_is_reported(bring, place, address, warned):
    _job, report = bring([*line("Nguyễn Văn Bảy", place=place), address], head=[*HEAD, "Địa chỉ"])

    assert (report["created"], [code for _row, code in codes(report, "warnings")]) == (1, warned)
