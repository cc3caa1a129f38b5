"""Fields for number, day and signatures in the terms of `signing`, and their JSON as a document stores it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from doanso.documents.renderers import OpenField
from doanso.signing import pdf

# Owner kinds in `signing`.
DOCUMENT, ATTACHMENT = "documents.document", "documents.attachment"
NUMBER, DAY, MONTH, YEAR = "number", "day", "month", "year"
PERSON, ORGANISATION = "person", "organisation"
_MM = 72 / 25.4
APPENDIX_PLACE = pdf.FieldPlacement(
    name=ORGANISATION, kind=pdf.FieldKind.ORGANISATION, page=0, x=125 * _MM, y=6 * _MM, w=75 * _MM, h=14 * _MM
)
"""On a file attached to a document the organisation signs at the top right of the first page (Nghị định 30/2020)."""
_TEXTS = (NUMBER, DAY, MONTH, YEAR)
_CENTRED, _RIGHT = 1, 2


def signature_fields_of(open_fields: Mapping[str, OpenField]) -> list[pdf.FieldPlacement]:
    """Return signing's fields for the open fields of a printed document."""
    texts = [
        pdf.FieldPlacement(
            name=name,
            kind=pdf.FieldKind.TEXT,
            page=open_field.page - 1,
            x=open_field.x,
            y=open_field.y,
            w=open_field.width,
            h=open_field.height,
            font=pdf.Font.ITALIC if open_field.italic else pdf.Font.REGULAR,
            size=open_field.size,
            # Right-aligned, because the symbol follows without a gap.
            align=_RIGHT if name == NUMBER else _CENTRED,
        )
        for name in _TEXTS
        if (open_field := open_fields.get(name)) is not None
    ]
    signature = open_fields["signature"]
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
class FixedValues:
    """Values printed beside the fields that cannot change: the symbol behind the number, and the year if it is not a field."""

    symbol: str = ""
    year: int | None = None


def fields_as_json(open_fields: Mapping[str, OpenField], printed: FixedValues) -> dict[str, Any]:
    """Return fields and printed values as JSON, as a document stores both."""
    places = {name: open_field.as_json() for name, open_field in open_fields.items()}
    if NUMBER in places:
        places[NUMBER]["symbol"] = printed.symbol
    if DAY in places:
        places[DAY]["year"] = printed.year
    return places


def count_digits(places: Mapping[str, Any]) -> int | None:
    """Return how many legible digits fit the number's field, each half as wide as its letters are high; None without a field."""
    room = places.get(NUMBER)
    return int(room["width"] / (room["size"] * pdf.LEAST / 2)) if room is not None else None


def read_fixed_values(places: Mapping[str, Any]) -> FixedValues:
    """Return the printed values that a document stores."""
    return FixedValues(places.get(NUMBER, {}).get("symbol", ""), places.get(DAY, {}).get("year"))
