"""A report as PDF in the official form, and its pages as images for the editor: one typst template makes both."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from doanso.official_form import verification_mark
from doanso.official_form import wording as official
from doanso.official_form.head import Signatory
from doanso.official_form.open_fields import RenderedDocument
from doanso.official_form.typesetting import TypstDocument, widen_number_room
from doanso.reports.content import PassageText, ReportColumn, ReportContent
from doanso.reports.renderers import wording
from doanso.reports.renderers.appendix import cell, sheets
from doanso.reports.renderers.axis import axis
from doanso.reports.renderers.tables import ReportTable, tables

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
_EXACT = {"link", "hash", *verification_mark.EXACT}


def render_pdf(content: ReportContent, *, base: str) -> bytes:
    """Return the document as PDF/A-2b; `base` is prefixed to every path."""
    return _typst_document(content, base).render_pdf()


def render_document(
    content: ReportContent,
    *,
    base: str,
    verify_code: str,
    verify_url: str,
    signatory: Signatory | None = None,
    digits: int = 2,
) -> RenderedDocument:
    """Return the report as a document still to be signed, with open fields for number, date, signature and seal.

    The signer's name is that of `signatory`, or of the letterhead as long as no signer is known. Every page shows the
    verification id of the document; the figures' own hash is printed as well. The number field has space for `digits` digits.
    """
    head = content.head
    signing = {
        "number": "" if head.number is None else f"{head.number:02}",
        "digits": digits,
        "symbol": wording.after_number(content),
        "place": head.place,
        "day": "",
        "month": "",
        "month_digits": official.month_digits(head.dated),
        "year": "",
        "verify": verification_mark.template_values(verify_code, verify_url),
    }
    return _typst_document(content, base, signing, signatory).render_document()


def render_pages(content: ReportContent, *, base: str, ppi: int = 96) -> list[bytes]:
    """Return every page as PNG."""
    return _typst_document(content, base).render_pages(ppi)


def _typst_document(
    content: ReportContent, base: str, signing: dict[str, Any] | None = None, signatory: Signatory | None = None
) -> TypstDocument:
    values = _values(content, base)
    if signatory is not None:
        values["sign"] = {
            "authority": signatory.authority,
            "post": signatory.post,
            "signer": signatory.name,
        }
    if signing is not None:
        values["signing"] = signing
        values["head"]["goes_with"] = widen_number_room(wording.goes_with(content, is_open=True))
    return TypstDocument(TEMPLATE, "report", values, dated=content.head.dated, exact=_EXACT)


def _values(content: ReportContent, base: str) -> dict[str, Any]:
    """Return the values of the template."""
    head = content.head
    parts = wording.parts(content)
    draft = not wording.is_frozen(content)
    return {
        "form": content.form,
        "title": f"{head.type_name} {head.summary}",
        "author": content.unit,
        "date": [head.dated.year, head.dated.month, head.dated.day],
        "draft": official.DRAFT if draft else "",
        "head": {
            "superior": head.superior,
            "issuer": head.issuer,
            "number": widen_number_room(wording.number_line(content)),
            "union": official.UNION,
            "nation": official.NATION,
            "motto": official.MOTTO,
            "place_and_date": official.place_and_date(head.place, head.dated),
            "type": head.type_name,
            "summary": head.summary,
            "to": head.to,
            "goes_with": widen_number_room(wording.goes_with(content)),
        },
        "before": [_passage(passage) for passage in parts.before],
        "results": [_passage(passage) for passage in parts.results],
        "after": [_passage(passage) for passage in parts.after],
        "span": wording.span_words(content),
        "tables": [_table(table, base) for table in tables(content)],
        "unexplained": wording.lagging_units(content),
        "changes": content.changes,
        "late_units": ", ".join(content.late_units),
        "charts": [axis(chart) for chart in content.charts if chart.points],
        "notes": content.notes,
        "sign": {"authority": [head.authority], "post": head.post, "signer": head.signer},
        "recipients": official.recipients(head.recipients),
        "appendix": _appendix(content, base),
        "hash": content.frozen_hash,
        "link": _link(base, content.path),
    }


def _link(base: str, path: str) -> str:
    return base.rstrip("/") + path if base and path else ""


def _passage(passage: PassageText) -> dict[str, Any]:
    return {
        "heading": wording.heading(passage),
        "level": min(max(passage.level, 1), 3),
        "paragraphs": [
            line.strip() for paragraph in passage.paragraphs for line in paragraph.splitlines() if line.strip()
        ],
    }


def _column(column: ReportColumn) -> dict[str, str]:
    return {"key": column.key, "title": column.title, "over": column.over}


def _table(table: ReportTable, base: str) -> dict[str, Any]:
    rows = [
        {"heading": row.heading, "cells": [{"text": cell.text, "link": _link(base, cell.path)} for cell in row.cells]}
        for row in table.rows
    ]
    return {**asdict(table), "columns": [_column(column) for column in table.columns], "rows": rows}


def _appendix(content: ReportContent, base: str) -> list[dict[str, Any]]:
    """Return the tables per unit, each with its layout."""
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
