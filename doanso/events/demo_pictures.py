"""Pictures drawn for the demo's photos: a square with tents, flags and a stage, and nobody in it."""

import io
from random import Random

from PIL import Image, ImageDraw

_SIZE = (1280, 960)
_AWNINGS = ("#c8202f", "#1f5fbf", "#0f8a7e", "#f4b740", "#7a4fb5", "#d9622b")
_SKIES = {"morning": ("#bfe0ff", "#fdf3dc"), "noon": ("#6fb4f2", "#dff0ff"), "evening": ("#33406b", "#f2a65a")}


def scene(seed: int, light: str = "morning", *, stage: bool = False) -> bytes:
    """Return a JPEG of a square: the same seed draws the same one. `light` is morning, noon or evening."""
    chance = Random(seed)  # noqa: S311 - the picture must be the same each time
    picture = Image.new("RGB", _SIZE)
    draw = ImageDraw.Draw(picture)
    _ground(draw, *_SKIES[light])
    _trees(draw, chance)
    if stage:
        _stage(draw)
    for row, (top, width) in enumerate(((470, 190), (600, 300))):
        x = -chance.randrange(width // 2)
        while x < _SIZE[0]:
            _tent(draw, x, top, width, chance.choice(_AWNINGS), chance.randrange(2, 5) + row)
            x += width + chance.randrange(20, 70)
    _flags(draw, chance)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _ground(draw: ImageDraw.ImageDraw, top: str, bottom: str) -> None:
    """Draw the sky, lighter towards the ground, and the square's paving."""
    first, last = (tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5)) for colour in (top, bottom))
    for y in range(560):
        share = y / 560
        draw.line(
            [(0, y), (_SIZE[0], y)], fill=tuple(round(a + (b - a) * share) for a, b in zip(first, last, strict=True))
        )
    draw.rectangle([0, 560, *_SIZE], fill="#cfc6b4")
    for x in range(-600, 1900, 110):
        draw.line([(640 + (x - 640) // 3, 560), (x, 960)], fill="#bdb39f", width=3)
    for y in (600, 655, 730, 830):
        draw.line([(0, y), (_SIZE[0], y)], fill="#bdb39f", width=3)


def _trees(draw: ImageDraw.ImageDraw, chance: Random) -> None:
    for x in range(-40, _SIZE[0], 150):
        height = chance.randrange(130, 210)
        draw.rectangle([x + 62, 560 - height // 2, x + 74, 560], fill="#6b4f35")
        green = chance.choice(("#2f7d4f", "#3c8f5a", "#276b45"))
        draw.ellipse([x, 560 - height - 60, x + 136, 560 - height // 3], fill=green)


def _stage(draw: ImageDraw.ImageDraw) -> None:
    draw.rectangle([330, 250, 950, 600], fill="#12305f")
    draw.rectangle([350, 270, 930, 420], fill="#1f5fbf")
    draw.rectangle([300, 560, 980, 640], fill="#8a5a3a")
    draw.polygon([(640, 290), (660, 345), (715, 345), (670, 378), (688, 405), (640, 388), (592, 405), (610, 378), (565, 345),
                  (620, 345)], fill="#f4b740")  # fmt: skip


def _tent(draw: ImageDraw.ImageDraw, x: int, top: int, width: int, colour: str, stripes: int) -> None:
    """Draw a booth with a striped awning, a table and a board."""
    height = width * 3 // 4
    draw.rectangle([x + 8, top, x + width - 8, top + height], fill="#f7f4ec", outline="#8b8577", width=3)
    draw.rectangle([x + width // 4, top + height // 5, x + width * 3 // 4, top + height // 2], fill="#ffffff", outline="#5d6a83",
                   width=2)  # fmt: skip
    draw.rectangle([x, top + height * 2 // 3, x + width, top + height], fill=colour)
    draw.polygon(
        [(x + 20, top - width // 5), (x + width - 20, top - width // 5), (x + width, top), (x, top)], fill=colour
    )
    step = max(width // (2 * stripes), 8)
    for left in range(x, x + width - step, 2 * step):
        draw.rectangle([left, top - 4, left + step, top + width // 12], fill="#ffffff")


def _flags(draw: ImageDraw.ImageDraw, chance: Random) -> None:
    for x in range(0, _SIZE[0], 60):
        y = 120 + abs(640 - x) // 12
        draw.line([(x, y), (x + 60, 120 + abs(640 - x - 60) // 12)], fill="#44526c", width=2)
        draw.polygon([(x + 8, y), (x + 44, y), (x + 26, y + 40)], fill=chance.choice(_AWNINGS))
