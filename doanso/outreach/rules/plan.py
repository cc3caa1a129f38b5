"""The plan of a neighbourhood: the position of a door, from its number alone. No geographic position is known or needed.

A street runs from left to right. As one walks along it, odd numbers are on the left (above the line), even ones on the right
(below); houses of an alley are drawn behind the one they open at. Whole numbers; y grows downwards.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_FIRST: Final = re.compile(r"\d+")
_DEEPEST: Final = 12
"""The most houses behind each other; a longer alley goes on beside them."""


@dataclass(frozen=True, slots=True)
class PlanSpot:
    """The position of a door: steps along its street, and steps away from it, above (negative) or below."""

    x: int
    y: int


def first_number(number: str) -> int:
    """Return the number by which a house opens at its street: of "12/3A" it is 12; without one it is 0."""
    match = _FIRST.search(number)
    return int(match[0]) if match else 0


def spots(numbers: Sequence[str]) -> list[PlanSpot]:
    """Return the positions of the doors of one street, given their numbers in walking order.

    Houses face each other (1 and 2, 3 and 4); numbers without a door take no room.
    """
    firsts = [first_number(number) for number in numbers]
    depth: dict[int, int] = defaultdict(int)
    rows = []
    for first in firsts:
        rows.append(depth[first])
        depth[first] += 1
    wide: dict[int, int] = defaultdict(lambda: 1)
    for first, count in depth.items():
        step = (first + 1) // 2
        wide[step] = max(wide[step], -(-count // _DEEPEST))
    offsets: dict[int, int] = {}
    offset = 0
    for step in sorted({(first + 1) // 2 for first in firsts}):
        offsets[step] = offset
        offset += wide[step]
    positions = []
    for first, row in zip(firsts, rows, strict=True):
        away = row % _DEEPEST + 1
        positions.append(PlanSpot(offsets[(first + 1) // 2] + row // _DEEPEST, -away if first % 2 else away))
    return positions


@dataclass(frozen=True, slots=True)
class PlanLane:
    """A street's line: its height, and its length in steps."""

    y: int
    length: int


def lanes(streets: Sequence[Sequence[PlanSpot]]) -> list[PlanLane]:
    """Return the lines of streets below each other, so that no two touch and each has room for its name."""
    positions = []
    offset = 0
    for street in streets:
        offset += max((-spot.y for spot in street), default=0) + 1
        positions.append(PlanLane(offset, max((spot.x for spot in street), default=0) + 1))
        offset += max((spot.y for spot in street), default=0) + 1
    return positions
