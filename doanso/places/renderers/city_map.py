"""The map of all public places: the committee's own outlines of its units where it has them, else tiles, with numbered pins."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from doanso.lib.charts import picture
from doanso.lib.charts.maps import TILE_GAP, TILE_HEIGHT, TILE_WIDTH
from doanso.lib.charts.ward_maps import MappedUnit, columns_for, map_of, short_label

_PIN, _PIN_STEP = 11, 36


@dataclass(frozen=True, slots=True)
class MapPin:
    """A numbered pin in the area of a unit; a recognised place is drawn filled."""

    number: int
    area: str
    is_recognised: bool


@dataclass(frozen=True, slots=True)
class CityMap:
    """The drawing, and whether it has outlines."""

    picture: SafeString
    is_outlined: bool


def city_map(root: str, areas: Sequence[MappedUnit], pins: Sequence[MapPin], sentence: str) -> CityMap | None:
    """Return the map of the units below the unit with the code `root`; None without units.

    Pins in no area of the map are left out; the list beside the map has every place.
    """
    if not areas:
        return None
    by_area: dict[str, list[MapPin]] = defaultdict(list)
    for pin in pins:
        by_area[pin.area].append(pin)
    own = map_of(root)
    if own is not None:
        outlined = [(area, own.places[area.code]) for area in areas if area.code in own.places]
        outlined = [(area, place) for area, place in outlined if place.outline]
        if outlined:
            ground = own.ground
            x, y = ground.water_at
            river = (
                f'<text class="riv" x="{x}" y="{y}">{escape(ground.water_label)}</text>' if ground.water_label else ""
            )
            water = f'<path class="water" d="{escape(ground.water)}"/>' if ground.water else ""
            shapes = "".join(_area(area, place.outline) for area, place in outlined)
            labels = "".join(_label(place.at, place.label, by_area[area.code]) for area, place in outlined)
            box = f"0 0 {ground.width} {ground.height}"
            return CityMap(picture("ds-cmap", sentence, water + shapes + river + labels, view_box=box), True)
    tiles = (
        {area.code: own.places[area.code].tile for area in areas if area.code in own.places} if own is not None else {}
    )
    return CityMap(_tiles(areas, tiles, by_area, sentence), False)


def _tiles(
    areas: Sequence[MappedUnit],
    tiles: Mapping[str, tuple[int, int] | None],
    by_area: Mapping[str, Sequence[MapPin]],
    sentence: str,
) -> SafeString:
    columns = columns_for(len(areas))
    cells = []
    for index, area in enumerate(areas):
        tile = tiles.get(area.code) or (index % columns, index // columns)
        cells.append((area, tile))
    if len({tile for _area_of, tile in cells}) < len(cells):
        # Tiles of a file that leaves some units out would lie on each other.
        cells = [(area, (index % columns, index // columns)) for index, area in enumerate(areas)]
    parts, labels = [], []
    for area, (column, row) in cells:
        left, top = column * (TILE_WIDTH + TILE_GAP), row * (TILE_HEIGHT + TILE_GAP)
        shape = f"M{left} {top}h{TILE_WIDTH}v{TILE_HEIGHT}h-{TILE_WIDTH}z"
        parts.append(_area(area, shape))
        pins = by_area.get(area.code, ())
        labels.append(_label((left + TILE_WIDTH // 2, top + (22 if pins else 34)), short_label(area.short_name), pins))
    wide = max(column for _area_of, (column, _row) in cells) + 1
    high = max(row for _area_of, (_column, row) in cells) + 1
    box = f"0 0 {wide * (TILE_WIDTH + TILE_GAP) - TILE_GAP} {high * (TILE_HEIGHT + TILE_GAP) - TILE_GAP}"
    return picture("ds-cmap", sentence, "".join(parts + labels), view_box=box)


def _area(area: MappedUnit, outline: str) -> str:
    return f'<path class="w" d="{escape(outline)}"><title>{escape(area.short_name)}</title></path>'


def _label(at: tuple[int, int], label: str, pins: Sequence[MapPin]) -> str:
    x, y = at
    css = "wn" if pins else "wn bare"
    words = f'<text class="{css}" x="{x}" y="{y}">{escape(label)}</text>'
    first = x - _PIN_STEP * (min(len(pins), 4) - 1) / 2
    drawn = "".join(
        _pin(pin, first + _PIN_STEP * (index % 4), y + 22 + _PIN_STEP * (index // 4)) for index, pin in enumerate(pins)
    )
    return words + drawn


def _pin(pin: MapPin, x: float, y: float) -> str:
    css, mark = ("pin", "recognised") if pin.is_recognised else ("pin wip", "in-progress")
    return (
        f'<g class="{css}" data-pin="{mark}"><circle cx="{x:g}" cy="{y:g}" r="{_PIN}"/>'
        f'<text x="{x:g}" y="{y:g}" dy=".35em">{pin.number}</text></g>'
    )
