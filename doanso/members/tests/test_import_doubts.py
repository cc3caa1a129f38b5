"""Rows that may mean a member of the register become questions, and are never written on a guess."""

from datetime import date

import pytest
import xlsxwriter

from doanso.imports import queries
from doanso.imports.actions import run_import
from doanso.imports.models import ImportState
from doanso.members.actions import Admission, admit_many, end_membership, set_absence, transfer_member
from doanso.members.models import Member
from doanso.members.tests.workbooks import row, simple
from doanso.people.actions import Particulars
from doanso.testing import TODAY


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES = tmp_path / "files"


@pytest.fixture
def run(tree, tmp_path):
    def _run(*rows, head=None, unit="p4"):
        path = simple(tmp_path / "a.xlsx", *rows, **({"head": head} if head else {}))
        actor = tree.dung if unit == "my-tho" else tree.an if unit.startswith("p4") else tree.chi
        job = run_import(actor=actor, kind="members", unit=tree.units[unit], path=path, skip_rejected=True)
        report = queries.row_counts(job)
        return [report[name] for name in ("created", "updated", "unchanged")], [
            rejected["code"] for rejected in report["rejected"]
        ]

    return _run


DUC = {"cccd": "082201001234", "card": "820001"}


@pytest.mark.parametrize(
    ("birth", "more", "codes"),
    [
        ("13/04/2001", {}, ["birth_differs"]),
        ("12/05/2001", {}, ["birth_differs"]),
        ("04/12/2001", {}, ["birth_differs"]),
        ("12/04/2002", {}, ["birth_differs"]),
        ("30/11/2001", {}, ["birth_differs"]),
        ("2002", {}, ["birth_differs"]),
        ("30/11/2002", {}, []),
        ("13/04/2001", {"cccd": "082201009999"}, []),
        ("13/04/2001", {"card": "829999"}, []),
        ("13/04/2001", {"branch": "Khu phố 2"}, []),
    ],
)
def test_a_corrected_birth_makes_no_second_member(register, run, birth, more, codes):
    counts, rejected = run(row(1, "Nguyễn Hoàng Đức", birth, **more))

    assert (rejected, counts) == (codes, [0 if codes else 1, 0, 0])


def test_a_number_tells_nothing_where_the_register_has_none(register, run):
    assert run(row(1, "Trần Thị Thủy", "2004", "Nữ", cccd="082304001234")) == ([0, 0, 0], ["birth_differs"])


def test_namesakes_inside_one_list_are_distinguished_by_the_list(tree, run, monkeypatch):
    monkeypatch.setattr("doanso.imports.rules.STEP", 1)

    rows = [row(1, "Phan An", "12/04/2001"), row(2, "Phan An", "13/04/2001"), row(3, "Phan An", "", branch="Khu phố 2")]

    assert run(*rows) == ([3, 0, 0], [])


NAMES = ["Họ và tên", "Chi đoàn"]


def test_a_list_without_births_neither_copies_nor_revives(tree, run):
    rows = [["Lê Không Ngày", "Khu phố 1"], ["Lê Sẽ Mất", "Khu phố 1"], ["Lê Ở Lại", "Khu phố 1"]]
    assert run(*rows, head=NAMES) == ([3, 0, 0], [])
    moved, dead = (Member.objects.get(contact__name=name) for name in ("Lê Không Ngày", "Lê Sẽ Mất"))
    transfer_member(actor=tree.an, member=moved, to=tree.units["p4-kp2"], on=TODAY)
    end_membership(actor=tree.an, member=dead, state="died", on=TODAY)

    assert run(*rows, head=NAMES) == ([0, 0, 1], ["namesake", "namesake"])


def test_the_same_name_and_birth_date_in_another_ward_is_a_question(register, run):
    khang = row(1, "Lê Minh Khang", "02/01/1999")

    assert run(khang) == ([0, 0, 0], ["perhaps_elsewhere"])
    assert run(row(1, "Lê Minh Khang", "1999")) == ([1, 0, 0], [])


def test_another_ward_is_not_named(register, tree, tmp_path):
    path = simple(tmp_path / "a.xlsx", row(1, "Lê Minh Khang", "02/01/1999"))
    job = run_import(actor=tree.an, kind="members", unit=tree.units["p4"], path=path)

    [entry] = queries.row_counts(job)["rejected"]
    assert "Phường 5" not in entry["message"]
    assert job.rows.get().verdict == "question"


def test_a_guest_may_be_a_member_elsewhere(register, run):
    head = ["Họ tên", "Ngày sinh", "Chi đoàn", "Tình trạng"]

    assert run(["Lê Minh Khang", "02/01/1999", "KP1", "Sinh hoạt tạm thời"], head=head) == ([1, 0, 0], [])


def test_who_left_another_unit_comes_back_by_hand_only(register, run, tree):
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=TODAY)

    assert run(row(1, "Nguyễn Hoàng Đức", cccd=DUC["cccd"]), unit="p5") == ([0, 0, 0], ["known_elsewhere"])
    assert run(row(1, "Nguyễn Hoàng Đức", cccd=DUC["cccd"])) == ([0, 0, 0], ["membership_ended"])


def test_a_card_of_another_active_stay_is_a_question(register, run, tree):
    admit_many(
        actor=tree.chi,
        entries=[
            Admission(
                branch=tree.units["p5-kp1"],
                particulars=Particulars(name="Tạm Trú Một", birth_date=date(2001, 1, 1)),
                temporary=True,
                card_number="T-1",
            )
        ],
    )

    rows = [
        row(1, "Tạm Trú Một", "01/01/2001", card="T-1"),
        row(2, "Nguyễn Hoàng Đức", cccd=DUC["cccd"], card="T-2"),
        row(3, "Trần Thị Thủy", "2003", "Nữ", card=DUC["card"]),
    ]

    assert run(*rows) == ([0, 1, 0], ["card_taken", "name_differs"])
    assert run(row(1, "Nguyễn Hoàng Đức", cccd=DUC["cccd"], card="T-1")) == ([0, 0, 0], ["card_taken"])


def test_a_list_that_has_an_away_member_present_asks(register, run, tree):
    head = ["Họ tên", "Ngày sinh", "Chi đoàn", "Tình trạng"]
    rows = [["Nguyễn Hoàng Đức", "12/04/2001", "KP1", "Đang sinh hoạt"]]
    assert run(*rows, head=head) == ([0, 0, 1], [])
    set_absence(actor=tree.an, member=register.duc, reason="study", since=TODAY)

    assert run(*rows, head=head) == ([0, 0, 0], ["still_away"])


def test_day_month_and_year_in_three_columns(tree, tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["STT", "Họ và tên", "Ngày sinh", None, None, "Giới tính", "Chi đoàn"])
    sheet.merge_range(0, 2, 0, 4, "Ngày sinh")
    sheet.write_row(1, 2, ["Ngày", "Tháng", "Năm"])
    sheet.write_row(2, 0, [1, "Phan Thị An", 5, 6, 2005, "Nữ", "KP1"])
    sheet.write_row(3, 0, [2, "Phan Thị Ba", "", "", 2004, "", "KP1"])
    book.close()

    job = run_import(actor=tree.an, kind="members", unit=tree.units["p4"], path=path)

    assert job.state == ImportState.APPLIED
    births = [
        (member.contact.birth_date, member.contact.birth_year, member.contact.gender)
        for member in Member.objects.select_related("contact").order_by("contact__name")
    ]
    assert births == [(date(2005, 6, 5), 2005, "female"), (None, 2004, "")]


@pytest.mark.parametrize(
    ("ward", "branch", "code", "problem"),
    [
        ("Phường 5", "KP1", "p5-kp1", None),
        ("Đoàn Phường 4, TP Mỹ Tho", "KP2", "p4-kp2", None),
        ("Phường 5", "KP2", None, "branch_unknown"),
        ("Phường 99", "KP2", None, "branch_unknown"),
        ("Công ty May", "KP2", "p4-kp2", None),
    ],
)
def test_the_named_ward_is_where_the_branch_lies(tree, run, ward, branch, code, problem):
    head = ["Họ tên", "Năm sinh", "Đơn vị", "Chi đoàn"]

    _counts, codes = run(["Phan An", 2001, ward, branch], head=head, unit="my-tho")

    assert codes == ([problem] if problem else [])
    assert [member.branch.code for member in Member.objects.select_related("branch")] == ([code] if code else [])
