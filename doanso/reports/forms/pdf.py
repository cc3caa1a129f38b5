"""A report as PDF in the official form, and its pages as pictures for the editor: one typst template makes both.

The template receives values as JSON and lays them out; nothing a person wrote is ever joined to its source. Only our own
fonts are used, the date in the file is the document's, so the same content gives the same bytes.
"""

import functools
import json
import re
import unicodedata
from dataclasses import asdict
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, cast

import typst

from doanso.reports.content import Column, Passage, ReportContent
from doanso.reports.forms import wording
from doanso.reports.forms.appendix import cell, sheets
from doanso.reports.forms.axis import axis
from doanso.reports.forms.tables import Table, tables

TEMPLATE = Path(__file__).parent / "typst"
FONTS = Path(__file__).parent.parent / "fonts"
STANDARD = "a-2b"
EXTRA_LETTERS = frozenset("≥≤≠≈→←✓")
"""Beyond Times' own letters, what officers write and typst's built-in fonts have."""
_EXACT = {"link", "hash"}
# For a number written by hand.
_ROOM = "\u00a0\u00a0"
_NO_GLYPH = "\ufffd"
_LONG_WORD = re.compile(r"\S{25,}")
_BREAKS = re.compile(r"([-/._?&=@,;]|.{24}(?=.))")


def render_pdf(content: ReportContent, *, base: str) -> bytes:
    """The document as PDF/A-2b; `base` stands before every path."""
    return cast(bytes, _compile(content, base, format="pdf", pdf_standards=[STANDARD]))


def render_pages(content: ReportContent, *, base: str, ppi: int = 96) -> list[bytes]:
    """Every page as PNG."""
    made = _compile(content, base, format="png", ppi=ppi)
    return made if isinstance(made, list) else [cast(bytes, made)]


def _compile(content: ReportContent, base: str, **options: Any) -> bytes | list[bytes] | None:
    # A compiler of its own for each call, as web threads share none; what is costly, typst keeps for the whole process.
    return typst.Compiler(
        TEMPLATE / "report.typ",
        root=TEMPLATE,
        font_paths=_fonts(),
        sys_inputs={"report": json.dumps(_printable(_values(content, base)), ensure_ascii=False)},
    ).compile(timestamp=datetime.combine(content.head.dated, time(), UTC), **options)


@functools.cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[FONTS])


@functools.cache
def letters() -> frozenset[str]:
    """The characters that can be printed."""
    ranges = json.loads((FONTS / "manifest.json").read_text(encoding="utf-8"))["letters"].split()
    bounds = [[int(code, 16) for code in one.split("-")] for one in ranges]
    return EXTRA_LETTERS.union(chr(code) for bound in bounds for code in range(bound[0], bound[-1] + 1))


def printable(text: str) -> str:
    """The text in letters that the fonts have. What cannot be printed shows as a mark of its own: PDF/A forbids gaps.

    Very long words (addresses) may break, because a cell cannot give way.
    """
    known = letters()
    shown = []
    for char in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(char)
        if kind == "Zs":
            shown.append(char if char == " " else "\u00a0")
        elif char in "\n\t":
            shown.append(" ")
        elif kind not in {"Cc", "Cf", "Mn"} or (char in known and kind == "Mn"):
            shown.append(char if char in known else _NO_GLYPH)
    return _LONG_WORD.sub(lambda word: _BREAKS.sub("\\1\u200b", word[0]), "".join(shown))


def _printable(value: Any, key: str = "") -> Any:
    """Every text within a JSON value made printable, except what is copied out letter by letter."""
    if isinstance(value, dict):
        return {name: _printable(one, name) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one, key) for one in value]
    return printable(value) if isinstance(value, str) and key not in _EXACT else value


def _values(content: ReportContent, base: str) -> dict[str, Any]:
    """What the template lays out."""
    head = content.head
    parts = wording.parts(content)
    draft = not wording.is_frozen(content)
    number = wording.number_line(content).replace("\u2007", _ROOM)
    return {
        "form": content.form,
        "title": f"{head.type_name} {head.summary}",
        "author": content.unit,
        "date": [head.dated.year, head.dated.month, head.dated.day],
        "draft": wording.DRAFT if draft else "",
        "head": {
            "superior": head.superior,
            "issuer": head.issuer,
            "number": number,
            "union": wording.UNION,
            "nation": wording.NATION,
            "motto": wording.MOTTO,
            "place_and_date": wording.place_and_date(head),
            "type": head.type_name,
            "summary": head.summary,
            "to": head.to,
            "goes_with": wording.goes_with(content).replace("\u2007", _ROOM),
        },
        "before": [_passage(one) for one in parts.before],
        "results": [_passage(one) for one in parts.results],
        "after": [_passage(one) for one in parts.after],
        "span": wording.days(content),
        "tables": [_table(one, base) for one in tables(content)],
        "changes": content.changes,
        "late_units": ", ".join(content.late_units),
        "charts": [axis(one) for one in content.charts if one.points],
        "notes": content.notes,
        "sign": {"authority": head.authority, "post": head.post, "signer": head.signer},
        "recipients": wording.recipients(head.recipients),
        "appendix": _appendix(content, base),
        "hash": content.frozen_hash,
        "link": _link(base, content.path),
    }


def _link(base: str, path: str) -> str:
    return base.rstrip("/") + path if base and path else ""


def _passage(passage: Passage) -> dict[str, Any]:
    return {
        "heading": wording.heading(passage),
        "level": min(max(passage.level, 1), 3),
        "paragraphs": [line.strip() for one in passage.paragraphs for line in one.splitlines() if line.strip()],
    }


def _column(column: Column) -> dict[str, str]:
    return {"key": column.key, "title": column.title, "over": column.over}


def _table(table: Table, base: str) -> dict[str, Any]:
    rows = [
        {"heading": row.heading, "cells": [{"text": one.text, "link": _link(base, one.path)} for one in row.cells]}
        for row in table.rows
    ]
    return {**asdict(table), "columns": [_column(one) for one in table.columns], "rows": rows}


def _appendix(content: ReportContent, base: str) -> list[dict[str, Any]]:
    """The tables per unit, each with its layout."""
    return [
        {
            "layout": {name: value for name, value in asdict(sheet).items() if name != "places"},
            "columns": [_column(content.columns[place]) for place in sheet.places],
            "rows": [
                {
                    "number": str(row.number),
                    "unit": row.unit,
                    "cells": [cell(row.cells, place) for place in sheet.places],
                    "note": row.note,
                    "link": _link(base, row.path),
                }
                for row in content.units
            ],
            "sums": [cell(content.sums, place) for place in sheet.places] if content.sums else [],
        }
        for sheet in sheets(content)
    ]
