"""Decisions on results, on plain values: what may be reported, and what may be done with it in which state."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.ledger.models import MOST_AMOUNT
from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.results.models import ResultState

LONGEST_TEXT = 1000
LONGEST_REASON = 500
MOST_FILES = 5
MOST_AT_ONCE = 100
"""Results that are attested in one action at most."""
OPEN = (ResultState.WAITING, ResultState.ATTESTED, ResultState.RETURNED)


def day_problem(happened_on: date, *, first_day: date, last_day: date, today: date) -> Problem | None:
    """Return why a result cannot have happened on that day."""
    if happened_on > today:
        message = _("This day is still to come. Report the result once it has happened.")
        return Problem("result_day_ahead", message, "happened_on")
    if not first_day <= happened_on <= last_day:
        message = _("The programme runs from %(first)s to %(last)s; %(day)s lies outside.")
        days = {"first": first_day, "last": last_day, "day": happened_on}
        return Problem(
            "result_day_outside", message % {name: formats.day(day) for name, day in days.items()}, "happened_on"
        )
    return None


def quantity_problem(quantity: int) -> Problem | None:
    """Return why that is no quantity."""
    if not 1 <= quantity <= MOST_AMOUNT:
        message = _("Enter a whole number from 1 to %(most)s.") % {"most": formats.number(MOST_AMOUNT)}
        return Problem("result_quantity", message, "quantity")
    return None


def large_problem(quantity: int, target: int | None, unit_of_count: str) -> Problem | None:
    """Return that one result exceeds the whole committee's target: mostly a slip, which the sender may confirm."""
    if target and quantity > target:
        message = _(
            "That is more than the whole target of the year, %(target)s %(what)s. If it is right, tick the box below and send "
            "it again."
        )
        words = {"target": formats.number(target), "what": unit_of_count}
        return Problem("result_quantity_large", message % words, "quantity")
    return None


def text_problem(text: str) -> Problem | None:
    """Return why the sentence is missing or too long."""
    if not text.strip():
        return Problem("result_text_missing", _("Write in a sentence what was done."), "text")
    if len(text.strip()) > LONGEST_TEXT:
        message = _("Shorten it to %(most)s characters.") % {"most": formats.number(LONGEST_TEXT)}
        return Problem("result_text_long", message, "text")
    return None


def reason_problem(reason: str) -> Problem | None:
    """Return why a reason is missing or too long."""
    if not reason.strip():
        return Problem("result_reason_missing", _("Give the reason in a few words."), "reason")
    if len(reason.strip()) > LONGEST_REASON:
        message = _("Shorten it to %(most)s characters.") % {"most": formats.number(LONGEST_REASON)}
        return Problem("result_reason_long", message, "reason")
    return None


def files_problem(count: int) -> Problem | None:
    """Return that there are too many files."""
    if count > MOST_FILES:
        message = _("At most %(most)s files; leave out some.") % {"most": MOST_FILES}
        return Problem("result_files_many", message, "evidence")
    return None


def stale_problem(read: str, expected: str) -> Problem | None:
    """Return that the result is no longer in the version and state that the user has read."""
    if read != expected:
        message = _("Somebody has changed this result meanwhile. Read it again below, then decide.")
        return Problem("result_stale", message)
    return None


def own_problem(actor_id: UUID, author_ids: set[UUID]) -> Problem | None:
    """Return that the actor wrote the result: whoever reports does not attest."""
    if actor_id in author_ids:
        message = _("You wrote this result yourself, so another officer confirms it.")
        return Problem("result_own", message)
    return None


def open_problem(state: str) -> Problem | None:
    """Return that a withdrawn result cannot be changed any more."""
    if state not in OPEN:
        message = _("This result was withdrawn. Report a new one instead.")
        return Problem("result_withdrawn", message)
    return None


def attest_problem(state: str) -> Problem | None:
    """Return why a result in that state cannot be attested."""
    if state == ResultState.ATTESTED:
        return Problem("result_attested", _("This result is confirmed already."))
    if state == ResultState.RETURNED:
        return Problem("result_returned", _("This result was sent back; it is confirmed once it is corrected."))
    return open_problem(state)


def return_problem(state: str) -> Problem | None:
    """Return why a result in that state cannot be sent back."""
    if state == ResultState.RETURNED:
        return Problem("result_returned", _("This result was sent back already."))
    return open_problem(state)


def why_problem(state: str, why: str) -> Problem | None:
    """Return that a correction of what was confirmed or sent back needs a reason, or that the reason is too long."""
    if state != ResultState.WAITING and not why.strip():
        message = _("Say in a few words what was corrected and why; who confirms it reads this.")
        return Problem("result_why_missing", message, "why")
    if len(why.strip()) > LONGEST_REASON:
        message = _("Shorten it to %(most)s characters.") % {"most": formats.number(LONGEST_REASON)}
        return Problem("result_why_long", message, "why")
    return None


def closed_problem(counts_on: date, last_day: date) -> Problem | None:
    """Return that the programme has no open day left on which a result could still be counted."""
    if counts_on > last_day:
        message = _(
            "The figures of this programme are closed up to its last day, so nothing more can be counted in it."
        )
        return Problem("result_closed", message)
    return None
