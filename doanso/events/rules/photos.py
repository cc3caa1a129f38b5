"""Decisions on photos of events: when they are added, and what must be stated of the people in them."""

from datetime import date

from django.utils.translation import gettext as _

from doanso.events.rules.events import LONGEST_NAME, words_problem
from doanso.lib import formats
from doanso.lib.problems import Problem

LONGEST_ALT = 160
MOST_PHOTOS = 300
"""Photos that an event may have at a time."""
LONGEST_REQUEST = 200
"""Words by which somebody is found in a photo."""
MOST_WAITING = 5
"""Requests about one photo that wait together; the unit that answers them reads each."""
REQUESTS_OF_A_PLACE = 10
"""Requests to take photos down from one network address within an hour."""
MOST_UPLOADS = 10
"""Photos that are added at once."""


def photo_day_problem(state: str, day: date, today: date) -> Problem | None:
    """Return why no photo is added to an event of this state and day."""
    if state != "open":
        return Problem("photo_event", _("Photos belong to an announced event that takes place."))
    if day > today:
        message = _("Photos can be added from the day of the event on, %(day)s.")
        return Problem("photo_early", message % {"day": formats.day(day)})
    return None


def uploads_problem(uploads: int, kept: int) -> Problem | None:
    """Return why this many photos are not added at once to an event that keeps some already."""
    if not uploads:
        return Problem("photo_missing", _("Choose at least one photo."), "photos")
    if uploads > MOST_UPLOADS:
        message = _("Choose at most %(most)s photos at a time.")
        return Problem("photo_many", message % {"most": formats.number(MOST_UPLOADS)}, "photos")
    if uploads + kept > MOST_PHOTOS:
        message = _("An event keeps at most %(most)s photos. Take some down first.")
        return Problem("photo_full", message % {"most": formats.number(MOST_PHOTOS)}, "photos")
    return None


def another_request_problem(waiting: int) -> Problem | None:
    """Return why no further request about a photo is taken: as many wait for the unit as it reads at once."""
    if waiting < MOST_WAITING:
        return None
    message = _("%(count)s people have asked about this photo already. The unit answers within the day.")
    return Problem("photo_requests_many", message % {"count": formats.number(waiting)})


def asked_problem(subjects: str, asked_by: str, asked_on: date | None, today: date) -> Problem | None:
    """Return why a photo of these subjects is not kept: people who can be recognised were asked, by somebody, on a day."""
    if subjects == "nobody":
        return None
    if not asked_by.strip():
        return Problem("photo_asked_by", _("Write who asked the people in the photo."), "asked_by")
    if asked_on is None:
        return Problem("photo_asked_on", _("Enter the day on which they were asked."), "asked_on")
    if asked_on > today:
        return Problem("photo_asked_on", _("This day is still ahead."), "asked_on")
    return words_problem(asked_by, LONGEST_NAME, "asked_by")
