"""A map of units: outlines of the committee's own drawing, or tiles in a grid. Colour shows only where an action is needed."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.safestring import SafeString

from doanso.lib.charts import picture, words

TILE_WIDTH, TILE_HEIGHT, TILE_GAP = 112, 68, 8
_TILE = "h{0}q8 0 8 8v{1}q0 8 -8 8h-{0}q-8 0 -8 -8v-{1}q0 -8 8 -8z".format(TILE_WIDTH - 16, TILE_HEIGHT - 16)
"""The outline of a tile with round corners, from the end of its upper left one."""
_LINE = 14
"""The longest line of a tile's label, in characters."""


@dataclass(frozen=True, slots=True)
class MapArea:
    """One unit of a map: its full name, its label and figure, its state, and where the label is centred."""

    name: str
    label: str
    value: str
    state: str
    at: tuple[int, int]
    outline: str = ""
    """Path data of the area; its owner has checked that it is nothing else."""


@dataclass(frozen=True, slots=True)
class MapGround:
    """What is drawn below the areas: the size of the drawing, and water with its name."""

    width: int
    height: int
    water: str = ""
    water_label: str = ""
    water_at: tuple[int, int] = (0, 0)


def _mark(state: str, x: int, y: int) -> str:
    """Return the shape of a state with its centre at that place; empty for states that need no action."""
    if state == "risk":
        return f'<rect class="gl" x="{x - 4}" y="{y - 4}" width="8" height="8"/>'
    if state == "behind":
        return f'<path class="gl" d="M{x} {y - 5}l5 9h-10z"/>'
    return ""


def _label(area: MapArea, lines: Sequence[str]) -> str:
    x, y = area.at
    top = y - 15 * (len(lines) - 1)
    names = "".join(f'<text x="{x}" y="{top + 15 * index}">{escape(line)}</text>' for index, line in enumerate(lines))
    mark = _mark(area.state, x - 6 - 4 * len(area.value), y + 11)
    value = f'<text class="v" x="{x + 6 if mark else x}" y="{y + 16}">{escape(area.value)}</text>'
    return f'<g class="wl" data-s="{area.state}">{names}{value}{mark}</g>'


def _title(area: MapArea) -> str:
    return f"<title>{escape(area.name)}: {escape(area.value)}, {words.state_names()[area.state]}</title>"


def outline_map(areas: Sequence[MapArea], ground: MapGround, sentence: str) -> SafeString:
    """Return the areas by their outlines, with label, figure and the shape of the state in each."""
    water = f'<path class="water" d="{escape(ground.water)}"/>' if ground.water else ""
    x, y = ground.water_at
    river = f'<text class="riv" x="{x}" y="{y}">{escape(ground.water_label)}</text>' if ground.water_label else ""
    shapes = "".join(
        f'<g class="w" data-s="{area.state}">{_title(area)}<path d="{escape(area.outline)}"/></g>' for area in areas
    )
    labels = "".join(_label(area, [area.label]) for area in areas)
    box = f"0 0 {ground.width} {ground.height}"
    return picture("ds-wmap", sentence, water + shapes + labels + river, view_box=box)


def tile_map(areas: Sequence[MapArea], sentence: str) -> SafeString:
    """Return the areas as tiles of one size; `at` is (column, row) of each, from 0."""
    if not areas:
        return SafeString("")
    columns = max(area.at[0] for area in areas) + 1
    rows = max(area.at[1] for area in areas) + 1
    parts = []
    for area in areas:
        x, y = area.at[0] * (TILE_WIDTH + TILE_GAP), area.at[1] * (TILE_HEIGHT + TILE_GAP)
        path = f'<path d="M{x + 8} {y}{_TILE}"/>'
        lines = _wrapped(area.label)
        centred = MapArea(area.name, area.label, area.value, area.state, (x + TILE_WIDTH // 2, y + 34))
        parts.append(f'<g class="w" data-s="{area.state}">{_title(area)}{path}</g>{_label(centred, lines)}')
    box = f"0 0 {columns * (TILE_WIDTH + TILE_GAP) - TILE_GAP} {rows * (TILE_HEIGHT + TILE_GAP) - TILE_GAP}"
    return picture("ds-wmap", sentence, "".join(parts), view_box=box)


def _wrapped(label: str) -> list[str]:
    """Return the label in one line, or in two broken between words; what does not fit two lines ends with an ellipsis."""
    if len(label) <= _LINE:
        return [label]
    first, rest = "", label
    for word in label.split():
        if first and len(first) + 1 + len(word) > _LINE:
            break
        first = f"{first} {word}".strip()
        rest = label[len(first) :].strip()
    if not rest:
        return [first[: _LINE - 1] + "…" if len(first) > _LINE else first]
    return [first, rest if len(rest) <= _LINE else rest[: _LINE - 1].rstrip() + "…"]
