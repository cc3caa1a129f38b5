"""A superior's workbook is filled, and nothing of it is lost on the way."""

import dataclasses
import io
import re
import zipfile

import pytest

from doanso.lib.problems import Refused
from doanso.lib.spreadsheet import read_workbook
from doanso.reports.content import UnitRow
from doanso.reports.renderers.layout import Unknown, fill_layout, read_layout
from doanso.reports.renderers.layout_example import example
from doanso.reports.tests.contents import BASE, DRAFT, FROZEN, UNITS, written
from doanso.reports.tests.layouts import SHEET, cell, layout, parts, with_part

pytestmark = pytest.mark.renders

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def filled(file: bytes, content=FROZEN) -> bytes:
    return fill_layout(file, content, base=BASE)


def many(count: int):
    """The report with so many units."""
    row = ("1.250", "1", "2", "3", "50,0%", "7", "8", "9")
    return dataclasses.replace(
        FROZEN, units=tuple(UnitRow(number, f"Đơn vị {number}", row) for number in range(1, count + 1))
    )


def test_named_cells_get_their_figures_and_keep_their_look():
    file = filled(layout())

    assert cell(file, "B3") == '<c r="B3"><v>4120</v></c>'
    assert cell(file, "A1") == (
        '<c r="A1" s="1" t="inlineStr"><is><t xml:space="preserve">Thành Đoàn Mỹ Tho</t></is></c>'
    )


def test_a_share_follows_the_format_of_its_cell():
    file = filled(layout())

    assert cell(file, "C3") == '<c r="C3" s="3"><v>0.824</v></c>'
    assert cell(file, "D3") == '<c r="D3"><v>91.4</v></c>'


def test_a_day_is_a_day_where_the_cell_shows_days_and_text_elsewhere():
    file = filled(layout())

    assert cell(file, "B2") == '<c r="B2" s="2"><v>45200</v></c>'
    assert '<t xml:space="preserve">31/10/2023</t>' in cell(file, "D2")


def test_a_workbook_that_counts_from_1904_gets_its_own_days():
    file = with_part(
        layout(), "xl/workbook.xml", lambda text: text.replace("<workbookPr ", '<workbookPr date1904="1" ')
    )

    assert cell(filled(file), "B2") == '<c r="B2" s="2"><v>43738</v></c>'


def test_what_nobody_counts_empties_its_cell():
    content = dataclasses.replace(FROZEN, lines=(dataclasses.replace(DRAFT.lines[1], total=None),))

    assert cell(filled(layout(), content), "B3") == '<c r="B3"/>'


def test_formulas_stay_lose_their_results_and_are_calculated_on_opening():
    file = filled(layout(3))

    assert cell(file, "F3") == '<c r="F3"><f>B3*2</f></c>'
    assert cell(file, "C10") == '<c r="C10" s="1"><f>SUM(C7:C9)</f></c>'
    assert cell(file, "B1", sheet=2) == "<c r=\"B1\"><f>'Biểu 01'!C10</f></c>"
    assert 'fullCalcOnLoad="1"' in parts(file)["xl/workbook.xml"].decode()


def test_the_order_of_calculation_is_forgotten_with_the_results():
    types = '<Override PartName="/xl/calcChain.xml" ContentType="x/y"/></Types>'
    link = '<Relationship Id="rId99" Type="http://x/calcChain" Target="calcChain.xml"/></Relationships>'
    file = with_part(layout(3), "xl/calcChain.xml", lambda _text: "<calcChain/>")
    file = with_part(file, "[Content_Types].xml", lambda text: text.replace("</Types>", types))
    file = with_part(file, "xl/_rels/workbook.xml.rels", lambda text: text.replace("</Relationships>", link))

    after = parts(filled(file))

    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["[Content_Types].xml"]
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"]


def test_everything_that_is_not_filled_stays_byte_for_byte():
    before = parts(layout(3))
    after = parts(filled(layout(3)))

    assert sorted(after) == sorted(before)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/workbook.xml"}
    around = [
        part.decode().split("<sheetData>")[0]
        for part in (before["xl/worksheets/sheet1.xml"], after["xl/worksheets/sheet1.xml"])
    ]
    assert around[0].split("<worksheet")[1] == around[1].split("<worksheet")[1]
    below = [
        part.decode().split("</sheetData>")[1].strip()
        for part in (before["xl/worksheets/sheet1.xml"], after["xl/worksheets/sheet1.xml"])
    ]
    assert below[0] == below[1]


def test_rows_are_filled_in_order():
    rows = read_workbook(filled(layout(3))).sheets[0].rows

    assert [row[:4] for row in rows[6:9]] == [
        [1, "Đoàn Phường 1", 1250, 101],
        [2, "Đoàn Phường 4", 640, 35],
        [3, "Đoàn xã Tân Mỹ Chánh", 310, 0],
    ]


def test_rows_without_a_unit_are_emptied_and_keep_their_formulas():
    file = filled(layout(5))

    assert cell(file, "C10") == '<c r="C10" s="1"/>'
    assert cell(file, "E10").startswith('<c r="E10" s="3"><f>IF(C10=0,')


def test_units_typed_beforehand_get_their_own_row_and_keep_their_spelling():
    file = filled(layout(4, typed=("phường 4", "Đoàn khối cơ quan", "", "Đoàn Phường 1")))

    rows = read_workbook(file).sheets[0].rows
    assert [row[1:4] for row in rows[6:10]] == [
        ["phường 4", 640, 35],
        ["Đoàn khối cơ quan"],
        ["Đoàn xã Tân Mỹ Chánh", 310, 0],
        ["Đoàn Phường 1", 1250, 101],
    ]


def test_missing_rows_are_inserted_and_everything_below_follows():
    before, after = parts(layout(2)), parts(filled(layout(2)))
    sheet = after["xl/worksheets/sheet1.xml"].decode()

    rows = read_workbook(filled(layout(2))).sheets[0].rows
    assert [row[1] for row in rows[6:10]] == ["Đoàn Phường 1", "Đoàn Phường 4", "Đoàn xã Tân Mỹ Chánh", "Cộng"]
    assert rows[11][1] == "Người lập biểu"
    assert '<c r="E9" s="3"><f>IF(C9=0,"C7",D9/C9)</f></c>' in sheet
    assert '<row r="9" ht="27" customHeight="1"' in sheet
    assert "<f>SUM(C7:C9)</f>" in sheet
    assert "<f>SUM($D$7:D9)+SUM('Tổng hợp'!A1:A8)</f>" in sheet
    assert re.findall(r'mergeCell ref="([^"]*)"', sheet) == ["A1:F1", "A5:F5", "F8:G8", "F9:G9"]
    assert '<conditionalFormatting sqref="C7:C9">' in sheet
    assert "<formula>$C$10</formula>" in sheet
    assert 'sqref="D7:D9"' in sheet
    assert '<brk id="12"' in sheet
    assert f"<xm:f>'{SHEET}'!C7:C9</xm:f><xm:sqref>H12</xm:sqref>" in sheet
    assert "<xm:sqref>E7:E9</xm:sqref>" in sheet
    names = dict(re.findall(r'definedName name="([^"]*)"[^>]*>([^<]*)', after["xl/workbook.xml"].decode()))
    assert names["ds_dong"] == f"'{SHEET}'!$A$7:$G$9"
    assert names["Nguoi_lap"] == f"'{SHEET}'!$B$12"
    assert names["_xlnm.Print_Area"] == f"'{SHEET}'!$A$1:$G$21"
    assert names["_xlnm.Print_Titles"] == f"'{SHEET}'!$5:$6"
    assert "<f>'Biểu 01'!C10</f>" in after["xl/worksheets/sheet2.xml"].decode()
    assert f"<c:f>'{SHEET}'!$C$7:$C$9</c:f>" in after["xl/charts/chart1.xml"].decode()
    assert re.findall(r"<xdr:from>.*?<xdr:row>(\d+)", after["xl/drawings/drawing1.xml"].decode()) == ["13", "14"]
    assert re.findall(r"<xdr:from>.*?<xdr:row>(\d+)", before["xl/drawings/drawing1.xml"].decode()) == ["12", "13"]
    assert 'comment ref="B12"' in after["xl/comments1.xml"].decode()
    assert "<x:Row>11</x:Row>" in after["xl/drawings/vmlDrawing1.vml"].decode()
    assert {name: before[name] for name in before if name.startswith("xl/media/")} == {
        name: after[name] for name in after if name.startswith("xl/media/")
    }


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_any_number_of_units_fits(rows):
    file = filled(layout(rows), many(40))

    sheet = read_workbook(file).sheets[0]
    assert [row[1] for row in sheet.rows[6:46]] == [f"Đơn vị {number}" for number in range(1, 41)]
    assert sheet.rows[46][1] == "Cộng"
    assert cell(file, "C47") == '<c r="C47" s="1"><f>SUM(C7:C46)</f></c>'


def test_formulas_kept_once_for_many_cells_part_when_rows_are_inserted():
    def share(text: str) -> str:
        text = text.replace('<f>IF(C7=0,"C7",D7/C7)</f>', '<f t="shared" ref="E7:E8" si="0">IF(C7=0,"C7",D7/C7)</f>')
        return text.replace('<f>IF(C8=0,"C7",D8/C8)</f>', '<f t="shared" si="0"/>')

    file = filled(with_part(layout(2), "xl/worksheets/sheet1.xml", share))

    assert [re.sub("<v>.*", "", cell(file, f"E{row}")) for row in (7, 8, 9)] == [
        f'<c r="E{row}" s="3"><f>IF(C{row}=0,"C7",D{row}/C{row})</f></c>' for row in (7, 8, 9)
    ]


def test_rows_and_cells_that_do_not_say_where_they_are_are_found():
    def bare(text: str) -> str:
        text = re.sub(r'<row r="[123]"', "<row", text)
        return text.replace('<c r="A3" ', "<c ").replace('<c r="B3">', "<c>")

    file = filled(with_part(layout(3), "xl/worksheets/sheet1.xml", bare))

    assert cell(file, "B3") == '<c r="B3"><v>4120</v></c>'


def test_a_cell_that_is_not_there_yet_takes_the_look_of_its_column():
    file = layout(3, names={"ds_portal_residents_luy_ke": "$H$4"})
    file = with_part(
        file, "xl/worksheets/sheet1.xml", lambda text: text.replace("<cols>", '<cols><col min="8" max="8" style="3"/>')
    )

    after = filled(file)

    assert cell(after, "H4") == '<c r="H4" s="3"><v>4120</v></c>'
    assert re.findall(r'<row r="(\d+)"', parts(after)["xl/worksheets/sheet1.xml"].decode())[:5] == [
        "1",
        "2",
        "3",
        "4",
        "5",
    ]


def test_the_same_report_gives_the_same_bytes():
    assert filled(layout()) == filled(layout())


def test_the_plan_tells_what_every_name_gets():
    plan = read_layout(layout(), FROZEN, base=BASE)

    filled = {cell.name: (cell.sheet, cell.cell, cell.meaning, cell.value, cell.problem) for cell in plan.cells}
    assert filled["ds_portal_residents_luy_ke"] == (
        *(SHEET, "B3", "Người dân được giúp đăng ký tài khoản dịch vụ công: kết quả lũy kế", "4.120", ""),
    )
    assert filled["ds_cot_members"] == (SHEET, "C", "Đoàn viên, Tổng số", "mỗi đơn vị một dòng", "")
    assert (plan.rows, plan.formulas, plan.unknown, plan.problems, plan.is_sound) == (2, 6, (), (), True)


def test_an_unknown_name_is_reported_with_the_nearest_known_one_and_left_alone():
    file = layout(names={"ds_portal_resident_luyke": "$B$3", "ds_hoan_toan_khac": "$B$2", "DS_DON_VI": "$A$1"})

    plan = read_layout(file, FROZEN)

    assert set(plan.unknown) == {
        Unknown("ds_portal_resident_luyke", "ds_portal_residents_luy_ke"),
        Unknown("ds_hoan_toan_khac", ""),
    }
    assert [filled_cell.name for filled_cell in plan.cells] == ["DS_DON_VI"]
    assert plan.is_sound is False
    assert cell(filled(file), "B3") == '<c r="B3"><v>999</v></c>'


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ({}, "Chưa có ô nào được đặt tên"),
        ({"ds_dong": "$A$7:$F$8", "ds_don_vi": "$A$1"}, "Chưa có cột nào trong các dòng ds_dong được đặt tên"),
        ({"ds_dong": "5", "ds_cot_tt": "$A$7"}, "ds_dong không trỏ tới dòng nào"),
    ],
)
def test_what_is_wrong_with_the_whole_is_reported(names, words):
    plan = read_layout(layout(names=names), FROZEN)

    assert any(problem.startswith(words) for problem in plan.problems)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("$F$3", "Ở đó có công thức"),
        ("$B$2:$D$3", "Tên này trỏ tới nhiều ô"),
        ('"chữ"', "Tên này không trỏ tới ô nào"),
        ("#REF!$A$1", "Tên này không trỏ tới ô nào"),
    ],
)
def test_what_is_wrong_with_one_name_stands_beside_it(place, words):
    plan = read_layout(layout(names={"ds_portal_residents_luy_ke": place}), FROZEN)

    [cell] = plan.cells
    assert cell.problem.startswith(words)


def test_a_column_outside_the_rows_of_units_is_reported():
    plan = read_layout(layout(names={"ds_dong": "$A$7:$F$8", "ds_cot_tt": "$A$3"}), FROZEN)

    assert [cell.problem for cell in plan.cells] == ["Tên này không nằm trong các dòng ds_dong."]


def test_a_formula_under_a_name_is_never_overwritten():
    file = filled(layout(names={"ds_portal_residents_luy_ke": "$F$3"}))

    assert cell(file, "F3") == '<c r="F3"><f>B3*2</f></c>'


def test_links_to_other_files_are_reported():
    plan = read_layout(
        with_part(layout(), "xl/externalLinks/externalLink1.xml", lambda _text: "<externalLink/>"), FROZEN
    )

    assert any("tệp khác" in problem for problem in plan.problems)


ZIP_LOCKED = bytearray(layout())
ZIP_LOCKED[ZIP_LOCKED.rindex(b"xl/worksheets/sheet1.xml") - 46 + 8] |= 1
_DOCTYPE = "<!DOCTYPE x [<!ENTITY a 'b'>]>"
REFUSED = {
    "no workbook": (b"%PDF-1.7", "workbook_not_excel"),
    "nothing": (b"", "workbook_not_excel"),
    "an old .xls": (COMPOUND + b"\0" * 504 + "Workbook".encode("utf-16-le") + b"\0" * 480, "workbook_broken"),
    "with a password, as Excel writes it": (
        COMPOUND + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 480,
        "workbook_encrypted",
    ),
    "with a password, as a zip": (bytes(ZIP_LOCKED), "workbook_encrypted"),
    "with macros": (with_part(layout(), "xl/vbaProject.bin", lambda _text: "x"), "workbook_macros"),
    "cut off": (layout()[:-400], "workbook_broken"),
    "a bomb": (with_part(layout(), "xl/media/x.png", lambda _text: "\0" * 20_000_000), "workbook_bomb"),
    "with entities": (with_part(layout(), "docProps/app.xml", lambda text: _DOCTYPE + text), "workbook_unsafe_xml"),
    "strict": (
        with_part(
            layout(),
            "xl/workbook.xml",
            lambda text: text.replace(
                "schemas.openxmlformats.org/spreadsheetml/2006/main", "purl.oclc.org/ooxml/spreadsheetml/main"
            ),
        ),
        "workbook_strict",
    ),
    "with entities in what is called a picture": (
        with_part(
            with_part(layout(), "xl/media/sheet.xml", lambda _text: _DOCTYPE + "<worksheet/>"),
            "xl/_rels/workbook.xml.rels",
            lambda text: text.replace("worksheets/sheet1.xml", "media/sheet.xml"),
        ),
        "workbook_broken",
    ),
    "with broken XML": (with_part(layout(), "xl/styles.xml", lambda text: text[:-40]), "workbook_broken"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_plain_workbook_is_refused_with_a_sentence(kind):
    file, code = REFUSED[kind]

    for action in (lambda: read_layout(file, FROZEN), lambda: filled(file)):
        with pytest.raises(Refused) as refused:
            action()
        assert refused.value.problem.code == code


def test_more_units_than_rows_above_a_pivot_table_are_refused():
    link = (
        '<Relationship Id="rId99" Type="http://x/pivotTable" Target="../pivotTables/pivotTable1.xml"/></Relationships>'
    )
    file = with_part(
        layout(2), "xl/worksheets/_rels/sheet1.xml.rels", lambda text: text.replace("</Relationships>", link)
    )

    with pytest.raises(Refused) as refused:
        filled(file)
    assert refused.value.problem.code == "layout_rows"


@pytest.mark.parametrize(
    ("part", "was", "becomes"),
    [
        ("xl/worksheets/sheet1.xml", '<row r="', '<row r="x'),
        ("xl/worksheets/sheet1.xml", ' s="', ' s="x'),
        ("xl/worksheets/sheet1.xml", ' s="', ' s="-9'),
        ("xl/worksheets/sheet1.xml", "sheetData", "sheetNoData"),
        ("xl/styles.xml", 'numFmtId="', 'numFmtId="x'),
    ],
)
def test_a_workbook_that_breaks_its_own_rules_is_refused_with_a_sentence(part, was, becomes):
    with pytest.raises(Refused) as refused:
        filled(with_part(layout(), part, lambda text: text.replace(was, becomes)))

    assert refused.value.problem.code == "workbook_broken"


def test_rows_of_units_named_down_to_the_end_of_the_sheet_are_cut():
    names = {"ds_dong": "$A$7:$XFD$1048576", "ds_cot_don_vi": "$B$7"}

    assert read_layout(layout(names=names), FROZEN).rows == 2000
    assert filled(layout(names=names)).startswith(b"PK")


@pytest.mark.parametrize("text", ["=1+1", "<x>&]]>", "\x00\ud800\ufffe", "a\nb", "x" * 40_000])
def test_whatever_somebody_wrote_is_text(text):
    names = {"ds_nguoi_ky": "$B$3", "ds_dong": "$A$7:$F$8", "ds_cot_don_vi": "$B$7"}

    file = filled(layout(names=names), written(text))

    assert "<f>" not in cell(file, "B3")
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
    assert len(read_workbook(file).sheets) == 2


def test_the_example_names_everything_and_is_understood_whole():
    file = example(DRAFT)
    plan = read_layout(file, FROZEN, base=BASE)

    assert (plan.is_sound, plan.rows, plan.unknown) == (True, 3, ())
    sheets = {sheet.name: sheet.rows for sheet in read_workbook(filled(file)).sheets}
    assert sheets["Mẫu điền"][0][0] == "Thành Đoàn Mỹ Tho"
    assert sheets["Mẫu điền"][6][:7] == [
        *(2, "Người dân được giúp đăng ký tài khoản dịch vụ công", "người dân", 5000, 612, 4120, 0.824),
    ]
    assert [row[1] for row in sheets["Mẫu điền"][12:15]] == [unit.unit for unit in UNITS]
    values = {row[0]: row[2] for row in sheets["Các tên ô"] if len(row) > 2}
    assert values["ds_so"] == "Số: 07-BC/TĐTN"
    assert values["ds_portal_residents_du_bao"] == 4890
    assert example(DRAFT) == file
