"""What a sheet holds besides its list: merged cells, totals, other units, hidden things, old fonts. Nothing of it is silent."""

import io
import json

import pytest
import xlsxwriter
from django.core.management import call_command
from django.core.management.base import CommandError

from doanso.files.actions import record_cipher
from doanso.imports import comparison, queries, stored_rows
from doanso.imports.actions import answer_alike, apply_import, finish_applying, start_import
from doanso.imports.models import Import, ImportState, RememberedHead
from doanso.imports.other_units import OtherUnits, UnitMention
from doanso.members.models import Member
from doanso.members.tests.workbooks import table
from doanso.testing import TREE_BEGAN
from doanso.tests.lists.people import typed_in
from doanso.units.models import Neighbourhood, Unit, UnitKind, UnitLink, UnitName, UnitPath

HEAD = ["STT", "Họ và tên", "Ngày sinh", "Chi đoàn", "Địa chỉ"]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES = tmp_path / "files"


def person(number, name, branch="Khu phố 1", address=None, birth="12/04/2001"):
    return [number, name, birth, branch, address]


def compared(tree, content, unit="p4"):
    job = start_import(actor=tree.an, kind="members", unit=tree.units[unit], source=content, name="a.xlsx", wake=False)
    comparison.compare_import(job.pk)
    job.refresh_from_db()
    return job


def rows(job):
    cipher = record_cipher(job.file)
    return [stored_rows.decrypt_row(cipher, row) for row in job.rows.order_by("position")]


def codes(job, name="rejected"):
    return [(entry["row"], entry["code"]) for entry in queries.row_counts(job)[name]]


def book(*lines, merges=(), hidden_rows=(), name="Danh sách", hidden_sheet=False, empty=0):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet, grey = workbook.add_worksheet(name), workbook.add_format({"bg_color": "#EEEEEE"})
        for line, cells in enumerate(lines):
            for place, cell in enumerate(cells):
                if cell is not None:
                    sheet.write(line, place, cell)
        for first, left, last, right in merges:
            sheet.merge_range(first, left, last, right, lines[first][left])
        for line in hidden_rows:
            sheet.set_row(line, None, None, {"hidden": True})
        for line in range(len(lines), len(lines) + empty):
            sheet.set_row(line, 15, grey)
        if hidden_sheet:
            workbook.add_worksheet("Nháp").hide()
    return target.getvalue()


def test_a_branch_merged_over_its_rows_is_that_of_all_of_them(tree):
    lines = [
        HEAD,
        person(1, "Lê An"),
        person(2, "Lê Bình", None),
        person(3, "Lê Chi", None),
        person(4, "Lê Dung", "KP 2"),
    ]

    job = compared(tree, book(*lines, merges=[(1, 3, 3, 3)]))

    kp1, kp2 = str(tree.units["p4-kp1"].pk), str(tree.units["p4-kp2"].pk)
    assert [row.line.values["branch"] for row in rows(job)] == [kp1, kp1, kp1, kp2]


@pytest.mark.parametrize(
    ("unit", "title", "sheet", "other"),
    [
        ("p4", "ĐOÀN PHƯỜNG 5", "Danh sách", True),
        ("p4", "Danh sách đoàn viên P.05", "Danh sách", True),
        ("p4", "ĐOÀN PHƯỜNG 9", "Danh sách", True),
        ("p4", None, "P5", True),
        ("p4-kp1", "CHI ĐOÀN KHU PHỐ 2", "Danh sách", True),
        ("p4-kp1", "ĐOÀN PHƯỜNG 4 - CHI ĐOÀN KP 01", "Danh sách", False),
        ("p4", "BCH ĐOÀN PHƯỜNG 4, TP. MỸ THO", "KP 1", False),
        ("my-tho", "ĐOÀN PHƯỜNG 5", "Danh sách", False),
        ("p4", "Thành Đoàn Mỹ Tho", "2023", False),
    ],
)  # fmt: skip
def test_a_title_or_a_sheet_of_another_unit_lets_nobody_slip_in(tree, unit, title, sheet, other):
    lines = [[None, title], HEAD, person(1, "Lê An", None if unit == "p4-kp1" else "Khu phố 1")]
    actor = tree.dung if unit == "my-tho" else tree.an
    job = start_import(
        actor=actor, kind="members", unit=tree.units[unit], source=book(*lines, name=sheet), name="a.xlsx", wake=False
    )
    comparison.compare_import(job.pk)
    job.refresh_from_db()

    assert ((3, "other_unit") in codes(job)) == other
    assert job.created_count == (0 if other or unit == "my-tho" else 1)


def grown(tree, code, name, parent="my-tho", kind=UnitKind.GRASSROOTS):
    unit = Unit.objects.create(code=code, kind=kind, since=TREE_BEGAN)
    UnitName.objects.create(
        unit=unit, name=name, short_name=name.removeprefix("Đoàn "), sort_key=name, since=TREE_BEGAN
    )
    UnitLink.objects.create(unit=unit, parent=tree.units[parent], since=TREE_BEGAN)
    for depth, above in enumerate((code, parent) if parent == "my-tho" else (code, parent, "my-tho")):
        UnitPath.objects.create(ancestor=tree.units.get(above, unit), unit=unit, depth=depth, since=TREE_BEGAN)
    tree.units[code] = unit
    return unit


TOWNS = {
    "Trung An": "Đoàn Xã Trung An",
    "DS Tân Long": "Đoàn Phường Tân Long",
    "DS Tan Long": "Đoàn Phường Tân Long",
    "Danh sách đoàn viên Tân Mỹ Chánh": "Đoàn Xã Tân Mỹ Chánh",
    "Danh sách đoàn viên Tân Mỷ Chánh": None,
    "Người lập: Nguyễn Tân Long": None,
    "Bí thư Nguyễn Văn Trung An": None,
    "Đoàn Thới Sơn": None,
    "DS Mỹ Tho": None,
    "ĐOÀN PHƯỜNG NĂM": "Đoàn Phường 5",
    "Đoàn viên phường năm, thành phố Mỹ Tho": "Đoàn Phường 5",
    "DOAN PHUONG NAM": "Đoàn Phường 5",
    "ĐOÀN PHƯỜNG MƯỜI HAI": "",
    "ĐOÀN VIÊN XÃ NĂM 2023": None,
    "ĐOÀN VIÊN PHƯỜNG NĂM 2023": None,
    "DANH SÁCH ĐOÀN VIÊN XÃ BÌNH ĐỨC, HUYỆN CHÂU THÀNH": "",
    "Danh sách đoàn viên xã Bình Đức": "",
    "XÃ ĐOÀN BÌNH ĐỨC": "",
    "BCH ĐOÀN PHƯỜNG HAI BÀ TRƯNG": "",
    "Thị trấn Chợ Gạo": "",
    "ĐOÀN XÃ THỚI SƠN, HUYỆN CHÂU THÀNH": None,
    "Đoàn phường Thới Sơn": None,
    "ĐOÀN VIÊN XÃ THAM GIA CHUYỂN ĐỔI SỐ": None,
    "ĐOÀN VIÊN XÃ THANH NIÊN TÌNH NGUYỆN": None,
    "CÔNG TÁC XÃ HỘI NĂM 2023": None,
    "ĐOÀN VIÊN XÃ HOÀN THÀNH NHIỆM VỤ": None,
    "Đoàn phường Nam Hà": "",
    "ĐOÀN XÃ, PHƯỜNG, THỊ TRẤN": None,
    "Danh s¸ch ®oµn viªn Ph\xadêng 5": "Đoàn Phường 5",
    "DANH SAÙCH ÑOAØN VIEÂN PHÖÔØNG 5": "Đoàn Phường 5",
    "§oµn X· Trung An": "Đoàn Xã Trung An",
    "Kính gửi: Đoàn Phường 5": None,
    "- Nơi nhận: Đoàn Phường 5": None,
    "Trụ sở: 12 Lê Lợi, Phường 5, Mỹ Tho": None,
    "ĐT: 0273 – Phường 5": None,
    "Email: phuong5@example.vn": None,
    "ĐOÀN PHƯỜNG 5\nĐịa chỉ: 12 Lê Lợi, Phường 4": "Đoàn Phường 5",
    "DANH SÁCH ĐOÀN VIÊN KHU PHỐ 3 PHƯỜNG 5": "Đoàn Phường 5",
    "CHI ĐOÀN KHU PHỐ 3 - P9": "",
    "DANH SÁCH ĐOÀN VIÊN TRƯỜNG THPT": None,
}
"""Titles of a list of Xã Thới Sơn: which other unit is meant, empty for one outside the tree, None for no other at all."""


def test_another_ward_is_known_by_its_name_alone_its_number_in_words_and_in_old_fonts(tree):
    for number, name in enumerate(("Xã Trung An", "Phường Tân Long", "Xã Tân Mỹ Chánh", "Xã Thới Sơn")):
        grown(tree, f"x{number}", f"Đoàn {name}")
    grown(tree, "x1-kp3", "Chi đoàn Khu phố 3, Phường Tân Long", parent="x1", kind=UnitKind.BRANCH)
    other_units = OtherUnits(tree.units["x3"])

    named_by_title = {title: next(iter(other_units.named_above([title]))) for title in TOWNS}

    assert {title: named.meant if named.other else None for title, named in named_by_title.items()} == TOWNS
    assert named_by_title["CHI ĐOÀN KHU PHỐ 3 - P9"].other == "CHI ĐOÀN KHU PHỐ 3 - P9"
    assert named_by_title["§oµn X· Trung An"].other == "Đoàn Xã Trung An"
    # Between people a name alone may be a person's; a title that names the unit itself may mention places elsewhere.
    assert other_units.named_in("Trung An") == UnitMention()
    letter = ["ĐOÀN XÃ THỚI SƠN", "Kính gửi:", "Đoàn Phường 5", "HỖ TRỢ XÃ BÌNH ĐỨC"]
    assert list(other_units.named_above(letter)) == [UnitMention()] * 4


def test_a_list_is_refused_in_the_words_of_its_title_and_taken_when_it_only_goes_to_another(tree):
    head = [*HEAD[:4], "Xã Thường Trú"]
    letter = [["ĐOÀN PHƯỜNG 4"], ["Kính gửi: Đoàn Phường 5"], ["Trụ sở: 12 Lê Lợi, Phường 5"]]

    refused = compared(tree, book(["DANH SÁCH KP 1 PHƯỜNG 5"], head, person(1, "Lê An")))
    taken = compared(tree, book(*letter, head, person(1, "Lê An")))

    [entry] = queries.row_counts(refused)["rejected"]
    assert "“DANH SÁCH KP 1 PHƯỜNG 5” (Đoàn Phường 5)" in entry["message"]
    assert (codes(taken), taken.created_count) == ([], 1)


def test_a_group_of_another_ward_holds_for_the_branches_below_it(tree):
    head = ["STT", "Họ và tên", "Ngày sinh"]
    lines = [
        head, [None, "Đoàn Phường 5"], [None, "Khu phố 1"], [1, "Lê An", 2001],
        [None, "Đoàn Phường 4"], [None, "KP01"], [2, "Lê Bình", 2001],
    ]  # fmt: skip

    job = compared(tree, book(*lines))

    assert codes(job) == [(4, "other_unit")]
    assert job.created_count == 1


def test_whose_rows_they_are_can_be_answered(tree):
    apply_import(actor=tree.an, job=compared(tree, book(HEAD, person(1, "Lê An", birth="12/04/2001"))), wake=False)
    finish_applying(Import.objects.get().pk)
    head = ["STT", "Họ và tên", "Ngày sinh"]
    lines = [
        head, [None, "Đoàn Phường 5"], [None, "Khu phố 1"], [1, "Lê Bình", "01/02/2001"], [2, "Lê An", "13/04/2001"],
        [None, "Đoàn Phường 9"], [None, "Khu phố 1"], [3, "Lê Cúc", "01/03/2001"], [4, "Lê Dung", "01/04/2001"],
    ]  # fmt: skip
    job = compared(tree, book(*lines))
    assert codes(job) == [(4, "other_unit"), (5, "other_unit"), (8, "other_unit"), (9, "other_unit")]
    first, second = queries.question_groups(job)
    assert (first.count, second.count, first.code == second.code) == (2, 2, False)
    assert [answer_option.label for answer_option in first.options] == [
        "Đúng là của “Đoàn Phường 4”: vẫn nhập",
        "Bỏ dòng này",
    ]
    five = first if "Phường 5" in first.message else second
    assert "Hãy nhập danh sách này cho Đoàn Phường 5, hoặc gửi tệp cho đơn vị ấy." in five.message

    assert answer_alike(actor=tree.an, job=job, question=five.code, option="here") == 2
    job.refresh_from_db()
    apply_import(actor=tree.an, job=job, skip_rejected=True, wake=False)
    finish_applying(job.pk)

    job.refresh_from_db()
    assert sorted(Member.objects.values_list("contact__name", "branch__code")) == [
        ("Lê An", "p4-kp1"), ("Lê Bình", "p4-kp1"),
    ]  # fmt: skip
    # What the register asks of a row is asked afterwards.
    assert codes(job) == [(5, "birth_differs"), (8, "other_unit"), (9, "other_unit")]
    assert (job.created_count, job.question_count, job.rejected_count) == (1, 3, 0)


@pytest.mark.parametrize(
    ("unit", "title", "sheet", "warned"),
    [
        ("p4", None, "KP 7", {}),
        ("p4", "DANH SÁCH KHU PHỐ 7", "Danh sách", {}),
        ("p4", "Đoàn Phường 4 - Tổ dân phố 12", "Danh sách", {"warnings": "area_unknown"}),
        ("p4", "Chi đoàn Ấp 3", "Danh sách", {"warnings": "area_unknown"}),
        ("p4", "KHU PHỐ 8", "Danh sách", {"rejected": "other_unit"}),
        ("p4", "Chi đoàn Khu phố 7, Phường 5", "Danh sách", {"rejected": "other_unit"}),
        ("p4-kp1", "CHI ĐOÀN KHU PHỐ 9", "Danh sách", {"rejected": "other_unit"}),
        ("p4-kp1", "KHU PHỐ 7", "Danh sách", {"warnings": "area_unknown"}),
    ],
)  # fmt: skip
def test_a_neighbourhood_without_a_branch_is_the_wards_own(tree, unit, title, sheet, warned):
    for code, number in (("p4", 7), ("p5", 7), ("p5", 8)):
        Neighbourhood.objects.create(unit=tree.units[code], name=f"Khu phố {number}", since=TREE_BEGAN)
    lines = [[None, title], HEAD, person(1, "Lê An", None if unit == "p4-kp1" else "Khu phố 1")]

    job = compared(tree, book(*lines, name=sheet), unit=unit)

    codes_by_list = {name: codes(job, name) for name in ("rejected", "warnings")}
    assert codes_by_list == {name: [(3, warned[name])] if name in warned else [] for name in codes_by_list}
    assert job.created_count == (0 if "rejected" in warned else 1)


def test_neighbourhoods_of_others_say_nothing_where_the_own_are_not_written_down(tree):
    Neighbourhood.objects.create(unit=tree.units["p5"], name="Khu phố 8", since=TREE_BEGAN)

    job = compared(tree, book(["KHU PHỐ 8"], HEAD, person(1, "Lê An")))

    assert (codes(job), codes(job, "warnings")) == ([], [(3, "area_unknown")])


def test_a_group_without_a_branch_is_asked_for_its_branch_as_ever(tree):
    Neighbourhood.objects.create(unit=tree.units["p4"], name="Khu phố 7", since=TREE_BEGAN)

    job = compared(tree, book(HEAD[:3], [None, "KHU PHỐ 7"], [1, "Lê An", 2001], [None, "KP 1"], [2, "Lê Bình", 2001]))

    assert (codes(job), job.created_count) == ([(3, "branch_unknown")], 1)


def test_a_ward_named_in_the_row_is_believed_although_there_is_but_one_branch(tree):
    head = ["Họ và tên", "Ngày sinh", "Đoàn cơ sở"]

    job = compared(tree, table(head, ["Lê An", 2001, "Phường 5"], ["Lê Bình", 2001, "Phường 4"]), unit="p4-kp1")

    assert (codes(job), job.created_count) == ([(2, "branch_missing")], 1)


def test_a_text_alone_between_people_makes_nobody_and_no_branch(tree):
    head = ["STT", "Họ và tên", "Ngày sinh"]
    lines = [head, [None, "Khu phố 1"], [1, "Lê An", 2001], [None, "Thạnh Trị"], [2, "Lê Bình", 2001]]

    job = compared(tree, book(*lines))

    assert codes(job) == [(4, "alone"), (5, "below_alone")]
    assert job.created_count == 1


def test_a_head_repeated_over_other_columns_stops_the_rows_below_it(tree):
    lines = [
        HEAD,
        person(1, "Lê An"),
        ["TT", "Họ tên", "Địa chỉ", "Chi đoàn", "Ngày sinh"],
        [2, "Lê Bình", "x", "Khu phố 1", 2001],
    ]

    assert codes(compared(tree, book(*lines)))[0] == (4, "other_columns")


def test_what_is_hidden_or_passed_over_is_said_on_the_page_and_by_the_command(tree, as_user, tmp_path, capsys):
    lines = [
        HEAD, person(1, "Lê An"), person(2, "Lê Bình"), ["Cộng trang: 2"], person(3, "Lê Chi"),
        [None, "Người lập", None, "BÍ THƯ"], [None, "Lê Ký"],
    ]  # fmt: skip
    path, out = tmp_path / "a.xlsx", tmp_path / "out.json"
    path.write_bytes(book(*lines, hidden_rows=[2], hidden_sheet=True, empty=3000))

    job = compared(tree, path.read_bytes())
    page = as_user(tree.an).get(f"/imports/{job.pk}/").content.decode()
    call_command("import_members", str(path), "--unit", "p4", "--as", "an", "--report", str(out))

    file = json.loads(out.read_text())["file"]
    assert (file["hidden_sheets"], file["hidden_rows"]) == (["Nháp"], [{"sheet": "Danh sách", "count": 1, "rows": [3]}])
    assert [(entry["kind"], entry["rows"]) for entry in file["passed_over"]] == [("total", [4]), ("signature", [6, 7])]
    assert codes(job, "warnings") == [(3, "hidden_row")]
    output = capsys.readouterr().out
    for sentence in (
        "Các dòng bị ẩn vẫn được đọc: 3.", "Các trang tính ẩn không được đọc: Nháp.",
        "Các dòng được coi là dòng tổng: 4.", "Các dòng được coi là phần ký tên: 6–7.",
    ):  # fmt: skip
        assert sentence in page
        assert sentence in output


@pytest.mark.parametrize("font", ["tcvn3", "vni"])
def test_a_column_in_an_old_font_is_converted_whole_and_shows_an_example(tree, font):
    names = ["Võ Na", "Nguyễn Văn Đức", "Lê Thị Hoa", "Hà My"]
    lines = [[typed_in(heading, font) for heading in HEAD]] + [
        person(number, typed_in(name, font), "KP1", typed_in("12 Đống Đa, khu phố", font))
        for number, name in enumerate(names, 1)
    ]

    job = compared(tree, book(*lines))

    assert [(row.line.values["name"], row.line.values["address"]) for row in rows(job)] == [
        (name, "12 Đống Đa, khu phố") for name in names
    ]
    assert [heading["heading"] for heading in job.layout["converted"]] == ["Họ và tên", "Địa chỉ"]
    warnings = [heading for heading in queries.row_counts(job)["warnings"] if heading["code"] == "font_converted"]
    assert f"“{typed_in(names[0], font)}”" in warnings[0]["message"]
    assert "“Võ Na”" in warnings[0]["message"]
    assert "Võ" not in json.dumps(job.layout, ensure_ascii=False)


def test_one_name_in_an_old_font_among_good_ones_is_refused(tree):
    lines = [HEAD, *(person(n, f"Nguyễn Văn {chr(64 + n)}nh") for n in range(1, 20)), person(20, "TrÇn Lan")]

    job = compared(tree, book(*lines))

    assert (21, "font_mixed") in codes(job)
    assert job.rejected_count == 1


COLUMN_OPTIONS = ["Gọi số=phone", "Ai=Họ và tên", "C=birth", "Ở chi đoàn nào=branch"]
STRANGE = [
    ["STT", "Ai", "Sinh vào", "Dân tộc", "Gọi số", "Ở chi đoàn nào"],
    [1, "Lê An", "12/04/2001", "Kinh", "0912345678", "KP1"],
]


def run_command(path, columns, *more):
    arguments = [word for column in columns for word in ("--column", column)]
    call_command("import_members", str(path), "--unit", "p4", "--as", "an", *arguments, *more)


def test_the_command_takes_column_mappings_like_the_page(tree, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(table(*STRANGE))

    run_command(path, COLUMN_OPTIONS)

    assert Member.objects.get().contact.name == "Lê An"
    assert RememberedHead.objects.get().columns == ["", "name", "birth", "", "phone", "branch"]


@pytest.mark.parametrize(
    ("columns", "more", "sentence"),
    [
        (COLUMN_OPTIONS[:1], (), "Hãy chỉ ra cột nào là “Họ và tên”"),
        ([*COLUMN_OPTIONS, "B=birth"], (), "Có hai cột cùng chọn"),
        ([*COLUMN_OPTIONS, "Dân tộc=address"], (), "nhạy cảm"),
        ([*COLUMN_OPTIONS, "A1=address"], (), "không có cột “A1”"),
        ([*COLUMN_OPTIONS, "Ai=lạ"], (), "Hãy chọn một trong các cột"),
        (COLUMN_OPTIONS, ("--head-row", "9"), "Tệp không có dòng này."),
        (COLUMN_OPTIONS, ("--sheet", "Khác"), "Tệp không có dòng này."),
        (["Ai"], (), "CỘT=TRƯỜNG"),
    ],
)
def test_the_command_refuses_columns_in_the_words_of_the_page(tree, tmp_path, columns, more, sentence):
    path = tmp_path / "a.xlsx"
    path.write_bytes(table(*STRANGE))

    with pytest.raises(CommandError) as refused:
        run_command(path, columns, *more)

    assert refused.value.returncode == 2
    assert sentence in str(refused.value)
    assert Member.objects.count() == 0
    assert ImportState.APPLIED not in queries.all_imports().values_list("state", flat=True)
