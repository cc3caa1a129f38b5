"""Lists as units really keep them, through the whole importer."""

import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from doanso.imports import queries
from doanso.imports.actions import run_import
from doanso.imports.ports import RawRow
from doanso.lib.problems import Refused
from doanso.members.models import Member
from doanso.members.register_list import MembersList
from doanso.members.register_list.branches import branch_key
from doanso.members.tests.workbooks import HEAD, row, simple, workbook
from doanso.people import queries as people
from doanso.testing import TREE_BEGAN
from doanso.units.actions import Journal, NewUnit, found_units


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES = tmp_path / "files"


def run(tree, path, unit="p4", **more):
    actor = tree.an if unit.startswith("p4") else tree.dung
    job = run_import(actor=actor, kind="members", unit=tree.units[unit], path=path, **more)
    return job, queries.row_counts(job)


def register() -> dict[str, tuple[object, ...]]:
    members = Member.objects.select_related("contact", "branch")
    return {
        member.contact.name: (
            member.branch.code,
            member.contact.gender,
            member.contact.birth_date or member.contact.birth_year,
            people.decrypt_field(member.contact, "citizen_id"),
            people.decrypt_field(member.contact, "phone"),
        )
        for member in members
    }


def test_titles_a_two_line_head_groups_totals_and_signatures(tree, tmp_path: Path):
    path = tmp_path / "ds.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("DSĐV")
    sheet.merge_range(0, 0, 0, 3, "THÀNH ĐOÀN MỸ THO")
    sheet.merge_range(1, 0, 1, 3, "BCH ĐOÀN PHƯỜNG 4")
    sheet.merge_range(3, 0, 3, 7, "DANH SÁCH ĐOÀN VIÊN NĂM 2023")
    for place, head in ((0, "STT"), (1, "HỌ VÀ TÊN"), (4, "Số CCCD"), (5, "SĐT"), (6, "Dân tộc"), (7, "Ghi chú")):
        sheet.merge_range(5, place, 6, place, head)
    sheet.merge_range(5, 2, 5, 3, "NGÀY SINH")
    sheet.write_row(6, 2, ["Nam", "Nữ"])
    sheet.write_row(7, 0, ["I", "Chi đoàn Khu phố 1"])
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(8, 0, [1, "NGUYỄN HOÀNG ĐỨC"])
    sheet.write_datetime(8, 2, date(2001, 4, 12), day)
    sheet.write_row(8, 4, [82201001234, "0912.345.678", "Kinh", ""])
    sheet.write_row(9, 0, [2, "trần thị  thuỷ"])
    sheet.write_row(9, 3, [2003, None, 912345679, "Hoa", ""])
    sheet.write_row(10, 0, ["II", "CHI ĐOÀN KP 02 (1 đ/c)"])
    sheet.write_row(11, 0, [1, unicodedata.normalize("NFD", "Lê Minh Hoà"), "2/1/1999", None, None, "+84 912 345 670"])
    sheet.write_row(12, 0, [None, "Tổng cộng: 3 đoàn viên"])
    sheet.write(14, 5, "Mỹ Tho, ngày 12 tháng 11 năm 2023")
    sheet.write(15, 5, "NGƯỜI LẬP BẢNG")
    sheet.write(19, 5, "Nguyễn Văn An")
    book.close()

    job, report = run(tree, path)

    assert (report["rows"], report["created"], report["rejected"]) == (3, 3, [])
    assert register() == {
        "Nguyễn Hoàng Đức": ("p4-kp1", "male", date(2001, 4, 12), "082201001234", "0912345678"),
        "Trần Thị Thuỷ": ("p4-kp1", "female", 2003, "", "0912345679"),
        "Lê Minh Hoà": ("p4-kp2", "male", date(1999, 1, 2), "", "0912345670"),
    }
    assert (job.layout["dropped"], job.layout["ignored"]) == (["dân tộc"], ["Ghi chú"])

    _job, again = run(tree, path)
    assert (again["created"], again["unchanged"]) == (0, 3)


def test_another_spelling_of_the_same_person_is_the_same_person(tree, tmp_path):
    run(tree, simple(tmp_path / "a.xlsx", row(1, "Lê Minh Hoà", "2/1/1999"), row(2, "Phan Thuý Đức", "2002")))

    respelled = [row(1, unicodedata.normalize("NFD", "LÊ MINH HÒA"), date(1999, 1, 2)), row(2, "phan  thúy đức", 2002)]
    _job, report = run(tree, simple(tmp_path / "b.xlsx", *respelled))

    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 2)


def test_several_sheets_named_for_branches(tree, tmp_path):
    head = ["STT", "Họ và tên", "Ngày sinh", "Giới tính"]
    path = workbook(
        tmp_path / "a.xlsx",
        ("KP 1", [head, [1, "Phan Văn An", "2001", "Nam"]]),
        ("Khu phố 2", [head, [1, "Phan Văn Ba", "2001", "Nam"]]),
        ("Hướng dẫn", [["Ghi đủ họ tên"]]),
        ("Nháp", [head, [1, "Phan Văn Ca", "2001", "Nam"]]),
        hidden=["Nháp"],
    )

    job, report = run(tree, path)

    assert {name: facts[0] for name, facts in register().items()} == {"Phan Văn An": "p4-kp1", "Phan Văn Ba": "p4-kp2"}
    assert (job.layout["sheets"], job.layout["hidden_sheets"]) == (["KP 1", "Khu phố 2"], ["Nháp"])
    assert report["rejected"] == []


def test_a_hidden_column_is_read_and_named(tree, tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for line, cells in enumerate([HEAD, row(1, "Phan Văn An", phone="0912345678")]):
        sheet.write_row(line, 0, ["" if cell is None else cell for cell in cells])
    sheet.set_column(5, 5, None, None, {"hidden": True})
    book.close()

    job, _report = run(tree, path)

    assert job.layout["hidden_headings"] == ["SĐT"]
    assert register()["Phan Văn An"][4] == "0912345678"


def test_family_and_given_name_in_two_columns(tree, tmp_path):
    head = ["TT", "Họ và tên đệm", "Tên", "Năm sinh", "Chi đoàn"]
    _job, report = run(tree, simple(tmp_path / "a.xlsx", [1, "Nguyễn Thị", "Mai", 2002, "Khu phố 1"], head=head))

    assert (report["created"], list(register())) == (1, ["Nguyễn Thị Mai"])


def test_for_one_branch_no_branch_needs_to_be_named(tree, tmp_path):
    path = simple(tmp_path / "a.xlsx", ["Phan Văn An", "2001"], head=["Họ tên", "Năm sinh"])

    run(tree, path, unit="p4-kp2")

    assert register()["Phan Văn An"][0] == "p4-kp2"


def test_a_city_list_needs_the_ward(tree, tmp_path):
    head = ["Họ tên", "Năm sinh", "Phường/Xã", "Chi đoàn"]
    rows = [["Phan An", 2001, "Phường 5", "KP1"], ["Phan Ba", 2001, "P.4", "KP1"], ["Phan Ca", 2001, "", "KP1"]]

    _job, report = run(tree, simple(tmp_path / "a.xlsx", *rows, head=head), unit="my-tho", skip_rejected=True)

    assert {name: facts[0] for name, facts in register().items()} == {"Phan An": "p5-kp1", "Phan Ba": "p4-kp1"}
    assert [(finding["row"], finding["code"]) for finding in report["rejected"]] == [(4, "branch_ambiguous")]


def test_an_unknown_branch_names_the_nearest(tree, tmp_path):
    _job, report = run(tree, simple(tmp_path / "a.xlsx", row(1, "Phan Văn An", branch="Khu phố 22")))

    [entry] = report["rejected"]
    assert entry["message"] == (
        "Không có chi đoàn “Khu phố 22” ở đây; tên gần nhất là “Chi đoàn Khu phố 2, Phường 4”. Hãy sửa cột “Chi đoàn”, hoặc"
        " nhập dòng này cho đơn vị có chi đoàn ấy."
    )


@pytest.mark.parametrize(
    ("written", "branch", "message"),
    [
        ("CĐ KP 2, Đạo Thạnh", "dt-kp2", ""),
        ("Chi đoàn khu phố 2 - P. Đạo Thạnh", "dt-kp2", ""),
        ("CĐ KP 9, Đạo Thạnh", "", "Không có chi đoàn “CĐ KP 9, Đạo Thạnh” ở đây; tên gần nhất là"),
        ("Phường Đạo Thạnh", "", "Thiếu chi đoàn"),
    ],
)
def test_a_column_of_units_may_name_the_branch(tree, tmp_path, written, branch, message):
    """Lists of a province have one column "Đơn vị" with branch and ward in it."""
    ward = NewUnit(
        code="dt", kind="grassroots", name="Đoàn phường Đạo Thạnh", short_name="Phường Đạo Thạnh", parent="my-tho",
        since=TREE_BEGAN,
    )  # fmt: skip
    branches = [
        replace(
            ward,
            code=f"dt-kp{number}",
            kind="branch",
            name=f"Chi đoàn Khu phố {number}",
            short_name=f"Khu phố {number}",
            parent="dt",
        )
        for number in (1, 2)
    ]
    found_units(journal=Journal(), new=[ward, *branches])
    head = ["Họ và tên", "Năm sinh", "Giới tính", "Đơn vị (Chi đoàn)"]
    path = simple(tmp_path / "a.xlsx", ["Phan Văn An", "2001", "Nam", written], head=head)

    _job, report = run(tree, path, unit="my-tho", skip_rejected=True)

    assert [fact[0] for fact in register().values()] == ([branch] if branch else [])
    assert [entry["message"][: len(message)] for entry in report["rejected"]] == ([message] if message else [])


def test_each_secretary_after_the_first_of_a_branch_is_asked_about(tree):
    rows = [("Một", 1, "Bí thư", "Khai trừ"), ("Hai", 1, "Bí thư", ""), ("Ba", 2, "BT", ""), ("Bốn", 1, "BT", "")]
    session = MembersList().open(actor=tree.an, unit=tree.units["p4"])

    lines = [
        session.read(
            RawRow(
                "",
                number,
                {
                    "name": f"Phan Văn {name}",
                    "birth": "12/04/2001",
                    "branch": f"Khu phố {branch}",
                    "post": post,
                    "status": status,
                },
            )
        )
        for number, (name, branch, post, status) in enumerate(rows, 2)
    ]

    assert [[finding.message for finding in line.warnings] for line in lines] == [
        [],
        [],
        [],
        ["Dòng 3 đã ghi một bí thư của chi đoàn này; xem lại ai là bí thư."],
    ]


@pytest.mark.parametrize(
    ("spelling", "other"),
    [
        ("KP 01", "Khu phố 1"),
        ("CĐ KP1", "Chi đoàn khu phố 1"),
        ("khu  phố 1.", "KHU PHỐ 1"),
        ("Khu phố 1, P.4", "Khu phố 1 - Phường 4"),
    ],
)
def test_branches_have_one_key_however_they_are_written(spelling, other):
    assert branch_key(spelling) == branch_key(other)


@given(st.text(max_size=60))
def test_any_text_has_a_key(text):
    assert isinstance(branch_key(text), str)


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        ("empty", "workbook_empty"),
        ("text", "workbook_not_excel"),
        ("cut", "workbook_broken"),
        ("headless", "heading_not_found"),
        ("rowless", "list_empty"),
    ],
)
def test_files_that_cannot_be_read_are_refused_with_a_reason(tree, tmp_path, harm, code):
    path = simple(tmp_path / "a.xlsx", row(1, "Phan Văn An"))
    if harm == "empty":
        path.write_bytes(b"")
    elif harm == "text":
        path.write_text("Họ và tên\tNgày sinh")
    elif harm == "cut":
        path.write_bytes(path.read_bytes()[:-500])
    elif harm == "headless":
        simple(path, ["x", 1], head=["một", "hai"])
    else:
        simple(path)

    with pytest.raises(Refused) as refused:
        run(tree, path)

    assert refused.value.problem.code == code
    assert Member.objects.count() == 0
