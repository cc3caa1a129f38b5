"""Find neighbourhoods by the spellings used in lists: KP 01, kp1 and Khu phố 1 are the same."""

import re
from collections.abc import Iterable

from doanso.lib import vietnamese
from doanso.units.models import Neighbourhood

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_SHORT = {"kp": "khu pho", "khupho": "khu pho", "tdp": "to dan pho"}
_NUMBERED = re.compile(r"\b(?:khu pho|ap|khom|to dan pho) (\d+)\b")
_GLUED = re.compile(r"^(kp|khupho|ap|khom|tdp)(\d+)$")


def neighbourhood_key(written: str) -> str:
    """Return a key that is equal for all spellings of one neighbourhood."""
    parts: list[str] = []
    for word in _NOT_WORDS.sub(" ", vietnamese.fold(written)).split():
        glued = _GLUED.match(word)
        pieces = (glued[1], glued[2]) if glued else (word,)
        parts += [str(int(piece)) if piece.isdigit() else _SHORT.get(piece, piece) for piece in pieces]
    return " ".join(parts)


class NeighbourhoodNames:
    """The neighbourhoods of one unit, looked up by the spellings used in lists."""

    def __init__(self, neighbourhoods: Iterable[Neighbourhood]) -> None:
        self.names: dict[str, str] = {}
        """Name of each by its primary key as text."""
        self._by_key: dict[str, set[str]] = {}
        for neighbourhood in neighbourhoods:
            primary_key = str(neighbourhood.pk)
            self.names[primary_key] = neighbourhood.name
            key = neighbourhood_key(neighbourhood.name)
            for name in {key, key.split()[-1] if key else ""} - {""}:
                self._by_key.setdefault(name, set()).add(primary_key)

    def find(self, written: str) -> str:
        """Return the primary key, as text, of the only neighbourhood that may be meant; empty for none and for several."""
        matches = self._by_key.get(neighbourhood_key(written), set()) if written else set()
        return next(iter(matches)) if len(matches) == 1 else ""

    def contradicts(self, primary_key: str, address: str) -> bool:
        """Return whether the address names another neighbourhood than this one by its number."""
        named = _NUMBERED.search(neighbourhood_key(address))
        if named is None or not primary_key:
            return False
        return primary_key not in self._by_key.get(named[0], set()) | self._by_key.get(named[1], set())
