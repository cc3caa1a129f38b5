"""What a document says, as plain values that print, preview and Word are made of.

`as_json` and `from_json` are exact opposites, so that a version can be kept and made again.
"""

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from doanso.documents.body.nodes import Appendix, Body
from doanso.documents.body.schema import parse, parse_appendices
from doanso.documents.kinds import Kind
from doanso.documents.official.head import Signatory
from doanso.documents.official.wording import day_words

URGENCIES = {"urgent": "KHẨN", "very-urgent": "THƯỢNG KHẨN", "express": "HOẢ TỐC"}
"""How fast it must go, as marked."""
BOXES = {"urgent": (20.0, 8.0), "very-urgent": (40.0, 8.0), "express": (30.0, 8.0)}
"""Width and height of the mark's box in millimetres."""
CIRCULATIONS = {"return": "XEM XONG TRẢ LẠI", "internal": "LƯU HÀNH NỘI BỘ"}
"""How far it may go, as marked."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """The body above, and the one that issues."""

    superior: str
    name: str


@dataclass(frozen=True, slots=True)
class DocumentContent:
    """A whole document.

    Of a joint one there are two issuers, the lead first, and two signatories, the higher first. Without a number there is
    room for as many `digits` as it is expected to have; without a date for day and month, and without a year for that too.
    `made_on` is what the file tells of itself until there is a date.
    """

    form: str
    kind: Kind
    symbol: str
    issuers: tuple[Issuer, ...]
    place: str
    summary: str
    body: Body
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


def written(content: DocumentContent, number: int, dated: date, suffix: str = "") -> dict[str, str]:
    """What goes into which place when the document gets its number and its date; only the places that it leaves open."""
    found = {}
    if content.number is None:
        found["number"] = f"{number:02}{suffix}"
    if content.dated is None:
        day, month, year = day_words(dated)
        found |= {"day": day, "month": month}
        if content.year is None:
            found["year"] = year
    return found


def as_json(content: DocumentContent) -> dict[str, Any]:
    """As plain JSON values."""
    kept: dict[str, Any] = {one.name: getattr(content, one.name) for one in fields(content)}
    kept["kind"] = {one.name: getattr(content.kind, one.name) for one in fields(Kind)}
    kept["issuers"] = [[one.superior, one.name] for one in content.issuers]
    kept["signatories"] = [[list(one.authority), one.post, one.name] for one in content.signatories]
    kept["body"] = content.body.as_json()
    kept["appendices"] = [one.as_json() for one in content.appendices]
    for name in ("dated", "made_on"):
        kept[name] = kept[name].isoformat() if kept[name] else None
    for name in ("addressees", "recipients"):
        kept[name] = list(kept[name])
    return kept


def from_json(kept: dict[str, Any]) -> DocumentContent:
    """The content that `as_json` wrote."""
    given = dict(kept)
    given["kind"] = Kind(**given["kind"])
    given["issuers"] = tuple(Issuer(*one) for one in given["issuers"])
    given["signatories"] = tuple(Signatory(tuple(lines), post, name) for lines, post, name in given["signatories"])
    given["body"] = parse(given["body"])
    given["appendices"] = parse_appendices(given["appendices"])
    for name in ("dated", "made_on"):
        given[name] = date.fromisoformat(given[name]) if given[name] else None
    for name in ("addressees", "recipients"):
        given[name] = tuple(given[name])
    return DocumentContent(**given)
