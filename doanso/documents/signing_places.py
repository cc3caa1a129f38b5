"""Where a document's number, day and signatures go, in the terms of `signing`: as its form says, or as read from a file."""

from collections.abc import Mapping

from doanso.documents.forms import Place
from doanso.signing import pdf

NUMBER, DAY, MONTH, YEAR = "number", "day", "month", "year"
PERSON, ORGANISATION = "person", "organisation"
_MM = 72 / 25.4
APPENDIX_PLACE = pdf.Place(
    name=ORGANISATION, kind=pdf.PlaceKind.ORGANISATION, page=0, x=125 * _MM, y=6 * _MM, w=75 * _MM, h=14 * _MM
)
"""On a file that goes with a document the organisation signs at the top right of the first page (Nghị định 30/2020)."""
_TEXTS = (NUMBER, DAY, MONTH, YEAR)
_CENTRED = 1


def places_of(found: Mapping[str, Place]) -> list[pdf.Place]:
    """The places that a printed document leaves open."""
    texts = [
        pdf.Place(
            name=name,
            kind=pdf.PlaceKind.TEXT,
            page=place.page - 1,
            x=place.x,
            y=place.y,
            w=place.width,
            h=place.height,
            font=pdf.Font.ITALIC if place.italic else pdf.Font.REGULAR,
            size=place.size,
            align=_CENTRED,
        )
        for name in _TEXTS
        if (place := found.get(name)) is not None
    ]
    signature = found["signature"]
    person = pdf.Place(
        name=PERSON,
        kind=pdf.PlaceKind.PERSON,
        page=signature.page - 1,
        x=signature.x,
        y=signature.y,
        w=signature.width,
        h=signature.height,
    )
    return [*texts, person, pdf.organisation_place(person)]
