"""Read one row of the list of homes and shops into values."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from doanso.imports.ports import Cell, Finding, ListLine, RawRow
from doanso.lib import business_words, names, vietnamese
from doanso.people.rules import doors
from doanso.units.neighbourhoods import NeighbourhoodNames

HOME, SHOP = "home", "shop"
MOST_NUMBER, MOST_STREET, MOST_SIGN = 40, 120, 160


def text(cell: Cell) -> str:
    """Return a cell as text; whole numbers have no fraction."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(vietnamese.nfc(vietnamese.without_invisible(str(cell))).split())


class HouseholdRowReader:
    """Reads the rows of one file in their order, so that a repeated door is recognised."""

    def __init__(self, neighbourhoods: NeighbourhoodNames) -> None:
        self._neighbourhoods = neighbourhoods
        self._seen: dict[int, int] = {}

    def read(self, row: RawRow) -> ListLine:
        """Return the row in normal form, with what is wrong and what is doubtful about it."""
        line = ListLine("", {})
        street, number = self._door(row, line)
        sign = text(row.cells.get("sign"))
        kind = _kind(text(row.cells.get("kind")), sign, line)
        area = self._area(row, line)
        line.label = ", ".join(filter(None, (sign if kind == SHOP else "", doors.address(street, number))))
        line.values = {"kind": kind, "street": street, "number": number, "area": area}
        if kind == SHOP:
            line.values["sign"] = sign
            if not sign:
                _refuse(line, "sign", "sign_missing", _("Write the name on the shop's sign."))
        elif not number and not line.problems:
            message = _("Write the house number; without it the same home cannot be known again.")
            _refuse(line, "number", "number_missing", message)
        if not street and not area and not line.problems:
            _refuse(line, "street", "street_missing", _("Write the street, or the neighbourhood where there is none."))
        for column, value, most in (
            ("number", number, MOST_NUMBER),
            ("street", street, MOST_STREET),
            ("sign", sign if kind == SHOP else "", MOST_SIGN),
        ):
            if len(value) > most:
                _refuse(line, column, "too_long", _("This is longer than %(most)d characters.") % {"most": most})
            elif (problem := names.name_problem(value, column)) is not None:
                _refuse(line, column, problem.code, problem.message)
            elif not value.isascii() and vietnamese.legacy_font(value):
                message = _("This was typed in an old font (VNI or TCVN3); convert the file to Unicode first.")
                _refuse(line, column, "legacy_font", message)
        if not line.problems:
            self._mark_repeated(row, line)
        return line

    def _door(self, row: RawRow, line: ListLine) -> tuple[str, str]:
        """Return street and number, from columns of their own or from one that holds both."""
        cell = row.cells.get("number")
        if isinstance(cell, datetime):
            message = _(
                "Excel made a date of the house number. Set the column to Text, type the number anew (for example 12/3)"
                " and upload the file again."
            )
            _refuse(line, "number", "number_date", message)
            return text(row.cells.get("street")), ""
        street, number = text(row.cells.get("street")), doors.tidy_number(doors.without_areas(text(cell)))
        address = text(row.cells.get("address"))
        if address and not (street and number):
            parts = doors.split_address(address)
            number, street = number or parts[0], street or parts[1]
        return street, number

    def _area(self, row: RawRow, line: ListLine) -> str:
        """Return the neighbourhood, from its own column or from the row's group or sheet."""
        area_text = text(row.cells.get("neighbourhood"))
        around = "" if area_text else self._neighbourhoods.find(row.group) or self._neighbourhoods.find(row.sheet)
        area = self._neighbourhoods.find(area_text) or around
        if area_text and not area:
            message = _("The unit has no neighbourhood “%(text)s”; correct the name, or leave it empty.")
            _refuse(line, "neighbourhood", "area_unknown", message % {"text": area_text[:60]})
        return area

    def _mark_repeated(self, row: RawRow, line: ListLine) -> None:
        """Mark a door that an earlier row of the file has, so that it is written once."""
        values = line.values
        key = hash((values["kind"], values["area"], *map(vietnamese.fold, _cell_value(values))))
        earlier = self._seen.setdefault(key, row.number)
        if earlier != row.number:
            values["double"] = True
            message = _("Row %(row)d tells of the same door already; it is written once.") % {"row": earlier}
            line.warnings.append(Finding("number", "double_row", message))


def _cell_value(values: dict[str, Any]) -> tuple[str, str, str]:
    return values["street"], values["number"], values.get("sign", "")


def _kind(kind_text: str, sign: str, line: ListLine) -> str:
    kind = business_words.kind_of(kind_text)
    if kind.value == "business":
        answer = SHOP
    elif kind.value == "resident":
        answer = HOME
    else:
        answer = SHOP if sign else HOME
    if kind.doubtful:
        message = (
            _("“%(kind)s” was taken as a shop; write “Cửa hàng” or “Hộ dân”.")
            if answer == SHOP
            else _("“%(kind)s” was taken as a home; write “Cửa hàng” or “Hộ dân”.")
        )
        line.warnings.append(Finding("kind", "kind_doubtful", message % {"kind": kind_text[:40]}))
    return answer


def _refuse(line: ListLine, column: str, code: str, message: str) -> None:
    line.problems.append(Finding(column, code, message))
