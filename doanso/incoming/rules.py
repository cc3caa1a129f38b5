"""Decisions about incoming documents, on plain values."""

from datetime import date

from django.utils.translation import gettext as _

from doanso.documents.due_days import answer_day_problem
from doanso.incoming.models import ArrivalState
from doanso.lib.problems import Problem

LONGEST_ISSUER, LONGEST_SUMMARY, LONGEST_WORDS = 200, 400, 1000
OPEN = frozenset({ArrivalState.RECEIVED, ArrivalState.ASSIGNED})


def input_problem(issuer: str, summary: str, dated: date | None, answer_by: date | None, today: date) -> Problem | None:
    """Return why a document cannot be entered with these values, or None."""
    if not issuer.strip() or len(issuer.strip()) > LONGEST_ISSUER:
        message = _("Say who issued the document, in at most %(most)s letters.") % {"most": LONGEST_ISSUER}
        return Problem("arrival_issuer", message, "issuer")
    if not summary.strip() or len(summary.strip()) > LONGEST_SUMMARY:
        message = _("Say what the document is about, in at most %(most)s letters.") % {"most": LONGEST_SUMMARY}
        return Problem("arrival_summary", message, "summary")
    if dated is not None and dated > today:
        return Problem("arrival_ahead", _("A document that came cannot be dated ahead. Check its day."), "dated")
    return answer_day_problem(answer_by, today)


def open_problem(state: str) -> Problem | None:
    """Return why an entry cannot be assigned, resolved or returned any more."""
    if state in OPEN:
        return None
    return Problem("arrival_ended", _("This document was settled already."))


def words_problem(words: str) -> Problem | None:
    """Return why these words cannot resolve or return an entry."""
    if not words.strip():
        return Problem("words_needed", _("Say in a few words what was done."), "words")
    if len(words.strip()) > LONGEST_WORDS:
        return Problem("words_long", _("Not more than %(most)s letters.") % {"most": LONGEST_WORDS}, "words")
    return None
