"""How long a helper card is good, what its QR says, and how often its six digits may be wrong."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

CODE_LENGTH: Final = 6
MOST_MISSES: Final = 5
"""Wrong codes of one card on one business day; after them its code opens nothing until the next."""

_SECRET = re.compile(r"(?:\S*/c/)?([A-Za-z0-9_-]{22})/?")
_CODE = re.compile(r"[0-9]{6}")


def secret_of(text: str) -> str:
    """The card's secret in what its QR says, or in the bare secret; empty when it is neither."""
    match = _SECRET.fullmatch(text.strip())
    return match[1] if match else ""


def code_of(text: str) -> str:
    """The six digits as somebody typed them, spaces or not; empty when they are no six digits."""
    code = "".join(text.split())
    return code if _CODE.fullmatch(code) else ""


@dataclass(frozen=True, slots=True)
class CardTerm:
    """The days of a card, of the teammate who holds it and of their team.

    `revoked_on` is the first day on which the card is no good any more.
    """

    since: date
    until: date
    revoked_on: date | None = None
    teammate_until: date | None = None
    team_until: date | None = None

    @property
    def end(self) -> date:
        """The first day on which the card is over, for whichever reason comes first."""
        ends = (self.until, self.revoked_on, self.teammate_until, self.team_until)
        return min(end for end in ends if end is not None)

    def holds(self, day: date) -> bool:
        """Whether the card was good on that day."""
        return self.since <= day < self.end


@dataclass(frozen=True, slots=True)
class CodeMisses:
    """Wrong codes of one card, and the day on which they were typed."""

    count: int = 0
    on: date | None = None

    def of(self, today: date) -> int:
        """How many count today; yesterday's are forgotten."""
        return self.count if self.on == today else 0

    def stops(self, today: date) -> bool:
        """Whether not even the right code is looked at today."""
        return self.of(today) >= MOST_MISSES

    def one_more(self, today: date) -> "CodeMisses":
        """After another wrong code."""
        return CodeMisses(self.of(today) + 1, today)


def after_code(misses: CodeMisses, *, is_right: bool, today: date) -> tuple[str, CodeMisses]:
    """What is wrong with a code typed today, and the misses after it.

    A right code forgives none: the holder's own would give whoever guesses between them five tries more.
    """
    if misses.stops(today):
        return "code_stopped", misses
    return ("", misses) if is_right else ("code_wrong", misses.one_more(today))
