"""Decisions about booths: when a code works, what is stamped at which booth, and until when stamps are answered and undone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext as _

from doanso.lib import clock
from doanso.lib.problems import Problem

PAYMENT_SERVICE = "payment"
"""The service at whose booths accounts are opened and first payments made."""
ACCOUNT, PAYMENT, DONE = "account", "payment", "done"
UNDONE_WITHIN = timedelta(minutes=10)
"""How long the staff of a booth may undo a stamp."""
ANSWERED_WITHIN = timedelta(days=30)
"""How long after the event's day the holder of a ticket answers."""
REPORTED_WITHIN = timedelta(days=1)
"""How long after the event's day the staff may still report totals with a code."""
CODE_TRIES_OF_A_PLACE, STAMPS_OF_A_PLACE, ANSWERS_OF_A_PLACE = 60, 600, 600
"""Typed codes that were wrong, tickets looked up, and answers from one network address within an hour: a hall shares one, and
what its booths stamp is answered there.
"""
MOST_STAMPS = 1000
"""Stamps of one code."""
MOST_REPORTS = 200
"""Versions of a booth's totals that one code reports."""
MOST_REPORTED = 1_000_000
CONFIRMED_GRADE = 3


def kinds_of(service: str | None) -> tuple[str, ...]:
    """Return what a booth of this service stamps; nothing without a service, because nothing would count."""
    if service is None:
        return ()
    return (ACCOUNT, PAYMENT) if service == PAYMENT_SERVICE else (DONE,)


@dataclass(frozen=True, slots=True)
class CodeTerms:
    """What decides whether a code works: its own end, and its shift and event as they are now."""

    ended: bool
    shift_removed: bool
    same_booth: bool
    event_state: str
    day: date
    ends: time


def code_problem(terms: CodeTerms, today: date, now: datetime) -> Problem | None:
    """Return why nothing is stamped with a code now."""
    if terms.ended or terms.shift_removed or not terms.same_booth or terms.event_state != "open":
        return Problem("booth_code_over", _("This code does not work any more. Ask the organiser for a new one."))
    if today < terms.day:
        return Problem("booth_code_early", _("This code works on the day of the event."))
    if today > terms.day or clock.local(now).time() >= terms.ends:
        return Problem("booth_code_over", _("The shift is over, and the code with it. Totals can still be reported."))
    return None


def report_problem(terms: CodeTerms, today: date) -> Problem | None:
    """Return why no totals are reported with a code: that goes on for a day after the event, not with a code that was ended."""
    if terms.ended or terms.shift_removed or not terms.same_booth or terms.event_state != "open":
        return Problem("booth_code_over", _("This code does not work any more. Ask the organiser for a new one."))
    if today < terms.day:
        return Problem("booth_code_early", _("This code works on the day of the event."))
    if today > terms.day + REPORTED_WITHIN:
        return Problem("booth_code_over", _("Tell the organiser the totals: this code is over."))
    return None


def undo_problem(state: str, made_at: datetime, now: datetime) -> Problem | None:
    """Return why the staff does not undo a stamp."""
    if state == "confirmed":
        message = _("The visitor has confirmed this already; they correct it on their receipt.")
        return Problem("stamp_confirmed", message)
    if state == "denied":
        return Problem("stamp_denied", _("The visitor said that this is not so; nothing is counted."))
    if now - made_at > UNDONE_WITHIN:
        return Problem("stamp_old", _("Ten minutes are over. The visitor is asked, and can say that it is not so."))
    return None


def answer_problem(state: str, day: date, today: date) -> Problem | None:
    """Return why the holder does not answer a stamp any more."""
    if state == "undone":
        return Problem("stamp_undone", _("The booth has taken this back itself. Nothing is counted."))
    if today > last_answer_day(day):
        return Problem("stamp_over", _("This can be answered for thirty days after the event."))
    return None


def last_answer_day(day: date) -> date:
    """Return the last day on which the holder of a ticket answers."""
    return day + ANSWERED_WITHIN


def reported_excess(reported: int | None, confirmed: int) -> int | None:
    """Return how much more a booth reports than visitors have confirmed; None where it reported nothing."""
    return None if reported is None else reported - confirmed


COLUMNS = {ACCOUNT: "accounts", PAYMENT: "payments", DONE: "done"}
"""The column of a booth's report in which each kind of stamp is counted."""
