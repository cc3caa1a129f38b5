"""How documents are numbered, on plain values: without gaps, no number twice, no day before the last number's.

The Union numbers each kind separately through one term of its committee, the state all kinds together by year; a unit's own
setting overrides both. Numbers begin anew only with a calendar year that is an era, with a term of the Union, or with a term that
the unit says has begun: after another change they go on from the highest number, or a notation would be on two documents.
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
class NumberingScheme:
    """The documents that share a series: of each kind or all kinds, through an era; an empty era is the calendar year."""

    per_kind: bool
    era: str


@dataclass(frozen=True, slots=True)
class DatedScheme:
    """A scheme that a unit set from a day on; `new_term` says that a term, and with it the numbers, begin on that day."""

    since: date
    scheme: NumberingScheme
    new_term: bool = False


def suggest_scheme(per_term: bool, on: date) -> NumberingScheme:
    """Return the scheme that the document's form suggests to a unit that set none: the Union's or the state's."""
    if not per_term:
        return NumberingScheme(per_kind=False, era="")
    begin = _term_of(on)
    return NumberingScheme(per_kind=True, era=f"{begin}-{begin + TERM}")


def _term_of(on: date) -> int:
    return FIRST_TERM + (on.year - FIRST_TERM) // TERM * TERM


def scheme_on(schemes: Sequence[DatedScheme], default_per_term: bool, on: date) -> NumberingScheme:
    """Return the scheme in effect on a day; `schemes` are the unit's schemes until that day, oldest first.

    Without any it is the one that the form suggests: per term where `default_per_term`, else per year.
    """
    return schemes[-1].scheme if schemes else suggest_scheme(default_per_term, on)


def begun_on(schemes: Sequence[DatedScheme], default_per_term: bool, on: date) -> date:
    """Return the day on which numbers last began anew, as of a day; arguments as in `scheme_on`."""
    if not schemes:
        return date(_term_of(on) if default_per_term else on.year, 1, 1)
    last = schemes[-1]
    if not last.scheme.era:
        return date(on.year, 1, 1)
    if last.new_term:
        return last.since
    return begun_on(schemes[:-1], default_per_term, last.since)


def era_of(scheme: NumberingScheme, dated: date) -> str:
    """Return the name of the era to which a document of that day belongs."""
    return scheme.era or str(dated.year)


def era_problem(era: str) -> Problem | None:
    """Return why an era cannot have this name."""
    if len(era.strip()) > LONGEST_ERA:
        return Problem("numbering_era_long", _("Not more than %(most)s letters.") % {"most": LONGEST_ERA}, "era")
    return None


def scheme_problem(
    era: str, since: date, new_term: bool, drawn_eras: Collection[str], last_dated: date | None
) -> Problem | None:
    """Return why this scheme cannot apply from that day; `drawn_eras` and `last_dated` describe the numbers given so far."""
    if last_dated is not None and since <= last_dated:
        # Each day has one scheme, so that the numbers given on it stay explained.
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
    """Return why a number cannot have that day: it is before the last number's, or in the future."""
    if last_dated is not None and dated < last_dated:
        message = _("The last number of this series is of %(day)s; an earlier day cannot be given any more.")
        return Problem("number_back_dated", message % {"day": formats.day(last_dated)}, "dated")
    if dated > today:
        return Problem("number_ahead", _("A document is not dated ahead. Number it on the day itself."), "dated")
    return None


def reason_problem(reason: str) -> Problem | None:
    """Return why a reserved or voided number needs another reason; the register shows it."""
    if not reason.strip():
        return Problem("number_reason", _("Say why in a few words; they stand in the register for good."), "reason")
    if len(reason.strip()) > LONGEST_REASON:
        message = _("Not more than %(most)s letters.") % {"most": LONGEST_REASON}
        return Problem("number_reason_long", message, "reason")
    return None


def reserved_problem(*, is_reserved: bool) -> Problem | None:
    """Return why a number cannot be taken into use: it was given to a document or voided meanwhile."""
    if is_reserved:
        return None
    return Problem("number_not_reserved", _("This number is no longer kept free. Look at the register once more."))


def series_problem(*, is_same: bool) -> Problem | None:
    """Return why a document cannot bear a number: the number was reserved in the series of another form or kind."""
    if is_same:
        return None
    return Problem("number_of_other_kind", _("This number was kept free for documents of another kind."), "kind")


def begin_problem(last_value: int, drawn: bool, highest: int) -> Problem | None:
    """Return why a series cannot continue from a paper book's number; `highest` was given in other series since numbers began."""
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
    """Return why the last number of a paper book cannot be of that day; `not_before` is the day of the last number given here,
    or on which numbers began anew.
    """
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
    """Return why a number cannot be used: another document of the unit has the notation, because a kind's abbreviation was
    reused.
    """
    if not is_taken:
        return None
    message = _(
        "Another document of this unit bears %(notation)s already. Keep this number free and give it up, saying why; "
        "then do this again."
    )
    return Problem("number_repeated", message % {"notation": notation})
