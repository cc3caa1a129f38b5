"""Decisions about deliveries, on plain values."""

from datetime import timedelta

from django.utils.translation import gettext as _

from doanso.documents.models import ENDED
from doanso.lib.problems import Problem

NEAR, LONG_PAST = timedelta(days=2), timedelta(days=30)
"""A receiver who is to answer is reminded from this long before the day until this long after it; further reminders have no
effect.
"""
LONGEST_ANSWER, LONGEST_OUTSIDE = 1000, 160


def receiver_problem(unit: bool, user: bool, outside: str) -> Problem | None:
    """Return why this is no receiver: it must be exactly one unit, one person, or one name outside."""
    if unit + user + bool(outside.strip()) != 1:
        return Problem("receiver_one", _("A receiver is one unit, one person, or one name outside."), "receivers")
    if len(outside.strip()) > LONGEST_OUTSIDE:
        message = _("Not more than %(most)s letters.") % {"most": LONGEST_OUTSIDE}
        return Problem("receiver_long", message, "receivers")
    return None


def ended_problem(state: str) -> Problem | None:
    """Return why a delivery cannot be assigned or answered any more."""
    if state not in ENDED:
        return None
    message = _(
        "This document was recalled or replaced and holds no more. Note that you know it; nothing else is done."
    )
    return Problem("document_ended", message)


def answered_problem(*, is_answered: bool) -> Problem | None:
    """Return why a delivery cannot be answered once more: the sender has read the first answer."""
    if not is_answered:
        return None
    message = _(
        "This document was answered meanwhile; the answer stands beside it. Write what is to be added in a document of your own."
    )
    return Problem("answer_twice", message)


def answer_problem(words: str, with_document: bool) -> Problem | None:
    """Return why this is no answer."""
    if not words.strip() and not with_document:
        return Problem("answer_empty", _("Write the answer, or choose the document that answers."), "words")
    if len(words.strip()) > LONGEST_ANSWER:
        return Problem("answer_long", _("Not more than %(most)s letters.") % {"most": LONGEST_ANSWER}, "words")
    return None
