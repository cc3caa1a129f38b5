"""The workbook of our own: figures as numbers, texts as texts, heads in two lines, ready to print."""

import dataclasses
import io
import re
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import formats
from doanso.lib.spreadsheet import read_workbook
from doanso.reports.content import ReportColumn, UnitRow
from doanso.reports.renderers.values import CellFigure, figure
from doanso.reports.renderers.xlsx import render_xlsx
from doanso.reports.tests.contents import BASE, DRAFT, FROZEN, written


def sheets(content) -> dict[str, list]:
    return {sheet.name: sheet.rows for sheet in read_workbook(render_xlsx(content, base=BASE)).sheets}


def part(content, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(render_xlsx(content, base=BASE))) as archive:
        return archive.read(name).decode()


def test_the_same_content_gives_the_same_bytes():
    assert render_xlsx(FROZEN, base=BASE) == render_xlsx(FROZEN, base=BASE)


def test_every_indicator_has_a_row_of_numbers():
    rows = sheets(FROZEN)["Chỉ tiêu"]

    assert [row[0] for row in rows[:4]] == [
        "Thành Đoàn Mỹ Tho",
        "BÁO CÁO Kết quả chương trình chuyển đổi số tháng 10 năm 2023",
        "Tuổi trẻ TP Mỹ Tho chung tay chuyển đổi số năm 2023 – từ ngày 01/10/2023 đến ngày 31/10/2023",
        f"Bản số liệu: {FROZEN.frozen_hash}",
    ]
    assert rows[5][5:11] == ["Kết quả", None, None, None, "Số lượt", None]
    assert rows[6][5:11] == ["Trong kỳ", "Lũy kế", "Mẫu số", "Tỷ lệ", "Trong kỳ", "Lũy kế"]
    assert rows[7] == ["Đoàn viên, thanh niên"]
    assert rows[8] == [
        *(1, "Đoàn viên có tài khoản VNeID mức độ 2", "đoàn viên", 1, 290, 312, 2871, 3140, 0.914, None, None, None),
        *(0.833, 0.985, "Theo kịp", 0, 431, 2140, 300, 0, "chưa đủ mẫu", 0),
    ]
    assert rows[10][:15] == [
        *(2, "Người dân được giúp đăng ký tài khoản dịch vụ công", "người dân", 5000, 705, 612, 4120, None, 0.824),
        *(655, 4502, 85, 4164, 4890, "Chậm"),
    ]
    assert rows[12][:7] == [3, "Ngày hội thanh toán không dùng tiền mặt", "ngày hội", 1, None, None, "chưa có số liệu"]


def test_figures_lead_to_their_records_and_stay_numbers():
    links = part(FROZEN, "xl/worksheets/_rels/sheet1.xml.rels")

    assert f'Target="{BASE}{DRAFT.lines[1].path}"' in links
    assert '<c r="G11" s="' in part(FROZEN, "xl/worksheets/sheet1.xml")
    assert sheets(FROZEN)["Chỉ tiêu"][10][6] == 4120


def test_without_an_address_of_this_installation_nothing_leads_anywhere():
    with zipfile.ZipFile(io.BytesIO(render_xlsx(FROZEN, base=""))) as archive:
        assert not any("worksheets/_rels" in name for name in archive.namelist())


def test_every_unit_has_a_row_and_the_sums_stand_below():
    rows = sheets(FROZEN)["Đơn vị"]

    assert rows[5] == [
        *("TT", "Đơn vị", "Đoàn viên", None, "VNeID mức độ 2", None, None, "Người dân được giúp", None, "Cửa hàng mới"),
        "Ghi chú",
    ]
    assert rows[6][2:9] == ["Tổng số", "Đang ở địa phương", "Chỉ tiêu", "Kết quả", "%", "Lũy kế", "Trong kỳ"]
    assert rows[7] == [1, "Đoàn Phường 1", 1250, 1100, 1100, 1012, 0.92, 820, 101, 12]
    assert rows[9] == [3, "Đoàn xã Tân Mỹ Chánh", 310, 280, 280, None, None, 96, 0, "–", "Gửi trễ"]
    assert rows[10] == [None, "Tổng cộng", 2200, 1980, 1980, 1552, 0.783, 1328, 136, 20]


def test_units_that_stand_together_have_no_number():
    content = dataclasses.replace(FROZEN, units=(UnitRow(0, "Các đơn vị", ("1",) * 8),), sums=())

    assert sheets(content)["Đơn vị"][7][:3] == [None, "Các đơn vị", 1]


def test_notes_say_what_changed_and_who_is_behind():
    rows = sheets(FROZEN)["Ghi chú"]

    texts = [row[0] for row in rows if row]
    assert texts[4:11] == ["Ghi chú", *FROZEN.notes, "Thay đổi so với kỳ trước", *FROZEN.changes, *texts[9:11]]
    assert ["Đoàn xã Tân Mỹ Chánh", "Người dân được giúp", 96, 300, "Thiếu người biết hướng dẫn"] in rows
    assert ["Đoàn Phường 4", "VNeID mức độ 2", 0.9, 1, "Chưa nêu nguyên nhân"] in rows
    assert rows[-1] == ["Báo cáo này ở", BASE + FROZEN.path]


def test_a_draft_says_so_on_every_sheet():
    assert {rows[3][0] for rows in sheets(DRAFT).values()} == {"DỰ THẢO – số liệu chưa chốt"}


def test_the_head_stays_in_sight_and_comes_again_on_every_page():
    sheet = part(FROZEN, "xl/worksheets/sheet2.xml")

    assert 'pane xSplit="2" ySplit="7"' in sheet
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'fitToHeight="0"' in sheet
    names = re.findall(r'definedName name="([^"]*)" localSheetId="(\d)"[^>]*>([^<]*)', part(FROZEN, "xl/workbook.xml"))
    assert ("_xlnm.Print_Titles", "1", "'Đơn vị'!$6:$7") in names
    assert ("_xlnm.Print_Area", "1", "'Đơn vị'!$A$6:$K$11") not in names
    assert ("_xlnm.Print_Area", "1", "'Đơn vị'!$A$1:$K$11") in names


def test_many_columns_are_printed_on_a3():
    columns = tuple(ReportColumn(f"c{number}", f"Cột {number}") for number in range(30))
    content = dataclasses.replace(FROZEN, columns=columns, units=(UnitRow(1, "Phường 1", ("1",) * 30),), sums=())

    assert 'paperSize="8"' in part(content, "xl/worksheets/sheet2.xml")


def test_the_date_of_the_file_is_the_documents():
    assert "2023-11-02T00:00:00Z" in part(FROZEN, "docProps/core.xml")


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x")',
        "+1",
        "@SUM(A1)",
        "{=1}",
        "\x00\x0b\ufffe\ud800",
        "<x>&",
        "http://x",
        "mailto:x",
        "x" * 40_000,
        "",
    ],
)
def test_whatever_somebody_wrote_is_text(text):
    with zipfile.ZipFile(io.BytesIO(render_xlsx(written(text), base=BASE))) as archive:
        inside = [archive.read(name).decode() for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]

    assert all("<f>" not in part for part in inside)
    assert len(sheets(written(text))) == 3


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("1.250", CellFigure(1250)),
        ("92,0%", CellFigure(0.92, is_share=True)),
        ("100%", CellFigure(1.0, is_share=True)),
        ("1.234,5", CellFigure(1234.5)),
        ("−3", CellFigure(-3)),
        ("-12.000", CellFigure(-12000)),
        ("0", CellFigure(0)),
        ("–", None),
        ("", None),
        ("1.25", None),
        ("12/15", None),
        ("1,2% – 5,4%", None),
        ("=1", None),
    ],
)
def test_what_is_printed_is_read_back(printed, meant):
    assert figure(printed) == meant


@given(st.integers(min_value=-(10**12), max_value=10**12))
def test_every_number_that_we_print_is_read_back(number):
    assert figure(formats.number(number)) == CellFigure(number)


@given(st.integers(min_value=0, max_value=10**6))
def test_every_share_that_we_print_is_read_back(tenths):
    assert figure(formats.percent(tenths)) == CellFigure(tenths / 1000, is_share=True)
