"""Rules on valid visits and pairs: plain values only."""

import re
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

MOST_PEOPLE = 6
MOST_HELPS = 8
SIGNATURE_LENGTH = 4000
_STROKES = re.compile(r"M\d{1,3} \d{1,3}(?:[ML]\d{1,3} \d{1,3}){3,}")
# The longest plausible visit; a clock that was set in between may state anything.
LONGEST_VISIT = timedelta(hours=12)
# Until its day nobody is sent to that door: a mistyped year would close it for good.
LATEST_FOLLOW_UP = timedelta(days=366)

HELPED, HAD_ALREADY, FOLLOW_UP, REFUSED, NOT_HOME = "helped", "had-already", "follow-up", "refused", "not-home"
YOUTH, OFFICIAL = "youth", "official"
SIGN_IN, CARD, CODE, SIGNATURE, NONE = "sign-in", "card", "code", "signature", "none"


def is_signature(strokes: str) -> bool:
    """Return whether something was drawn: a dot or a tap is no signature."""
    return len(strokes) <= SIGNATURE_LENGTH and _STROKES.fullmatch(strokes) is not None


def outcome_problem(
    outcome: str, *, people: int, helps: int, happened_on: date, follow_up_on: date | None
) -> Problem | None:
    """Return why outcome and payload contradict each other."""
    if outcome in {REFUSED, NOT_HOME} and people:
        message = _("Nobody is written down where nobody was home or somebody did not agree.")
        return Problem("nobody_to_name", message, "people")
    if outcome == HELPED and not helps:
        return Problem("nothing_done", _("Say with what was helped, or choose another outcome."), "people")
    if outcome == FOLLOW_UP and follow_up_on is None:
        return Problem("follow_up_day", _("Say on which day somebody comes again."), "follow_up_on")
    if follow_up_on is not None and follow_up_on <= happened_on:
        return Problem("follow_up_day", _("The day to come again lies after the visit."), "follow_up_on")
    if follow_up_on is not None and follow_up_on - happened_on > LATEST_FOLLOW_UP:
        return Problem("follow_up_day", _("Come again within a year of the visit."), "follow_up_on")
    return None


class PairMember(NamedTuple):
    """One of a pair as the server judged them."""

    teammate_id: UUID | None
    name: str
    kind: str
    how: str

    @property
    def confirmed(self) -> bool:
        """Return whether there is evidence that they were present."""
        return bool(self.name) and self.how != NONE


def is_pair(first: PairMember, second: PairMember | None) -> bool:
    """Return whether these are a pair (rule 19): two confirmed people of the two kinds, and not the same person."""
    if second is None or not first.confirmed or not second.confirmed:
        return False
    if first.teammate_id is not None and first.teammate_id == second.teammate_id:
        return False
    return {first.kind, second.kind} == {YOUTH, OFFICIAL}


def correct_clock(
    began_at: datetime, ended_at: datetime, *, skew: int, received_at: datetime
) -> tuple[datetime, datetime]:
    """Return begin and end by the server's clock; neither lies after the arrival, and a visit does not end before it
    begins."""
    ahead = timedelta(seconds=skew)
    try:
        began, ended = began_at - ahead, ended_at - ahead
    except OverflowError:
        began, ended = received_at, received_at
    ended = min(ended, received_at)
    began = min(began, ended)
    return max(began, ended - LONGEST_VISIT), ended


def counted_day(happened_on: date, today: date) -> date:
    """Return the day on which the support records of a visit count: that of the arrival where a phone's clock is ahead."""
    return min(happened_on, today)


def code_problem(code: str, known_codes: Collection[str], field: str) -> Problem | None:
    """Return the problem of a stage or an obstacle that no service has."""
    if not code or code in known_codes:
        return None
    message = _("“%(code)s” is not on the list; the phone has an old one. Open it once with a network.") % {
        "code": code
    }
    return Problem("code_unknown", message, field)
