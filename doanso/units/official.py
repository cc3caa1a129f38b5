"""Official codes of provinces, districts, wards and communes in two eras: until 2025-06-30, and since 2025-07-01.

The lists are files in `official/`, each with its source and day in its head. A unit's code is proposed from them and names of
lists are recognised by them; nothing depends on a place being in them, so a committee may use any code of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from doanso.lib import vietnamese

_FOLDER = Path(__file__).with_name("official")
_FIRST_DAY = date(2025, 7, 1)
_KINDS = ("Thành phố", "Thị trấn", "Thị xã", "Đặc khu", "Phường", "Xã", "Quận", "Huyện", "Tỉnh")
PROVINCE, DISTRICT, COMMUNE = 2, 3, 5
"""Digits of the codes of each level."""
_BY_NAME = 2
"""The last rank of places that are found by their own name alone."""


class Era(StrEnum):
    """The order of places: with districts until 2025-06-30, without them since 2025-07-01."""

    UNTIL_2025 = "until-2025-06-30"
    SINCE_2025 = "since-2025-07-01"


def era_of(day: date) -> Era:
    """Return the era of a day."""
    return Era.SINCE_2025 if day >= _FIRST_DAY else Era.UNTIL_2025


@dataclass(frozen=True, slots=True)
class OfficialPlace:
    """A province, district, ward or commune. `name` includes the kind ("Phường 4"); `district` is empty where there is none.

    `province` is the name of the province, with its kind; of a province itself it is empty.
    """

    code: str
    name: str
    kind: str
    province: str
    district: str = ""

    @property
    def bare_name(self) -> str:
        """The name without its kind; of a numbered ward the number alone."""
        return self.name[len(self.kind) :].strip()

    @property
    def whole_name(self) -> str:
        """The name with those of the district and the province, smallest first."""
        return ", ".join(filter(None, (self.name, self.district, self.province)))


@dataclass(frozen=True, slots=True)
class _IndexedPlace:
    place: OfficialPlace
    province_code: str
    words: str
    """Folded name, with a space on either side."""
    above: str
    """The same of district and province."""


def find_places(text: str, *, era: str, province: str = "", limit: int = 20) -> list[OfficialPlace]:
    """Return the places of an era that a typed text may mean, best first; accents may be left out.

    Each word of the text must begin a word of the place's name or of the names above it. Digits alone may also begin
    a code. `province` is the code of a province whose places alone are wanted; with it, an empty text finds all of them.
    """
    wanted = vietnamese.fold(vietnamese.nfc(text)).replace(",", " ").split()
    if not wanted and not province:
        return []
    hits = []
    for number, indexed in enumerate(_index(Era(era))):
        if province and indexed.province_code != province:
            continue
        rank = _rank(indexed, wanted)
        if rank is not None:
            hits.append((rank, number, indexed.place))
    # Where a name answers by itself, those that need the names above them are noise.
    best = min((rank for rank, _number, _place in hits), default=0)
    if best <= _BY_NAME:
        hits = [hit for hit in hits if hit[0] <= _BY_NAME]
    return [place for _rank_of, _number, place in sorted(hits, key=lambda hit: hit[:2])[:limit]]


def _rank(indexed: _IndexedPlace, wanted: list[str]) -> int | None:
    if len(wanted) == 1 and wanted[0].isdigit() and len(wanted[0]) > 1 and indexed.place.code.startswith(wanted[0]):
        return 0
    own = sum(f" {word}" in indexed.words for word in wanted)
    if own == 0 and wanted:
        return None
    if any(f" {word}" not in indexed.words and f" {word}" not in indexed.above for word in wanted):
        return None
    phrase = f" {' '.join(wanted)} "
    if phrase == indexed.words or phrase == f" {' '.join(vietnamese.fold(indexed.place.bare_name).split())} ":
        return 1
    if all(f" {word} " in indexed.words for word in wanted):
        return _BY_NAME
    return _BY_NAME + 1 + len(wanted) - own


def place_by_code(code: str, era: str) -> OfficialPlace | None:
    """Return the place of a code in an era; None where there is none."""
    return _by_code(Era(era)).get(code)


def all_places(era: str) -> list[OfficialPlace]:
    """Return every place of an era in the order of the list."""
    return [indexed.place for indexed in _index(Era(era))]


def provinces(era: str) -> list[OfficialPlace]:
    """Return the provinces of an era in the order of their codes."""
    return [indexed.place for indexed in _index(Era(era)) if len(indexed.place.code) == PROVINCE]


@cache
def _by_code(era: Era) -> dict[str, OfficialPlace]:
    return {indexed.place.code: indexed.place for indexed in _index(era)}


@cache
def _index(era: Era) -> tuple[_IndexedPlace, ...]:
    return tuple(_places(era))


def _places(era: Era) -> Iterator[_IndexedPlace]:
    """Read the list of an era: a line is a code and a name, and belongs to the province and the district before it."""
    province_code = province = district = above = ""
    for line in (_FOLDER / f"{era}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        code, name = line.split(" ", 1)
        if len(code) == PROVINCE:
            province_code, province, district = code, "", ""
        elif len(code) == DISTRICT:
            district = ""
        above = f" {vietnamese.fold(f'{district} {province}')} "
        kind = next(kind for kind in _KINDS if name.startswith(kind))
        place = OfficialPlace(code, name, kind.lower(), province, district)
        yield _IndexedPlace(place, province_code, f" {vietnamese.fold(name)} ", above)
        if len(code) == PROVINCE:
            province = name
        elif len(code) == DISTRICT:
            district = name
