"""Whether a title, a sheet's name or a heading row between people names another unit than the one a list is imported for.

A list of ward 5 that is imported for ward 4 would put its people into the branches of the same names, so what stands above
and between the people is compared with the tree.
"""

import re
from collections.abc import Iterable

from doanso.lib import vietnamese
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

_WORD = re.compile(r"[a-z]+|\d+")
_SHORT = {
    "kp": ("khu", "pho"),
    "p": ("phuong",),
    "x": ("xa",),
    "tt": ("thi", "tran"),
    "cd": ("chi", "doan"),
    "dp": ("doan", "phuong"),
}
_LED_BY = (" chi doan co so ", " chi doan ", " doan ")
_KINDS = (
    " phuong ",
    " xa ",
    " thi tran ",
    " khu pho ",
    " ap ",
    " khom ",
    " thon ",
    " to dan pho ",
    " truong ",
    " lop ",
)
_NUMBERED = re.compile(r" ((?:phuong|khu pho|ap|khom|thon|to dan pho) \d+)(?= )")


def _key(text: str) -> str:
    """The words between single spaces, with one at each end; KP 01 and Khu phố 1 are one."""
    words: list[str] = []
    for word in _WORD.findall(vietnamese.fold(text)):
        words += (str(int(word)),) if word.isdigit() else _SHORT.get(word, (word,))
    return f" {' '.join(words)} "


def _keys(named: Iterable[NamedUnit]) -> set[str]:
    found = {_key(name) for one in named for name in (one.name, one.short_name)}
    for led_by in _LED_BY:
        found |= {f" {key.removeprefix(led_by)}" for key in found if key.startswith(led_by)}
    return found - {"  ", " "}


def names_a_ward(text: str) -> bool:
    """Whether the text names a ward or a commune, as a heading above branches does."""
    key = _key(text)
    return any(kind in key for kind in (" phuong ", " xa ", " thi tran "))


class OtherUnits:
    """The units that are neither the one of the import, nor above or below it, by what they are called."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._own: set[str] | None = None
        self._others: dict[str, str] = {}
        self._known: dict[str, str] = {}

    def _look_up(self) -> set[str]:
        own = [*units.ancestors(self._unit), *units.subtree(self._unit)]
        ids = {one.id for one in own}
        mine = _keys(own)
        for one in units.subtree(units.root_of(self._unit)):
            if one.id not in ids:
                self._others |= {key: one.name for key in _keys([one]) - mine if self._tells(key)}
        return mine

    @staticmethod
    def _tells(key: str) -> bool:
        """Whether the key names a unit wherever it stands: “Văn phòng” may be anything, “Phường 5” may not."""
        return key.startswith((*_LED_BY, *_KINDS))

    def named_in(self, text: str) -> str:
        """The other unit that the text names; empty where it names none, or only what is the import's own."""
        if text not in self._known:
            self._known[text] = self._named_in(_key(text), text)
        return self._known[text]

    def _named_in(self, key: str, text: str) -> str:
        if self._own is None:
            self._own = self._look_up()
        # What is its own is cut out first, the longest names before those they hold.
        rest = key
        for one in sorted((one for one in self._own if one in rest and self._tells(one)), key=len, reverse=True):
            rest = rest.replace(one, " | ")
        found = [name for one, name in self._others.items() if one in rest]
        if found:
            return max(found, key=len)
        numbered = _NUMBERED.search(rest)
        return text.strip() if numbered else ""
