"""Where number, day and signatures go in a PDF that was made elsewhere: read from the blanks that its head leaves."""

import re

from django.utils.translation import gettext as _
from PIL import ImageFont

from doanso.documents.official.letters import FONTS
from doanso.documents.official.places import Place
from doanso.files.reading import ExtractedText, Kind, Line, read_text
from doanso.lib import vietnamese
from doanso.lib.problems import Problem, Refused

WIDTH, HEIGHT = 595.28, 841.89
"""Points of an A4 page."""
_MM = 72 / 25.4
_SIGNATURE = (39 * _MM, 26 * _MM)
_NUMBER = re.compile(r"^(?P<before>\s*Số\s*:)\s*[.…_\s]*[-/]", re.IGNORECASE)
_DATE = re.compile(r"(?P<before>^.*ngày)(?P<day>[\s.…_]*)(?P<between>tháng)(?P<month>[\s.…_]*)năm", re.IGNORECASE)
_HEAD = 0.35
_SIZE = 14.0


def found_places(content: bytes, *, signer: str) -> dict[str, Place]:
    """The blanks "Số:   -KH/…", "ngày   tháng   năm 2023" on the first page, and the room above the signer's name.

    A blank that is not there is refused with what to leave free, for a number written over words could be read as neither.
    """
    text = read_text(content, Kind.PDF)
    head = [line for line in text.pages[0].lines if line.top is not None and line.top < _HEAD] if text.pages else []
    return {**_number(head), **_day(head), **_signature(text, signer)}


def _number(head: list[Line]) -> dict[str, Place]:
    for line in head:
        found = _NUMBER.match(line.text)
        if found is not None:
            return {"number": _after(line, found["before"], digits=4)}
    raise _missing(_("“Số:      -KH/TĐTN” with room for the number"))


def _day(head: list[Line]) -> dict[str, Place]:
    for line in head:
        found = _DATE.search(line.text)
        if found is not None:
            before = found["before"]
            return {
                "day": _after(line, before, digits=2),
                "month": _after(line, f"{before}{found['day']}{found['between']}", digits=2),
            }
    raise _missing(_("“ngày    tháng    năm 2023” with room for day and month"))


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


def _after(line: Line, before: str, *, digits: int) -> Place:
    size = _size(line)
    wide = _wide("0" * digits, size)
    left = (line.left or 0.0) * WIDTH + _wide(before, size) + 2
    top = (line.top or 0.0) * HEIGHT
    return Place(1, left, top - 2, wide + 2, size + 4, baseline=top + size, size=size)


def _size(line: Line) -> float:
    return line.size or _SIZE


def _wide(words: str, size: float) -> float:
    # Metrics of Times New Roman, which official papers are set in.
    return float(ImageFont.truetype(str(FONTS / "Tinos-Regular.ttf"), 100).getlength(words)) * size / 100


def _missing(what: str) -> Refused:
    message = _("This PDF has no %(what)s. Leave it free in Word, save as PDF again and choose that file.")
    return Refused(Problem("upload_places", message % {"what": what}, "file"))
