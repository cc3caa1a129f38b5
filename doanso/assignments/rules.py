"""Checks on assignments, on plain values."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from doanso.lib.free_text import has_long_number
from doanso.lib.problems import Problem

LONGEST_DELAY = timedelta(days=31)


def words_problem(text: str, field: str) -> Problem | None:
    """Return why these words are refused: they hold a long number, which may belong to a person."""
    if has_long_number(text):
        message = _("Write no phone, citizen or account number here; they stay in the person's own record.")
        return Problem("assignment_number", message, field)
    return None


def postpone_problem(due_on: date, postponed: bool, until: date, today: date, reason: str) -> Problem | None:
    """Return why an assignment can't be postponed: it needs a reason and a later day within the limit, and is postponed
    once.
    """
    if postponed:
        return Problem("assignment_postponed", _("This was postponed once already. Ask the unit above for help."))
    if not reason.strip():
        return Problem("assignment_reason", _("Say why more time is needed."), "reason")
    first, last = max(due_on, today) + timedelta(days=1), max(due_on, today) + LONGEST_DELAY
    if not first <= until <= last:
        message = _("Choose a day between %(first)s and %(last)s.")
        return Problem(
            "assignment_until", message % {"first": f"{first:%d/%m/%Y}", "last": f"{last:%d/%m/%Y}"}, "until"
        )
    return words_problem(reason, "reason")
