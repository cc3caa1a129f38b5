"""The forms in which a document comes out: one content feeds print, preview and Word. Values in, bytes out."""

from doanso.documents.renderers.content import DocumentContent
from doanso.official_form.open_fields import OpenField, RenderedDocument

__all__ = ["DocumentContent", "OpenField", "RenderedDocument", "render_docx", "render_pages", "render_pdf"]


def render_pdf(content: DocumentContent) -> RenderedDocument:
    """The document as PDF/A-2b, and where in it signing writes; the same content gives the same bytes."""
    # Each brings a library of its own, which a page that renders nothing should not wait for.
    from doanso.documents.renderers.pdf import render

    return render(content)


def render_pages(content: DocumentContent, *, ppi: int = 96) -> list[bytes]:
    """Every page of the PDF as PNG."""
    from doanso.documents.renderers.pdf import pages

    return pages(content, ppi=ppi)


def render_docx(content: DocumentContent) -> bytes:
    """The same for Word."""
    from doanso.documents.renderers.docx import render

    return render(content)
