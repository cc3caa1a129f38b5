"""A report as our own workbook: figures as numbers for further calculation, texts as text."""

import io
from collections.abc import Callable, Sequence
from datetime import datetime, time
from itertools import groupby
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from doanso.official_form import wording as official
from doanso.official_form.word_markup import strip_invalid
from doanso.reports.content import ReportColumn, ReportContent, ReportLine
from doanso.reports.renderers import wording
from doanso.reports.renderers.values import CellFigure, figure, goal, in_kind, of_grade, share

_LONGEST_TEXT = 32_767
_LONGEST_ADDRESS = 2_000
_A3, _A4 = 8, 9
_MOST_ON_A4 = 16
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
# The separators follow the reader's locale: on a Vietnamese Windows 1234.5 reads 1.234,5.
_NUMBER, _SHARE = "#,##0", "0.0%"
type Value = str | int | CellFigure | None
type _Address = Callable[[str], str]


class _WorkbookStyles:
    """The few styles of cells."""

    def __init__(self, workbook: xlsxwriter.Workbook) -> None:
        def add(**look: Any) -> Format:
            return workbook.add_format({"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"} | look)

        self.plain = add(text_wrap=True, align="left", valign="top")
        self.title = add(bold=True, font_size=14)
        self.quiet = add(italic=True)
        self.head = add(bold=True, border=1, align="center", text_wrap=True, bg_color="#E7E6E6")
        self.group = add(bold=True, italic=True, border=1, bg_color="#F7F7F7")
        self.text = add(border=1, text_wrap=True)
        self.centre = add(border=1, align="center", text_wrap=True)
        self.number = add(border=1, num_format=_NUMBER)
        self.share = add(border=1, num_format=_SHARE)
        self.link = add(border=1, num_format=_NUMBER, font_color="#1F3864")
        self.sum_text = add(border=1, bold=True, text_wrap=True)
        self.sum_number = add(border=1, bold=True, num_format=_NUMBER)
        self.sum_share = add(border=1, bold=True, num_format=_SHARE)


def render_xlsx(content: ReportContent, *, base: str) -> bytes:
    """Return the workbook; the same content gives the same bytes. `base` is prefixed to every path."""
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target, _OPTIONS)
    workbook.set_properties(
        {
            "title": strip_invalid(f"{content.head.type_name} {content.head.summary}")[:255],
            "author": strip_invalid(content.unit)[:255],
            "created": datetime.combine(content.head.dated, time()),
        }
    )
    looks = _WorkbookStyles(workbook)

    def address(path: str) -> str:
        # Without the installation's address a path links nowhere.
        url = base.rstrip("/") + path if base and path else ""
        return url if len(url) <= _LONGEST_ADDRESS else ""

    _write_indicators(workbook.add_worksheet("Chỉ tiêu"), content, looks, address)
    if content.units:
        _write_units(workbook.add_worksheet("Đơn vị"), content, looks, address)
    _write_notes(workbook.add_worksheet("Ghi chú"), content, looks, address)
    workbook.close()
    return target.getvalue()


def _text(words: str) -> str:
    return strip_invalid(words)[:_LONGEST_TEXT]


def _write_title(sheet: Worksheet, content: ReportContent, looks: _WorkbookStyles, title: str) -> int:
    """Write the sheet's title and return the number of the first row below it."""
    sheet.write_string(0, 0, _text(content.unit), looks.title)
    sheet.write_string(1, 0, _text(title), looks.title)
    sheet.write_string(2, 0, _text(f"{content.programme} – {wording.span_words(content)}"), looks.quiet)
    if wording.is_frozen(content):
        sheet.write_string(3, 0, f"Bản số liệu: {content.frozen_hash}", looks.quiet)
    else:
        sheet.write_string(3, 0, f"{official.DRAFT} – số liệu chưa chốt", looks.title)
    return 5


def _set_print(sheet: Worksheet, first: int, last: int, width: int) -> None:
    """Set landscape, fitted to the paper's width, with the headings on every page; this many columns are legible on A3 only."""
    sheet.set_landscape()
    sheet.set_paper(_A4 if width <= _MOST_ON_A4 else _A3)
    sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(first, first + 1)
    sheet.print_area(0, 0, last, width - 1)
    sheet.set_footer('&L&"Times New Roman"&9&A&R&"Times New Roman"&9Trang &P/&N')


def _write_heads(sheet: Worksheet, row: int, columns: Sequence[ReportColumn], look: Format) -> None:
    """Write two heading rows: neighbours share the upper heading, a column without one spans both rows."""
    place = 0
    for over, inside in groupby(columns, key=lambda column: column.over):
        group = list(inside)
        if over and len(group) > 1:
            sheet.merge_range(row, place, row, place + len(group) - 1, _text(over), look)
        elif over:
            sheet.write_string(row, place, _text(over), look)
        for index, column in enumerate(group, place):
            if over:
                sheet.write_string(row + 1, index, _text(column.title), look)
            else:
                sheet.merge_range(row, index, row + 1, index, _text(column.title), look)
        place += len(group)
    sheet.set_row(row, 32)
    sheet.set_row(row + 1, 48)


def _write(sheet: Worksheet, row: int, place: int, value: Value, looks: _WorkbookStyles, *, link: str = "") -> None:
    """Write one figure as a number, with its link if it has one; text as text."""
    if isinstance(value, int):
        value = CellFigure(value)
    if value is None or value == "":
        sheet.write_blank(row, place, None, looks.text)
        return
    number = looks.link if link else looks.number
    if link:
        shown = "" if isinstance(value, CellFigure) else _text(value)
        sheet.write_url(row, place, link, number, string=shown or None)
    if isinstance(value, CellFigure):
        sheet.write_number(row, place, value.number, looks.share if value.is_share else number)
    elif not link:
        sheet.write_string(row, place, _text(value), looks.text)


type _Read = Callable[[ReportLine], Value]


# Title, width and value of a column, and whether it links to the records.
_INDICATORS: tuple[tuple[ReportColumn, float, _Read, bool], ...] = (
    (ReportColumn("title", "Chỉ tiêu"), 44, lambda line: line.title, False),
    (ReportColumn("unit", "Đơn vị tính"), 12, lambda line: line.unit_of_count, False),
    (ReportColumn("target", "Chỉ tiêu giao"), 10, goal, False),
    (ReportColumn("previous", "Kỳ trước"), 10, lambda line: line.previous, False),
    (ReportColumn("in_period", "Trong kỳ", "Kết quả"), 10, lambda line: line.in_period, True),
    (ReportColumn("total", "Lũy kế", "Kết quả"), 10, lambda line: line.total, True),
    (ReportColumn("denominator", "Mẫu số", "Kết quả"), 10, lambda line: line.denominator, False),
    (ReportColumn("percent", "Tỷ lệ", "Kết quả"), 9, lambda line: share(line.percent), False),
    (ReportColumn("times_in_period", "Trong kỳ", wording.TIMES), 10, lambda line: line.times_in_period, True),
    (ReportColumn("times_total", "Lũy kế", wording.TIMES), 10, lambda line: line.times_total, True),
    (ReportColumn("estimate", wording.ESTIMATED), 12, lambda line: line.estimate, False),
    (ReportColumn("pace", "Cần đạt đến nay"), 10, lambda line: in_kind(line, line.pace), False),
    (ReportColumn("forecast", "Dự báo cuối kỳ chương trình"), 12, lambda line: in_kind(line, line.forecast), False),
    (ReportColumn("state", "Đánh giá"), 12, lambda line: line.state_text, False),
    *(
        (ReportColumn(f"grade{place}", words, "Mức bằng chứng của số lũy kế"), 10, of_grade(place), False)
        for place, words in enumerate(wording.GRADES)
    ),
    (ReportColumn("error_rate", "Sai sót khi phúc tra"), 14, lambda line: line.error_rate, False),
    (ReportColumn("erased", "Đã xóa tên theo yêu cầu"), 11, lambda line: line.erased, False),
)


def _write_indicators(sheet: Worksheet, content: ReportContent, looks: _WorkbookStyles, address: _Address) -> None:
    title = f"{content.head.type_name} {content.head.summary}"
    head = _write_title(sheet, content, looks, title)
    columns = [ReportColumn("number", "TT"), *(column for column, _width, _read, _leads in _INDICATORS)]
    _write_heads(sheet, head, columns, looks.head)
    sheet.set_column(0, 0, 5)
    for place, (_column, width, _read, _leads) in enumerate(_INDICATORS, 1):
        sheet.set_column(place, place, width)
    row, number = head + 2, 0
    for group, lines in groupby(content.lines, key=lambda line: line.group):
        if group:
            sheet.merge_range(row, 0, row, len(columns) - 1, _text(wording.group_title(group)), looks.group)
            row += 1
        for line in lines:
            number += 1
            sheet.write_number(row, 0, number, looks.centre)
            for place, (column, _width, read, leads) in enumerate(_INDICATORS, 1):
                value = read(line)
                if column.key == "total" and value is None:
                    value = wording.NO_FIGURE
                shown = leads and value is not None and line.total is not None
                _write(sheet, row, place, value, looks, link=address(line.path) if shown else "")
            row += 1
    sheet.freeze_panes(head + 2, 2)
    _set_print(sheet, head, row - 1, len(columns))


def _write_units(sheet: Worksheet, content: ReportContent, looks: _WorkbookStyles, address: _Address) -> None:
    """Write a row per unit with the columns of the appendix, and the sums below."""
    head = _write_title(sheet, content, looks, "Số liệu theo đơn vị")
    columns = [
        ReportColumn("number", "TT"),
        ReportColumn("unit", "Đơn vị"),
        *content.columns,
        ReportColumn("note", "Ghi chú"),
    ]
    _write_heads(sheet, head, columns, looks.head)
    sheet.set_column(0, 0, 5)
    narrow = len(columns) > _MOST_ON_A4
    sheet.set_column(1, 1, 24 if narrow else 30)
    sheet.set_column(2, len(columns) - 2, 8.5 if narrow else 11)
    sheet.set_column(len(columns) - 1, len(columns) - 1, 18 if narrow else 28)
    row = head + 2
    width = len(content.columns)
    for unit in content.units:
        if unit.number:
            sheet.write_number(row, 0, unit.number, looks.centre)
        else:
            sheet.write_blank(row, 0, None, looks.centre)
        _write(sheet, row, 1, unit.unit, looks, link=address(unit.path))
        for place in range(width):
            printed = unit.cells[place] if place < len(unit.cells) else ""
            _write(sheet, row, place + 2, figure(printed) or printed, looks)
        _write(sheet, row, width + 2, unit.note, looks)
        row += 1
    if content.sums:
        sheet.write_blank(row, 0, None, looks.sum_text)
        sheet.write_string(row, 1, "Tổng cộng", looks.sum_text)
        for place in range(width):
            _write_sum(sheet, row, place + 2, content.sums[place] if place < len(content.sums) else "", looks)
        sheet.write_blank(row, width + 2, None, looks.sum_text)
        row += 1
    sheet.freeze_panes(head + 2, 2)
    _set_print(sheet, head, row - 1, len(columns))


def _write_sum(sheet: Worksheet, row: int, place: int, printed: str, looks: _WorkbookStyles) -> None:
    value = figure(printed)
    if value is None:
        sheet.write_string(row, place, _text(printed), looks.sum_text)
    else:
        sheet.write_number(row, place, value.number, looks.sum_share if value.is_share else looks.sum_number)


def _write_notes(sheet: Worksheet, content: ReportContent, looks: _WorkbookStyles, address: _Address) -> None:
    """Write the notes on the figures, and where they can be opened."""
    row = _write_title(sheet, content, looks, "Ghi chú")
    sheet.set_column(0, 0, 34)
    sheet.set_column(1, 1, 34)
    sheet.set_column(2, 3, 14)
    sheet.set_column(4, 4, 50)
    parts = (
        ("Ghi chú", content.notes),
        ("Thay đổi so với kỳ trước", content.changes),
        ("Đơn vị gửi số liệu muộn", content.late_units),
    )
    for title, lines in parts:
        if lines:
            sheet.write_string(row, 0, title, looks.title)
            for place, words in enumerate(lines, 1):
                sheet.merge_range(row + place, 0, row + place, 4, _text(words), looks.plain)
            row += len(lines) + 2
    if content.behind:
        sheet.write_string(row, 0, "Đơn vị chậm tiến độ và nguyên nhân", looks.title)
        for place, words in enumerate(("Đơn vị", "Chỉ tiêu", "Kết quả", "Chỉ tiêu giao", "Nguyên nhân")):
            sheet.write_string(row + 1, place, words, looks.head)
        for below, entry in enumerate(content.behind, row + 2):
            cells = (
                entry.unit,
                entry.indicator,
                figure(entry.figure) or entry.figure,
                figure(entry.target) or entry.target,
            )
            for place, value in enumerate((*cells, entry.reason or "Chưa nêu nguyên nhân")):
                _write(sheet, below, place, value, looks)
        row += len(content.behind) + 3
    if url := address(content.path):
        sheet.write_string(row, 0, "Báo cáo này ở", looks.title)
        sheet.write_url(row, 1, url, looks.quiet, string=_text(url))
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
