"""Read one row of the list of homes and shops into values."""

from django.utils.translation import gettext as _

from doanso.imports.ports import Finding, ListLine, RawRow
from doanso.lib import business_words
from doanso.people.household_list.cells import check_words, mark_repeated, read_area, read_door, refuse_row, text
from doanso.people.rules import doors
from doanso.units.neighbourhoods import NeighbourhoodNames

HOME, SHOP = "home", "shop"
MOST_NUMBER, MOST_STREET, MOST_SIGN = 40, 120, 160


class HouseholdRowReader:
    """Reads the rows of one file in their order, so that a repeated door is recognised."""

    def __init__(self, neighbourhoods: NeighbourhoodNames) -> None:
        self._neighbourhoods = neighbourhoods
        self._seen: dict[int, int] = {}

    def read(self, row: RawRow) -> ListLine:
        """Return the row in normal form, with what is wrong and what is doubtful about it."""
        line = ListLine("", {})
        street, number = read_door(row, line)
        sign = text(row.cells.get("sign"))
        kind = _kind(text(row.cells.get("kind")), sign, line)
        area = read_area(row, line, self._neighbourhoods, row.group, row.sheet)
        line.label = ", ".join(filter(None, (sign if kind == SHOP else "", doors.spoken_address(street, number))))
        line.values = {"kind": kind, "street": street, "number": number, "area": area}
        if kind == SHOP:
            line.values["sign"] = sign
            if not sign:
                refuse_row(line, "sign", "sign_missing", _("Write the name on the shop's sign."))
        elif not number and not line.problems:
            message = _("Write the house number; without it the same home cannot be known again.")
            refuse_row(line, "number", "number_missing", message)
        if not street and not area and not line.problems:
            refuse_row(
                line, "street", "street_missing", _("Write the street, or the neighbourhood where there is none.")
            )
        check_words(
            line,
            (
                ("number", number, MOST_NUMBER),
                ("street", street, MOST_STREET),
                ("sign", sign if kind == SHOP else "", MOST_SIGN),
            ),
        )
        if not line.problems:
            mark_repeated(row, line, self._seen, (kind, area, street, number, line.values.get("sign", "")))
        return line


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
