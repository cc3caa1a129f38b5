"""Doors of a drive: which outcome stands, and which door is the next."""

from datetime import date

FINAL = frozenset({"helped", "had-already", "refused"})
"""Outcomes after which nobody is sent there again in this drive."""

NOBODY = "not-home"

MOST_TAKEN = 30
"""So many doors at most are checked out at once."""
MOST_HELD = 60
"""Nobody has more, of their own doing: what one can see to in a day."""
MOST_DAYS = 14
"""For so many days at most an officer gives doors to somebody."""


def outcome_stands(current: str, current_on: date | None, outcome: str, outcome_on: date) -> bool:
    """Whether what a visit tells takes the place of what is known of the door.

    The newer day's does; but that nobody was home takes nothing back, and on one day what is final stands.
    """
    if not current or current_on is None:
        return True
    if outcome_on < current_on or (outcome == NOBODY and current in FINAL):
        return False
    return outcome_on > current_on or outcome in FINAL or current not in FINAL


def days_to_keep(follow_up_on: date | None, today: date) -> int:
    """For how many days somebody has a door: one, or until the arranged day is over."""
    return 1 if follow_up_on is None else max(1, (follow_up_on - today).days + 1)
