"""How a sample is drawn so that anybody can draw it again, and what its answers say about the whole: plain values only."""

import hashlib
import math
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

ENOUGH = 30
"""With fewer answers nothing is said about the whole."""
MOST_ATTEMPTS = 3
SHOWN_FOR = timedelta(minutes=15)
"""So long nobody else is shown the person whom somebody is calling."""


# --- Drawing ------------------------------------------------------------------------------------------------------------


def sample_size(receivers: int, *, share: int, least: int) -> int:
    """How many are asked: a share in percent, at least so many, and everybody where there are fewer."""
    return min(receivers, max(least, -(-receivers * share // 100)))


def new_seed() -> str:
    """What the draw follows from: 256 random bits."""
    return secrets.token_hex(32)


def listing(helps: Iterable[tuple[UUID, UUID]]) -> str:
    """The list that is drawn from: a help per line, by id, with the number of its receiver in place of who it is."""
    numbers: dict[UUID, int] = {}
    return "".join(f"{key} {numbers.setdefault(who, len(numbers) + 1)}\n" for key, who in sorted(helps))


def list_hash(listed: str) -> str:
    """By which a list is known: one line more or less is another hash."""
    return hashlib.sha256(listed.encode()).hexdigest()


def draw(*, seed: str, listed: str, size: int) -> list[UUID]:
    """Helps in the order of SHA-256 of "seed:id", each receiver once, until there are enough."""
    lines = [line.split() for line in listed.splitlines()]
    ordered = sorted(lines, key=lambda line: hashlib.sha256(f"{seed}:{line[0]}".encode()).hexdigest())
    first: dict[str, UUID] = {}
    for key, who in ordered:
        first.setdefault(who, UUID(key))
    return list(first.values())[:size]


def period_problem(first_day: date, last_day: date, today: date) -> Problem | None:
    """Why no round can be about these days."""
    if last_day < first_day:
        message = _("The last day lies before the first. Look at the two days again.")
        return Problem("period_backwards", message, "last_day")
    if last_day > today:
        return Problem("period_ahead", _("The period ends in the future. Choose days that are over."), "last_day")
    return None


# --- Asking -------------------------------------------------------------------------------------------------------------


def is_last_attempt(before: int) -> bool:
    """Whether nobody tries again after this one."""
    return before + 1 >= MOST_ATTEMPTS


# --- What the answers say -----------------------------------------------------------------------------------------------

_Z = 1.959963984540054
"""Of a normal curve, 95 % lies within so many deviations."""


def wilson(wrong: int, n: int) -> tuple[float, float]:
    """Between which shares the whole's share of wrong ones lies, in 95 of 100 such samples (Wilson's interval)."""
    if n == 0:
        return 0.0, 1.0
    rate, square = wrong / n, _Z * _Z
    middle = rate + square / (2 * n)
    reach = _Z * math.sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    denominator = 1 + square / n
    # At the ends the formula is exactly 0 and 1, and floats only nearly.
    low = 0.0 if wrong == 0 else min((middle - reach) / denominator, rate)
    high = 1.0 if wrong == n else max((middle + reach) / denominator, rate)
    return low, high


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """What came of asking: answers right and wrong, and those who gave none."""

    wrong: int = 0
    right: int = 0
    unreached: int = 0
    refused: int = 0
    waiting: int = 0

    @property
    def n(self) -> int:
        """How many answered. Whoever was not reached, or refused, said neither right nor wrong."""
        return self.wrong + self.right

    @property
    def is_enough(self) -> bool:
        """Whether the answers say anything about the whole."""
        return self.n >= ENOUGH

    @property
    def tenths(self) -> tuple[int, int]:
        """The interval in tenths of a percent."""
        low, high = wilson(self.wrong, self.n)
        return round(low * 1000), round(high * 1000)
