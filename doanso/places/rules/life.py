"""The life cycle of a place, on plain values: which step may follow which, and what each needs."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.places.models import PlaceState

LONGEST_REASON = 500
LONGEST_NOTE = 1000
RECHECK_AHEAD = timedelta(days=14)
"""How long before its day a re-check is announced, in the inbox and on pages."""
ASSESSMENT_LASTS = timedelta(days=30)
"""How long after an assessment a place may be recognised on it; the values move on."""
ACTIVE = (PlaceState.SURVEYED, PlaceState.IN_PROGRESS)
"""States in which a place is worked on: values move, the criteria may still be exchanged for a newer version."""
RESUMABLE = (PlaceState.REFUSED, PlaceState.WITHDRAWN, PlaceState.STOPPED)


def stale_problem(read: str, expected: str) -> Problem | None:
    """Return that the place is no longer in the state and version that the user has read."""
    if read != expected:
        message = _("Somebody has changed this place meanwhile. Read it again below, then decide.")
        return Problem("place_stale", message)
    return None


def state_problem(state: str, expected: Collection[str]) -> Problem | None:
    """Return that this step does not follow the place's state."""
    if state not in expected:
        message = _("This step does not follow “%(state)s”. Read the page again; somebody may have decided meanwhile.")
        return Problem("place_state", message % {"state": PlaceState(state).label})
    return None


def name_problem(name: str) -> Problem | None:
    """Return why a name is missing or too long."""
    if not name.strip():
        return Problem("place_name_missing", _("Write the name as people know it, such as “Đường Lê Lợi”."), "name")
    if len(name.strip()) > 120:
        return Problem("place_name_long", _("Shorten the name to 120 characters."), "name")
    return None


def reason_problem(reason: str, field: str = "reason") -> Problem | None:
    """Return why a reason is missing or too long."""
    if not reason.strip():
        return Problem("place_reason_missing", _("Give the reason in a few words."), field)
    if len(reason.strip()) > LONGEST_REASON:
        message = _("Shorten it to %(most)s characters.") % {"most": formats.number(LONGEST_REASON)}
        return Problem("place_reason_long", message, field)
    return None


def note_problem(note: str) -> Problem | None:
    """Return that a note is too long."""
    if len(note.strip()) > LONGEST_NOTE:
        message = _("Shorten it to %(most)s characters.") % {"most": formats.number(LONGEST_NOTE)}
        return Problem("place_note_long", message, "note")
    return None


def day_problem(on: date, *, not_before: date, today: date, field: str = "on") -> Problem | None:
    """Return why a step cannot be of that day."""
    if on > today:
        return Problem("place_day_ahead", _("This day is still to come."), field)
    if on < not_before:
        message = _("Choose a day from %(day)s on.") % {"day": formats.day(not_before)}
        return Problem("place_day_early", message, field)
    return None


def own_problem(actor_id: UUID, author_ids: Collection[UUID]) -> Problem | None:
    """Return that the actor made the self-assessment: whoever assesses their own work does not assess it for the city."""
    if actor_id in author_ids:
        message = _("You made the self-assessment, so another officer assesses this place.")
        return Problem("place_own", message)
    return None


def recognition_problem(passed: int, criteria_count: int) -> Problem | None:
    """Return that a criterion was not passed on the assessed day: it is never averaged away."""
    if passed < criteria_count or not criteria_count:
        message = _("%(passed)s of %(count)s criteria were reached on the day of the assessment; all are needed.")
        return Problem("place_criteria", message % {"passed": passed, "count": criteria_count})
    return None


def is_outdated(assessed_on: date, on: date) -> bool:
    """Return whether an assessment is too old on a day to decide on."""
    return on > assessed_on + ASSESSMENT_LASTS


def outdated_problem(assessed_on: date, decided_on: date) -> Problem | None:
    """Return that the assessment was too old on the day of the decision."""
    if is_outdated(assessed_on, decided_on):
        message = _(
            "The assessment of %(day)s is older than %(days)s days. Assess it again as it is today, then decide."
        )
        values = {"day": formats.day(assessed_on), "days": ASSESSMENT_LASTS.days}
        return Problem("place_assessment_old", message % values, "decided_on")
    return None
