"""Layout of the table of units on a landscape page: the width of each column, and the font size.

Committees are used to one row of some thirty columns. Columns get the width that their own numbers need, the font is as large as
the page allows, and only what would be too small to read becomes a second table.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from doanso.lib import formats
from doanso.reports.content import ReportColumn, ReportContent

PAGE = 257.0
"""Millimetres between the margins."""
SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0)
"""Font sizes in points, from the preferred to the smallest legible one."""
SMALLEST_LEVEL = 9.0
"""If letters would have to be smaller than this, the headings are vertical instead."""
HIGHEST_HEAD = 46.0
_POINT = 25.4 / 72
_LINE = 1.2
# A text column wraps; a number column is as wide as its widest number.
_WIDEST = 30.0
_WIDEST_INSET = 1.2
_DIGITS = "0123456789"
_THIN = ".,/"


@dataclass(frozen=True, slots=True)
class AppendixSheet:
    """A table: its selection of the content's columns, with their widths in millimetres and the font size in points."""

    places: range
    size: float
    upright: bool
    inset: float
    number: float
    unit: float
    columns: tuple[float, ...]
    note: float


def cell(cells: Sequence[str], place: int) -> str:
    """Return a cell as printed; an empty one as a dash, so that it does not look forgotten."""
    return (cells[place] if place < len(cells) else "") or formats.NONE


def sheets(content: ReportContent) -> list[AppendixSheet]:
    """Return the tables, in order; none without units."""
    return _sheets(content, range(len(content.columns))) if content.units else []


def _sheets(content: ReportContent, places: range) -> list[AppendixSheet]:
    has_notes = places.stop == len(content.columns) and any(row.note for row in content.units)
    shapes = [(size, False) for size in SIZES if size >= SMALLEST_LEVEL] + [(size, True) for size in SIZES]
    for size, upright in shapes:
        sheet = _sheet(content, places, size, upright, has_notes)
        if sheet is not None:
            return [sheet]
    middle = _parting(content.columns, places)
    return [*_sheets(content, places[: middle - places.start]), *_sheets(content, places[middle - places.start :])]


def _parting(columns: Sequence[ReportColumn], places: range) -> int:
    """Return the column at which to split a table: near the middle, between two headings."""
    between = [
        place for place in places[1:] if not columns[place].over or columns[place].over != columns[place - 1].over
    ]
    middle = (places.start + places.stop) / 2
    return min(between or places[1:], key=lambda place: (abs(place - middle), place))


def _sheet(content: ReportContent, places: range, size: float, upright: bool, has_notes: bool) -> AppendixSheet | None:
    """Return the table in that shape if it fits, else None; a table of one column always fits."""
    number, unit, inset = (7.0, 36.0, 0.4) if upright else (9.0, 52.0, 0.8)
    note = 0.0 if not has_notes else 16.0 if upright else 30.0
    widths = _shared_heads(content.columns, places, size, inset, _widths(content, places, size, upright, inset))
    room = PAGE - number - unit - note
    if sum(widths) > room:
        return None
    more = (room - sum(widths)) / len(widths) if widths else 0.0
    return AppendixSheet(
        places=places,
        size=size,
        upright=upright,
        inset=round(min(inset + more / 2, _WIDEST_INSET), 3),
        number=number,
        unit=unit,
        columns=tuple(round(width + more, 3) for width in widths),
        note=note,
    )


def _widths(content: ReportContent, places: range, size: float, upright: bool, inset: float) -> list[float]:
    """Return the width that the numbers and the heading of each column need."""
    rows: list[Sequence[str]] = [unit_row.cells for unit_row in content.units]
    widths = []
    for place in places:
        figures = max(width(cell(row, place), size) for row in rows)
        if content.sums:
            figures = max(figures, width(cell(content.sums, place), size, bold=True))
        title = content.columns[place].title
        if upright:
            lines = 1 if width(title, size, bold=True) < HIGHEST_HEAD else 2
            head = lines * _LINE * size * _POINT
        else:
            head = _longest_word(title, size)
        widths.append(min(max(figures, head), _WIDEST) + 2 * inset)
    return widths


def _shared_heads(
    columns: Sequence[ReportColumn], places: range, size: float, inset: float, widths: list[float]
) -> list[float]:
    """Return the widths, the columns under a shared heading each widened a little where one of its words is longer
    than they are."""
    wider = list(widths)
    first = 0
    while first < len(places):
        end = first + 1
        over = columns[places[first]].over
        while over and end < len(places) and columns[places[end]].over == over:
            end += 1
        missing = _longest_word(over, size) + 2 * inset - sum(widths[first:end]) if over else 0.0
        if missing > 0:
            for place in range(first, end):
                wider[place] += missing / (end - first)
        first = end
    return wider


def _longest_word(text: str, size: float) -> float:
    return min(max((width(word, size, bold=True) for word in text.split()), default=0.0), _WIDEST)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the maximum width of a text in millimetres: exact for numbers, estimated by average letters for words."""
    other = 0.6 if bold else 0.56
    ems = sum(
        0.5 if char in _DIGITS else 0.28 if char in _THIN else (1.0 if bold else 0.84) if char == "%" else other
        for char in text
    )
    return ems * size * _POINT
