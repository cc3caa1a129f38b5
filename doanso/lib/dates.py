"""Parsing of days as lists hold them: real dates, Excel serials, text of many forms, sometimes only a year."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from doanso.lib import clock
from doanso.lib.problems import Problem, Refused

EARLIEST_YEAR = 1900

_EXCEL_EPOCH = date(1899, 12, 30)
_SERIALS = range(10_000, 73_051)
"""Serials of 1927 to 2099; smaller ones are read as years, and nobody on a list is older."""

_CLOCK = re.compile(r"[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?\s*(?:AM|PM|SA|CH)?$", re.IGNORECASE)
_SEPARATOR = r"(?:[/.,_\\-]|tháng|thg|năm)+"
_DAY_FIRST = re.compile(
    rf"(?:ngày|sinh|mùng)*(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d\d)[.,]?", re.IGNORECASE
)
_PLAIN = re.compile(r"(\d?[1-9]|[123]0)/(\d\d?)/(\d{4})")
"""A full date as in nearly every cell of a long list; a day 00 takes the slower way."""
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{1,2}})", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"(?:tháng|thg|[-x?]{{1,2}}/|00?/)?(\d{{1,2}}){_SEPARATOR}(\d{{4}})", re.IGNORECASE)
_YEAR_ALONE = re.compile(r"(?:(?:[-.…_x?]{0,4}|00?)[/.-]){0,2}(?:năm)?(\d{4})", re.IGNORECASE)

_BARE_YEAR = re.compile(r"\d{4}(?:\.0)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")

Parts = tuple[int, int | None, int | None]
"""Year, month and day as written; the later ones may be missing."""


class _Unreadable(Exception):
    """The text is no date in any form. The caller words the refusal, since a date of birth may be a year alone."""


@dataclass(frozen=True)
class Birth:
    """A date of birth of known precision; `date` is set only when the day is known."""

    date: date | None
    year: int
    precision: Literal["day", "month", "year"]
    month: int | None = None
    warnings: tuple[Problem, ...] = field(default=(), compare=False)


def parse_birth(value: object, *, keep_sure: bool = False) -> Birth:
    """Return the date of birth in a cell: a full date, a month and year, or a year alone; raise `Refused` when it is none.

    Day comes before month, as everywhere in Vietnam; a date that fits only the other way round is refused, not guessed. With
    `keep_sure`, as for the cell of a list, a day that does not exist leaves its month and year, and an impossible month the
    year alone, with a warning instead of a refusal.
    """
    try:
        year, month, day = _read(value, any_month=keep_sure)
    except _Unreadable:
        message = _("“%(value)s” is not a day; write it as dd/mm/yyyy, for example 26/03/2005, or the year alone.")
        raise Refused(Problem("date_unreadable", message % {"value": str(value).strip()[:40]})) from None
    today = clock.today()
    if year > today.year:
        raise Refused(Problem("date_in_future", _("This day lies in the future.")))
    if month is not None and not 1 <= month <= 12:
        month = day = None
    doubts = _doubts(value, year, month, day)
    if month is None or day is None:
        return Birth(None, year, "year" if month is None else "month", month, tuple(doubts))
    try:
        born = _real_day(year, month, day)
    except Refused:
        if not keep_sure:
            raise
        return Birth(None, year, "month", month, (*doubts, _partial_warning(value, year, month)))
    if born > today:
        raise Refused(Problem("date_in_future", _("This day lies in the future.")))
    return Birth(born, year, "day", month, tuple(doubts))


def _partial_warning(value: object, year: int, month: int | None) -> Problem:
    """Return the warning for a date of which only a part is certain."""
    if month is None:
        message = _("“%(value)s” is no whole day; only the year %(year)d was kept. Write the day if you know it.")
    else:
        message = _(
            "“%(value)s” is no whole day; only month %(month)d of %(year)d is sure. Write the day if you know it."
        )
    return Problem("date_partial", message % {"value": _short(value), "year": year, "month": month})


def _short(value: object) -> str:
    return f"{value.day:02}/{value.month:02}/{value.year}" if isinstance(value, date) else str(value).strip()[:40]


def _doubts(value: object, year: int, month: int | None, day: int | None) -> list[Problem]:
    """Return warnings about a date of birth whose form is ambiguous or incomplete."""
    if isinstance(value, date):
        return []
    written = _plain_text(value)
    if month is None or day is None:
        return [] if _BARE_YEAR.fullmatch(written) else [_partial_warning(value, year, month)]
    if _PLAIN.fullmatch(written):
        return []  # Shortcut for nearly every cell of a long list.
    if _SERIAL.fullmatch(written):
        message = _("“%(value)s” is how Excel counts days; it was read as %(day)s. Check it.")
        read = f"{day:02}/{month:02}/{year}"
        return [Problem("date_serial", message % {"value": _short(value), "day": read})]
    day_first = _DAY_FIRST.fullmatch(_without_clock(written))
    if day_first is not None and len(day_first[3]) == 2:
        message = _("The year in “%(value)s” has two digits and was taken as %(year)d. Check it.")
        return [Problem("date_short_year", message % {"value": _short(value), "year": year})]
    return []


def parse_day(value: object) -> date:
    """Return the full date in a cell, past or future; raise `Refused` when it is none."""
    try:
        year, month, day = _read(value)
    except _Unreadable:
        message = _("“%(value)s” is not a day; write it as dd/mm/yyyy, for example 26/03/2023.")
        raise Refused(Problem("date_unreadable", message % {"value": str(value).strip()[:40]})) from None
    if month is None or day is None:
        message = _("The day is incomplete; write it as dd/mm/yyyy, for example 26/03/2023.")
        raise Refused(Problem("date_incomplete", message))
    return _real_day(year, month, day)


def _read(value: object, *, any_month: bool = False) -> Parts:
    """Return year, month and day as written, checked for range (with `any_month` except the month), not for existence."""
    if isinstance(value, date):
        parts: Parts = (value.year, value.month, value.day)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        parts = _read_number(value)
    else:
        parts = _read_text(value)
    year, month, *__ = parts
    if not EARLIEST_YEAR <= year <= 2100:
        message = _("The year %(year)d cannot be right.")
        raise Refused(Problem("date_year", message % {"year": year}))
    if month is not None and not any_month and not 1 <= month <= 12:
        message = _("%(month)d cannot be a month. Write the day before the month, as dd/mm/yyyy.")
        raise Refused(Problem("date_month", message % {"month": month}))
    return parts


def _read_number(number: float) -> Parts:
    integer = int(number) if number == number and abs(number) < 1e9 else 0
    if integer in _SERIALS:
        day = _EXCEL_EPOCH + timedelta(days=integer)
        return day.year, day.month, day.day
    if integer == number and EARLIEST_YEAR <= integer <= 2100:
        return integer, None, None
    if integer == number and 1_000_000 <= integer <= 99_999_999:
        return _read_digits(f"{integer:08d}")
    raise _Unreadable


def _plain_text(value: object) -> str:
    return unicodedata.normalize("NFKC", str(value if value is not None else "")).strip(" \t\r\n'’`\u200b\ufeff")


def _without_clock(text: str) -> str:
    """Return the text without a trailing time of day and without spaces."""
    return re.sub(r"\s+", "", _CLOCK.sub("", text))


def _read_text(value: object) -> Parts:
    text = _plain_text(value)
    if plain := _PLAIN.fullmatch(text):
        return int(plain[3]), int(plain[2]), int(plain[1])
    if not text:
        raise Refused(Problem("date_empty", _("The day is empty.")))
    text = _without_clock(text)
    if re.fullmatch(r"\d{5}(?:\.\d+)?|\d{4}\.0", text):
        return _read_number(float(text))
    if re.fullmatch(r"\d{8}", text):
        return _read_digits(text)
    if year_alone := _YEAR_ALONE.fullmatch(text):
        return int(year_alone[1]), None, None
    if day_first := _DAY_FIRST.fullmatch(text):
        day, month, year = day_first.groups()
        return (_full_year(int(year)) if len(year) == 2 else int(year)), int(month), int(day) or None
    if year_first := _YEAR_FIRST.fullmatch(text):
        year, month, day = year_first.groups()
        return int(year), int(month), int(day)
    if month_first := _MONTH_FIRST.fullmatch(text):
        return int(month_first[2]), int(month_first[1]), None
    raise _Unreadable


def _read_digits(digits: str) -> Parts:
    """Read eight digits, as in a card's QR code (ddmmyyyy) or as programs write them (yyyymmdd)."""
    card = (int(digits[4:]), int(digits[2:4]), int(digits[:2]))
    program = (int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    # At most one is possible: a year in one order is no month in the other.
    for parts in (card, program):
        if _possible(parts):
            return parts
    raise _Unreadable


def _possible(parts: tuple[int, int, int]) -> bool:
    try:
        return EARLIEST_YEAR <= date(*parts).year <= 2100
    except ValueError:
        return False


def _full_year(short: int) -> int:
    """Return the latest year with these two digits that is not in the future."""
    this_year = clock.today().year
    century = this_year - this_year % 100
    return century + short if century + short <= this_year else century - 100 + short


def _real_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        message = _("There is no day %(day)d in month %(month)d of %(year)d.")
        raise Refused(Problem("date_impossible", message % {"day": day, "month": month, "year": year})) from None
