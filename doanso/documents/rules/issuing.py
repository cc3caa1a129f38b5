"""Decisions about issuing, and the texts of number and day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from doanso.documents.models import Attachment, DocumentState, Issuing, IssuingState
from doanso.documents.rules.routing import discarded_problem, source_problem
from doanso.lib.problems import Problem
from doanso.official_form.wording import day_words
from doanso.signing.models import Way

UNDER_WAY = (IssuingState.NUMBERED, IssuingState.SEALED)
STALLED_AFTER = timedelta(minutes=2)
MOST_ATTEMPTS = 5
MOST_RECEIVERS = 500
# Limits of one run of the signing program.
MOST_IN_RUN = 40
LARGEST_RUN = 160 << 20


def issue_problem(state: str, receivers: int) -> Problem | None:
    """Return why a document cannot be issued."""
    if state == DocumentState.DISCARDED:
        return discarded_problem()
    if state not in (DocumentState.DRAFT, DocumentState.REVIEW, DocumentState.SIGNING, DocumentState.SIGNED):
        return Problem("document_numbered", _("The document has its number already; it is not issued a second time."))
    if state != DocumentState.SIGNED:
        return Problem("document_unsigned", _("The document is not signed yet. Wait until its signer has signed."))
    return receivers_problem(receivers)


def year_problem(state: str, printed: int | None, today: date) -> Problem | None:
    """Return why a signed file gets no number today: another year is printed in it than the register would have."""
    if state != DocumentState.SIGNED or printed is None or printed == today.year:
        return None
    message = _(
        "The signed file says “năm %(printed)s”, and its number would be of %(year)s. Return it to its author, who writes "
        "“năm %(year)s” or leaves the year free in Word, saves as PDF and sends that on."
    )
    return Problem("issue_year", message % {"printed": printed, "year": today.year})


def return_reason(state: str, printed: int | None, today: date) -> str:
    """Return the reason that a signed file itself gives for being returned to its author; "" without one."""
    if year_problem(state, printed, today) is None:
        return ""
    return _("The file says “năm %(printed)s”; its number is of %(year)s.") % {"printed": printed, "year": today.year}


def room_problem(number: int, digits: int | None) -> Problem | None:
    """Return why a number has too many digits for its field in the signed file; `digits` is None where there is no field."""
    if digits is None or len(str(number)) <= digits:
        return None
    message = _(
        "The signed file has no room for number %(number)s. Throw it away, saying why, and have it signed once more: then it "
        "has room for it."
    )
    return Problem("issue_room", message % {"number": number})


def sign_again_problem(state: str, issuing: str) -> Problem | None:
    """Return why a document cannot be signed again: it is not signed, or is sealed already."""
    if state == DocumentState.SIGNED or (state == DocumentState.ISSUING and issuing == IssuingState.NUMBERED):
        return None
    message = _("Only a signed document that does not bear the organisation's seal yet is signed once more.")
    return Problem("sign_again_state", message)


def waits_for_clerk(issuing: Issuing | None, attachments: Iterable[Attachment]) -> bool:
    """Return whether a file is left to seal with a key on the clerk's own machine."""
    if issuing is None or issuing.certificate.way == Way.TOKEN:
        return False
    return issuing.state == IssuingState.NUMBERED or any(attachment.signed_id is None for attachment in attachments)


def return_signed_problem(state: str, source_kind: str) -> Problem | None:
    """Return why a signed document does not become a draft again: it is not signed, has its number, or is a record's print."""
    if state != DocumentState.SIGNED:
        message = _("Only a signed document that has no number yet is returned to its author.")
        return Problem("return_signed_state", message)
    return source_problem(source_kind)


def discard_numbered_problem(state: str, *, has_number: bool) -> Problem | None:
    """Return why a document cannot be discarded with its number: it has none, or was issued."""
    if has_number and state in (DocumentState.ISSUING, DocumentState.SIGNING):
        return None
    message = _("Only a document that has its number and was not issued yet is given up together with it.")
    return Problem("give_up_state", message)


def reseal_problem(issuing: str) -> Problem | None:
    """Return why no other certificate is chosen for the seal: the document bears it already."""
    if issuing in UNDER_WAY:
        return None
    return Problem("document_sealed", _("This document bears its seal already."))


def receivers_problem(receivers: int) -> Problem | None:
    """Return why a document cannot have this many receivers."""
    if receivers == 0:
        message = _("Choose at least one receiver: a document is issued when it goes to somebody.")
        return Problem("receivers_none", message, "receivers")
    if receivers > MOST_RECEIVERS:
        message = _("Not more than %(most)s receivers at once.") % {"most": MOST_RECEIVERS}
        return Problem("receivers_many", message, "receivers")
    return None


def in_one_run(sizes: Sequence[int]) -> int:
    """Return how many of the files, by their sizes, are signed in one run: at least one; the next run takes the rest."""
    total = 0
    for count, size in enumerate(sizes[:MOST_IN_RUN]):
        total += size
        if count and total > LARGEST_RUN:
            return count
    return min(len(sizes), MOST_IN_RUN)


def number_texts(number: int, dated: date) -> dict[str, str]:
    """Return the text of each field: a number has at least two digits; day and month as the form writes them."""
    day, month, year = day_words(dated)
    return {"number": f"{number:02}", "day": day, "month": month, "year": year}


def end_problem(state: str, reason: str) -> Problem | None:
    """Return why a document cannot be recalled or replaced."""
    if state != DocumentState.ISSUED:
        return Problem("document_not_issued", _("Only a document that was issued and still holds can be ended."))
    if not reason.strip():
        return Problem("end_reason", _("Say why; whoever got the document reads it."), "reason")
    return None
