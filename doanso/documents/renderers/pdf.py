"""A document as PDF in its form, and its pages as images, made by one typst template."""

from pathlib import Path
from typing import Any

from doanso.documents.renderers import lines
from doanso.documents.renderers.blocks import as_values, trim_end, with_end_mark
from doanso.documents.renderers.content import BOXES, CIRCULATIONS, URGENCIES, DocumentContent
from doanso.official_form import verification_mark, wording
from doanso.official_form.open_fields import RenderedDocument
from doanso.official_form.typesetting import TypstDocument, widen_number_room

TEMPLATE = Path(__file__).parent / "typst" / "document.typ"


def render(content: DocumentContent) -> RenderedDocument:
    """Return the PDF with its open fields."""
    return _typst_document(content).render_document()


def pages(content: DocumentContent, *, ppi: int) -> list[bytes]:
    """Return a PNG of each page."""
    return _typst_document(content).render_pages(ppi)


def _typst_document(content: DocumentContent) -> TypstDocument:
    return TypstDocument(
        TEMPLATE, "document", _values(content), dated=lines.dated_in_file(content), exact=verification_mark.EXACT
    )


def _values(content: DocumentContent) -> dict[str, Any]:
    """Return the values that the template lays out."""
    day, month, year = lines.date_parts(content)
    dated = lines.dated_in_file(content)
    width, height = BOXES.get(content.urgency, (0.0, 0.0))
    room = wording.text_width(content.form)
    return {
        "form": content.form,
        "title": lines.title(content),
        "author": content.issuers[0].name,
        "date": [dated.year, dated.month, dated.day],
        "draft": content.draft,
        "watermark": lines.WATERMARK,
        "urgency": {"words": URGENCIES.get(content.urgency, ""), "width": width, "height": height},
        "circulation": CIRCULATIONS.get(content.circulation, ""),
        "verify": verification_mark.template_values(content.verify_code, content.verify_url),
        "head": {
            "superior": lines.superior(content),
            "names": [entry.upper() for entry in lines.names(content)],
            "number": lines.number(content),
            "digits": content.digits,
            "symbol": f"{wording.number_separator(content.form)}{content.symbol}",
            "place": content.place,
            "day": day,
            "month": month,
            "month_digits": wording.month_digits(dated),
            "year": year,
            "union": wording.UNION,
            "nation": wording.NATION,
            "motto": wording.MOTTO,
            "type": content.kind.name,
            "summary": content.summary,
            "about": lines.letter_subject(content),
            "to": list(content.addressees),
        },
        "body": as_values(with_end_mark(content.body, content.form), room),
        "signatures": [
            {"authority": list(entry.authority), "post": entry.post, "signer": entry.name}
            for entry in content.signatories
        ],
        "recipients": wording.recipients(content.recipients),
        "appendices": [
            {
                "label": lines.appendix_label(index, len(content.appendices)),
                "title": appendix.title,
                "goes_with": widen_number_room(lines.goes_with(content)),
                "body": as_values(trim_end(appendix.body), room),
            }
            for index, appendix in enumerate(content.appendices, 1)
        ],
    }
