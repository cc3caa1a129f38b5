"""Whether a title, a sheet's name or a heading row between people names another unit than the one a list is imported for.

A list of ward 5 that is imported for ward 4 would put its people into the branches of the same names, so what stands above
and between the people is compared with the tree. A ward's neighbourhoods are its own, with a branch in them or without.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

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
_WARD = re.compile(r" phuong \d+(?= )")
_AREA = re.compile(r" (?:khu pho|ap|khom|thon|to dan pho) \d+(?= )")
_BRANCH = re.compile(rf" chi doan(?={_AREA.pattern})")


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


class Named(NamedTuple):
    """What a text names: another unit, or a neighbourhood by a number that no unit is known to have."""

    other: str = ""
    unknown: str = ""


class OtherUnits:
    """The units that are neither the one of the import, nor above or below it, by what they are called."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._own: set[str] | None = None
        self._others: dict[str, str] = {}
        self._is_branch = False
        self._known: dict[str, Named] = {}

    def _look_up(self) -> set[str]:
        below = units.subtree(self._unit)
        self._is_branch = len(below) == 1
        own = [*units.ancestors(self._unit), *below]
        ids = {one.id for one in own}
        root = units.root_of(self._unit)
        areas = units.neighbourhoods_below(root)
        inside = {one.id for one in below}
        own_areas = {_key(one.name) for one in areas if one.unit_id in inside}
        mine = _keys(own) | own_areas
        for one in units.subtree(root):
            if one.id not in ids:
                self._others |= {key: one.name for key in _keys([one]) - mine if self._tells(key)}
        if own_areas:
            # Where the own ones were never written down, those of others say nothing.
            for area in areas:
                if area.unit_id not in ids and (key := _key(area.name)) not in mine and self._tells(key):
                    self._others.setdefault(key, area.name)
        return mine

    @staticmethod
    def _tells(key: str) -> bool:
        """Whether the key names a unit wherever it stands: “Văn phòng” may be anything, “Phường 5” may not."""
        return key.startswith((*_LED_BY, *_KINDS))

    def named_in(self, text: str) -> Named:
        """What the text names; both parts empty where it names nothing, or only what is the import's own."""
        if text not in self._known:
            self._known[text] = self._named_in(_key(text), text)
        return self._known[text]

    def _named_in(self, key: str, text: str) -> Named:
        if self._own is None:
            self._own = self._look_up()
        # What is its own is cut out first, the longest names before those they hold.
        rest = key
        for one in sorted((one for one in self._own if one in rest and self._tells(one)), key=len, reverse=True):
            rest = rest.replace(one, " | ")
        found = [name for one, name in self._others.items() if one in rest]
        if found:
            return Named(other=max(found, key=len))
        if _WARD.search(rest) or (self._is_branch and _BRANCH.search(rest)):
            return Named(other=text.strip())
        return Named(unknown=text.strip()) if _AREA.search(rest) else Named()
