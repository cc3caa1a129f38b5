"""How documents are numbered, on plain values: without a gap, none twice, none for a day before the last one's.

The Union numbers each kind by itself through one term of its committee, the state all kinds together year by year. What a
unit set goes before both. Numbers begin anew with a calendar year that is an era, with a term of the Union's grid, or with a
term that the unit says has begun, and with nothing else: whoever changes the way in between goes on from the highest number,
or a notation would stand on two documents.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem

TERM, FIRST_TERM = 5, 2022
"""Committees of the Union serve for five years; 2022–2027 is one of their terms."""
LONGEST_REASON, LONGEST_ERA = 200, 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What shares a series: each kind or all of them, through an era; an empty era is the calendar year."""

    per_kind: bool
    era: str


@dataclass(frozen=True, slots=True)
class Change:
    """A plan that a unit set from a day on; whether a new term begins on that day, and numbers with it."""

    since: date
    plan: Plan
    new_term: bool = False


def suggested_plan(per_term: bool, on: date) -> Plan:
    """What the form of a document suggests for a unit that set nothing: the Union's way, or the state's."""
    if not per_term:
        return Plan(per_kind=False, era="")
    begin = _term_of(on)
    return Plan(per_kind=True, era=f"{begin}-{begin + TERM}")


def _term_of(on: date) -> int:
    return FIRST_TERM + (on.year - FIRST_TERM) // TERM * TERM


def plan_on(changes: Sequence[Change], per_term: bool, on: date) -> Plan:
    """How numbers run on a day; `changes` are those until that day, oldest first."""
    return changes[-1].plan if changes else suggested_plan(per_term, on)


def begun_on(changes: Sequence[Change], per_term: bool, on: date) -> date:
    """Since when numbers have run without beginning anew, as of a day; `changes` are those until that day, oldest first."""
    if not changes:
        return date(_term_of(on) if per_term else on.year, 1, 1)
    last = changes[-1]
    if not last.plan.era:
        return date(on.year, 1, 1)
    if last.new_term:
        return last.since
    return begun_on(changes[:-1], per_term, last.since)


def era_of(plan: Plan, dated: date) -> str:
    """The name of the era to which a document of that day belongs."""
    return plan.era or str(dated.year)


def era_problem(era: str) -> Problem | None:
    """Why an era cannot be called so."""
    if len(era.strip()) > LONGEST_ERA:
        return Problem("numbering_era_long", _("Not more than %(most)s letters.") % {"most": LONGEST_ERA}, "era")
    return None


def change_problem(
    era: str, since: date, new_term: bool, drawn_eras: Collection[str], last_dated: date | None
) -> Problem | None:
    """Why numbers cannot run so from a day on; `drawn_eras` and `last_dated` tell of the numbers that were given."""
    if last_dated is not None and since <= last_dated:
        # A day has one way: what was given on it stays explained by what was set then.
        message = _("Numbers of this form were given until %(day)s. Let the new way hold from the day after, or later.")
        return Problem("numbering_back_dated", message % {"day": formats.day(last_dated)}, "since")
    if new_term and not era.strip():
        message = _("Name the term that begins. Numbers of a calendar year begin anew on 1 January by themselves.")
        return Problem("numbering_term_unnamed", message, "era")
    if new_term and era.strip() in drawn_eras:
        message = _(
            "Numbers of “%(era)s” were given already. Give the new term a name of its own, or let numbers go on."
        )
        return Problem("numbering_term_used", message % {"era": era.strip()}, "era")
    return None


def dated_problem(dated: date, last_dated: date | None, today: date) -> Problem | None:
    """Why a number cannot bear that day: it is not before the last number's, and not ahead."""
    if last_dated is not None and dated < last_dated:
        message = _("The last number of this series is of %(day)s; an earlier day cannot be given any more.")
        return Problem("number_back_dated", message % {"day": formats.day(last_dated)}, "dated")
    if dated > today:
        return Problem("number_ahead", _("A document is not dated ahead. Number it on the day itself."), "dated")
    return None


def reason_problem(reason: str) -> Problem | None:
    """A number that is kept free or given up says why, for whoever reads the register later."""
    if not reason.strip():
        return Problem("number_reason", _("Say why in a few words; they stand in the register for good."), "reason")
    if len(reason.strip()) > LONGEST_REASON:
        message = _("Not more than %(most)s letters.") % {"most": LONGEST_REASON}
        return Problem("number_reason_long", message, "reason")
    return None


def begin_problem(last_value: int, drawn: bool, highest: int) -> Problem | None:
    """Why a series cannot go on from a number that a paper book reached; `highest` was given beside it since numbers began."""
    if drawn:
        message = _("Numbers of this series were given here already; it goes on from the last of them.")
        return Problem("series_begun", message, "last_value")
    if not 0 <= last_value <= 99_999:
        return Problem("series_last_value", _("Enter the last number of the paper book, at most 99999."), "last_value")
    if last_value < highest:
        message = _(
            "Number %(highest)s was given here already. Enter it, or a higher one, so that none is given twice."
        )
        return Problem("series_behind", message % {"highest": highest}, "last_value")
    return None


def book_day_problem(last_dated: date, not_before: date, today: date) -> Problem | None:
    """Why the last number of a paper book cannot be of that day; `not_before` is the day of the last number given here, or on
    which numbers began anew."""
    if last_dated > today:
        message = _("The last number of the paper book cannot be of a day ahead. Enter the day that stands beside it.")
        return Problem("series_day_ahead", message, "last_dated")
    if last_dated < not_before:
        message = _(
            "Numbers were given until %(day)s, or began anew on that day. Enter the last number of the paper book since then, "
            "with its day."
        )
        return Problem("series_day_back", message % {"day": formats.day(not_before)}, "last_dated")
    return None


def repeated_problem(notation: str, is_taken: bool) -> Problem | None:
    """Two documents of a unit do not bear the same number and symbol: the kind's abbreviation was another kind's before."""
    if not is_taken:
        return None
    message = _(
        "Another document of this unit bears %(notation)s already. Keep this number free and give it up, saying why; "
        "then do this again."
    )
    return Problem("number_repeated", message % {"notation": notation})
