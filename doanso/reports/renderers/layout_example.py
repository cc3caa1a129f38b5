"""A workbook with every available name, to learn from and to copy cells from."""

import io
from collections.abc import Mapping
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from doanso.official_form.word_markup import strip_invalid
from doanso.reports.content import ReportColumn, ReportContent
from doanso.reports.renderers import layout_names as names
from doanso.reports.renderers.values import CellFigure, figure

_FORM, _NAMES, _HELP = "Mẫu điền", "Các tên ô", "Hướng dẫn"
_AROUND = (names.NUMBER_COLUMN, names.UNIT_COLUMN, names.NOTE_COLUMN)
_FIGURES = ("ten", "dvt", "chi_tieu", "trong_ky", "luy_ke", "ty_le")
_HEADS = ("Chỉ tiêu", "Đơn vị tính", "Chỉ tiêu giao", "Trong kỳ", "Lũy kế", "Tỷ lệ")
_STEPS = (
    "1. Mở mẫu của cấp trên bằng Excel. Chọn ô cần điền số.",
    (
        "2. Gõ tên ô (cột A của trang “Các tên ô”) vào hộp tên ở góc trên bên trái, bên cạnh thanh công thức, rồi nhấn Enter. "
        "Cũng có thể dùng Công thức (Formulas) › Quản lý tên (Name Manager)."
    ),
    (
        "3. Bảng theo đơn vị: chọn các dòng dành cho đơn vị và đặt tên ds_dong. Trong dòng đầu, đặt tên ds_cot_… cho ô của mỗi "
        "cột. Thiếu dòng thì phần mềm tự chèn thêm, công thức tổng ở dưới tự giãn theo."
    ),
    "4. Nếu mẫu đã gõ sẵn tên đơn vị trong cột ds_cot_don_vi thì số của đơn vị nào vào đúng dòng của đơn vị đó.",
    (
        "5. Định dạng ô, ô gộp, độ rộng cột, hình, biểu đồ, công thức, các trang khác đều được giữ nguyên. Ô có công thức không "
        "bị ghi đè. Ô định dạng % nhận tỷ lệ 0,914 (hiện 91,4%); ô thường nhận 91,4."
    ),
    (
        "6. Lưu dạng “Excel Workbook (.xlsx)”, không đặt mật khẩu, không có macro, rồi tải lên. Phần mềm đọc thử và báo tên nào "
        "gõ sai trước khi dùng."
    ),
)


def example(content: ReportContent) -> bytes:
    """Return the workbook: a form to fill, all names with their meaning, and instructions."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    workbook.set_properties({"title": "Mẫu có tên ô", "created": datetime.combine(content.last_day, time())})
    looks = _looks(workbook)
    entries = names.entries(content, base="")
    form = workbook.add_worksheet(_FORM)
    used = _write_form(workbook, form, content, looks)
    _write_names(workbook, workbook.add_worksheet(_NAMES), content, entries, used, looks)
    about = workbook.add_worksheet(_HELP)
    about.set_column(0, 0, 100)
    for row, words in enumerate(_STEPS):
        about.write_string(row, 0, words, looks["wrap"])
    workbook.close()
    return target.getvalue()


def _looks(workbook: xlsxwriter.Workbook) -> dict[str, Any]:
    def add(**look: Any) -> Any:
        return workbook.add_format({"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"} | look)

    return {
        "title": add(bold=True, font_size=14, align="center"),
        "centre": add(italic=True, align="center"),
        "head": add(bold=True, border=1, align="center", text_wrap=True, bg_color="#E7E6E6"),
        "text": add(border=1, text_wrap=True),
        "number": add(border=1, num_format="#,##0"),
        "share": add(border=1, num_format="0.0%"),
        "day": add(border=1, num_format="dd/mm/yyyy", align="left"),
        "sum": add(border=1, bold=True, num_format="#,##0"),
        "plain": add(),
        "code": add(border=1, font_name="Consolas", font_size=10),
        "wrap": add(text_wrap=True, valign="top"),
    }


def _define(workbook: xlsxwriter.Workbook, name: str, sheet: str, row: int, column: int) -> None:
    workbook.define_name(name, f"='{sheet}'!${xl_col_to_name(column)}${row + 1}")


def _write_form(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, content: ReportContent, looks: dict[str, Any]
) -> set[str]:
    """Write an example of a superior's form and return the names it uses."""
    last = max(len(_HEADS), len(content.columns) + 2)
    titles = (("ds_don_vi", "title"), ("ds_trich_yeu", "title"), ("ds_ky", "centre"))
    used = {name for name, _look in titles}
    for row, (name, look) in enumerate(titles):
        sheet.merge_range(row, 0, row, len(_HEADS), "", looks[look])
        _define(workbook, name, _FORM, row, 0)
    sheet.set_column(0, 0, 5)
    sheet.set_column(1, 1, 44)
    sheet.set_column(2, last, 10)
    row = 4
    for place, words in enumerate(("TT", *_HEADS)):
        sheet.write_string(row, place, words, looks["head"])
    for number, line in enumerate(content.lines, 1):
        row += 1
        sheet.write_number(row, 0, number, looks["number"])
        for place, suffix in enumerate(_FIGURES, 1):
            share = suffix == "ty_le" or (suffix == "chi_tieu" and line.kind in {"share", "rule"})
            look = "text" if place < 3 else "share" if share else "number"
            sheet.write_blank(row, place, None, looks[look])
            name = f"{names.PREFIX}{names.name_part(line.code)}_{suffix}"
            if name not in used:
                _define(workbook, name, _FORM, row, place)
                used.add(name)
    return used | _write_units(workbook, sheet, content, looks, row + 3)


def _write_units(
    workbook: xlsxwriter.Workbook, sheet: Worksheet, content: ReportContent, looks: dict[str, Any], row: int
) -> set[str]:
    """Write two heading rows, three rows for units, and sums by formula; return the names used."""
    column_names = list(names.columns(content))
    columns = [
        ReportColumn("number", "TT"),
        ReportColumn("unit", "Đơn vị"),
        *content.columns,
        ReportColumn("note", "Ghi chú"),
    ]
    order = [column_names[0], column_names[1], *column_names[3:], column_names[2]]
    place = 0
    for over, inside in groupby(columns, key=lambda column: column.over):
        group = list(inside)
        if over and len(group) > 1:
            sheet.merge_range(row, place, row, place + len(group) - 1, strip_invalid(over), looks["head"])
        elif over:
            sheet.write_string(row, place, strip_invalid(over), looks["head"])
        for index, column in enumerate(group, place):
            if over:
                sheet.write_string(row + 1, index, strip_invalid(column.title), looks["head"])
            else:
                sheet.merge_range(row, index, row + 1, index, strip_invalid(column.title), looks["head"])
        place += len(group)
    first, height = row + 2, 3
    for index, name in enumerate(order):
        is_share = bool(name not in _AROUND and _holds_shares(content, index - 2))
        look = "text" if name in {names.UNIT_COLUMN, names.NOTE_COLUMN} else "share" if is_share else "number"
        for down in range(height):
            sheet.write_blank(first + down, index, None, looks[look])
        _define(workbook, name, _FORM, first, index)
        letter = xl_col_to_name(index)
        if look == "number" and index > 1:
            sheet.write_formula(
                first + height, index, f"=SUM({letter}{first + 1}:{letter}{first + height})", looks["sum"]
            )
        else:
            sheet.write_string(first + height, index, "Tổng cộng" if name == names.UNIT_COLUMN else "", looks["sum"])
    end = xl_col_to_name(len(order) - 1)
    workbook.define_name(names.BLOCK, f"='{_FORM}'!$A${first + 1}:${end}${first + height}")
    sheet.set_landscape()
    # This many columns are legible on A3 only.
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    return {*order, names.BLOCK}


def _holds_shares(content: ReportContent, place: int) -> bool:
    """Return whether a column of the appendix is in per cent, judged by its figures."""
    rows = [*(unit.cells for unit in content.units), content.sums]
    figures = [figure(row[place]) for row in rows if place < len(row)]
    return any(value.is_share for value in figures if value is not None)


def _write_names(
    workbook: xlsxwriter.Workbook,
    sheet: Worksheet,
    content: ReportContent,
    entries: Mapping[str, names.NamedCell],
    used: set[str],
    looks: dict[str, Any],
) -> None:
    """Write every name, its meaning and a value; the value's cell bears the name where the form does not use it."""
    sheet.set_column(0, 0, 44)
    sheet.set_column(1, 1, 70)
    sheet.set_column(2, 2, 40)
    for place, words in enumerate(("Tên ô", "Ý nghĩa", "Ví dụ")):
        sheet.write_string(0, place, words, looks["head"])
    row = 0
    for row, (name, entry) in enumerate(entries.items(), 1):
        sheet.write_string(row, 0, name, looks["code"])
        sheet.write_string(row, 1, strip_invalid(entry.meaning), looks["text"])
        value = entry.value
        look = (
            "day"
            if isinstance(value, date)
            else "share"
            if isinstance(value, CellFigure) and value.is_share
            else "text"
        )
        if isinstance(value, int | float) or (isinstance(value, CellFigure) and not value.is_share):
            look = "number"
        sheet.write_blank(row, 2, None, looks[look])
        if name not in used:
            _define(workbook, name, _NAMES, row, 2)
    row += 2
    sheet.write_string(row, 0, "Dòng theo đơn vị", looks["plain"])
    rows = {names.BLOCK: "Các dòng dành cho đơn vị, mỗi đơn vị một dòng", **names.columns(content)}
    for below, (name, meaning) in enumerate(rows.items(), row + 1):
        sheet.write_string(below, 0, name, looks["code"])
        sheet.write_string(below, 1, strip_invalid(meaning), looks["text"])
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
