"""Write lists for Excel and for other programs, in which text stays text: no cell of an export is ever a formula."""

import csv
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from doanso.lib import clock

_LONGEST_TEXT = 32_767
_EXACT_TO = 10**15
_FORMULA_STARTS = ("=", "+", "-", "@", "|", "%", "\t", "\r", "\n")
# Characters that XML cannot carry; a reader would call the whole file damaged.
_NOT_XML = dict.fromkeys([*range(0x9), 0xB, 0xC, *range(0xE, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd")
_NOT_IN_SHEET_NAMES = dict.fromkeys(map(ord, "[]:*?/\\'"), " ")


@dataclass(frozen=True)
class Column:
    """A column of an exported list; `width` in characters of the sheet's font."""

    title: str
    width: float = 16


def write_table(
    target: str | os.PathLike[str] | IO[bytes],
    *,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Any]],
    title: str = "",
    sheet_name: str = "",
) -> int:
    """Write an .xlsx of one sheet, row by row in constant memory; return the number of rows.

    Text is written as text whatever it begins with, days as days, None as an empty cell. A `title` is above the head, as on
    paper lists; the head stays visible when scrolling.
    """
    options = {
        "constant_memory": True,
        "strings_to_numbers": False,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    workbook = xlsxwriter.Workbook(os.fspath(target) if isinstance(target, os.PathLike) else target, options)
    try:
        return _write_sheet(workbook, columns, rows, title, sheet_name)
    finally:
        workbook.close()


def table_file(*, columns: Sequence[Column], rows: Iterable[Sequence[Any]], sheet_name: str = "") -> IO[bytes]:
    """Write the same into an anonymous temporary file, rewound to its start; closing it deletes it."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    write_table(target, columns=columns, rows=rows, sheet_name=sheet_name)
    target.seek(0)
    return target


def _write_sheet(
    workbook: xlsxwriter.Workbook, columns: Sequence[Column], rows: Iterable[Sequence[Any]], title: str, sheet_name: str
) -> int:
    sheet = workbook.add_worksheet(sheet_name.translate(_NOT_IN_SHEET_NAMES).translate(_NOT_XML).strip()[:31] or None)
    head = workbook.add_format(
        {"bold": True, "bg_color": "#DCE9F7", "border": 1, "text_wrap": True, "valign": "vcenter"}
    )
    formats = {
        date: workbook.add_format({"num_format": "dd/mm/yyyy", "align": "left"}),
        datetime: workbook.add_format({"num_format": "dd/mm/yyyy hh:mm", "align": "left"}),
    }
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.width)
    line = 0
    if title:
        sheet.write_string(0, 0, _clean(title), workbook.add_format({"bold": True, "font_size": 14}))
        line = 2
    for place, column in enumerate(columns):
        sheet.write_string(line, place, _clean(column.title), head)
    sheet.freeze_panes(line + 1, 0)
    count = 0
    for row in rows:
        line += 1
        count += 1
        for place, value in enumerate(row):
            _write_cell(sheet, line, place, value, formats)
    return count


def _write_cell(sheet: Worksheet, line: int, place: int, value: Any, formats: dict[type[date], Format]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float | Decimal) and -_EXACT_TO < value < _EXACT_TO:
        sheet.write_number(line, place, value)
    elif isinstance(value, datetime) and value.year >= 1900:
        local = clock.local(value).replace(tzinfo=None) if value.tzinfo else value
        sheet.write_datetime(line, place, local, formats[datetime])
    elif isinstance(value, date) and value.year >= 1900:
        sheet.write_datetime(line, place, value, formats[date])
    else:
        sheet.write_string(line, place, _clean(str(value)))


def _clean(text: str) -> str:
    return text.translate(_NOT_XML)[:_LONGEST_TEXT]


def safe_csv_rows(rows: Iterable[Sequence[Any]]) -> Iterator[list[Any]]:
    """Yield rows for `csv.writer` whose texts no spreadsheet reads as a formula; numbers and days are unchanged."""
    for row in rows:
        yield [_disarmed(value) if isinstance(value, str) else value for value in row]


class _Echo:
    """A file for `csv.writer` whose `write` returns each line."""

    def write(self, line: str) -> str:
        return line


def csv_lines(*, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Yield a list as CSV lines with days as dd/mm/yyyy; the byte order mark tells Excel that it is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([column.title for column in columns])
    for row in safe_csv_rows(rows):
        yield writer.writerow([value.strftime("%d/%m/%Y") if isinstance(value, date) else value for value in row])


def _disarmed(text: str) -> str:
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA_STARTS) else text
