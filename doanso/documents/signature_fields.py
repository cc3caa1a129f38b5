"""Where a document's number, day and signatures go, in the terms of `signing`: as its form says, or as read from a file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doanso.documents.renderers import OpenField
from doanso.signing import pdf

# What signing calls the owners of these files.
DOCUMENT, ATTACHMENT = "documents.document", "documents.attachment"
NUMBER, DAY, MONTH, YEAR = "number", "day", "month", "year"
PERSON, ORGANISATION = "person", "organisation"
_MM = 72 / 25.4
APPENDIX_PLACE = pdf.FieldPlacement(
    name=ORGANISATION, kind=pdf.FieldKind.ORGANISATION, page=0, x=125 * _MM, y=6 * _MM, w=75 * _MM, h=14 * _MM
)
"""On a file that goes with a document the organisation signs at the top right of the first page (Nghị định 30/2020)."""
_TEXTS = (NUMBER, DAY, MONTH, YEAR)
_CENTRED, _RIGHT = 1, 2


def places_of(open_places: Mapping[str, OpenField]) -> list[pdf.FieldPlacement]:
    """The places that a printed document leaves open."""
    texts = [
        pdf.FieldPlacement(
            name=name,
            kind=pdf.FieldKind.TEXT,
            page=place.page - 1,
            x=place.x,
            y=place.y,
            w=place.width,
            h=place.height,
            font=pdf.Font.ITALIC if place.italic else pdf.Font.REGULAR,
            size=place.size,
            # The symbol follows the number without a gap.
            align=_RIGHT if name == NUMBER else _CENTRED,
        )
        for name in _TEXTS
        if (place := open_places.get(name)) is not None
    ]
    signature = open_places["signature"]
    person = pdf.FieldPlacement(
        name=PERSON,
        kind=pdf.FieldKind.PERSON,
        page=signature.page - 1,
        x=signature.x,
        y=signature.y,
        w=signature.width,
        h=signature.height,
    )
    return [*texts, person, pdf.organisation_place(person)]


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands in the file for good beside the places: the symbol behind the number, and the year where it is no blank."""

    symbol: str = ""
    year: int | None = None


def kept(open_places: Mapping[str, OpenField], printed: Printed) -> dict[str, Any]:
    """Places and what is printed beside them, as a document keeps both."""
    places = {name: place.as_json() for name, place in open_places.items()}
    if NUMBER in places:
        places[NUMBER]["symbol"] = printed.symbol
    if DAY in places:
        places[DAY]["year"] = printed.year
    return places


def digits_held(places: Mapping[str, Any]) -> int | None:
    """How many digits can be read in the room for the number, each half as wide as its letters are high; None without such a
    room."""
    room = places.get(NUMBER)
    return int(room["width"] / (room["size"] * pdf.LEAST / 2)) if room is not None else None


def printed_in(places: Mapping[str, Any]) -> Printed:
    """What is printed beside the places that a document keeps."""
    return Printed(places.get(NUMBER, {}).get("symbol", ""), places.get(DAY, {}).get("year"))
