"""Reports as they are printed, read and measured."""

import dataclasses
import functools

from doanso.official_form.tests.pdf_reading import POINT, Document, Picture, Sheet, mm, style, width
from doanso.reports.content import PassageText, ReportContent
from doanso.reports.renderers.pdf import render_pages, render_pdf
from doanso.reports.tests.contents import BASE, FROZEN

__all__ = [
    "POINT", "Document", "Picture", "Sheet", "mm", "pictures", "read", "style", "width", "with_head", "with_words",
]  # fmt: skip


@functools.cache
def read(content: ReportContent) -> Document:
    """The printed report."""
    return Document(render_pdf(content, base=BASE))


@functools.cache
def pictures(content: ReportContent) -> list[Picture]:
    """The editor's preview of it, large enough to measure."""
    return [Picture.read(page) for page in render_pages(content, base=BASE, ppi=150)]


def with_head(content: ReportContent, **changes: object) -> ReportContent:
    """The report with other words in its head."""
    return dataclasses.replace(content, head=dataclasses.replace(content.head, **changes))


def with_words(words: str) -> ReportContent:
    """The frozen report with these words only."""
    return dataclasses.replace(FROZEN, passages=(PassageText("I", "Chỉ đạo", 1, (words,)),))
