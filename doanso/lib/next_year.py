"""Days and titles of what is made again for a later year, and what to look at about each day."""

import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

from doanso.lib import formats

_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
_SATURDAY = 5


def years_later(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def with_later_years(text: str, years: int) -> str:
    """Return a title or a code with every year in it moved."""
    return _YEAR.sub(lambda match: str(int(match[0]) + years), text)


def years_until(day: date, not_before: date) -> int:
    """Return by how many years a day is moved, one at least, so that it is not before another one."""
    years = 1
    while years_later(day, years) < not_before:
        years += 1
    return years


def missing_day_remark(former: date, moved: date) -> str:
    """Return that the year of a moved day has no 29 February; "" where the day exists."""
    if (former.month, former.day) == (moved.month, moved.day):
        return ""
    return _("%(year)s has no 29 February.") % {"year": moved.year}


def moved_day_remark(former: date, moved: date) -> str:
    """Return what to look at about a day that was moved by years: that it does not exist, its weekday, and the near day of the
    former weekday; "" where both fall on the same weekday of a working week.
    """
    remarks = [missing_day_remark(former, moved)]
    if moved.weekday() != former.weekday():
        nearest = moved + timedelta(days=(former.weekday() - moved.weekday() + 3) % 7 - 3)
        words = _(
            "%(former)s was a %(former_weekday)s, %(moved)s is a %(weekday)s; the nearest %(former_weekday)s is %(nearest)s."
        )
        remarks.append(
            words
            % {
                "former": formats.day(former),
                "former_weekday": formats.weekday(former),
                "moved": formats.day(moved),
                "weekday": formats.weekday(moved),
                "nearest": formats.day(nearest),
            }
        )
    if moved.weekday() >= _SATURDAY:
        remarks.append(_("It falls on a weekend."))
    return " ".join(remark for remark in remarks if remark)
