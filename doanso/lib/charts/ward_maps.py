"""The committee's own map of its units: outlines or tiles from a small file, else tiles in reading order.

`DATA/maps/CODE.toml`, of the unit whose lower units it shows, takes precedence over the one that ships under `programmes/maps/`.
"""

import logging
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from doanso.lib.charts.maps import MapArea, MapGround, outline_map, tile_map
from doanso.lib.committee_files import committee_folder
from doanso.lib.problems import Refused
from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable, refuse

logger = logging.getLogger(__name__)

LARGEST = 4000
"""The largest width, height or coordinate of a drawing."""
LONGEST_OUTLINE = 20_000
_PATH = re.compile(r"[MmLlHhVvCcSsQqTtAaZz0-9 .,\-]*")
_CODE = re.compile(r"[a-z0-9-]+")
_MOST_COLUMNS = 40


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """Where a unit is drawn: its short label, its outline with the label's centre, or its column and row as a tile."""

    label: str
    outline: str
    at: tuple[int, int]
    tile: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class WardMap:
    """A file's map: the ground, and the place of each unit by its code."""

    ground: MapGround
    places: Mapping[str, UnitPlace]


class MappedUnit(Protocol):
    """What a map needs to know of a unit."""

    @property
    def code(self) -> str: ...

    @property
    def short_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class UnitFigure:
    """What a map shows of a unit: its figure in words, and its state."""

    unit: MappedUnit
    value: str
    state: str


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """A picture, whether it has outlines, and the units that it leaves out because they have no area."""

    picture: SafeString
    outlined: bool
    beside: Sequence[UnitFigure]


def _pair(entry: TomlTable, name: str) -> tuple[int, int] | None:
    """Take a list of two whole numbers; None if it is missing."""
    numbers = entry.integers(name, 0, LARGEST)
    if not numbers:
        return None
    if len(numbers) != 2:
        raise refuse(entry.location, _("“%(key)s” is two whole numbers, for example [120, 80].") % {"key": name})
    return numbers[0], numbers[1]


def _path(entry: TomlTable, name: str) -> str:
    data = entry.text(name, LONGEST_OUTLINE, required=False)
    if not _PATH.fullmatch(data):
        raise refuse(entry.location, _("“%(key)s” is the path data of an SVG, letters and numbers.") % {"key": name})
    return data


def read_map(path: Path) -> WardMap:
    """Return the map of that file; raise `Refused` naming the entry and what to change."""
    entry = toml_tables.read_toml(path)
    ground = MapGround(
        width=entry.integer("width", 1, LARGEST),
        height=entry.integer("height", 1, LARGEST),
        water=_path(entry, "water"),
        water_label=entry.text("water_label", 60, required=False),
        water_at=_pair(entry, "water_at") or (0, 0),
    )
    places = {}
    for area in entry.tables("unit", _("unit")):
        code = area.code("code")
        places[code] = UnitPlace(
            label=area.text("label", 40),
            outline=_path(area, "outline"),
            at=_pair(area, "at") or (0, 0),
            tile=_pair(area, "tile"),
        )
        area.finish()
    entry.finish()
    return WardMap(ground, places)


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> WardMap | None:
    try:
        return read_map(path)
    except Refused as refusal:
        # A dashboard shows tiles instead of failing; the log says what to change.
        logger.warning("%s: %s", path, refusal.problem.message)
        return None


def map_of(code: str) -> WardMap | None:
    """Return the map of the units below the unit with that code; None where the committee gave none."""
    if not _CODE.fullmatch(code):
        return None
    for folder in (committee_folder("maps"), settings.ROOT / "programmes" / "maps"):
        path = folder / f"{code}.toml"
        try:
            changed = path.stat().st_mtime_ns
        except OSError:
            continue
        return _read(path, changed)
    return None


def draw_map(code: str, figures: Sequence[UnitFigure], sentence: str) -> DrawnMap:
    """Return the picture of the units below the unit with that code."""
    own = map_of(code)
    placed = [(figure, own.places.get(figure.unit.code) if own is not None else None) for figure in figures]
    outlined = [(figure, place) for figure, place in placed if place is not None and place.outline]
    if own is not None and outlined:
        areas = [_area(figure, place.label, place.at, place.outline) for figure, place in outlined]
        beside = [figure for figure, place in placed if place is None or not place.outline]
        return DrawnMap(outline_map(areas, own.ground, sentence), True, beside)
    tiled = [(figure, place.label, place.tile) for figure, place in placed if place is not None and place.tile]
    if tiled:
        codes = {figure.unit.code for figure, _label, _tile in tiled}
        areas = [_area(figure, label, tile) for figure, label, tile in tiled]
        return DrawnMap(tile_map(areas, sentence), False, [f for f, _place in placed if f.unit.code not in codes])
    columns = columns_for(len(figures))
    areas = [
        _area(figure, short_label(figure.unit.short_name), (index % columns, index // columns))
        for index, figure in enumerate(figures)
    ]
    return DrawnMap(tile_map(areas, sentence), False, [])


def columns_for(count: int) -> int:
    """Return how many tiles stand in a row, so that the grid is a little wider than high."""
    return min(max(math.ceil(math.sqrt(count)), 2), _MOST_COLUMNS)


def short_label(name: str) -> str:
    """Return a unit's short name for a tile: "Phường 4" is "P. 4", "Xã Trung An" is "Trung An"."""
    kind, _space, rest = name.partition(" ")
    if kind == "Phường" and rest:
        return f"P. {rest}"
    return rest if kind == "Xã" and rest else name


def _area(figure: UnitFigure, label: str, at: tuple[int, int], outline: str = "") -> MapArea:
    return MapArea(figure.unit.short_name, label, figure.value, figure.state, at, outline)
