"""Validity of a helper card, the text of its QR, and the limit of wrong codes."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

CODE_LENGTH: Final = 6
MOST_MISSES: Final = 5
"""Wrong codes of one card on one business day; after them its code is refused until the next day."""

_SECRET = re.compile(r"(?:\S*/c/)?([A-Za-z0-9_-]{22})/?")
_CODE = re.compile(r"[0-9]{6}")


def secret_of(text: str) -> str:
    """Return the card's secret from the text of its QR, or from the bare secret; empty when it is neither."""
    match = _SECRET.fullmatch(text.strip())
    return match[1] if match else ""


def code_of(text: str) -> str:
    """Return the six digits as typed, with spaces or not; empty when they are no six digits."""
    code = "".join(text.split())
    return code if _CODE.fullmatch(code) else ""


@dataclass(frozen=True, slots=True)
class CardTerm:
    """The days of a card, of its teammate and of their team.

    `revoked_on` is the first day on which the card is not valid any more.
    """

    since: date
    until: date
    revoked_on: date | None = None
    teammate_until: date | None = None
    team_until: date | None = None

    @property
    def end(self) -> date:
        """Return the first day on which the card is over, for whichever reason comes first."""
        ends = (self.until, self.revoked_on, self.teammate_until, self.team_until)
        return min(end for end in ends if end is not None)

    def holds(self, day: date) -> bool:
        """Return whether the card was valid on that day."""
        return self.since <= day < self.end


@dataclass(frozen=True, slots=True)
class CodeMisses:
    """Wrong codes of one card, and the day on which they were typed."""

    count: int = 0
    on: date | None = None

    def of(self, today: date) -> int:
        """Return how many count today; those of other days are forgotten."""
        return self.count if self.on == today else 0

    def stops(self, today: date) -> bool:
        """Return whether even the right code is not checked today."""
        return self.of(today) >= MOST_MISSES

    def one_more(self, today: date) -> "CodeMisses":
        """Return the misses after another wrong code."""
        return CodeMisses(self.of(today) + 1, today)


def after_code(misses: CodeMisses, *, is_right: bool, today: date) -> tuple[str, CodeMisses]:
    """Return the problem of a code typed today, and the misses after it.

    A right code resets no misses: otherwise its holder's use would give a guesser five more tries.
    """
    if misses.stops(today):
        return "code_stopped", misses
    return ("", misses) if is_right else ("code_wrong", misses.one_more(today))
