"""The content of a document as plain values, from which print, preview and Word are made.

`as_json` and `from_json` are exact inverses.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from doanso.documents.body.nodes import Appendix, DocumentBody
from doanso.documents.body.schema import parse, parse_appendices
from doanso.documents.kinds import DocumentKind
from doanso.official_form.head import Signatory
from doanso.official_form.wording import day_words

URGENCIES = {"urgent": "KHẨN", "very-urgent": "THƯỢNG KHẨN", "express": "HOẢ TỐC"}
"""The mark of urgency."""
BOXES = {"urgent": (20.0, 8.0), "very-urgent": (40.0, 8.0), "express": (30.0, 8.0)}
"""Width and height of the mark's box in millimetres."""
CIRCULATIONS = {"return": "XEM XONG TRẢ LẠI", "internal": "LƯU HÀNH NỘI BỘ"}
"""The mark of distribution."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuing body with its superior."""

    superior: str
    name: str


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """A whole document.

    A joint one has two issuers, the lead first, and two signatories, the higher first. Without a number there is room for
    `digits` digits; without a date there is room for day and month, and without a year for it too. `made_on` is the file's date
    until the document has one.
    """

    form: str
    kind: DocumentKind
    symbol: str
    issuers: tuple[Issuer, ...]
    place: str
    summary: str
    body: DocumentBody
    signatories: tuple[Signatory, ...]
    number: int | None = None
    suffix: str = ""
    dated: date | None = None
    year: int | None = None
    made_on: date | None = None
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    appendices: tuple[Appendix, ...] = ()
    urgency: str = ""
    circulation: str = ""
    draft: str = ""
    verify_code: str = ""
    verify_url: str = ""
    digits: int = 2


def field_texts(content: DocumentContent, number: int, dated: date, suffix: str = "") -> dict[str, str]:
    """Return the text of each open field when the document gets its number and date."""
    values = {}
    if content.number is None:
        values["number"] = f"{number:02}{suffix}"
    if content.dated is None:
        day, month, year = day_words(dated)
        values |= {"day": day, "month": month}
        if content.year is None:
            values["year"] = year
    return values


def as_json(content: DocumentContent) -> dict[str, Any]:
    """Return the content as JSON values."""
    data: dict[str, Any] = {field.name: getattr(content, field.name) for field in fields(content)}
    data["kind"] = {field.name: getattr(content.kind, field.name) for field in fields(DocumentKind)}
    data["issuers"] = [[issuer.superior, issuer.name] for issuer in content.issuers]
    data["signatories"] = [
        [list(signatory.authority), signatory.post, signatory.name] for signatory in content.signatories
    ]
    data["body"] = content.body.as_json()
    data["appendices"] = [appendix.as_json() for appendix in content.appendices]
    for name in ("dated", "made_on"):
        data[name] = data[name].isoformat() if data[name] else None
    for name in ("addressees", "recipients"):
        data[name] = list(data[name])
    return data


def from_json(stored: dict[str, Any]) -> DocumentContent:
    """Build the content from what `as_json` returned."""
    values = dict(stored)
    values["kind"] = DocumentKind(**values["kind"])
    values["issuers"] = tuple(Issuer(*issuer) for issuer in values["issuers"])
    values["signatories"] = tuple(Signatory(tuple(lines), post, name) for lines, post, name in values["signatories"])
    values["body"] = parse(values["body"])
    values["appendices"] = parse_appendices(values["appendices"])
    for name in ("dated", "made_on"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    for name in ("addressees", "recipients"):
        values[name] = tuple(values[name])
    return DocumentContent(**values)
