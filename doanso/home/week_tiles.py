"""This week's targets of a unit as its day page shows them: a ring, what is left, and when the target is reached."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.targets.models import Programme
from doanso.targets.queries.week import WeekTarget

MOST = 6


def tiles(weeks: list[WeekTarget], programme: Programme, code: str) -> list[dict[str, Any]]:
    """Return this week's targets as the page shows them."""
    return [
        {
            "title": week.indicator.short_title,
            "done": week.counted,
            "asked": week.needed,
            "late": week.is_late,
            "words": _left_words(week),
            "forecast": _forecast_words(week, programme.last_day),
            "url": reverse(
                "targets:indicator",
                kwargs={"programme": programme.code, "indicator": week.indicator.code, "unit": code},
            ),
        }
        for week in weeks[:MOST]
    ]


def _left_words(week: WeekTarget) -> str:
    if week.over:
        return _("Enough, %(over)s more") % {"over": formats.number(week.over)}
    if not week.left:
        return _("Enough")
    left = {"left": formats.number(week.left), "what": week.indicator.unit_of_count}
    if week.is_late:
        return _("%(left)s %(what)s left, short in the last two weeks too") % left
    return _("%(left)s %(what)s left") % left


def _forecast_words(week: WeekTarget, last_day: date) -> str:
    """Return when the target is reached at the present speed; empty where too little is known."""
    if week.forecast is None:
        return ""
    if week.forecast.day is not None:
        return _("At this speed reached on %(day)s") % {"day": formats.short_day(week.forecast.day)}
    missing = {"day": formats.short_day(last_day), "missing": formats.number(week.forecast.missing)}
    return _("At this speed %(missing)s will be missing on %(day)s") % missing


def week_words(monday: date, sunday: date) -> str:
    """Return the first and last day of the week as the page shows them."""
    return _("%(first)s to %(last)s") % {"first": formats.short_day(monday), "last": formats.short_day(sunday)}
