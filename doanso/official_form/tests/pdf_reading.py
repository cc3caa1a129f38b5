"""Reading of PDFs in tests: text with its position in millimetres from the upper left corner, and the ink of page images."""

import functools
import io
import re
from dataclasses import dataclass

import pytest
from fontTools.ttLib import TTFont
from PIL import Image
from pypdf import PageObject, PdfReader

from doanso.official_form.typesetting import FONTS

POINT = 25.4 / 72
DARK = 128


@dataclass(frozen=True)
class Run:
    """Letters of one font on one base line, from `left` to `right`."""

    text: str
    left: float
    right: float
    base: float
    size: float
    font: str

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@functools.cache
def _widths(name: str) -> dict[str, int]:
    """Each letter's width in 2048ths of the size; nothing of a font that is not ours."""
    path = FONTS / f"{name}.ttf"
    if not path.exists():
        return {}
    font = TTFont(path)
    return {chr(code): font["hmtx"][glyph][0] for code, glyph in font.getBestCmap().items()}


def width(text: str, name: str, size: float) -> float:
    """How wide a text is as set by its letters' own widths."""
    return sum(_widths(name).get(char, 0) for char in text) / 2048 * size * POINT


class Sheet:
    """One page with everything it says, in the order of the file."""

    def __init__(self, page: PageObject) -> None:
        self.page = page
        self.width, self.height = (float(side) * POINT for side in page.mediabox[2:])

    @functools.cached_property
    def runs(self) -> list[Run]:
        runs: list[Run] = []

        def visit(text: str, cm: list[float], tm: list[float], font: dict[str, str] | None, size: float) -> None:
            words = text.strip(" \n")
            # Rotated text is no line.
            if not words.strip() or font is None or abs(cm[1]) > 0.01:
                return
            name = font["/BaseFont"].partition("+")[2]
            left, base = (cm[4] + tm[4]) * POINT, self.height - (cm[5] - tm[5]) * POINT
            runs.append(Run(words, left, left + width(words, name, size), base, size, name))

        self.page.extract_text(visitor_text=visit)
        return runs

    @functools.cached_property
    def lines(self) -> list[str]:
        """The text of each base line from top to bottom, cells and words joined by a space."""
        rows: dict[float, list[Run]] = {}
        for run in self.runs:
            rows.setdefault(round(run.base, 1), []).append(run)
        return [" ".join(run.text for run in sorted(rows[base], key=lambda part: part.left)) for base in sorted(rows)]

    def find(self, text: str) -> Run:
        """Return the first run with exactly this text."""
        return next(run for run in self.runs if run.text == text)

    @property
    def links(self) -> list[str]:
        """Return the addresses of the page's links."""
        notes = (annotation.get_object() for annotation in self.page.get("/Annots", []))
        return [note["/A"]["/URI"] for note in notes if note["/Subtype"] == "/Link"]


class Document:
    """A PDF with its pages."""

    def __init__(self, data: bytes) -> None:
        self.reader = PdfReader(io.BytesIO(data))
        self.sheets = [Sheet(page) for page in self.reader.pages]

    @property
    def lines(self) -> list[str]:
        return [line for sheet in self.sheets for line in sheet.lines]

    @property
    def links(self) -> set[str]:
        return {link for sheet in self.sheets for link in sheet.links}


@dataclass(frozen=True)
class Picture:
    """The image of a page, in grey."""

    image: Image.Image

    @classmethod
    def read(cls, data: bytes) -> "Picture":
        return cls(Image.open(io.BytesIO(data)).convert("L"))

    @property
    def per_mm(self) -> float:
        return self.image.width / 210 if self.image.width < self.image.height else self.image.width / 297

    def ink(self, top: float, bottom: float) -> tuple[float, float, float, float]:
        """Return the bounding box (left, top, right, bottom) of dark pixels between two heights, in millimetres."""
        scale = self.per_mm
        first = round(top * scale)
        band = self.image.crop((0, first, self.image.width, round(bottom * scale)))
        box = band.point(lambda value: 255 * (value < DARK)).getbbox()
        assert box is not None, "no ink there"
        return box[0] / scale, (box[1] + first) / scale, box[2] / scale, (box[3] + first) / scale

    def rules(self, top: float, bottom: float, least: float = 8) -> list[tuple[float, float, float]]:
        """Return horizontal lines of at least `least` millimetres: height, left and right end."""
        scale, rules = self.per_mm, []
        for row in range(round(top * scale), round(bottom * scale)):
            greys = self.image.crop((0, row, self.image.width, row + 1)).tobytes()
            dark = re.finditer(rb"[\x00-\xc7]+", greys)
            rules += [
                (row / scale, match.start() / scale, match.end() / scale)
                for match in dark
                if len(match[0]) >= least * scale
            ]
        return rules


def mm(value: float) -> object:
    """Compare equal to that many millimetres within what can be measured on paper."""
    return pytest.approx(value, abs=0.15)


def style(page: Sheet, text: str) -> tuple[str, float]:
    """Return the font style and size of a text."""
    run = page.find(text)
    return run.font.removeprefix("Tinos-"), round(run.size, 1)
