"""The day by which a document is to be answered."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

FARTHEST = timedelta(days=366)


def answer_day_problem(answer_by: date | None, today: date) -> Problem | None:
    """Return why this day cannot be the last one for an answer; a document may have none."""
    if answer_by is not None and not today <= answer_by <= today + FARTHEST:
        message = _("The day of the answer lies between today and a year ahead.")
        return Problem("answer_day", message, "answer_by")
    return None
