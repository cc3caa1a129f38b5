"""Reasons to refuse beginning, writing or freezing a report or making its files. Plain values only."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.reports.models import ReportForm
from doanso.reports.sections import LONGEST

STALLED_AFTER = timedelta(minutes=2)
"""A rendering that no worker has started, or whose worker is silent, is enqueued again after this long."""
FREEZING_LASTS = timedelta(minutes=10)
"""A freezing that began longer ago than this is considered dead: another one may replace it, and the report can be discarded."""


def span_problem(days: tuple[date, date] | None, today: date) -> Problem | None:
    """Return why no report can cover these days of a programme; None if one can. Days that have begun are enough."""
    if days is None:
        message = _("The programme has no day in this period. Choose a day inside the programme.")
        return Problem("period_outside", message, "day")
    if days[0] > today:
        message = _("The period begins on %(day)s. Choose one that has begun.")
        return Problem("period_ahead", message % {"day": formats.day(days[0])}, "day")
    return None


def passage_problem(section: str, text: str, known_sections: Collection[str]) -> Problem | None:
    """Return why a text cannot be stored under a heading; None if it can."""
    if section not in known_sections:
        return Problem("section_unknown", _("The report has no such heading."))
    if len(text) > LONGEST:
        message = _("Under one heading %(most)s letters fit; shorten the text.")
        return Problem("passage_long", message % {"most": formats.number(LONGEST)}, "text")
    return None


def form_problem(frozen: str, wanted: str | None) -> Problem | None:
    """Return why a frozen report cannot be written in this form; None if it has the form, or none is wanted."""
    if wanted is None or wanted == frozen:
        return None
    message = _(
        "The report of these days is frozen in the form “%(frozen)s”, which stays. Leave --form out to write it as it is, or"
        " begin another report of these days in the form “%(wanted)s” and freeze it."
    )
    names = {"frozen": ReportForm(frozen).label, "wanted": ReportForm(wanted).label}
    return Problem("form_frozen", message % names, "form")


def freezing_problem(begun_at: datetime | None, now: datetime) -> Problem | None:
    """Return why a report cannot be frozen or discarded: another freezing may still run. None if it can."""
    return still_freezing_problem() if begun_at is not None and begun_at > now - FREEZING_LASTS else None


def still_freezing_problem() -> Problem:
    """Return the refusal while another process freezes the report."""
    message = _(
        "This report is just being frozen, which can take some minutes. Look at it again then;"
        " if it is still a draft in %(minutes)s minutes, try once more."
    )
    return Problem("freezing_meanwhile", message % {"minutes": FREEZING_LASTS // timedelta(minutes=1)})


def changed_meanwhile(version: int, seen_version: int | None) -> Problem | None:
    """Return why a report of this version cannot be frozen: it differs from the one that was read. None for no page."""
    if seen_version is None or version == seen_version:
        return None
    return Problem(
        "report_changed", _("This report was changed elsewhere meanwhile. Look at it again, then freeze it.")
    )
