"""Decisions on a document's way to its signature, on plain values."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.documents.models import DocumentState, Wording
from doanso.lib.problems import Problem

MOST_STEPS = 8
LONGEST_WORDS = 1000
WRITABLE = frozenset({DocumentState.DRAFT})
UNDER_WAY = frozenset({DocumentState.REVIEW, DocumentState.SIGNING})


def write_problem(state: str) -> Problem | None:
    """Return why a document cannot be written on any more."""
    if state in WRITABLE:
        return None
    if state in UNDER_WAY:
        message = _("The document is on its way to be approved. Call it back first, or wait until it is returned.")
        return Problem("document_under_way", message)
    if state == DocumentState.DISCARDED:
        return discarded_problem()
    return Problem("document_fixed", _("The document is signed; what it says does not change any more."))


def discard_problem(state: str) -> Problem | None:
    """Return why a document cannot be discarded; a signed one can until it has a number."""
    if state == DocumentState.SIGNED:
        return None
    if state == DocumentState.ISSUING:
        message = _(
            "The document has its number already. Let it be sealed and issued, then recall it; or give it up together with its "
            "number, which stays in the register."
        )
        return Problem("document_numbered", message)
    return write_problem(state)


def discarded_problem() -> Problem:
    """Return the problem of acting on a discarded document."""
    return Problem("document_discarded", _("The document was thrown away; nothing is done with it any more."))


def source_problem(source_kind: str) -> Problem | None:
    """Return why a document made of another app's record cannot be written on: it says what the record says."""
    if not source_kind:
        return None
    message = _(
        "This document was made of a frozen report; its words and figures are the report's. Throw it away instead."
    )
    return Problem("document_of_source", message)


def version_problem(expected_version: int, now: int) -> Problem | None:
    """Return why a change to an older version is refused: it would overwrite what its author has not read."""
    if expected_version == now:
        return None
    return Problem("document_changed", _("Somebody saved another version meanwhile. Look at it, then do this again."))


def route_problem(author: UUID, reviewers: Sequence[UUID], signer: UUID | None) -> Problem | None:
    """Return why a document cannot be sent on to these people."""
    if signer is None:
        return Problem("route_no_signer", _("Choose who signs the document."), "mandate")
    if len(reviewers) > MOST_STEPS:
        message = _("Not more than %(most)s people look at a document before it is signed.") % {"most": MOST_STEPS}
        return Problem("route_long", message, "reviewers")
    if len(set(reviewers)) < len(reviewers):
        return Problem("route_twice", _("Somebody is named twice; each person looks at it once."), "reviewers")
    if signer in reviewers:
        return Problem("route_signer_reviews", _("Whoever signs needs no step before."), "reviewers")
    if author in reviewers:
        return Problem("route_author_reviews", _("Nobody approves what they wrote themselves."), "reviewers")
    return None


def stand_in_agrees_problem(reviewer: UUID, actor: UUID, author: UUID) -> Problem | None:
    """Return why a stand-in cannot agree to a document in a reviewer's place: they wrote it themselves."""
    if actor == reviewer or actor != author:
        return None
    message = _(
        "You wrote this document, so you do not agree to it in somebody's place. Call it back and choose another person to look "
        "at it."
    )
    return Problem("stand_in_wrote", message)


def numbered_problem(has_number: bool) -> Problem | None:
    """Return why a document cannot become a draft again: it has a number and is only signed again."""
    if not has_number:
        return None
    message = _(
        "The document has its number already and is only signed once more. Sign it, or have the clerk give it up together with "
        "its number."
    )
    return Problem("document_numbered", message)


def decide_problem(state: str) -> Problem | None:
    """Return why nothing can be decided about a document."""
    if state in UNDER_WAY:
        return None
    return Problem("document_not_under_way", _("This document does not wait for a decision."))


def words_problem(words: str, *, needed: bool) -> Problem | None:
    """Return why a decision or a remark cannot have these words."""
    if needed and not words.strip():
        return Problem("words_needed", _("Say in a few words what should be changed."), "words")
    if len(words.strip()) > LONGEST_WORDS:
        return Problem("words_long", _("Not more than %(most)s letters.") % {"most": LONGEST_WORDS}, "words")
    return None


def mandate_problem(kind: str, kinds: Collection[str], since: date, until: date | None, on: date) -> Problem | None:
    """Return why a mandate does not cover a kind of document on a day."""
    if not (since <= on and (until is None or on <= until)):
        message = _("The authority to sign does not hold on this day. Choose somebody else, or have it renewed.")
        return Problem("mandate_over", message, "mandate")
    if kinds and kind not in kinds:
        return Problem("mandate_kind", _("The authority to sign does not cover this kind of document."), "mandate")
    return None


def sign_year_problem(printed: int | None, dated: date | None, today: date) -> Problem | None:
    """Return why a file cannot be signed today: the year printed in it is over, and no number of it is given any more.

    `dated` is the day of the document's number, None before it has one: a number keeps its day and its year, so a numbered
    document is signed once more in a later year too.
    """
    if printed is None or printed == (dated or today).year:
        return None
    message = _(
        "This file says “năm %(printed)s”, and its number would be of %(year)s. Return it to its author, who writes "
        "“năm %(year)s” or leaves the year free."
    )
    return Problem("sign_year", message % {"printed": printed, "year": (dated or today).year})


def give_mandate_problem(wording: str, *, paper: str, since: date, until: date | None) -> Problem | None:
    """Return why this mandate cannot be given."""
    if until is not None and until < since:
        return Problem("mandate_dates", _("The last day must not lie before the first."), "until")
    if wording == Wording.TUQ and (not paper.strip() or until is None):
        message = _("Authority by mandate is in writing and for a time: name the paper and the last day.")
        return Problem("mandate_written", message, "paper")
    return None


def stand_in_problem(user: UUID, deputy: UUID, since: date, until: date, today: date) -> Problem | None:
    """Return why this person cannot stand in."""
    if user == deputy:
        return Problem("stand_in_self", _("Choose somebody else to stand in."), "deputy")
    if until < since or until < today:
        return Problem("stand_in_dates", _("The last day must lie after the first day and not in the past."), "until")
    return None
