"""Neighbourhoods as lists of people helped write them."""

import re
from collections.abc import Iterable

from doanso.support.support_list.cells import words
from doanso.units.models import Neighbourhood

_SHORT = {"kp": "khu pho", "khupho": "khu pho", "tdp": "to dan pho"}
_AREA_IN = re.compile(r"\b(?:khu pho|ap|khom) (\d+)\b")
_GLUED = re.compile(r"^(kp|ap|khom|tdp)(\d+)$")


def place_key(told: str) -> str:
    """One key for the ways an area is written: KP 01 and Khu phố 1 are one."""
    parts: list[str] = []
    for word in words(told).split():
        glued = _GLUED.match(word)
        pieces = (glued[1], glued[2]) if glued else (word,)
        parts += [str(int(piece)) if piece.isdigit() else _SHORT.get(piece, piece) for piece in pieces]
    return " ".join(parts)


class Places:
    """The neighbourhoods of the unit, by whatever they may be called."""

    def __init__(self, neighbourhoods: Iterable[Neighbourhood]) -> None:
        self._by_key: dict[str, set[str]] = {}
        for one in neighbourhoods:
            key = place_key(one.name)
            for name in {key, key.split()[-1] if key else ""} - {""}:
                self._by_key.setdefault(name, set()).add(str(one.pk))

    def find(self, told: str) -> str:
        """The neighbourhood's key, where exactly one is meant."""
        found = self._by_key.get(place_key(told), set()) if told else set()
        return next(iter(found)) if len(found) == 1 else ""

    def contradicts(self, place: str, address: str) -> bool:
        """Whether the address names another area than this one by its number."""
        named = _AREA_IN.search(place_key(address))
        if named is None or not place:
            return False
        return place not in self._by_key.get(named[0], set()) | self._by_key.get(named[1], set())
