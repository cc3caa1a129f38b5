"""How documents are numbered, on plain values: without a gap, none twice, none for a day before the last one's.

The Union numbers each kind by itself through one term of its committee, the state all kinds together year by year. What a
unit set goes before both.
"""

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


def suggested_plan(per_term: bool, on: date) -> Plan:
    """What the form of a document suggests for a unit that set nothing: the Union's way, or the state's."""
    if not per_term:
        return Plan(per_kind=False, era="")
    begin = FIRST_TERM + (on.year - FIRST_TERM) // TERM * TERM
    return Plan(per_kind=True, era=f"{begin}-{begin + TERM}")


def era_of(plan: Plan, dated: date) -> str:
    """The name of the era to which a document of that day belongs."""
    return plan.era or str(dated.year)


def era_problem(era: str) -> Problem | None:
    """Why an era cannot be called so."""
    if len(era.strip()) > LONGEST_ERA:
        return Problem("numbering_era_long", _("Not more than %(most)s letters.") % {"most": LONGEST_ERA}, "era")
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


def begin_problem(last_value: int, drawn: bool) -> Problem | None:
    """Why a series cannot go on from a number that a paper book reached."""
    if drawn:
        message = _("Numbers of this series were given here already; it goes on from the last of them.")
        return Problem("series_begun", message, "last_value")
    if not 0 <= last_value <= 99_999:
        return Problem("series_last_value", _("Enter the last number of the paper book, at most 99999."), "last_value")
    return None
