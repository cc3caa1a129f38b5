"""Rules of teams, terms and the texts about them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from doanso.lib import formats, names, vietnamese
from doanso.lib.free_text import has_long_number
from doanso.lib.problems import Problem
from doanso.units.models import GRASSROOTS_KINDS

FIRST_DAY: Final = date(2010, 1, 1)
"""The first day that a team can have."""
FARTHEST: Final = timedelta(days=366 * 5)
LONGEST_CARD: Final = timedelta(days=366)


def unit_problem(kind: str) -> Problem | None:
    """Return why a unit can't have teams: they belong to a ward, commune, school or office."""
    if kind in GRASSROOTS_KINDS:
        return None
    return Problem("team_unit", _("A team belongs to a ward, commune, school or office; choose one."), "unit")


def words_problem(text: str, field: str) -> Problem | None:
    """Return why these texts are refused: they hold a long row of digits, which may be a phone, account or citizen number."""
    if not has_long_number(text):
        return None
    message = _("No phone number, account number or citizen number belongs here; take it out.")
    return Problem("digits_in_words", message, field)


def name_problem(name: str) -> Problem | None:
    """Return why this is no name of a person."""
    if not name:
        return Problem("name_missing", _("Write the person's full name."), "name")
    if vietnamese.has_legacy_font(name):
        message = _("This was typed in an old font and reads wrong for others; type it in Unicode.")
        return Problem("legacy_font", message, "name")
    return names.person_problem(name)


def decision_problem(decided_on: date | None, today: date) -> Problem | None:
    """Return why the team can't have been decided on that day."""
    if decided_on is None or FIRST_DAY <= decided_on <= today:
        return None
    return Problem("decided_wrong", _("The day of the decision lies ahead or far back; check the year."), "decided_on")


def term_problem(since: date, until: date | None, today: date) -> Problem | None:
    """Return why these can't be the days of a team or a term; ending one is an action of its own."""
    if since < FIRST_DAY or since > today + FARTHEST:
        return Problem("term_far", _("The first day is years away; check the year."), "since")
    if until is None:
        return None
    if until <= since:
        return Problem("term_empty", _("The last day can't lie before the first one."), "until")
    if until <= today:
        return Problem("term_over", _("The last day has passed already. Leave it empty, then end the term."), "until")
    return None


def mate_term_problem(since: date, until: date | None, *, team_since: date, team_until: date | None) -> Problem | None:
    """Return why a term can't have these days: it lies within the team's."""
    if since < team_since:
        message = _("The team began on %(day)s; nobody is in it before.")
        return Problem("before_team", message % {"day": formats.day(team_since)}, "since")
    if team_until is not None and (since >= team_until or (until is not None and until > team_until)):
        message = _("The team's last day is %(day)s; nobody is in it after.")
        field = "since" if since >= team_until else "until"
        return Problem("after_team", message % {"day": formats.day(team_until - timedelta(days=1))}, field)
    return None


def around_people_problem(since: date, until: date | None, firsts: Iterable[date]) -> Problem | None:
    """Return why a team can't have these days while it has teammates outside of them."""
    days = sorted(firsts)
    if days and days[0] < since:
        message = _("Somebody is in the team since %(day)s already; it can't begin later.")
        return Problem("people_before", message % {"day": formats.day(days[0])}, "since")
    if days and until is not None and days[-1] >= until:
        message = _("Somebody comes into the team on %(day)s; it can't end before.")
        return Problem("people_after", message % {"day": formats.day(days[-1])}, "until")
    return None


def end_problem(since: date, on: date, today: date) -> Problem | None:
    """Return why a team or a term can't end on that day, its first one no longer in it."""
    if on > today:
        message = _("This day lies ahead. Give a day up to today, or set the last day when you change the term.")
        return Problem("end_ahead", message, "on")
    if on < since:
        message = _("It began on %(day)s only; it can't end before.")
        return Problem("end_before_begin", message % {"day": formats.day(since)}, "on")
    return None


def earliest_end(*ends: date | None) -> date | None:
    """Return the earliest of several ends; None where none is set."""
    return min((end for end in ends if end is not None), default=None)


def is_over(until: date | None, today: date) -> bool:
    """Return whether a term has ended."""
    return until is not None and until <= today


def last_end(ends: Iterable[date | None], today: date) -> date | None:
    """Return the last end of several terms: None without an end; today or earlier when all have ended."""
    last = today
    for end in ends:
        if end is None:
            return None
        last = max(last, end)
    return last


def card_problem(until: date, *, first: date, mate_end: date | None, today: date) -> Problem | None:
    """Return why a card can't last until that day; `first` is its own first one."""
    if until <= max(first, today):
        return Problem("card_term_over", _("The card's last day has passed already; choose a later one."), "until")
    if until > first + LONGEST_CARD:
        return Problem("card_term_long", _("A card is good for a year at most; then issue a new one."), "until")
    if mate_end is not None and until > mate_end:
        message = _("The term in the team ends on %(day)s; the card can't last longer.")
        return Problem("card_after_term", message % {"day": formats.day(mate_end - timedelta(days=1))}, "until")
    return None


def usual_last_day_of_card(since: date, *ends: date | None, today: date) -> date:
    """Return the usual last day of a card for a term from `since` on: after a year, or before the first of `ends`."""
    longest = max(today, since) + LONGEST_CARD
    return (earliest_end(longest, *ends) or longest) - timedelta(days=1)
