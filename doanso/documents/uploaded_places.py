"""Where number, day and signatures go in a PDF that was made elsewhere: read from the blanks that its head leaves."""

import re
import unicodedata
from itertools import pairwise

from django.utils.translation import gettext as _
from PIL import ImageFont

from doanso.documents.official.letters import FONTS
from doanso.documents.official.places import Place
from doanso.documents.signing_places import Printed
from doanso.files.reading import ExtractedText, Kind, Line, read_text
from doanso.lib import vietnamese
from doanso.lib.problems import Problem, Refused

WIDTH, HEIGHT = 595.28, 841.89
"""Points of an A4 page."""
_MM = 72 / 25.4
_SIGNATURE = (39 * _MM, 26 * _MM)
_NUMBER = re.compile(r"(^|\s)Số\s*:$", re.IGNORECASE)
_HEAD = 0.35
_SAME_ROW = 0.015
# How high a capital stands, as a share of the size.
_CAPITAL = 0.66
_SIZE = 14.0
# What a register's line holds beside the number, with its dash or stroke.
_LONGEST_SYMBOL = 50
# A year's four digits with a little air, as a share of the size; the narrowest right margin of an official paper.
_YEAR, _EDGE = 2.15, 15 * _MM


def found_places(content: bytes, *, signer: str, year: int, behind: str) -> tuple[dict[str, Place], Printed]:
    """The blanks "Số:   -KH/…", "ngày   tháng   năm" on the first page, and the room above the signer's name.

    A blank that is not there is refused with what to leave free, for a number written over words could be read as neither.
    So is another symbol than the register would say (`behind`, with its dash or stroke; a division may follow), and another
    printed year than the one in which it is signed: the year may be left free.
    """
    text = read_text(content, Kind.PDF)
    rows = _rows(text)
    number, printed = _number(rows)
    is_said = printed == behind or printed.startswith(f"{behind}-")
    if not is_said or len(printed) > _LONGEST_SYMBOL:
        message = _(
            "Behind the number this PDF says “%(printed)s”, and the register would say “%(wanted)s”. Correct it in Word and "
            "choose the new PDF, or choose the kind and form of document that it says."
        )
        raise Refused(Problem("upload_symbol", message % {"printed": printed, "wanted": behind}, "file"))
    day, printed_year = _day(rows, year)
    return {**number, **day, **_signature(text, signer)}, Printed(printed[1:], printed_year)


def _rows(text: ExtractedText) -> list[list[Line]]:
    """The head of the first page, row by row from left to right: a gap in a row parts its words into runs."""
    found = [line for line in text.pages[0].lines if line.top is not None and line.top < _HEAD] if text.pages else []
    rows: list[list[Line]] = []
    for line in sorted(found, key=lambda one: one.top or 0.0):
        if rows and (line.top or 0.0) - (rows[-1][0].top or 0.0) < _SAME_ROW:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda one: one.left or 0.0) for row in rows]


def _number(rows: list[list[Line]]) -> tuple[dict[str, Place], str]:
    for row in rows:
        for before, after in pairwise(row):
            if _NUMBER.search(before.text.strip()) and after.text.strip()[:1] in {"-", "/"}:
                printed = "".join(unicodedata.normalize("NFC", after.text).split())
                return {"number": _between(before, after)}, printed
    raise _missing(_("“Số:      -KH/TĐTN” with room for the number"))


def _day(rows: list[list[Line]], year: int) -> tuple[dict[str, Place], int | None]:
    """The places of day and month, and of the year where it is left free; else the year that is printed."""
    for row in rows:
        for place, run in enumerate(row[:-2]):
            said = [vietnamese.fold(one.text.strip()) for one in row[place : place + 3]]
            if not (said[0].endswith("ngay") and said[1] == "thang" and said[2] in ("nam", f"nam {year}")):
                continue
            found = {"day": _between(run, row[place + 1]), "month": _between(row[place + 1], row[place + 2])}
            if said[2] != "nam":
                return found, year
            room = _behind(row[place + 2], row[place + 3] if place + 3 < len(row) else None)
            if room is not None:
                return found | {"year": room}, None
    message = _("“ngày    tháng    năm %(year)s” with room for day and month, or “năm    ” with room for the year too")
    raise _missing(message % {"year": year})


def _signature(text: ExtractedText, signer: str) -> dict[str, Place]:
    name = vietnamese.fold(signer)
    for number in range(len(text.pages), 0, -1):
        for line in reversed(text.pages[number - 1].lines):
            if vietnamese.fold(line.text.strip()) == name and line.top is not None and line.left is not None:
                width, height = _SIGNATURE
                middle = line.left * WIDTH + _wide(line.text.strip(), _size(line)) / 2
                top = line.top * HEIGHT - height - 4
                return {"signature": Place(number, middle - width / 2, max(top, 0.0), width, height)}
    raise _missing(_("the signer's name, “%(name)s”, below the room for the signature") % {"name": signer})


def _between(before: Line, after: Line) -> Place:
    """The blank between two runs of a row; words in it stand on the row's own line."""
    size = _size(before)
    left = (before.left or 0.0) * WIDTH + _wide(before.text.strip(), size)
    right = (after.left or 0.0) * WIDTH
    top = min(before.top or 0.0, after.top or 0.0) * HEIGHT
    return Place(1, left + 1, top - 0.2 * size, right - left - 2, 1.2 * size, baseline=top + _CAPITAL * size, size=size)


def _behind(before: Line, after: Line | None) -> Place | None:
    """The blank behind the last word of a line, as wide as a year; none where there is no such room."""
    size = _size(before)
    if after is not None:
        found = _between(before, after)
    else:
        left = (before.left or 0.0) * WIDTH + _wide(before.text.strip(), size)
        top = (before.top or 0.0) * HEIGHT
        found = Place(
            1, left + _wide(" ", size), top - 0.2 * size, _YEAR * size, 1.2 * size, top + _CAPITAL * size, size=size
        )
    fits = found.width >= _YEAR * size - 4 and found.x + found.width <= WIDTH - _EDGE
    return found if fits else None


def _size(line: Line) -> float:
    return line.size or _SIZE


def _wide(words: str, size: float) -> float:
    # Metrics of Times New Roman, which official papers are set in.
    return float(ImageFont.truetype(str(FONTS / "Tinos-Regular.ttf"), 100).getlength(words)) * size / 100


def _missing(what: str) -> Refused:
    message = _("This PDF has no %(what)s. Leave it free in Word, save as PDF again and choose that file.")
    return Refused(Problem("upload_places", message % {"what": what}, "file"))
