"""Cells of lists of doors, here and in the apps above: text, house number, neighbourhood, and what cannot be imported."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from doanso.imports.ports import Cell, Finding, ListLine, RawRow
from doanso.lib import names, vietnamese
from doanso.lib.problems import Problem
from doanso.people.rules import doors
from doanso.units.neighbourhoods import NeighbourhoodNames


def text(cell: Cell) -> str:
    """Return a cell as text; whole numbers have no fraction."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(vietnamese.nfc(vietnamese.without_invisible(str(cell))).split())


def refuse_row(line: ListLine, column: str, code: str, message: str) -> None:
    """Add a reason for which the row can't be imported."""
    line.problems.append(Finding(column, code, message))


def check_words(
    line: ListLine,
    values: Iterable[tuple[str, str, int]],
    problem_of: Callable[[str, str], Problem | None] = names.name_problem,
) -> None:
    """Refuse texts that are too long, have a problem, or were typed in an old font; each by column, text and length."""
    for column, value, most in values:
        if len(value) > most:
            refuse_row(line, column, "too_long", _("This is longer than %(most)d characters.") % {"most": most})
        elif (problem := problem_of(value, column)) is not None:
            refuse_row(line, column, problem.code, problem.message)
        elif not value.isascii() and vietnamese.has_legacy_font(value):
            message = _("This was typed in an old font (VNI or TCVN3); convert the file to Unicode first.")
            refuse_row(line, column, "legacy_font", message)


def read_door(row: RawRow, line: ListLine) -> tuple[str, str]:
    """Return street and number, from columns of their own or from one that holds both."""
    cell = row.cells.get("number")
    if isinstance(cell, datetime):
        message = _(
            "Excel made a date of the house number. Set the column to Text, type the number anew (for example 12/3)"
            " and upload the file again."
        )
        refuse_row(line, "number", "number_date", message)
        return text(row.cells.get("street")), ""
    street, number = text(row.cells.get("street")), doors.tidy_number(doors.without_areas(text(cell)))
    address = text(row.cells.get("address"))
    if address and not (street and number):
        parts = doors.split_address(address)
        number, street = number or parts[0], street or parts[1]
    return street, number


def read_area(row: RawRow, line: ListLine, neighbourhoods: NeighbourhoodNames, *headings: str) -> str:
    """Return the neighbourhood, from its own column or from the first of these headings of the row that names one."""
    written = text(row.cells.get("neighbourhood"))
    if not written:
        return next((area for heading in headings if (area := neighbourhoods.find(heading))), "")
    area = neighbourhoods.find(written)
    if not area:
        message = _("The unit has no neighbourhood “%(text)s”; correct the name, or leave it empty.")
        refuse_row(line, "neighbourhood", "area_unknown", message % {"text": written[:60]})
    return area


def mark_repeated(row: RawRow, line: ListLine, seen: dict[int, int], words: Iterable[str]) -> None:
    """Mark a door that an earlier row of the file has, so that it is written once; `words` name it, without their accents.

    `seen` holds the first row of each door by the hash of its words.
    """
    earlier = seen.setdefault(hash(tuple(map(vietnamese.fold, words))), row.number)
    if earlier != row.number:
        line.values["double"] = True
        message = _("Row %(row)d tells of the same door already; it is written once.") % {"row": earlier}
        line.warnings.append(Finding("number", "double_row", message))
