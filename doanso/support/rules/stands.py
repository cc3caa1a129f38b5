"""Limits of stands, and checks of what is entered there: plain values only."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.support.rules import words_problem

LINK_LASTS = timedelta(hours=12)
"""How long the link of an open stand takes entries, within its day."""
KEEP_WAITING = timedelta(days=1)
"""How long the words of a waiting entry are kept, whatever becomes of the stand."""
MOST_WAITING = 40
MOST_TURNS = 500
MOST_SERVICES = 20
"""Services of one receiver, as a phone may send them."""
ENTRIES_OF_A_PLACE = 60
"""Entries from one network address within an hour: a hall shares one."""
PLANNED = 30


def link_end(now: datetime) -> datetime:
    """Return until when the link of a stand opened now, in local time, takes entries: never past the day of the stand."""
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return min(now + LINK_LASTS, midnight)


def code_end_problem(until: datetime, now: datetime) -> Problem | None:
    """Return why a stand's code cannot end at this time, both in local time: it must lie ahead, within the day."""
    if now < until <= link_end(now):
        return None
    message = _("Write a time later than now, at most twelve hours ahead and within the day, for example 17:00.")
    return Problem("code_end", message, "until")


def full_problem() -> Problem:
    """Return that a stand has as many turns as it may have."""
    return Problem("stand_full", _("This stand's list is full. End it and open another one."))


def late_turn_problem(
    happened_on: date, stated_at: datetime, helped_at: datetime, *, day: date, closed_at: datetime | None
) -> Problem | None:
    """Return why an officer decides about a receiver whom a phone recorded at a stand of this day.

    `stated_at` is the moment by the phone's clock, `helped_at` the same by the server's, both in local time: where they are of
    two days, the phone may have taken the day from its wrong clock. What was recorded before the stand ended is taken whenever
    it arrives.
    """
    if day not in {happened_on, happened_on + (helped_at.date() - stated_at.date())}:
        message = _(
            "The phone recorded this person on %(day)s, at a stand of %(stand_day)s. If it is taken, it counts on the day of the"
            " stand."
        )
        return Problem("stand_day", message % {"day": formats.day(happened_on), "stand_day": formats.day(day)})
    if closed_at is not None and helped_at > closed_at:
        message = _(
            "The stand had ended at %(end)s, and the phone recorded this person at %(time)s. Take it if the help was given."
        )
        values = {"end": formats.moment(closed_at), "time": formats.moment(helped_at)}
        return Problem("stand_closed_before", message % values)
    return None


def look_alikes[T](turns: Iterable[tuple[T, Hashable, UUID]]) -> dict[T, T]:
    """Return the turns whose receiver may be that of another turn, each with the first such turn.

    Given are turns with the receiver's name and year of birth, and the contact that was written: two contacts of one name and
    year are perhaps one person, recorded by two helpers, while one contact counts once anyway.
    """
    groups: dict[Hashable, list[tuple[T, UUID]]] = defaultdict(list)
    for turn, likeness, contact_id in turns:
        groups[likeness].append((turn, contact_id))
    found = {}
    for group in groups.values():
        for turn, contact_id in group:
            others = [other for other, other_contact in group if other_contact != contact_id]
            if others:
                found[turn] = others[0]
    return found


def move_problem(numbers: int) -> Problem | None:
    """Return why a stand cannot be moved to another day: people have numbers of it already."""
    if not numbers:
        return None
    message = _("People have been at this stand already, so its day stays. End it and open another one.")
    return Problem("stand_has_people", message, "happened_on")


def tidy_place(place: str) -> str:
    """Return the name of a place as it is stored and shown to residents: printable characters with single spaces."""
    return " ".join("".join(char for char in place if char.isprintable() or char.isspace()).split())


def place_problem(place: str) -> Problem | None:
    """Return why this names no place."""
    if not place.strip():
        return Problem("place_missing", _("Name the place of the stand, for example “Nhà văn hoá Khu phố 3”."), "place")
    return words_problem(place, "place")


def guardian_problem(birth_year: int, today: date, *, below: int) -> Problem | None:
    """Return why residents of that year do not enter themselves: below that age a guardian agrees, in person."""
    if today.year - birth_year > below:
        return None
    message = _("Under %(age)s a parent or guardian agrees. Please go to the stand together; nothing was stored.")
    return Problem("guardian_needed", message % {"age": below}, "birth_year")
