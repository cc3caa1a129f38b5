"""Rules of drives: unit, name, days and goal."""

from datetime import date

from django.utils.translation import gettext as _

from doanso.lib.names import name_problem
from doanso.lib.problems import Problem
from doanso.units.models import GRASSROOTS_KINDS

MOST_DOORS = 20_000
LONGEST_DAYS = 366
MOST_NAME = 160


def unit_problem(kind: str) -> Problem | None:
    """Return why a unit can't have drives: doors belong to a ward, commune, school or office; its branches visit in
    them."""
    if kind in GRASSROOTS_KINDS:
        return None
    message = _("A drive belongs to a ward, commune, school or office; choose one. Its branches take part in it.")
    return Problem("drive_unit", message, "unit")


def drive_problem(*, name: str, since: date, until: date, goal: int) -> Problem | None:
    """Return what is wrong with a drive's name, days (`until` is the first day after it) and goal."""
    if not name or len(name) > MOST_NAME:
        return Problem("drive_name", _("Write what the drive is called, in at most 160 characters."), "name")
    if (problem := name_problem(name)) is not None:
        return problem
    if until <= since:
        return Problem("drive_days", _("The last day is before the first one."), "last_day")
    if (until - since).days > LONGEST_DAYS:
        return Problem("drive_long", _("A drive lasts a year at most; make a second one."), "last_day")
    if not 1 <= goal <= MOST_DOORS:
        message = _("Say how many doors the drive means to reach, from 1 to %(most)d.")
        return Problem("drive_goal", message % {"most": MOST_DOORS}, "goal")
    return None
