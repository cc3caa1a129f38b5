"""The formats in which a report is rendered, behind one function.

`render` loads the heavier renderers on their first use.
"""

from dataclasses import dataclass

from doanso.reports.content import ReportContent
from doanso.reports.models import ReportFormat


@dataclass(frozen=True, slots=True)
class Media:
    """How a file is described to a browser."""

    content_type: str
    extension: str


MEDIA = {
    ReportFormat.PDF: Media("application/pdf", "pdf"),
    ReportFormat.DOCX: Media("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ReportFormat.XLSX: Media("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ReportFormat.CSV: Media("text/csv; charset=utf-8", "csv"),
    ReportFormat.JSON: Media("application/json", "json"),
    ReportFormat.TEXT: Media("text/plain; charset=utf-8", "txt"),
}


def render(content: ReportContent, format: str, *, base: str, layout: bytes | None = None) -> bytes:  # noqa: A002
    """Return a report in one format. `base` is prefixed to every path and has no slash at its end; if empty, there
    are no links."""
    # Each loads a library of its own, which a page that renders nothing should not have to import.
    if format == ReportFormat.PDF:
        from doanso.reports.renderers.pdf import render_pdf

        return render_pdf(content, base=base)
    if format == ReportFormat.DOCX:
        from doanso.reports.renderers.docx import render_docx

        return render_docx(content, base=base)
    if format == ReportFormat.XLSX:
        if layout is not None:
            from doanso.reports.renderers.layout import fill_layout

            return fill_layout(layout, content, base=base)
        from doanso.reports.renderers.xlsx import render_xlsx

        return render_xlsx(content, base=base)
    from doanso.reports.renderers import plain

    return {
        ReportFormat.CSV: plain.render_csv,
        ReportFormat.JSON: plain.render_json,
        ReportFormat.TEXT: plain.render_text,
    }[ReportFormat(format)](content, base=base)
