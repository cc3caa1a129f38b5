"""Decisions about public points, their plates, public pages and corrections. Pure; each problem is named or there is none."""

import secrets
from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext as _

from doanso.lib.access_codes import ALPHABET
from doanso.lib.problems import Problem
from doanso.places.models import PlaceState

CODE_LENGTH = 5
_LETTERS = "".join(letter for letter in ALPHABET if letter.isalpha())
CHECK_EVERY = timedelta(days=45)
"""A plate is looked at twice a quarter."""
BOARD_VALID = timedelta(days=92)
"""A board counts as working for a quarter after somebody scanned it."""
CORRECTIONS_OF_A_NETWORK = 5
"""How many corrections one network address may send within an hour."""
MOST_OPEN_CORRECTIONS = 100
"""Of one place; further ones are refused until some are answered."""
WORDS_KEPT = timedelta(days=183)
"""How long the words of an answered correction are kept."""
MOST_POINTS = 99
HIDDEN = (PlaceState.PREPARING, PlaceState.STOPPED)
"""States in which a place has no public page."""


def new_code() -> str:
    """Return a random short code that begins with a letter, without letters and digits that look alike."""
    return secrets.choice(_LETTERS) + "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH - 1))


def is_public(state: str, *, is_shown: bool) -> bool:
    """Return whether a place has a public page: a recognised one always, another one where its committee shows it."""
    return state == PlaceState.RECOGNISED or (is_shown and state not in HIDDEN)


def next_number(numbers: Collection[int]) -> int:
    """Return the lowest number that no point of the place has."""
    return next(number for number in range(1, len(numbers) + 2) if number not in numbers)


def number_problem(number: int, others: Collection[int]) -> Problem | None:
    """Return what is wrong with a point's number among those of the other points."""
    if not 1 <= number <= MOST_POINTS:
        return Problem("point_number", _("A point's number is from 1 to %(most)s.") % {"most": MOST_POINTS}, "number")
    if number in others:
        message = _("Another point has the number %(number)s.") % {"number": number}
        return Problem("point_number_taken", message, "number")
    return None


def name_problem(name: str) -> Problem | None:
    """Return what is wrong with the name of a point."""
    if not name.strip():
        return Problem("point_name", _("Write the point's name as people know it."), "name")
    return None


def added_problem(reason: str, *, is_frozen: bool) -> Problem | None:
    """Return a problem where a point is added after the survey without a reason: the number of points is a denominator."""
    if is_frozen and not reason.strip():
        message = _("The survey is closed, so say why this point was not in the list.")
        return Problem("point_added_reason", message, "added_reason")
    return None


def kind_problem(was_board: bool, is_board: bool, *, is_frozen: bool) -> Problem | None:
    """Return a problem where a board becomes another point after the survey, or a point a board: each is a denominator."""
    if is_frozen and was_board != is_board:
        message = _(
            "The survey is closed, and boards are counted by themselves. Remove this point with a reason and add it anew."
        )
        return Problem("point_kind_frozen", message, "kind")
    return None


def removed_problem(reason: str) -> Problem | None:
    """Return a problem where a point is removed without a reason."""
    return None if reason.strip() else Problem("point_removed_reason", _("Say why the point is removed."), "reason")


def check_day_problem(on: date, *, since: date, today: date) -> Problem | None:
    """Return what is wrong with the day of a check."""
    if on > today:
        return Problem("plate_day_ahead", _("This day has not come yet."), "checked_on")
    if on < since:
        return Problem("plate_day_early", _("On that day the point was not in the list yet."), "checked_on")
    return None


def outcome_problem(works: bool | None, problem: str) -> Problem | None:
    """Return what is missing in the outcome of a check."""
    if works is None:
        return Problem("plate_outcome", _("Choose what you saw when you scanned the plate."), "outcome")
    if not works and not problem:
        return Problem("plate_problem", _("Choose what is wrong with the plate."), "outcome")
    return None


def stale_problem(read: int, version: int) -> Problem | None:
    """Return a problem where somebody changed the point after this user had opened it."""
    if read == version:
        return None
    return Problem("point_stale", _("Somebody has changed this point meanwhile. Look at it anew, then change it."))


def correction_problem(text: str) -> Problem | None:
    """Return what is missing in a resident's correction."""
    if len(text.strip()) < 5:
        return Problem("correction_text", _("Write in a few words what is wrong and what is right."), "text")
    return None


def answer_problem(outcome: str, answer: str) -> Problem | None:
    """Return what is missing in the answer to a correction."""
    if not outcome:
        return Problem("correction_outcome", _("Choose what was done."), "outcome")
    if not answer.strip():
        return Problem("correction_answer", _("Write one sentence; the sender reads it."), "answer")
    return None
