"""Rules about what may happen to a membership, on plain values."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.members.models import MemberState
from doanso.units.models import UPPER_KINDS, UnitKind

LEAST_AGE = 15
"""Admission is from the day after the fifteenth birthday."""

OLDEST = 60
"""Highest plausible age of a member; above it the year was mistyped."""

ENDINGS = (MemberState.GROWN_OUT, MemberState.STRUCK_OFF, MemberState.DIED)
"""States in which a membership ends without another one beginning."""


def holds_members(kind: str, has_branches: bool) -> bool:
    """Return whether a unit has members: a branch, or a small unit without branches, but never a province or a city."""
    return kind == UnitKind.BRANCH or (kind not in UPPER_KINDS and not has_branches)


def admission_problem(
    *,
    since: date,
    left_on: date | None,
    joined_on: date | None,
    birth_date: date | None,
    birth_year: int | None,
    today: date,
) -> Problem | None:
    """Return why a stay can't begin with these values."""
    if since > today:
        return Problem("since_in_future", _("The first day in the branch lies in the future."), "since")
    if left_on is not None and since < left_on:
        message = _("The person was a member elsewhere until %(day)s; the new stay can't begin before that.")
        return Problem("since_before_leaving", message % {"day": formats.day(left_on)}, "since")
    return joined_problem(joined_on=joined_on, birth_date=birth_date, birth_year=birth_year, today=today)


def joined_problem(
    *, joined_on: date | None, birth_date: date | None, birth_year: int | None, today: date
) -> Problem | None:
    """Return why this can't be the day of joining the Union."""
    if joined_on is None:
        return None
    if joined_on > today:
        return Problem("joined_in_future", _("The day of joining the Union lies in the future."), "joined_on")
    born = birth_date.year if birth_date else birth_year
    if born is not None and joined_on.year - born < LEAST_AGE - 1:
        message = _("The day of joining the Union is before the fifteenth birthday; check it and the birth date.")
        return Problem("joined_too_young", message, "joined_on")
    return None


def age_problem(*, birth_year: int | None, on: date) -> Problem | None:
    """Return the problem with an age that no member has, because the year was mistyped."""
    if birth_year is None:
        return None
    if on.year - birth_year < LEAST_AGE:
        message = _("Born in %(year)d: too young to be a member (from 15 on); check the birth date.")
        return Problem("too_young", message % {"year": birth_year}, "birth_date")
    if on.year - birth_year > OLDEST:
        message = _("Born in %(year)d: too old to be a member; check the birth date.")
        return Problem("too_old", message % {"year": birth_year}, "birth_date")
    return None


def first_day(
    *,
    stated: date | None,
    joined_on: date | None,
    temporary: bool,
    left_on: date | None,
    branch_since: date,
    today: date,
) -> date:
    """Return the first day of a stay without a stated one: the day of joining, and for former members today.

    Never before the branch existed. `left_on` is the end of the person's last stay, None where there was none.
    """
    first = stated or (joined_on if left_on is None and not temporary else None) or today
    return max(first, branch_since)


def move_problem(*, since: date, on: date, today: date, same_branch: bool) -> Problem | None:
    """Return why a member can't change branches on that day."""
    if same_branch:
        return Problem("same_branch", _("The member is in this branch already; choose another one."), "branch")
    return end_problem(since=since, on=on, today=today)


def end_problem(*, since: date, on: date, today: date) -> Problem | None:
    """Return why a stay can't end on that day (its first day no longer in it)."""
    if on > today:
        return Problem("day_in_future", _("The day lies in the future; record it when it has come."), "on")
    if on < since:
        message = _("The day is before the stay in the branch began (%(day)s).")
        return Problem("day_before_stay", message % {"day": formats.day(since)}, "on")
    return None


def span_problem(*, since: date, until: date | None, first: date) -> Problem | None:
    """Return why an absence, exemption or post can't have these days."""
    if until is not None and until <= since:
        return Problem("span_empty", _("The last day must come after the first one."), "until")
    if since < first:
        message = _("The first day is before the member joined this branch (%(day)s).")
        return Problem("span_before_stay", message % {"day": formats.day(first)}, "since")
    return None


def overlaps(since: date, until: date | None, spans: Iterable[tuple[date, date | None]]) -> bool:
    """Return whether half-open days overlap any of the others."""
    return any(
        (end is None or since < end) and (until is None or begin < until) and begin != end for begin, end in spans
    )
