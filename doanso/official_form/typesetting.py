"""Typesetting by typst, with the product's own fonts: a template receives its values as JSON and lays them out.

A person's text is never joined to a template's source. Only the product's fonts are used and the file has the document's date,
so equal values give equal bytes.
"""

import functools
import json
import re
import unicodedata
from collections.abc import Collection
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Literal, cast

import typst

from doanso.official_form.open_fields import OpenField, RenderedDocument

# Templates of every app import the shared ones by this root: "/official_form/typst/heads.typ".
ROOT = Path(__file__).resolve().parents[1]
FONTS = Path(__file__).resolve().parent / "fonts"
STANDARD: Literal["a-2b"] = "a-2b"
EXTRA_CHARACTERS = frozenset("≥≤≠≈→←✓")
"""Characters that officers write and that typst's built-in fonts add to those of Times."""
NUMBER_ROOM = "\u2007"
"""FIGURE SPACE, as wide as a digit: the place of a digit that is still to be written."""
_WIDE_ROOM = "\u00a0\u00a0"
_NO_GLYPH = "\ufffd"
_LONG_WORD = re.compile(r"\S{25,}")
_BREAKS = re.compile(r"([-/._?&=@,;]|.{24}(?=.))")


@functools.cache
def fonts() -> typst.Fonts:
    """Return the product's fonts alone; fonts installed on the machine are not used."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


@functools.cache
def supported_characters() -> frozenset[str]:
    """Return the characters that can be printed."""
    ranges = json.loads((FONTS / "manifest.json").read_text(encoding="utf-8"))["letters"].split()
    bounds = [[int(code, 16) for code in span.split("-")] for span in ranges]
    return EXTRA_CHARACTERS.union(chr(code) for bound in bounds for code in range(bound[0], bound[-1] + 1))


def make_printable(text: str) -> str:
    """Return the text in characters that the fonts have; U+FFFD replaces any other, because PDF/A forbids missing glyphs.

    Words of 25 characters and more (addresses) get break opportunities, because a table cell cannot grow.
    """
    supported = supported_characters()
    characters = []
    for char in unicodedata.normalize("NFC", text):
        category = unicodedata.category(char)
        if category == "Zs":
            characters.append(char if char == " " else "\u00a0")
        elif char in "\n\t":
            characters.append(" ")
        elif category not in {"Cc", "Cf", "Mn"} or (char in supported and category == "Mn"):
            characters.append(char if char in supported else _NO_GLYPH)
    return _LONG_WORD.sub(lambda word: _BREAKS.sub("\\1\u200b", word[0]), "".join(characters))


def widen_number_room(text: str) -> str:
    """Replace each `NUMBER_ROOM` by spaces of a digit's width, because the fonts have no figure space."""
    return text.replace(NUMBER_ROOM, _WIDE_ROOM)


def _make_values_printable(value: Any, exact: Collection[str], key: str = "") -> Any:
    """Apply `make_printable` to every text within a JSON value, except under the keys of `exact`."""
    if isinstance(value, dict):
        return {name: _make_values_printable(nested, exact, name) for name, nested in value.items()}
    if isinstance(value, list | tuple):
        return [_make_values_printable(element, exact, key) for element in value]
    return make_printable(value) if isinstance(value, str) and key not in exact else value


class TypstDocument:
    """A typst template with its values, ready to be rendered.

    Each has its own compiler, because web threads must not share one; typst keeps what is costly for the whole process.
    """

    def __init__(
        self, template: Path, name: str, values: dict[str, Any], *, dated: date, exact: Collection[str]
    ) -> None:
        """Prepare a rendering; the template reads `values` from its input `name`. Texts under the keys `exact` stay unchanged."""
        self._moment = datetime.combine(dated, time(), UTC)
        self._compiler = typst.Compiler(
            template,
            root=ROOT,
            font_paths=fonts(),
            sys_inputs={name: json.dumps(_make_values_printable(values, exact), ensure_ascii=False)},
        )

    def render_pdf(self) -> bytes:
        """Return the PDF/A-2b."""
        return cast(bytes, self._compiler.compile(timestamp=self._moment, format="pdf", pdf_standards=[STANDARD]))

    def render_pages(self, ppi: int) -> list[bytes]:
        """Return a PNG of each page."""
        pages = self._compiler.compile(timestamp=self._moment, format="png", ppi=ppi)
        return pages if isinstance(pages, list) else [cast(bytes, pages)]

    def render_document(self) -> RenderedDocument:
        """Return the PDF with the open fields that the template records."""
        pdf = self.render_pdf()
        entries: list[dict[str, Any]] = json.loads(self._compiler.query("<open-field>", field="value"))
        open_fields = {
            entry.pop("name"): OpenField(**{name: _rounded(value) for name, value in entry.items()})
            for entry in entries
        }
        return RenderedDocument(pdf, open_fields)


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value
