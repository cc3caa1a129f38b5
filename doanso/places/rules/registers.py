"""Rules of house lists, stall lists and checks."""

import re
from collections.abc import Collection
from datetime import date

from django.utils.translation import gettext as _

from doanso.lib import formats, vietnamese
from doanso.lib.free_text import has_long_number
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem

LONGEST_REASON, LONGEST_NOTE = 300, 1000
LONGEST_NUMBER, LONGEST_STREET, LONGEST_LABEL = 40, 120, 160
LONGEST_GOODS, LONGEST_TRADER = 120, 120
MOST_AT_ONCE = 500
MOST_FILES = 8
CODE_DAYS, USED_DAYS = 31, 60
"""For how many days a safety check of a code, and the answer that customers paid by transfer, are valid without a newer one."""

_PART = re.compile(r"(\d+)|([a-z]+)")


_STREET_WORDS = frozenset(("duong", "pho", "tuyen", "so"))
"""Words of a street's title that lists leave out: "Tuyến phố số Lê Lợi" is "Lê Lợi"."""


def change_problem(
    on: date, reason: str, *, surveyed_on: date | None, today: date, begun_on: date | None = None
) -> Problem | None:
    """Refuse a change of a register on a day that can't be, or without a reason after the survey.

    `begun_on` is the first day of what is changed.
    """
    if on > today:
        return Problem("change_ahead", _("This day has not come yet."), "on")
    if len(reason) > LONGEST_REASON:
        return Problem("reason_long", _("Say it in at most %(most)d characters.") % {"most": LONGEST_REASON}, "reason")
    if begun_on is not None and on < begun_on:
        message = _("It is in the list only since %(day)s.") % {"day": formats.day(begun_on)}
        return Problem("change_before", message, "on")
    if surveyed_on is None:
        return None
    if on < surveyed_on:
        message = _("The survey of %(day)s is closed: choose that day or a later one.") % {
            "day": formats.day(surveyed_on)
        }
        return Problem("change_frozen", message, "on")
    if not reason.strip():
        return Problem("reason_missing", _("After the survey every change needs a reason."), "reason")
    return None


def many_problem(count: int) -> Problem | None:
    """Refuse nothing, and more than one action takes."""
    if not count:
        return Problem("nothing_chosen", _("Tick at least one row."))
    if count > MOST_AT_ONCE:
        return Problem("too_many", _("Choose at most %(most)d rows at once.") % {"most": MOST_AT_ONCE})
    return None


def words_problem(values: dict[str, tuple[str, int]]) -> Problem | None:
    """Refuse texts that are too long, no names, or hold somebody's number; `values` are text and length by field."""
    for field, (text, most) in values.items():
        if len(text) > most:
            return Problem("too_long", _("This is longer than %(most)d characters.") % {"most": most}, field)
        if (problem := word_problem(text, field)) is not None:
            return problem
    return None


def word_problem(text: str, field: str) -> Problem | None:
    """Refuse what is no name, and a sign or a name with a phone, account or citizen number in it, which everybody would read."""
    if (problem := name_problem(text, field)) is not None or field == "number" or not has_long_number(text):
        return problem
    return Problem("long_number", _("No phone number, account number or citizen number belongs here."), field)


def is_other_street(street: str, place_name: str) -> bool:
    """Return whether a door's street has another name than the street whose list it is in; accents and "đường" do not matter."""
    words = [word for word in vietnamese.fold(place_name).split() if word not in _STREET_WORDS]
    return " ".join(words) not in vietnamese.fold(street)


def number_key(number: str) -> str:
    """Return a key that is equal for all spellings of a stall's number: "A-01", "a 1" and "A1" are the same."""
    # A cell of a hostile list may hold more digits than Python makes a number of.
    parts = _PART.findall(vietnamese.fold(number[: LONGEST_NUMBER + 1]))
    return "-".join(str(int(digits)) if digits else letters for digits, letters in parts)[:60]


def stall_key(section_number: int, number: str) -> str:
    """Return a key that sorts stalls by section, then by number as people read it: A2 before A10."""
    parts = _PART.findall(vietnamese.fold(number))
    return (
        f"{section_number:04}"
        + "".join(f"1{int(digits):06}" if digits else f"0{letters}" for digits, letters in parts)[:110]
    )


def numbers_problem(numerator: int, denominator: int | None, *, kind: str) -> Problem | None:
    """Refuse counted numbers that do not fit the criterion: a share needs both, and no part exceeds its whole."""
    if kind == "share" and not denominator:
        return Problem(
            "denominator_missing", _("Enter how many there are in all; it must be more than 0."), "denominator"
        )
    if denominator is not None and numerator > denominator:
        return Problem("numerator_large", _("This can't be more than there are in all."), "numerator")
    if max(numerator, denominator or 0) > 1_000_000:
        return Problem("number_large", _("Enter at most 1,000,000."), "numerator")
    return None


def in_range(number: str, *, first: int | None, last: int | None, side: str) -> bool:
    """Return whether a house number lies between two numbers, on the even, the odd or any side; alleys go with their house."""
    digits = re.search(r"\d+", number)
    if digits is None:
        return first is None and last is None and not side
    value = int(digits[0])
    if (first is not None and value < first) or (last is not None and value > last):
        return False
    return not side or (value % 2 == 0) == (side == "even")


def questions_problem(answers: Collection[str], offered: Collection[str]) -> Problem | None:
    """Refuse an answer to a question that is not asked at this address."""
    if set(answers) - set(offered):
        return Problem("question_unasked", _("This question is not asked here."), "answers")
    return None
