"""Reproducible sampling, and the interval of the share of wrong records: plain values only."""

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
"""Fewest answers for a statement about the whole."""
MOST_ATTEMPTS = 3
SHOWN_FOR = timedelta(minutes=15)
"""For this long a person shown to one officer is shown to no other."""


# --- Drawing ------------------------------------------------------------------------------------------------------------


def sample_size(receivers: int, *, share: int, least: int) -> int:
    """Return how many are asked: a share in percent, at least `least`, and everybody where there are fewer."""
    return min(receivers, max(least, -(-receivers * share // 100)))


def new_seed() -> str:
    """Return the seed of a draw: 256 random bits."""
    return secrets.token_hex(32)


def write_list(drawable: Iterable[tuple[UUID, UUID]]) -> str:
    """Return the list to draw from: a record's id and the number of its receiver per line, ordered by id."""
    numbers: dict[UUID, int] = {}
    return "".join(
        f"{key} {numbers.setdefault(receiver_id, len(numbers) + 1)}\n" for key, receiver_id in sorted(drawable)
    )


def list_hash(listed: str) -> str:
    """Return the SHA-256 of a list."""
    return hashlib.sha256(listed.encode()).hexdigest()


def draw_receivers(*, seed: str, listed: str, size: int) -> list[UUID]:
    """Return records in the order of SHA-256 of "seed:id", each receiver once, up to the size."""
    lines = [line.split() for line in listed.splitlines()]
    ordered = sorted(lines, key=lambda line: hashlib.sha256(f"{seed}:{line[0]}".encode()).hexdigest())
    first: dict[str, UUID] = {}
    for key, receiver in ordered:
        first.setdefault(receiver, UUID(key))
    return list(first.values())[:size]


def period_problem(first_day: date, last_day: date, today: date) -> Problem | None:
    """Return why no round can have this period."""
    if last_day < first_day:
        message = _("The last day lies before the first. Look at the two days again.")
        return Problem("period_backwards", message, "last_day")
    if last_day > today:
        return Problem("period_ahead", _("The period ends in the future. Choose days that are over."), "last_day")
    return None


# --- Asking -------------------------------------------------------------------------------------------------------------


def is_last_attempt(before: int) -> bool:
    """Return whether no further attempt follows."""
    return before + 1 >= MOST_ATTEMPTS


# --- Results ------------------------------------------------------------------------------------------------------------

_Z = 1.959963984540054
"""Quantile of the normal distribution for 95 %."""


def wilson_interval(wrong: int, n: int) -> tuple[float, float]:
    """Return Wilson's interval (95 %) of the share of wrong records."""
    if n == 0:
        return 0.0, 1.0
    rate, square = wrong / n, _Z * _Z
    middle = rate + square / (2 * n)
    reach = _Z * math.sqrt(rate * (1 - rate) / n + square / (4 * n * n))
    denominator = 1 + square / n
    # At the ends the formula is exactly 0 and 1, which floats reach only nearly.
    low = 0.0 if wrong == 0 else min((middle - reach) / denominator, rate)
    high = 1.0 if wrong == n else max((middle + reach) / denominator, rate)
    return low, high


@dataclass(frozen=True, slots=True)
class ErrorRate:
    """Numbers of right and wrong answers, and of receivers without an answer."""

    wrong: int = 0
    right: int = 0
    unreached: int = 0
    refused: int = 0
    waiting: int = 0

    @property
    def n(self) -> int:
        """Return the number of answers. Unreached and refusing receivers are neither right nor wrong."""
        return self.wrong + self.right

    @property
    def is_enough(self) -> bool:
        """Return whether there are enough answers for an interval."""
        return self.n >= ENOUGH

    @property
    def tenths(self) -> tuple[int, int]:
        """Return the interval in tenths of a percent."""
        low, high = wilson_interval(self.wrong, self.n)
        return round(low * 1000), round(high * 1000)
