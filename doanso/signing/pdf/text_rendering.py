"""Text in the product's own font, embedded as a subset: number, date, and the words of a signature."""

import io
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from fontTools import subset
from fontTools.ttLib import TTFont
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.font.api import FontEngine
from pyhanko.pdf_utils.font.opentype import CIDFontType2, GlyphAccumulator
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter, PdfFileWriter

# Metrics of Tinos, which has those of Times New Roman, as shares of the font size.
ASCENT, DESCENT = 0.891, 0.216
LEADING = 1.15
# Smallest share of the requested size that official documents allow.
LEAST = 0.6


class Font(StrEnum):
    """The faces of the document's font."""

    REGULAR = "regular"
    ITALIC = "italic"
    BOLD = "bold"


@cache
def _bytes(font: Font) -> bytes:
    return (Path(settings.DOCUMENT_FONTS) / f"Tinos-{font.value.capitalize()}.ttf").read_bytes()


@lru_cache(maxsize=128)
def _subset(font: Font, glyphs: frozenset[int]) -> bytes:
    """Return the font file reduced to some glyphs, which keep their ids.

    Cached, since reading a font's layout tables takes most of a signature's time, and its words recur in the next one.
    """
    options = subset.Options(layout_closure=False, retain_gids=True)
    options.drop_tables += ["GPOS", "GDEF", "GSUB"]
    subsetter = subset.Subsetter(options=options)
    subsetter.populate(gids=sorted(glyphs))
    reduced = TTFont(io.BytesIO(_bytes(font)), recalcTimestamp=False)
    subsetter.subset(reduced)
    output = io.BytesIO()
    reduced.save(output)
    return output.getvalue()


@cache
def _parsed(font: Font) -> GlyphAccumulator:
    """Return the library's font of no file, which those of all files share the parsed tables with: no text changes them."""
    parsed = GlyphAccumulator(PdfFileWriter(), io.BytesIO(_bytes(font)), font_size=1000)
    parsed.hb_font.scale = (1000, 1000)
    return parsed


class _Embedded(GlyphAccumulator):
    """The library's embedded font, with widths corrected to thousandths of an em instead of the font's own units."""

    def __init__(self, writer: BasePdfFileWriter, font: Font) -> None:
        parsed = _parsed(font)
        vars(self).update(vars(parsed))
        name = parsed.cidfont_obj.name.partition("+")[2]
        FontEngine.__init__(self, writer, name, embedded_subset=True, font_size=1000)
        self._font_ref = writer.allocate_placeholder()
        self.cidfont_obj = CIDFontType2(self.tt, name, self.subset_prefix)
        self._glyphs, self._cid_to_unicode = {}, {}
        self._font = font
        self._share = 1000 / self.units_per_em
        self.units_per_em = 1000
        descriptor = self.cidfont_obj._font_descriptor
        for key in ("/Ascent", "/Descent", "/CapHeight"):
            descriptor[pdf_name(key)] = generic.NumberObject(round(descriptor[key] * self._share))
        box = [generic.NumberObject(round(number * self._share)) for number in descriptor["/FontBBox"]]
        descriptor[pdf_name("/FontBBox")] = generic.ArrayObject(box)

    def _get_cid_and_width(self, glyph_id: int) -> tuple[int, int]:
        if glyph_id not in self._glyphs:
            cid, width = super()._get_cid_and_width(glyph_id)
            self._glyphs[glyph_id] = cid, round(width * self._share)
        return self._glyphs[glyph_id]

    def _extract_subset(self, options: Any = None) -> None:
        """Use the cached subset; the library would build it again each time."""
        reduced = TTFont(io.BytesIO(_subset(self._font, frozenset(self._glyphs))), recalcTimestamp=False)
        self.tt = self.cidfont_obj._tt = reduced


class Letters:
    """One font in one revision of a file; the glyphs it drew are embedded when the revision is written."""

    def __init__(self, writer: BasePdfFileWriter, font: Font) -> None:
        self._engine = _Embedded(writer, font)
        self.resource = pdf_name(f"/T{font.value[0].upper()}")

    @property
    def reference(self) -> generic.IndirectObject:
        """The font as the file's pages name it."""
        return self._engine.as_resource()

    def width(self, text: str, size: float) -> float:
        """Return the width of a text."""
        return float(self._engine.shape(text, with_actual_text=False).x_advance) * size

    def line(self, text: str, x: float, y: float, size: float) -> bytes:
        """Return the PDF operators that draw one line of text, starting at its left end on the baseline."""
        if not text:
            return b""
        ops = self._engine.shape(text, with_actual_text=False).graphics_ops
        return b"BT %s %.3f Tf %.3f %.3f Td %s ET" % (self.resource.encode(), size, x, y, ops)


def form(commands: bytes, width: float, height: float, resources: generic.DictionaryObject) -> generic.StreamObject:
    """Return a form XObject of that size for a field's appearance."""
    stream = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject([generic.FloatObject(number) for number in (0, 0, width, height)]),
            pdf_name("/Resources"): resources,
        },
        stream_data=commands,
    )
    stream.compress()
    return stream


def empty_appearance(width: float, height: float) -> generic.StreamObject:
    """Return the empty appearance of a field."""
    return form(b"", width, height, generic.DictionaryObject())


def digits(writer: BasePdfFileWriter, font: Font) -> generic.IndirectObject:
    """Return the font for digits only."""
    letters = Letters(writer, font)
    letters.width("0123456789-/", 1)
    return letters.reference


def one_line(letters: Letters, text: str, *, width: float, height: float, size: float, align: int) -> Any:
    """Return a field's text, centred vertically and reduced to fit; None where it does not fit."""
    wide = letters.width(text, size)
    if wide > width:
        shrunk = size * width / wide
        if shrunk < LEAST * size:
            return None
        size, wide = shrunk, width
    x = (0.0, (width - wide) / 2, width - wide)[align]
    y = (height - (ASCENT + DESCENT) * size) / 2 + DESCENT * size
    commands = b"/Tx BMC q 0 g %s Q EMC" % letters.line(text, x, y, size)
    fonts = generic.DictionaryObject({letters.resource: letters.reference})
    return form(commands, width, height, generic.DictionaryObject({pdf_name("/Font"): fonts}))


def wrapped(letters: Letters, text: str, size: float, width: float) -> list[str]:
    """Return the text in lines of at most that width; a single longer word stays whole."""
    lines: list[str] = []
    for word in text.split():
        if lines and letters.width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
