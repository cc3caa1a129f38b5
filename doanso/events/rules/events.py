"""Decisions on events, on plain values: what may be written down, and how an event stands on a day."""

from datetime import date, time, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.free_text import has_long_number
from doanso.lib.problems import Problem

LONGEST_TITLE, LONGEST_PLACE, LONGEST_ADDRESS, LONGEST_SUMMARY, LONGEST_CONTACT = 160, 160, 200, 2000, 160
LONGEST_TEXT, LONGEST_NAME, LONGEST_SHORT, LONGEST_COUNT, LONGEST_REASON = 200, 120, 60, 30, 300
MOST_CAPACITY, MOST_GOAL, MOST_WANTED, MOST_BOOTH = 50_000, 1_000_000, 200, 999
MOST_PARTS = 200
"""Lines of one sort that an event may have."""
FARTHEST = timedelta(days=730)
"""How far ahead an event may be."""
DUE_SOON = timedelta(days=14)
"""How long before its day an event that is not announced waits in the inbox."""
SHIFTS_SOON = timedelta(days=7)
"""How long before its day a shift that is not full waits in the inbox."""


class EventStatus(StrEnum):
    """How an event stands on a day."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    TODAY = "today"
    OVER = "over"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


def event_status(state: str, day: date, today: date) -> EventStatus:
    """Return how an event of this state and day stands."""
    if state in ("draft", "postponed", "cancelled"):
        return EventStatus(state)
    if day == today:
        return EventStatus.TODAY
    return EventStatus.UPCOMING if day > today else EventStatus.OVER


def words_problem(text: str, longest: int, field: str, *, required: bool = False) -> Problem | None:
    """Return why a text cannot be kept: missing, too long, or a personal number in it."""
    if required and not text.strip():
        return Problem("event_text_missing", _("Write it in a few words."), field)
    if has_long_number(text):
        message = _("Leave the long number out: phone and account numbers do not belong here.")
        return Problem("event_text_number", message, field)
    return length_problem(text, longest, field)


def length_problem(text: str, longest: int, field: str) -> Problem | None:
    """Return that a text is too long."""
    if len(text.strip()) > longest:
        message = _("Shorten it to %(most)s characters.") % {"most": formats.number(longest)}
        return Problem("event_text_long", message, field)
    return None


def hours_problem(begins: time, ends: time) -> Problem | None:
    """Return that something ends before it begins."""
    if ends <= begins:
        return Problem("event_hours", _("The end must be later than the beginning."), "ends")
    return None


def day_problem(day: date, today: date) -> Problem | None:
    """Return why an event cannot be on that day."""
    if day < today:
        return Problem("event_day_past", _("This day is over. Choose a day from today on."), "day")
    if day - today > FARTHEST:
        return Problem("event_day_far", _("This day is more than two years ahead."), "day")
    return None


def number_problem(value: int | None, least: int, most: int, field: str) -> Problem | None:
    """Return that a number is out of bounds; no number is none of this rule's business."""
    if value is not None and not least <= value <= most:
        message = _("Enter a whole number from %(least)s to %(most)s.")
        return Problem("event_number", message % {"least": formats.number(least), "most": formats.number(most)}, field)
    return None


def stale_problem(read: int, version: int) -> Problem | None:
    """Return that somebody has changed the event since the user read it."""
    if read != version:
        return Problem("event_stale", _("Somebody has changed this event meanwhile. Read it again, then change it."))
    return None


def cancelled_problem(state: str) -> Problem | None:
    """Return that nothing is changed in an event that was cancelled."""
    if state == "cancelled":
        return Problem("event_cancelled", _("This event was cancelled. Nothing of it changes any more."))
    return None


def spans_overlap(first: tuple[time, time], second: tuple[time, time]) -> bool:
    """Return whether two spans of a day have a moment in common; one may begin when the other ends."""
    return first[0] < second[1] and second[0] < first[1]


REGISTRATIONS_OF_A_PLACE = 600
"""Registrations from one network address within an hour: a school shares one."""
MOST_WAITING = 500


def registered_problem(number: int | None) -> Problem:
    """Return that the person has a ticket under the same phone already.

    `number` is that of the ticket, which only the office is shown. None is for somebody without an account, who may have entered
    another person's name, year and phone.
    """
    if number is not None:
        message = _("This person has ticket %(number)s under the same phone already.") % {"number": number}
    else:
        message = _(
            "This person has registered with this phone already, and each person needs one ticket. Open the page of the ticket "
            "that you kept. If you cannot find it, ask the organiser, who finds the name in the list."
        )
    return Problem("registered_before", message)


def registration_closed_problem(state: str, day: date, today: date) -> Problem | None:
    """Return why nobody registers for an event of this state and day."""
    if state == "open" and day >= today:
        return None
    if state == "postponed":
        return Problem("registration_closed", _("The event is postponed. Registration goes on once it has a new day."))
    if state == "cancelled":
        return Problem("registration_closed", _("The event was cancelled."))
    if state == "open":
        return Problem("registration_closed", _("This event is over."))
    return Problem("registration_closed", _("Registration for this event is closed."))


def hours_over_problem(day: date, ends: time, today: date, now: time) -> Problem | None:
    """Return that nobody registers alone once the event's hours are over; the office still enters who was on paper that day."""
    return Problem("registration_closed", _("This event is over.")) if (day, ends) <= (today, now) else None


def needs_guardian(birth_year: int, today: date, below: int) -> bool:
    """Return whether somebody of that year may still be below that age, for whom a parent or guardian agrees."""
    return today.year - birth_year <= below


MOST_MINIMUM_AGE = 99


def minimum_age_problem(birth_year: int, day: date, minimum_age: int | None) -> Problem | None:
    """Return that somebody of that year is too young for an event of that day.

    Only the year of birth is asked, so who reaches the age within the year of the event may come.
    """
    if minimum_age is None or day.year - birth_year >= minimum_age:
        return None
    message = _("This event is for people from %(age)s years on, born in %(year)s or earlier.")
    return Problem("too_young", message % {"age": minimum_age, "year": day.year - minimum_age}, "birth_year")


def guardian_problem(birth_year: int, today: date, guardian: str, *, below: int, agreed: bool) -> Problem | None:
    """Return why somebody of that year does not register: below that age a parent or guardian is named and agrees."""
    if not needs_guardian(birth_year, today, below):
        return None
    if not guardian.strip():
        message = _("Under %(age)s a parent or guardian agrees: write their name.")
        return Problem("guardian_needed", message % {"age": below}, "guardian_name")
    if not agreed:
        message = _("Under %(age)s a parent or guardian agrees: let them read this and tick the box.")
        return Problem("guardian_needed", message % {"age": below}, "guardian_agreed")
    return words_problem(guardian, LONGEST_NAME, "guardian_name")
