"""Months of a programme, when they are due, what is allowed in which state, and which figures fell. Plain values only."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.reports.models import PeriodState, ReportKind
from doanso.reports.rules import spans
from doanso.targets.models import IndicatorKind, Programme
from doanso.units.models import Unit, UnitKind

LONGEST = 500
"""The maximum number of characters in a reason; anything longer is better explained by telephone."""
LONGEST_NOTE = 300
"""The maximum number of characters in the basis of an estimate."""
MOST_ESTIMATED = 10_000_000
# A phone number, a citizen number, an account: eight digits or more, with any spacing.
_NUMBER = re.compile(r"\d(?:[ .\-]?\d){7,}")


@dataclass(frozen=True, slots=True)
class Month:
    """A month's days in a programme, both inside."""

    first_day: date
    last_day: date

    @property
    def code(self) -> str:
        """The month's code in addresses."""
        return f"{self.first_day:%Y-%m}"

    @property
    def name(self) -> str:
        """The month's name in the middle of a sentence."""
        return _("month %(month)s/%(year)s") % {"month": self.first_day.month, "year": self.first_day.year}

    @property
    def title(self) -> str:
        """The month's name at the beginning of a line."""
        return _("Month %(month)s/%(year)s") % {"month": self.first_day.month, "year": self.first_day.year}


def months(programme: Programme) -> list[Month]:
    """Return all months of a programme; the first and the last may be cut short."""
    all_months, day = [], programme.first_day
    while day <= programme.last_day:
        month = spans.span_of(ReportKind.MONTH, day)
        all_months.append(Month(day, min(month.last_day, programme.last_day)))
        day = month.last_day + timedelta(days=1)
    return all_months


def month_of(programme: Programme, code: str) -> Month | None:
    """Return the month named by an address."""
    return next((month for month in months(programme) if month.code == code), None)


def month_to_close(programme: Programme, today: date) -> Month:
    """Return the month that is to be closed now: the last complete one, or the programme's first."""
    every = months(programme)
    return next((month for month in reversed(every) if month.last_day < today), every[0])


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The numbers of deadlines.toml, under their names there."""

    branch: int
    unit: int
    root: int
    remind_before: int
    returned: int

    def due_on(self, month: Month, unit: Unit, *, is_root: bool) -> date:
        """Return the last day on which a unit's month is on time."""
        days = self.root if is_root else self.branch if unit.kind == UnitKind.BRANCH else self.unit
        return month.last_day + timedelta(days=days)


# --- States -----------------------------------------------------------------------------------------------------------

TO_SEND = (PeriodState.DRAFT, PeriodState.RETURNED)
ANSWERED_FOR = (PeriodState.ACCEPTED, PeriodState.CLOSED)
"""States of a unit's month for which the unit above need not wait."""


def _closed() -> Problem:
    message = _(
        "This month is closed and does not open again. A correction is recorded with its day and falls in the next month."
    )
    return Problem("period_closed", message)


def over_problem(month: Month, today: date) -> Problem | None:
    """Refuse a month whose last day is not past: its figures are not complete."""
    if month.last_day < today:
        return None
    message = _("The month ends on %(day)s; it can be sent from the day after.")
    return Problem("period_ahead", message % {"day": formats.day(month.last_day)})


def send_problem(state: str, month: Month, today: date) -> Problem | None:
    """Refuse to send a month that the unit may not change now, or that is not over."""
    if state == PeriodState.CLOSED:
        return _closed()
    if state not in TO_SEND:
        return Problem("period_sent", _("This month was sent already. Ask the unit above to return it."))
    return over_problem(month, today)


def input_problem(state: str) -> Problem | None:
    """Refuse reasons and estimates for a month that the unit may not change now."""
    if state == PeriodState.CLOSED:
        return _closed()
    if state in TO_SEND:
        return None
    message = _("This month was sent; its estimates and reasons can be changed when the unit above has returned it.")
    return Problem("period_sent", message)


def decide_problem(state: str) -> Problem | None:
    """Refuse to accept or return a month that was not sent."""
    if state == PeriodState.CLOSED:
        return _closed()
    if state == PeriodState.SENT:
        return None
    return Problem("period_not_sent", _("The unit has this month in hand. It can be decided once it has been sent."))


def close_problem(state: str, month: Month, today: date, *, is_root: bool) -> Problem | None:
    """Refuse to close a month that was not accepted; at the programme's root, one that it may not change now."""
    if state == PeriodState.ACCEPTED or is_root:
        return over_problem(month, today)
    return Problem("period_not_accepted", _("Accept this month first; then it can be closed."))


def words_problem(words: str, field: str, longest: int = LONGEST) -> Problem | None:
    """Refuse a text about a month that is empty, too long, or contains personal data."""
    if not words.strip():
        return Problem("words_missing", _("Write in a sentence why."), field)
    if len(words.strip()) > longest:
        message = _("Write at most %(longest)s letters.")
        return Problem("words_long", message % {"longest": longest}, field)
    if _NUMBER.search(words):
        message = _("Write no phone, citizen or account number here; they stay in the person's own record.")
        return Problem("words_number", message, field)
    return None


def estimate_problem(value: int | None) -> Problem | None:
    """Refuse an estimate that is not a whole number above zero."""
    if value is not None and 0 < value <= MOST_ESTIMATED:
        return None
    return Problem("estimate_value", _("Enter a whole number above 0, for example 25."), "value")


# --- Figures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FigureOnDay:
    """An indicator of a unit as of a day: its value, and the whole for a share."""

    value: int
    whole: int | None = None


def has_fallen(kind: str, before: FigureOnDay, now: FigureOnDay) -> bool:
    """Return whether a cumulative figure is less than at the last closing without an explanation.

    Of a share the numerator is compared: members who left the unit explain a decrease of as many. A permanent rule may go up and
    down.
    """
    if kind == IndicatorKind.RULE:
        return False
    decrease = before.value - now.value
    if before.whole is not None and now.whole is not None:
        decrease -= max(before.whole - now.whole, 0)
    return decrease > 0


def tenths(value: int, denominator: int) -> int | None:
    """Return tenths of a per cent, rounded down; None if the whole is zero."""
    return value * 1000 // denominator if denominator else None
