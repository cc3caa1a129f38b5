"""Decisions on check-ins: what follows from the sightings of a ticket, and why one is refused."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

LONGEST_GATE = 60
MAIN_GATE = "Cổng chính"
"""The gate of an event without shifts at gates."""
CODE_DIGITS = 24
"""Hexadecimal digits of a ticket's and of a card's code."""
_CODE = re.compile(f"[0-9a-f]{{{CODE_DIGITS}}}", re.ASCII)
_CARD_TEXT = re.compile(r"[^0-9A-Z]")


class Sighting(NamedTuple):
    """A ticket was seen at a gate."""

    seen_at: datetime
    id: UUID
    is_in: bool
    is_undone: bool = False


class Presence(NamedTuple):
    """What follows from all sightings of a ticket; without any that counts, nobody came."""

    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    is_inside: bool = False


def presence_of(sightings: Iterable[Sighting]) -> Presence:
    """Return when the holder of a ticket came and was last seen, and whether they are inside.

    Depends on moments and ids alone, never on the order in which sightings arrive.
    """
    counted = sorted(sighting for sighting in sightings if not sighting.is_undone)
    if not counted:
        return Presence()
    return Presence(counted[0].seen_at, counted[-1].seen_at, counted[-1].is_in)


def check_in_problem(state: str, day: date, today: date) -> Problem | None:
    """Return why nobody is checked in at an event of this state and day. What was seen on the day may arrive later."""
    if state != "open":
        words = {
            "draft": _("This event is not announced yet."),
            "postponed": _("This event is postponed and has no day."),
            "cancelled": _("This event was cancelled."),
        }
        return Problem("event_not_open", words.get(state, ""), "event")
    if day > today:
        return Problem("event_ahead", _("This event has not come yet: people are checked in on its day."), "event")
    return None


def is_ticket_code(text: str) -> bool:
    """Return whether a text has the form of a ticket's code."""
    return _CODE.fullmatch(text) is not None


def card_text(number: str) -> str:
    """Return the number of a member's card as its code is computed from: in capitals, A to Z and 0 to 9 alone."""
    return _CARD_TEXT.sub("", number.upper())
