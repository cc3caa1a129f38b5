"""Our own letters, and setting a page in them: typst receives values as JSON and lays them out.

Nothing a person wrote is ever joined to a template's source. Only our own fonts are used, the date in the file is the
document's, so the same values give the same bytes.
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

from doanso.documents.official.signature_fields import Place, Rendered

# Templates of every app may take the shared heads from here: "/documents/official/typst/heads.typ".
ROOT = Path(__file__).resolve().parents[2]
FONTS = Path(__file__).resolve().parents[1] / "fonts"
STANDARD: Literal["a-2b"] = "a-2b"
EXTRA_LETTERS = frozenset("≥≤≠≈→←✓")
"""Beyond Times' own letters, what officers write and typst's built-in fonts have."""
ROOM = "\u2007"
"""As wide as a digit; stands where a number is still to be written."""
_WIDE_ROOM = "\u00a0\u00a0"
_NO_GLYPH = "\ufffd"
_LONG_WORD = re.compile(r"\S{25,}")
_BREAKS = re.compile(r"([-/._?&=@,;]|.{24}(?=.))")


@functools.cache
def fonts() -> typst.Fonts:
    """Ours alone; what a machine has installed is not looked at."""
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


@functools.cache
def letters() -> frozenset[str]:
    """The characters that can be printed."""
    ranges = json.loads((FONTS / "manifest.json").read_text(encoding="utf-8"))["letters"].split()
    bounds = [[int(code, 16) for code in span.split("-")] for span in ranges]
    return EXTRA_LETTERS.union(chr(code) for bound in bounds for code in range(bound[0], bound[-1] + 1))


def printable(text: str) -> str:
    """The text in letters that the fonts have. What cannot be printed shows as a mark of its own: PDF/A forbids gaps.

    Very long words (addresses) may break, because a cell cannot give way.
    """
    supported = letters()
    characters = []
    for char in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(char)
        if kind == "Zs":
            characters.append(char if char == " " else "\u00a0")
        elif char in "\n\t":
            characters.append(" ")
        elif kind not in {"Cc", "Cf", "Mn"} or (char in supported and kind == "Mn"):
            characters.append(char if char in supported else _NO_GLYPH)
    return _LONG_WORD.sub(lambda word: _BREAKS.sub("\\1\u200b", word[0]), "".join(characters))


def with_room(text: str) -> str:
    """The text with the room for a number as wide as its digits; the fonts have no such space."""
    return text.replace(ROOM, _WIDE_ROOM)


def _printable(value: Any, exact: Collection[str], key: str = "") -> Any:
    """Every text within a JSON value made printable, except what is copied out letter by letter."""
    if isinstance(value, dict):
        return {name: _printable(item, exact, name) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(item, exact, key) for item in value]
    return printable(value) if isinstance(value, str) and key not in exact else value


class Setting:
    """One paper under way: a template with its values.

    A compiler of its own for each, as web threads share none; what is costly, typst keeps for the whole process.
    """

    def __init__(
        self, template: Path, name: str, values: dict[str, Any], *, dated: date, exact: Collection[str]
    ) -> None:
        """`name` is what the template calls its values; `exact` are the keys whose texts are not to be touched."""
        self._moment = datetime.combine(dated, time(), UTC)
        self._compiler = typst.Compiler(
            template,
            root=ROOT,
            font_paths=fonts(),
            sys_inputs={name: json.dumps(_printable(values, exact), ensure_ascii=False)},
        )

    def pdf(self) -> bytes:
        """As PDF/A-2b."""
        return cast(bytes, self._compiler.compile(timestamp=self._moment, format="pdf", pdf_standards=[STANDARD]))

    def pictures(self, ppi: int) -> list[bytes]:
        """Every page as PNG."""
        pages = self._compiler.compile(timestamp=self._moment, format="png", ppi=ppi)
        return pages if isinstance(pages, list) else [cast(bytes, pages)]

    def rendered(self) -> Rendered:
        """As PDF, with the places that the template tells of."""
        pdf = self.pdf()
        entries: list[dict[str, Any]] = json.loads(self._compiler.query("<place>", field="value"))
        places = {
            entry.pop("name"): Place(**{name: _rounded(value) for name, value in entry.items()}) for entry in entries
        }
        return Rendered(pdf, places)


def _rounded(value: Any) -> Any:
    return round(value, 2) if isinstance(value, float) else value
