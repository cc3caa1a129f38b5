"""What a report looks like and is handed out as: pictures of its pages, messages, files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.responses import hand_out
from doanso.lib.problems import Refused
from doanso.lib.site_url import site_url
from doanso.reports.actions import renderings
from doanso.reports.assembly import assemble
from doanso.reports.models import UNDER_WAY, Rendering, RenderState, Report, ReportFormat
from doanso.reports.month_steps import report_url
from doanso.reports.queries import reports as queries
from doanso.reports.renderers import MEDIA
from doanso.reports.renderers.plain import messages as zalo_messages
from doanso.reports.renderers.preview import cached_pages, preview_pages
from doanso.reports.views.report_scope import is_fragment_request, report_to_see


@login_required
@require_safe
def preview(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Show the pages as printed; each picture is loaded when it comes into view."""
    report = report_to_see(request, programme, report_id)
    pages = preview_pages(assemble(report), base=site_url(request))
    context = {
        "report": report,
        "title": queries.title_of(report),
        "key": pages.key,
        "pages": [{"width": width, "height": height} for width, height in pages.sizes()],
    }
    template = "reports/preview.html" if is_fragment_request(request) else "reports/preview_page.html"
    return render(request, template, context)


@login_required
@require_safe
def preview_page(request: AuthenticatedRequest, programme: str, report_id: UUID, page: int) -> HttpResponse:
    """Send the picture of one page, counted from 1; drawn anew where this process does not have it any more."""
    report = report_to_see(request, programme, report_id)
    pages = cached_pages(request.GET.get("key", "")) or preview_pages(assemble(report), base=site_url(request))
    if not 0 < page <= len(pages.pages):
        raise Http404
    answer = HttpResponse(pages.pages[page - 1], content_type="image/png")
    answer["Content-Encoding"] = "identity"
    return answer


@login_required
@require_safe
def text(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Show the messages to be pasted into Zalo."""
    report = report_to_see(request, programme, report_id)
    context = {
        "report": report,
        "title": queries.title_of(report),
        "parts": zalo_messages(assemble(report), base=site_url(request)),
    }
    return render(request, "reports/text.html", context)


# --- Files --------------------------------------------------------------------------------------------------------------

_OFFERED = (ReportFormat.PDF, ReportFormat.DOCX, ReportFormat.XLSX, ReportFormat.CSV, ReportFormat.JSON)
_ICONS = {"pdf": "file-text", "docx": "file-text", "xlsx": "file-spreadsheet"}


def files_context(report: Report) -> dict[str, Any]:
    """Return a row per format and layout with the state of its file, and whether any is being made."""
    made = queries.renderings_of(report)
    rows = [
        _file_row(file_format.value, str(file_format.label), file_format.value, made.get((file_format.value, None)))
        for file_format in _OFFERED
    ]
    rows += [
        _file_row(
            f"xlsx:{layout.pk}",
            _("Excel, layout “%(name)s”") % {"name": layout.name},
            "xlsx",
            made.get(("xlsx", layout.pk)),
        )
        for layout in queries.layouts_for(report)
    ]
    return {"files": rows, "moving": any(row["moving"] for row in rows)}


def _file_row(value: str, label: str, format: str, rendering: Rendering | None) -> dict[str, Any]:  # noqa: A002
    return {
        "value": value,
        "label": label,
        "icon": _ICONS.get(format, "download"),
        "made": rendering,
        "moving": rendering is not None and rendering.state in UNDER_WAY,
        "done": rendering is not None and rendering.state == RenderState.DONE,
        "failed": rendering is not None and rendering.state == RenderState.FAILED,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_files(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Show the state of the files; a POST requests one more."""
    report = report_to_see(request, programme, report_id)
    if request.method == "POST":
        format_code, _colon, layout_id = request.POST.get("format", "").partition(":")
        layout = next((candidate for candidate in queries.layouts_for(report) if str(candidate.pk) == layout_id), None)
        if layout_id and layout is None:
            raise Http404
        try:
            renderings.ask_rendering(
                actor=request.user, report=report, format=format_code, base=site_url(request), layout=layout
            )
        except Refused as refused:
            messages.error(request, refused.problem.message)
        if not is_fragment_request(request):
            return redirect(f"{report_url(report)}#files")
    return render(request, "reports/files.html", {"report": report, **files_context(report)})


@login_required
@require_safe
def report_file(request: AuthenticatedRequest, programme: str, report_id: UUID, rendering_id: UUID) -> HttpResponseBase:
    """Send a file."""
    report = report_to_see(request, programme, report_id)
    rendering = queries.rendering_of(report, rendering_id)
    if rendering is None or rendering.blob is None:
        raise Http404
    return hand_out(request, rendering.blob, media=MEDIA[ReportFormat(rendering.format)].content_type)
