"""The plan of a place as SVG: blocks, water, roads, the street itself, words, and numbered public points."""

from collections.abc import Mapping, Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString

from doanso.lib.charts import picture
from doanso.places.rules.plans import WIDTH, Block, Plan, Position

_PIN_RADIUS = 11


def plan_svg(plan: Plan, pins: Mapping[int, Position], sentence: str, *, front: int | None = None) -> SafeString:
    """Return the drawing with a numbered circle for each point, that of the point `front` above the others.

    The same points must stand beside it as a list.
    """
    water = "".join(f'<path class="water" d="{_shore(line, plan.height)}"/>' for line in plan.water)
    roads = "".join(f'<path class="road" d="{_path(line)}"/>' for line in plan.roads)
    blocks = "".join(_block(block) for block in plan.blocks)
    streets = "".join(f'<path class="main" data-part="street" d="{_path(line)}"/>' for line in plan.streets)
    names = "".join(_name(block) for block in plan.blocks if block.name)
    labels = "".join(f'<text x="{label.at[0]}" y="{label.at[1]}">{escape(label.text)}</text>' for label in plan.labels)
    drawn_pins = "".join(
        _pin(number, pins[number], is_front=number == front) for number in sorted(pins, key=lambda n: (n == front, n))
    )
    inner = f'{water}{roads}<g class="blk">{blocks}</g>{streets}{names}{labels}{drawn_pins}'
    return picture("ds-map", sentence, inner, view_box=f"0 0 {WIDTH} {plan.height}")


def _path(line: Sequence[Position]) -> str:
    return "M" + "L".join(f"{x} {y}" for x, y in line)


def _shore(line: Sequence[Position], height: int) -> str:
    """Return the outline of water: curved at its bends, straight along the edge of the sheet."""
    count = len(line)
    first = _middle(line[-1], line[0])
    path = [f"M{first[0]:g} {first[1]:g}"]
    for index, (x, y) in enumerate(line):
        end = _middle((x, y), line[(index + 1) % count])
        if x in (0, WIDTH) or y in (0, height):
            path.append(f"L{x} {y}L{end[0]:g} {end[1]:g}")
        else:
            path.append(f"Q{x} {y} {end[0]:g} {end[1]:g}")
    return "".join(path) + "Z"


def _middle(begin: Position, end: Position) -> tuple[float, float]:
    return (begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2


def _block(block: Block) -> str:
    return f'<rect x="{block.at[0]}" y="{block.at[1]}" width="{block.width}" height="{block.height}" rx="3"/>'


def _name(block: Block) -> str:
    x, y = block.at[0] + block.width / 2, block.at[1] + block.height / 2
    return f'<text class="mid" x="{x:g}" y="{y:g}" dy=".35em">{escape(block.name)}</text>'


def _pin(number: int, at: Position, *, is_front: bool) -> str:
    x, y = at
    css, mark = ("pin on", "front") if is_front else ("pin", "point")
    return (
        f'<g class="{css}" data-pin="{mark}"><circle cx="{x}" cy="{y}" r="{_PIN_RADIUS}"/>'
        f'<text x="{x}" y="{y}" dy=".35em">{number}</text></g>'
    )
