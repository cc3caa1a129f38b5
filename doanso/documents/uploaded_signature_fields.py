"""Fields for number, day and signatures in an uploaded PDF, found from the blanks of its head."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from doanso.documents.signature_fields import FixedValues
from doanso.files.reading import ExtractedText, Kind, TextLine, read_text
from doanso.lib import vietnamese
from doanso.lib.problems import Problem, Refused
from doanso.official_form.open_fields import OpenField

WIDTH, HEIGHT = 595.28, 841.89
"""Points of an A4 page."""
_MM = 72 / 25.4
_SIGNATURE = (39 * _MM, 26 * _MM)
# Where the lines above leave less room the signature is drawn smaller; below this height it is illegible.
_LOWEST_SIGNATURE = 15 * _MM
_IS_YEAR = re.compile(r"(19|20)\d\d")
_NUMBER = re.compile(r"(^|\s)Số\s*:$", re.IGNORECASE)
_HEAD = 0.35
# Tolerance of base lines in one row, as a share of the size, because columns may be set by hand.
_SAME_ROW = 0.35
# Descent of letters, and a field's height above its base line, as shares of the size.
_HANGS, _FIELD = 0.25, 0.94
_SIZE = 14.0
# What the register's line has behind the number, with its separator.
_LONGEST_SYMBOL = 50
# Width of a year with some air, as a share of the size; and the narrowest right margin of an official document.
_YEAR, _EDGE = 2.15, 15 * _MM
# Widths of a number of three digits and of a day or month, as shares of the size; and the spaces in Word that make them.
_NUMBER_ROOM, _DAY_ROOM = (1.8, 10), (1.3, 6)
# How far below a date, in sizes, a wrapped year is searched.
_NEXT_LINE = 2.5


def find_open_fields(
    content: bytes, *, signer: str, years: Sequence[int], behind: str
) -> tuple[dict[str, OpenField], FixedValues]:
    """Return the blanks "Số:   -KH/…", "ngày   tháng   năm" on the first page and the room above the signer's name.

    A missing or too narrow blank is refused with what to leave free, because a number written over words could be read as
    neither. So is another symbol than the register's (`behind`, with its separator; a division may follow), and a printed year
    that is none of `years`; the year may be blank. Without a signer no signature room is searched.
    """
    text = read_text(content, Kind.PDF)
    rows = _rows(text)
    parts: tuple[Callable[[], Any], ...] = (
        lambda: _number(rows, behind),
        lambda: _day(rows, years),
        lambda: _signature(text, signer) if signer else {},
    )
    results, problems = [], []
    for part in parts:
        try:
            results.append(part())
        except Refused as refused:
            problems.append(refused.problem)
    if problems:
        # All problems are reported at once, because each change needs a way through Word and back.
        raise Refused(Problem(problems[0].code, " ".join(problem.message for problem in problems), "file"))
    (number, printed), (day, year), signature = results
    return {**number, **day, **signature}, FixedValues(printed, year)


def _rows(text: ExtractedText) -> list[list[TextLine]]:
    """Return the head of the first page row by row, from left to right; gaps split a row into runs.

    Runs on one base line are one row, however high their letters are. A column beside it whose lines are slightly higher or lower
    is in the same row or in its own, and never splits it.
    """
    page = text.pages[0].lines if text.pages else ()
    head_lines = [line for line in page if line.foot is not None and line.top is not None and line.top < _HEAD]
    rows: list[list[TextLine]] = []
    for line in sorted(head_lines, key=_foot):
        if rows and _foot(line) - _foot(rows[-1][-1]) < _SAME_ROW * _size(line):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=_left) for row in rows]


def _number(rows: list[list[TextLine]], behind: str) -> tuple[dict[str, OpenField], str]:
    """Return the number's field, and the symbol printed behind it."""
    for row in rows:
        for before, after in pairwise(row):
            if _NUMBER.search(before.text.strip()) and after.text.strip()[:1] in {"-", "/"}:
                printed = "".join(unicodedata.normalize("NFC", after.text).split())
                _refuse_other(printed, behind)
                return {"number": _between(before, after, _NUMBER_ROOM)}, printed[1:]
    raise _missing(_("“Số:      -KH/TĐTN” with room for the number"))


def _refuse_other(printed: str, behind: str) -> None:
    is_same = printed == behind or printed.startswith(f"{behind}-")
    if not is_same or len(printed) > _LONGEST_SYMBOL:
        message = _(
            "Behind the number this PDF says “%(printed)s”, and the register would say “%(wanted)s”. Correct it in Word and "
            "choose the new PDF, or choose the kind and form of document that it says."
        )
        raise Refused(Problem("upload_symbol", message % {"printed": printed, "wanted": behind}, "file"))


def _day(rows: list[list[TextLine]], years: Sequence[int]) -> tuple[dict[str, OpenField], int | None]:
    """Return the fields of day, month and a blank year, or the printed year."""
    other_year = ""
    for number, index, year_words in _dates(rows):
        day, month, year, *rest = rows[number][index:]
        printed = next((allowed for allowed in years if year_words == f"nam {allowed}"), None)
        if printed is None and year_words != "nam":
            written = year_words.removeprefix("nam ")
            other_year = other_year or (written if _IS_YEAR.fullmatch(written) else "")
            continue
        if printed is None:
            _refuse_year_below(day, [run for lower_row in rows[number + 1 :] for run in lower_row])
        places = {"day": _between(day, month, _DAY_ROOM), "month": _between(month, year, _DAY_ROOM)}
        if printed is not None:
            return places, printed
        room = _behind(year, rest[0] if rest else None)
        if room is not None:
            return places | {"year": room}, None
    if other_year:
        message = _(
            "This PDF says “năm %(printed)s”, and its number will be of %(year)s. Write “năm %(year)s” in Word or leave the year "
            "free, save as PDF again and choose that file."
        )
        raise Refused(Problem("upload_year", message % {"printed": other_year, "year": years[0]}, "file"))
    message = _("“ngày    tháng    năm %(year)s” with room for day and month, or “năm    ” with room for the year too")
    raise _missing(message % {"year": years[0]})


def _dates(rows: list[list[TextLine]]) -> Iterator[tuple[int, int, str]]:
    """Yield for each “ngày … tháng …” its row, the place of its first run there, and the folded words of its third run."""
    for number, row in enumerate(rows):
        folded = [vietnamese.fold(run.text.strip()) for run in row]
        for index, (day, month, year) in enumerate(zip(folded, folded[1:], folded[2:], strict=False)):
            if day.endswith("ngay") and month == "thang":
                yield number, index, year


def _refuse_year_below(day: TextLine, lower: Sequence[TextLine]) -> None:
    """Refuse a year that wrapped to the next line, because it is printed and another would be written behind “năm”."""
    for line in lower:
        is_near = _foot(line) - _foot(day) < _NEXT_LINE * _size(day)
        if is_near and _right(line) > _left(day) and _IS_YEAR.fullmatch(line.text.strip()):
            message = _(
                "In this PDF the year stands one line below “ngày … tháng … năm”. Put all of it on one line in Word, save as PDF "
                "again and choose that file."
            )
            raise Refused(Problem("upload_places", message, "file"))


def _signature(text: ExtractedText, signer: str) -> dict[str, OpenField]:
    name = vietnamese.fold(signer)
    width, height = _SIGNATURE
    for number in range(len(text.pages), 0, -1):
        page = [candidate for candidate in text.pages[number - 1].lines if candidate.foot is not None]
        for line in reversed(page):
            if vietnamese.fold(line.text.strip()) != name or line.top is None:
                continue
            middle, foot = (_left(line) + _right(line)) / 2, line.top * HEIGHT - 4
            beside = [
                candidate
                for candidate in page
                if _right(candidate) > middle - width / 2 and _left(candidate) < middle + width / 2
            ]
            above = max(
                (_foot(candidate) + _HANGS * _size(candidate) for candidate in beside if _foot(candidate) < foot),
                default=0.0,
            )
            high = min(height, foot - above)
            if high < _LOWEST_SIGNATURE:
                message = _(
                    "Above the name “%(name)s” this PDF leaves too little room for the signature. Leave five empty lines there "
                    "in Word, save as PDF again and choose that file."
                )
                raise Refused(Problem("upload_places", message % {"name": signer}, "file"))
            return {"signature": OpenField(number, middle - width / 2, foot - high, width, high)}
    raise _missing(_("the signer's name, “%(name)s”, below the room for the signature") % {"name": signer})


def _between(before: TextLine, after: TextLine, room: tuple[float, int]) -> OpenField:
    """Return the blank between two runs of a row if it is wide enough; it is on the row's base line."""
    size, left, right = _size(before), _right(before), _left(after)
    share, spaces = room
    if right - left < share * size:
        message = _(
            "Between “%(before)s” and “%(after)s” this PDF leaves too little room. Leave %(spaces)s spaces there in Word, save "
            "as PDF again and choose that file."
        )
        words = {"before": before.text.split()[-1], "after": after.text.strip(), "spaces": spaces}
        raise Refused(Problem("upload_places", message % words, "file"))
    return _field(before, left + 1, right - left - 2)


def _behind(before: TextLine, after: TextLine | None) -> OpenField | None:
    """Return the blank behind the last word of a line, as wide as a year, or None."""
    size, left = _size(before), _right(before)
    if after is not None:
        field = _field(before, left + 1, _left(after) - left - 2)
    else:
        field = _field(before, left + size / 4, _YEAR * size)
    fits = field.width >= _YEAR * size - 4 and field.x + field.width <= WIDTH - _EDGE
    return field if fits else None


def _field(beside: TextLine, left: float, width: float) -> OpenField:
    """Return a field whose text is on the base line of the run beside it."""
    size, foot = _size(beside), _foot(beside)
    return OpenField(1, left, foot - _FIELD * size, width, 1.2 * size, baseline=foot, size=size)


def _size(line: TextLine) -> float:
    return line.size or _SIZE


def _left(line: TextLine) -> float:
    return (line.left or 0.0) * WIDTH


def _right(line: TextLine) -> float:
    return (line.right or 0.0) * WIDTH


def _foot(line: TextLine) -> float:
    return (line.foot or 0.0) * HEIGHT


def _missing(wording: str) -> Refused:
    message = _("This PDF has no %(what)s. Leave it free in Word, save as PDF again and choose that file.")
    return Refused(Problem("upload_places", message % {"what": wording}, "file"))
