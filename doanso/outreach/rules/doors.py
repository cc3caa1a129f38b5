"""Rules of doors: which outcome is in effect, and for how long a door is checked out."""

from datetime import date

FINAL = frozenset({"helped", "had-already", "refused"})
"""Outcomes after which nobody is sent there again in this drive."""

NOBODY = "not-home"

MOST_TAKEN = 30
"""The most doors that are checked out at once."""
MOST_HELD = 60
"""The most doors that somebody can have by their own request: a day's work."""
MOST_DAYS = 14
"""The most days for which an officer assigns doors."""


def replaces_outcome(current: str, current_on: date | None, outcome: str, outcome_on: date) -> bool:
    """Return whether a visit's outcome replaces that of the door.

    The outcome of the newer day does; but "nobody home" replaces no final outcome, and on one day a final outcome stays.
    """
    if not current or current_on is None:
        return True
    if outcome_on < current_on or (outcome == NOBODY and current in FINAL):
        return False
    return outcome_on > current_on or outcome in FINAL or current not in FINAL


def days_to_keep(follow_up_on: date | None, today: date) -> int:
    """Return for how many days a door is checked out: one, or until the arranged day is over."""
    return 1 if follow_up_on is None else max(1, (follow_up_on - today).days + 1)
