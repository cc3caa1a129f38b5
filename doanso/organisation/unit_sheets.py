"""Read a list of units from a workbook, and name the columns of our own workbooks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import vietnamese
from doanso.lib.problems import Problem, Refused
from doanso.lib.sheet_headings import Place, column_letter
from doanso.lib.spreadsheet import Cell, OpenSheet, Row, open_workbook
from doanso.lib.table_finding import SEARCHED_ROWS, find_table, preview_head
from doanso.organisation.rules.unit_rows import FIELDS

MOST_ROWS = 3000
"""Rows of a list below its headings; a province with all branches has fewer per committee."""
_MOST_COLUMNS = 40
LONGEST_CELL = 2000
"""Characters of a cell that are kept: the neighbourhoods of a large ward stand in one."""

TITLES: Mapping[str, Promise] = {
    "name": gettext_lazy("Name of the unit"),
    "kind": gettext_lazy("Kind of the unit"),
    "parent": gettext_lazy("Unit above"),
    "code": gettext_lazy("Code"),
    "short_name": gettext_lazy("Short name"),
    "since": gettext_lazy("Founded on"),
    "neighbourhoods": gettext_lazy("Its neighbourhoods"),
}
"""What a column of the list may hold."""
WIDTHS = {"name": 36, "kind": 16, "parent": 28, "code": 20, "short_name": 24, "since": 14, "neighbourhoods": 40}
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "name": ("Tên đơn vị", "Đơn vị", "Tên chi đoàn", "Chi đoàn", "Tên cơ sở Đoàn", "Tên tổ chức Đoàn", "Tên đơn vị Đoàn", "Tên"),
    "kind": ("Loại", "Loại đơn vị", "Cấp", "Loại hình", "Loại hình đơn vị", "Cấp Đoàn", "Cấp đơn vị"),
    "parent": (
        "Trực thuộc", "Đơn vị cấp trên", "Cấp trên", "Thuộc", "Đơn vị trực thuộc", "Đoàn cấp trên", "Đơn vị quản lý",
        "Cấp trên trực tiếp", "Đoàn cơ sở", "Cơ sở Đoàn", "Đoàn phường xã",
    ),
    "code": ("Mã", "Mã đơn vị", "Mã ĐV", "Mã số"),
    "short_name": ("Tên ngắn", "Tên gọn", "Tên viết tắt"),
    "since": ("Ngày thành lập", "Thành lập", "Ngày TL", "Từ ngày"),
    "neighbourhoods": ("Khu phố, ấp, khóm", "Khu phố ấp", "Khu phố", "Địa bàn"),
}  # fmt: skip
"""The headings by which a column is recognised; the first one is written into our own workbooks."""
_PERSONAL = re.compile(
    r"dien thoai|sdt|so dt|email|cccd|cmnd|dinh danh|sinh|bi thu|phu trach|ho (va )?ten|dia chi|nguoi"
)
_LONG_NUMBER = re.compile(r"\d(?:[ .\-]?\d){7,}")
_NO_UNIT = re.compile(r"(tong|tong cong|tong so|cong)\b|nguoi lap|tm\b|t/m\b|noi nhan|ghi chu|\(?\d+\)?$|\(?[a-d]\)?$")

_SIGNATURE = re.compile(r"nguoi lap|bi thu\b|tm\b|t/m\b|noi nhan|ngay \S+ thang|ban thuong vu|ban chap hanh|xac nhan")


@dataclass(frozen=True, slots=True)
class UnitSheet:
    """The list found in a workbook.

    `headings` are Excel's letters and the texts of the columns that were kept, by place; `columns` the recognised ones; `cells`
    the rows below, each with Excel's number, the texts of all places, and nothing in columns that were not kept.
    """

    sheet: str
    head: int
    headings: dict[int, tuple[str, str]]
    columns: dict[str, int]
    cells: list[tuple[int, list[str]]]


def read(source: bytes | IO[bytes]) -> UnitSheet:
    """Return the list in the first visible sheet that has one; raise `Refused` with what to do where none has."""
    likely: UnitSheet | None = None
    with open_workbook(source) as sheets:
        for sheet in sheets:
            if not sheet.visible:
                continue
            rows = list(islice(sheet.rows, MOST_ROWS + SEARCHED_ROWS + 1))
            found = _found(sheet, rows)
            if found is not None and found.columns.get("name") is not None:
                return found
            likely = likely or found
    if likely is None:
        message = _("No list was found. The sheet needs a row of headings, for instance: %(headings)s.")
        words = {"headings": " | ".join(HEADINGS[name][0] for name in ("name", "kind", "parent"))}
        raise Refused(Problem("no-list", message % words, "file"))
    return likely


def _found(sheet: OpenSheet, rows: list[Row]) -> UnitSheet | None:
    merged = [span for span in sheet.merged if span[0] < len(rows)]
    try:
        table = find_table(rows, HEADINGS, ("name",), merged=merged)
        last = table.header_rows[-1]
        columns = {name: _first(place) for name, place in table.columns.items()}
    except Refused as refused:
        if refused.problem.code != "heading_not_found":
            raise
        head = preview_head(rows, HEADINGS, ("name",), merged=merged)
        if head is None or not head.words_only:
            return None
        last = head.number
        columns = {column.means: column.place for column in head.columns if column.means in FIELDS}
    body = rows[last:]
    if len(body) > MOST_ROWS:
        message = _("The list has more than %(most)s rows; split it into several files.")
        raise Refused(Problem("too-many-rows", message % {"most": MOST_ROWS}, "file"))
    width = min(max((len(row) for row in rows), default=0), _MOST_COLUMNS)
    texts = [[_text(row, place) for place in range(width)] for row in body]
    for first, left, below, _right in merged:
        # A parent merged over its branches is each one's parent.
        if below > first >= last and left < width:
            for number in range(first - last, min(below - last + 1, len(texts))):
                texts[number][left] = texts[first - last][left]
    headings = {place: heading for place in range(width) if (heading := _heading(rows[:last], place))}
    kept = {
        place: (column_letter(place), heading)
        for place, heading in headings.items()
        if place in columns.values() or not _is_personal(heading, [row[place] for row in texts])
    }
    cells = [
        (last + offset, [text if place in kept else "" for place, text in enumerate(row)])
        for offset, row in enumerate(texts, 1)
        if any(row)
    ]
    return UnitSheet(sheet.name[:80], last, kept, columns, cells)


def _first(place: Place) -> int:
    if isinstance(place, dict):
        return next(iter(place.values()))
    return place[0] if isinstance(place, tuple) else place


def _text(row: Row, place: int) -> str:
    cell: Cell = row[place] if place < len(row) else None
    if cell is None or isinstance(cell, bool):
        return ""
    if isinstance(cell, datetime):
        return f"{cell.day:02}/{cell.month:02}/{cell.year}"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return vietnamese.nfc(str(cell)).strip()[:LONGEST_CELL]


def _heading(rows: Sequence[Row], place: int) -> str:
    """Return the lowest text over a column."""
    return next((text for row in reversed(rows[-2:]) if (text := " ".join(_text(row, place).split()))), "")


def _is_personal(heading: str, texts: Sequence[str]) -> bool:
    """Return whether a column that nobody needs may hold data of persons; it is not kept."""
    return bool(_PERSONAL.search(vietnamese.fold(heading))) or any(_LONG_NUMBER.search(text) for text in texts)


def values_of(
    cells: Sequence[tuple[int, Sequence[str]]], columns: Mapping[str, int]
) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the number and the values of each row that states a unit; totals, signatures and rows of numbers are passed over."""
    for number, row in cells:
        values = {name: row[place] if place < len(row) else "" for name, place in columns.items()}
        if not any(values.values()) or _NO_UNIT.match(vietnamese.fold(values.get("name", ""))):
            continue
        if not values.get("name") and any(_SIGNATURE.search(vietnamese.fold(text)) for text in row):
            continue
        yield number, values
