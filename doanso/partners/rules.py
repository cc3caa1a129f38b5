"""Decisions on partners, on plain values: what may be written down, and how an agreement stands on a day."""

import re
from datetime import date, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.free_text import has_long_number
from doanso.lib.next_year import years_later, years_until
from doanso.lib.problems import Problem

EXPIRING = timedelta(days=30)
"""How long before its last day an agreement counts as running out."""
DUE_SOON = timedelta(days=14)
"""How long before its day an undertaking waits in the inbox."""
LONGEST_NAME, LONGEST_SHORT_NAME, LONGEST_ADDRESS, LONGEST_NOTE = 200, 60, 200, 1000
LONGEST_PERSON, LONGEST_CONTACT_NOTE = 120, 300
LONGEST_TITLE, LONGEST_NUMBER, LONGEST_TERMS = 200, 60, 4000
LONGEST_TEXT, LONGEST_COUNT, MOST_QUANTITY = 500, 30, 1_000_000
LONGEST_REASON, LONGEST_SETTLED_NOTE = 300, 500
_WEBSITE = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[/?#]\S*)?", re.IGNORECASE)


class AgreementStatus(StrEnum):
    """How an agreement stands on a day."""

    UPCOMING = "upcoming"
    IN_EFFECT = "in-effect"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    RENEWED = "renewed"
    ENDED = "ended"


def following_term(valid_until: date | None, valid_from: date, today: date) -> dict[str, date]:
    """Return first and last day of a renewal: the day after the former, and as long as that was; without one from today."""
    if valid_until is None:
        return {"valid_from": today}
    first = valid_until + timedelta(days=1)
    return {"valid_from": first, "valid_until": first + (valid_until - valid_from)}


def next_term(valid_from: date, valid_until: date) -> dict[str, date]:
    """Return the same first and last day in the next year that begins after the former term."""
    years = years_until(valid_from, valid_until + timedelta(days=1))
    return {"valid_from": years_later(valid_from, years), "valid_until": years_later(valid_until, years)}


def agreement_status(
    valid_from: date, valid_until: date | None, ended_on: date | None, *, is_renewed: bool, today: date
) -> AgreementStatus:
    """Return how an agreement stands; one that was renewed stays in effect up to its own last day."""
    if ended_on is not None and ended_on < today:
        return AgreementStatus.ENDED
    if valid_from > today:
        return AgreementStatus.UPCOMING
    if valid_until is None:
        return AgreementStatus.IN_EFFECT
    if valid_until < today:
        return AgreementStatus.RENEWED if is_renewed else AgreementStatus.EXPIRED
    if ended_on is None and not is_renewed and valid_until - today <= EXPIRING:
        return AgreementStatus.EXPIRING
    return AgreementStatus.IN_EFFECT


def name_problem(name: str, short_name: str) -> Problem | None:
    """Return why a partner's names are none."""
    if not name.strip():
        return Problem("partner_name_missing", _("Write the full name, as it stands on papers."), "name")
    return _long(name, LONGEST_NAME, "name") or _long(short_name, LONGEST_SHORT_NAME, "short_name")


def website_problem(website: str) -> Problem | None:
    """Return why an address of the web is none."""
    if website and (len(website) > LONGEST_ADDRESS or not _WEBSITE.fullmatch(website)):
        return Problem("partner_website", _("Write the address as in a browser, for example nganhang.vn."), "website")
    return None


def open_text_problem(text: str, longest: int, field: str) -> Problem | None:
    """Return why a text that everybody reads cannot be kept: too long, or a number of a person or an account in it."""
    if has_long_number(text):
        message = _("Phone numbers belong to the contacts, account numbers nowhere: leave the long number out.")
        return Problem("partner_text_number", message, field)
    return _long(text, longest, field)


def contact_problem(name: str, since: date, until: date | None, today: date) -> Problem | None:
    """Return why a contact cannot be kept."""
    if not name.strip():
        return Problem("contact_name_missing", _("Write the name of the person."), "name")
    if since > today:
        return Problem("contact_day_ahead", _("This day is still to come."), "since")
    if until is not None and until < since:
        message = _("This day lies before the first one, %(day)s.") % {"day": formats.day(since)}
        return Problem("contact_days", message, "until")
    return _long(name, LONGEST_PERSON, "name")


def agreement_problem(
    title: str, signed_on: date | None, valid_from: date, valid_until: date | None, today: date
) -> Problem | None:
    """Return why an agreement cannot be kept."""
    if not title.strip():
        return Problem("agreement_title_missing", _("Write what the agreement is called."), "title")
    if signed_on is not None and signed_on > today:
        message = _("This day is still to come. Enter the agreement once it is signed.")
        return Problem("agreement_signed_ahead", message, "signed_on")
    if valid_until is not None and valid_until < valid_from:
        message = _("The last day lies before the first one, %(day)s.") % {"day": formats.day(valid_from)}
        return Problem("agreement_days", message, "valid_until")
    return _long(title, LONGEST_TITLE, "title")


def renewal_problem(
    valid_until: date | None, ended_on: date | None, new_valid_from: date, *, is_renewed: bool
) -> Problem | None:
    """Return why an agreement cannot be renewed from that day on."""
    if is_renewed:
        return Problem("agreement_renewed", _("This agreement was renewed already. Renew the newer one."))
    if ended_on is not None:
        return Problem("agreement_ended", _("This agreement was ended. Enter a new one instead."))
    if valid_until is None:
        message = _("This agreement has no last day, so there is nothing to renew. Change it instead.")
        return Problem("agreement_endless", message)
    if new_valid_from <= valid_until:
        message = _("The former one is in effect up to %(day)s; the new one begins afterwards.")
        return Problem("agreement_overlap", message % {"day": formats.day(valid_until)}, "valid_from")
    return None


def end_agreement_problem(
    valid_from: date, valid_until: date | None, ended_on: date | None, on: date, *, is_renewed: bool, today: date
) -> Problem | None:
    """Return why an agreement cannot end on that day."""
    if ended_on is not None:
        return Problem("agreement_ended", _("This agreement was ended already."))
    if is_renewed:
        return Problem("agreement_renewed", _("This agreement was renewed. End the newer one."))
    if on > today:
        return Problem("agreement_end_ahead", _("This day is still to come."), "on")
    if on < min(valid_from, today):
        message = _("The agreement began on %(day)s.") % {"day": formats.day(valid_from)}
        return Problem("agreement_end_early", message, "on")
    if valid_until is not None and on > valid_until:
        message = _("Its own last day is %(day)s.") % {"day": formats.day(valid_until)}
        return Problem("agreement_end_late", message, "on")
    return None


def last_day(valid_until: date | None, today: date) -> date:
    """Return the last day of an agreement that ends now: today, or its own where that is over."""
    return today if valid_until is None else min(today, valid_until)


def undertaking_problem(text: str, quantity: int | None, unit_of_count: str) -> Problem | None:
    """Return why an undertaking cannot be kept."""
    if not text.strip():
        return Problem("undertaking_text_missing", _("Write in a sentence what the partner does."), "text")
    if quantity is not None and not 1 <= quantity <= MOST_QUANTITY:
        message = _("Enter a whole number from 1 to %(most)s.") % {"most": formats.number(MOST_QUANTITY)}
        return Problem("undertaking_quantity", message, "quantity")
    if quantity is not None and not unit_of_count.strip():
        return Problem(
            "undertaking_count_missing", _("Write what is counted, for example gian, lớp, phần."), "unit_of_count"
        )
    return open_text_problem(text, LONGEST_TEXT, "text") or _long(unit_of_count, LONGEST_COUNT, "unit_of_count")


def settle_problem(state: str, done_quantity: int | None, quantity: int | None, note: str) -> Problem | None:
    """Return why an undertaking cannot be settled so; `quantity` is what was undertaken, where that is counted."""
    if state in ("partly", "dropped") and not note.strip():
        return Problem("undertaking_note_missing", _("Say in a few words why."), "note")
    if done_quantity is not None and done_quantity > MOST_QUANTITY:
        message = _("Enter a whole number from 0 to %(most)s.") % {"most": formats.number(MOST_QUANTITY)}
        return Problem("undertaking_quantity", message, "done_quantity")
    if state == "kept" and quantity is not None and done_quantity is not None and done_quantity < quantity:
        message = _("That is less than undertaken, %(quantity)s. Choose “Làm một phần”.")
        return Problem("undertaking_less", message % {"quantity": formats.number(quantity)}, "done_quantity")
    return open_text_problem(note, LONGEST_SETTLED_NOTE, "note")


def reason_problem(reason: str) -> Problem | None:
    """Return why a reason is missing or too long."""
    if not reason.strip():
        return Problem("partner_reason_missing", _("Give the reason in a few words."), "reason")
    return open_text_problem(reason, LONGEST_REASON, "reason")


def ended_problem(ended_on: date | None) -> Problem | None:
    """Return that nothing is added to a partner with whom the work has ended."""
    if ended_on is not None:
        return Problem("partner_ended", _("The work with this partner has ended. Take it up again first."))
    return None


def stale_problem(read: int, version: int) -> Problem | None:
    """Return that somebody has changed the record since the user read it."""
    if read != version:
        return Problem("partner_stale", _("Somebody has changed this meanwhile. Read it again, then change it."))
    return None


def _long(text: str, longest: int, field: str) -> Problem | None:
    if len(text.strip()) > longest:
        message = _("Shorten it to %(most)s characters.") % {"most": formats.number(longest)}
        return Problem("partner_text_long", message, field)
    return None
