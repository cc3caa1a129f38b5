"""The rule of the draw: how winners follow from a secret seed, a frozen list and a public number. Pure; `docs/draw.md` states it.

Every value is published, so anybody can repeat it. Nothing here may change once a draw was held: another rule has another `RULE`.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doanso.lib import formats
from doanso.lib.problems import Problem

RULE = "doanso-draw-1"
SEED_BYTES = 32
MOST_PRIZES, MOST_WINNERS = 20, 500
"""Kinds of prizes of a draw, and prizes of one kind."""
SHORTEST_NUMBER, LONGEST_NUMBER = 2, 20
_WORD = 1 << 64


@dataclass(frozen=True, slots=True)
class RoundPlan:
    """A round of a draw: `count` winners of a prize (both numbered from 1). Round 2 of a prize is drawn after round 1 failed."""

    prize: int
    round: int
    count: int


def seed_hash(seed: bytes) -> str:
    """Return the SHA-256 of a seed, by which the server commits to it."""
    return hashlib.sha256(seed).hexdigest()


def list_text(numbers: Sequence[int]) -> str:
    """Return the canonical text of ticket numbers: ascending, one a line, each line ended by a line feed."""
    return "".join(f"{number}\n" for number in sorted(numbers))


def list_numbers(text: str) -> list[int]:
    """Return the ticket numbers of a canonical text."""
    return [int(line) for line in text.splitlines()]


def list_hash(text: str) -> str:
    """Return the SHA-256 of a list's canonical text."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def clean_number(typed: str) -> str:
    """Return the digits of a public number as people type it: without spaces, points and hyphens."""
    return re.sub(r"[\s.\-]", "", typed)


def draw_round(
    seed: bytes, list_digest: str, public_number: str, plan: RoundPlan, candidates: Sequence[int]
) -> list[int]:
    """Return the winners of a round, in the order in which they are drawn, from those who have won nothing yet.

    Words of 64 bits come from HMAC-SHA256 under the seed, over the rule's name, list, number, prize, round and a counter. Of n
    candidates in ascending order, word % n chooses one; a word of the uneven rest above the last multiple of n is rejected,
    so that each of them is equally likely. Raise ValueError for fewer candidates than winners.
    """
    left = sorted(candidates)
    if plan.count > len(left):
        raise ValueError("There are fewer candidates than winners.")
    words = _words(seed, f"{RULE}|{list_digest}|{public_number}|{plan.prize}|{plan.round}")
    winners = []
    for _place in range(plan.count):
        limit = _WORD - _WORD % len(left)
        word = next(word for word in words if word < limit)
        winners.append(left.pop(word % len(left)))
    return winners


def _words(seed: bytes, message: str) -> Iterator[int]:
    """Yield whole numbers of 64 bits without end: four of each HMAC, big-endian, for the counters 0, 1, 2 and so on."""
    counter = 0
    while True:
        digest = hmac.digest(seed, f"{message}|{counter}".encode("ascii"), "sha256")
        for start in range(0, len(digest), 8):
            yield int.from_bytes(digest[start : start + 8], "big")
        counter += 1


def draw_all(seed: bytes, numbers: Sequence[int], public_number: str, plans: Sequence[RoundPlan]) -> list[list[int]]:
    """Return the winners of all rounds in their order; nobody wins twice."""
    digest = list_hash(list_text(numbers))
    left, rounds = set(numbers), []
    for plan in plans:
        winners = draw_round(seed, digest, public_number, plan, sorted(left))
        left.difference_update(winners)
        rounds.append(winners)
    return rounds


def is_due(day: date, at: time, today: date, now: time) -> bool:
    """Return whether the moment at which the public number becomes known has come."""
    return (day, at) <= (today, now)


def unready_problem(*, has_prizes: bool, number_name: str) -> Problem | None:
    """Return why a draw cannot be committed: nothing to win, or no public number named."""
    if not has_prizes:
        return Problem("draw_without_prize", _("Enter at least one prize first."))
    if not number_name.strip():
        message = _("Name the public number first: what it is, and when everybody will know it.")
        return Problem("draw_without_number", message)
    return None


def past_due_problem(day: date, at: time, today: date, now: time) -> Problem | None:
    """Return that a step comes too late: what is fixed after the public number is known proves nothing."""
    if is_due(day, at, today, now):
        message = _("The public number may be known already. Name one that is still to come.")
        return Problem("draw_number_known", message, "number_day")
    return None


def early_number_problem(day: date, at: time, today: date, now: time) -> Problem | None:
    """Return that the public number cannot be known yet."""
    if not is_due(day, at, today, now):
        message = _("The public number is known on %(day)s at %(hour)s. Enter it then.")
        return Problem("draw_number_early", message % {"day": formats.day(day), "hour": f"{at:%H:%M}"}, "value")
    return None


def known_number_problem(entries: Iterable[str]) -> Problem | None:
    """Return that an officer entered a public number, so a draw cannot be withdrawn because none came."""
    if any(entries):
        message = _("Another officer entered the public number, so the draw can no longer be withdrawn. Enter it too.")
        return Problem("draw_number_entered", message)
    return None


def number_form_problem(value: str) -> Problem | None:
    """Return why a text is no public number."""
    if not re.fullmatch(rf"[0-9]{{{SHORTEST_NUMBER},{LONGEST_NUMBER}}}", value):
        message = _("Enter the number's digits as published, for example 083506.")
        return Problem("draw_number_form", message, "value")
    return None


def too_few_problem(tickets: int, prizes: int) -> Problem | None:
    """Return that there are fewer tickets than prizes."""
    if tickets >= max(prizes, 1):
        return None
    if not tickets:
        return Problem("draw_nobody", _("Nobody has been checked in yet, so there is no list to draw from."))
    message = ngettext(
        "%(tickets)s ticket takes part, fewer than there are prizes. Wait for more, or withdraw this draw and offer fewer.",
        "%(tickets)s tickets take part, fewer than there are prizes. Wait for more, or withdraw this draw and offer fewer.",
        tickets,
    )
    return Problem("draw_too_few", message % {"tickets": formats.number(tickets)})


def changed_list_problem(text: str, digest: str) -> Problem | None:
    """Return that a stored list is not the one that was published."""
    if list_hash(text) != digest:
        return Problem(
            "draw_list_changed", _("The stored list differs from the published one. Nothing is drawn from it.")
        )
    return None


def changed_seed_problem(seed: bytes, digest: str) -> Problem | None:
    """Return that a stored seed is not the one that was committed."""
    if seed_hash(seed) != digest:
        return Problem(
            "draw_seed_changed", _("The stored seed differs from the committed one. Nothing is drawn with it.")
        )
    return None
