"""What keeps a report from being begun, written or made into a file. Plain values only."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.reports.sections import LONGEST

STALLED_AFTER = timedelta(minutes=2)
"""A rendering that no worker took up, or whose worker fell silent, is given out again after this long."""
MOST_ATTEMPTS = 3


def span_problem(days: tuple[date, date] | None, today: date) -> Problem | None:
    """Why no report can speak of these days of a programme. One that has begun can be written about before it ends."""
    if days is None:
        message = _("The programme has no day in this period. Choose a day inside the programme.")
        return Problem("period_outside", message, "day")
    if days[0] > today:
        message = _("The period begins on %(day)s. Choose one that has begun.")
        return Problem("period_ahead", message % {"day": formats.day(days[0])}, "day")
    return None


def passage_problem(section: str, text: str, known: Collection[str]) -> Problem | None:
    """Why a text can't stand under a heading."""
    if section not in known:
        return Problem("section_unknown", _("The report has no such heading."))
    if len(text) > LONGEST:
        message = _("Under one heading %(most)s letters fit; shorten the text.")
        return Problem("passage_long", message % {"most": formats.number(LONGEST)}, "text")
    return None


def is_silent(stepped_at: datetime, now: datetime) -> bool:
    """Whether nobody seems to work on a rendering any more."""
    return stepped_at < now - STALLED_AFTER
