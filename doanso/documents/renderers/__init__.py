"""Renderers of documents: one content feeds print, preview and Word; values in, bytes out."""

from doanso.documents.renderers.content import DocumentContent
from doanso.official_form.open_fields import OpenField, RenderedDocument

__all__ = ["DocumentContent", "OpenField", "RenderedDocument", "render_docx", "render_pages", "render_pdf"]


def render_pdf(content: DocumentContent) -> RenderedDocument:
    """Return the document as PDF/A-2b with its open fields; equal content gives equal bytes."""
    # Imported late: each renderer loads a library that most pages do not need.
    from doanso.documents.renderers.pdf import render

    return render(content)


def render_pages(content: DocumentContent, *, ppi: int = 96) -> list[bytes]:
    """Return a PNG of each page of the PDF."""
    from doanso.documents.renderers.pdf import pages

    return pages(content, ppi=ppi)


def render_docx(content: DocumentContent) -> bytes:
    """Return the document for Word."""
    from doanso.documents.renderers.docx import render

    return render(content)
