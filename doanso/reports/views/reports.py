"""Views of reports: the archive, a new one, the editor with its preview, files and messages."""

import base64
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy as documents
from doanso.documents.queries.documents import made_of
from doanso.files.answers import hand_out
from doanso.files.problems import Unavailable
from doanso.lib import clock, formats
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.reports import policy
from doanso.reports.actions import documents as document_actions
from doanso.reports.actions import renderings
from doanso.reports.actions import reports as actions
from doanso.reports.assembly import assemble
from doanso.reports.forms.reports import ArchiveForm, NewReportForm
from doanso.reports.models import Passage, Rendering, RenderState, Report, ReportForm, ReportFormat
from doanso.reports.queries import reports as queries
from doanso.reports.renderers import MEDIA
from doanso.reports.renderers.plain import messages as zalo_messages
from doanso.reports.sections import Section, written
from doanso.targets import drilldown
from doanso.targets import queries as targets
from doanso.targets.models import Programme
from doanso.units import queries as units

PREVIEW_PPI = 84
"""Resolution of the preview's pages: legible beside the editor, and not too large to send."""


def _programme(request: AuthenticatedRequest, code: str) -> Programme:
    """Return the programme, if the actor may see reports anywhere in it."""
    access.anywhere_or_404(request.user, policy.VIEW)
    programme = targets.programme_by_code(code)
    if programme is None:
        raise Http404
    return programme


def _report(request: AuthenticatedRequest, programme: str, report_id: UUID) -> Report:
    return get_or_404(request.user, policy.VIEW, queries.all_reports(), pk=report_id, programme__code=programme)


def _writable(request: AuthenticatedRequest, programme: str, report_id: UUID) -> Report:
    return get_or_404(
        request.user, policy.WRITE, queries.all_reports(), see=policy.VIEW, pk=report_id, programme__code=programme
    )


def _by_script(request: AuthenticatedRequest) -> bool:
    """Return whether only a fragment of the page is requested."""
    return bool(request.headers.get("HX-Request"))


def _address(report: Report) -> str:
    return reverse("reports:report", args=[report.programme.code, report.pk])


# --- Archive ------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def home(request: AuthenticatedRequest) -> HttpResponse:
    """Show the archive of the programme that runs where the reader's own role is."""
    access.anywhere_or_404(request.user, policy.VIEW)
    for role_assignment in access.current_role_assignments(request.user):
        for programme in targets.programmes_at(role_assignment.unit):
            return redirect("reports:archive", programme.code)
    return render(request, "reports/no_programme.html")


@login_required
@require_safe
def archive(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Show the reports visible to the reader, newest days first."""
    chosen_programme = _programme(request, programme)
    form = ArchiveForm(request.GET, units=queries.units_to_see(request.user, chosen_programme))
    chosen = form.cleaned_data if form.is_valid() else {}
    unit = form.units.get(chosen.get("unit", ""))
    number = page_number(request)
    page = queries.archive(request.user, chosen_programme, unit=unit, kind=chosen.get("kind", ""), number=number)
    summary = ngettext("%(count)s report on this page", "%(count)s reports on this page", len(page.lines))
    return render(
        request,
        "reports/archive.html",
        {
            "programme": chosen_programme,
            "form": form,
            "narrowed": bool(unit or chosen.get("kind")),
            "lines": page.lines,
            "pages": pages(
                request, number, more=page.more, summary=summary % {"count": formats.number(len(page.lines))}
            ),
            "may_write": policy.WRITE.allows_anywhere(request.user),
            "may_keep_layouts": policy.KEEP_LAYOUTS.allows_anywhere(request.user),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Choose unit and days; an existing draft of them is opened instead."""
    chosen_programme = _programme(request, programme)
    access.over_others_or_404(request.user, policy.WRITE, see=policy.VIEW)
    initial: dict[str, Any] = {name: request.GET[name] for name in ("unit", "kind") if request.GET.get(name)}
    try:
        initial["day"] = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        # The form begins with today.
        pass
    form = NewReportForm(
        request.POST if request.method == "POST" else None,
        units=queries.units_to_write(request.user, chosen_programme),
        initial=initial,
    )
    if form.is_bound and form.is_valid():
        try:
            report, is_new = actions.start_report(
                actor=request.user,
                programme=chosen_programme,
                unit=form.chosen_unit,
                span=form.span(),
                form=form.cleaned_data["form"],
            )
        except Refused as refused:
            field = refused.problem.field
            form.add_error(field if field in form.fields else None, refused.problem.message)
        else:
            if not is_new:
                messages.info(request, _("This report is being written already; here it is."))
            return redirect(_address(report))
    context = {"programme": chosen_programme, "form": form}
    return render(request, "reports/new.html", context, status=422 if form.is_bound else 200)


# --- Editor -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """One heading of the editor."""

    section: Section
    text: str
    version: int
    last: str
    passage: Passage | None
    error: str = ""
    stored_text: str = ""


def _shown(
    report: Report, sections: list[Section], *, edited: str = "", text: str = "", error: str = ""
) -> list[ShownPassage]:
    """Return the headings with their text; for the refused one, the typed and the stored text."""
    words, last = queries.passages_of(report), queries.last_words(report) if report.frozen_at is None else {}
    shown = []
    for section in sections:
        stored = words.get(section.key)
        now = stored.text if stored is not None else ""
        is_edited = section.key == edited
        shown.append(
            ShownPassage(
                section=section,
                text=text if is_edited else now,
                version=report.version,
                last=last.get(section.key, ""),
                passage=stored,
                error=error if is_edited else "",
                stored_text=now if is_edited and error and now != text else "",
            )
        )
    return shown


def _page(
    request: AuthenticatedRequest, report: Report, shown: list[ShownPassage], *, status: int = 200
) -> HttpResponse:
    may_write = report.frozen_at is None and policy.WRITE.allows(request.user, report)
    context = {
        "report": report,
        "title": queries.title_of(report),
        "unit": units.name(report.unit, min(report.last_day, clock.today())),
        "shown": shown,
        "may_write": may_write,
        "document": made_of(document_actions.SOURCE, report.pk) if report.frozen_at is not None else None,
        "may_make_document": report.frozen_at is not None and documents.DRAFT.allows_at(request.user, report.unit),
        "may_set_letterhead": documents.SET_LETTERHEAD.allows_at(request.user, report.unit),
        "forms": ReportForm.choices,
        "events": access_queries.history(request.user, report),
        **_files_context(report),
    }
    return render(request, "reports/report.html", context, status=status)


@login_required
@require_safe
def report(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Show the text on one side and the document on the other."""
    report = _report(request, programme, report_id)
    return _page(request, report, _shown(report, written(queries.groups_of(report.programme))))


@login_required
@require_POST
def passage(request: AuthenticatedRequest, programme: str, report_id: UUID, section: str) -> HttpResponse:
    """Store the text under a heading; with `reuse`, append the previous report's text."""
    report = _writable(request, programme, report_id)
    chosen = [heading for heading in written(queries.groups_of(report.programme)) if heading.key == section]
    if not chosen:
        raise Http404
    typed, version_seen = request.POST.get("text", ""), request.POST.get("version", "")
    text = typed
    if request.POST.get("reuse"):
        text = "\n".join(filter(None, [typed.strip(), queries.last_words(report).get(section, "")]))
    try:
        saved = actions.write_passage(
            actor=request.user,
            report=report,
            section=section,
            text=text,
            version=int(version_seen)
            if version_seen.isascii() and version_seen.isdecimal() and len(version_seen) < 9
            else 0,
        )
    except Refused as refused:
        return _refused(request, report, chosen[0], typed, refused.problem.message)
    saved.programme = report.programme
    if not _by_script(request):
        return redirect(f"{_address(report)}#s-{section}")
    answer = render(
        request,
        "reports/passage.html",
        {"report": saved, "one": _shown(saved, chosen)[0], "saved": True, "may_write": True},
    )
    answer["HX-Trigger"] = "report-saved"
    return answer


def _refused(request: AuthenticatedRequest, report: Report, section: Section, typed: str, error: str) -> HttpResponse:
    """Show the page with the typed text and why it was not stored."""
    fresh = queries.all_reports().get(pk=report.pk)
    edit: dict[str, Any] = {"edited": section.key, "text": typed, "error": error}
    if _by_script(request):
        context = {"report": fresh, "one": _shown(fresh, [section], **edit)[0], "may_write": True}
        return render(request, "reports/passage.html", context, status=422)
    every_section = written(queries.groups_of(fresh.programme))
    return _page(request, fresh, _shown(fresh, every_section, **edit), status=422)


@login_required
@require_POST
def set_form(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Choose the form of the document."""
    report = _writable(request, programme, report_id)
    try:
        actions.set_form(actor=request.user, report=report, form=request.POST.get("form", ""))
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect(_address(report))


@login_required
@require_POST
def freeze(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Freeze figures and text permanently."""
    report = _writable(request, programme, report_id)
    try:
        actions.freeze_report(actor=request.user, report=report)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The report is frozen: its figures and words stay as they are now."))
    return redirect(_address(report))


@login_required
@require_POST
def make_document(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Make a document of a frozen report, to be signed, numbered and issued."""
    report = _report(request, programme, report_id)
    if not documents.DRAFT.allows_at(request.user, report.unit):
        raise PermissionDenied(documents.DRAFT.name)
    try:
        document = document_actions.make_document(
            actor=request.user, report=report, base=request.build_absolute_uri("/")[:-1]
        )
    except (Refused, Unavailable) as error:
        messages.error(request, error.problem.message)
        return redirect(_address(report))
    return redirect("documents:document", document.pk)


@login_required
@require_POST
def discard(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Delete a draft."""
    report = _writable(request, programme, report_id)
    try:
        actions.discard_report(actor=request.user, report=report)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect(_address(report))
    messages.success(request, _("The draft was thrown away."))
    return redirect("reports:archive", programme)


@login_required
@require_safe
def preview(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Show the document's pages as printed, to be shown beside the editor."""
    # Rendering loads a library that no other page needs.
    from doanso.reports.renderers.pdf import render_pages

    report = _report(request, programme, report_id)
    pages = render_pages(assemble(report), base=_base(request), ppi=PREVIEW_PPI)
    shown = [f"data:image/png;base64,{base64.b64encode(image).decode()}" for image in pages]
    template = "reports/preview.html" if _by_script(request) else "reports/preview_page.html"
    return render(request, template, {"report": report, "title": queries.title_of(report), "pages": shown})


@login_required
@require_safe
def figure(request: AuthenticatedRequest, programme: str, report_id: UUID, indicator: str) -> HttpResponse:
    """Show the records behind one figure of a report; for a frozen one those of its snapshot."""
    report = _report(request, programme, report_id)
    chosen = targets.indicator_of(report.programme, indicator)
    if chosen is None:
        raise Http404
    if report.snapshot is None:
        live = reverse("targets:indicator", args=[programme, indicator, report.unit.code])
        return redirect(f"{live}?on={min(report.last_day, clock.today()).isoformat()}")
    line = next(report_line for report_line in assemble(report).lines if report_line.code == indicator)
    of = request.GET.get("of", drilldown.NUMERATOR)
    after = drilldown.read_key(request.GET["after"]) if request.GET.get("after") else None
    if not drilldown.measure_of(chosen, of) or (request.GET.get("after") and after is None):
        raise Http404
    on = report.snapshot.last_day
    now = targets.overview(report.programme, report.unit, on, children=False, weeks=False)
    carried_on = tuple(predecessor.id for predecessor in now.predecessors)
    frozen_figure = drilldown.DrilldownFigure(
        report.programme, chosen, report.unit, on, of, carried_on, report.snapshot.mark
    )
    records = drilldown.records(actor=request.user, figure=frozen_figure, after=after)

    def to(of: str, after: str = "") -> str:
        return "?" + urlencode({"of": of} | ({"after": after} if after else {}))

    sides = [
        (drilldown.NUMERATOR, _("Counted"), line.total),
        (drilldown.DENOMINATOR, _("Denominator"), line.denominator),
        (drilldown.EXEMPT, _("Exempt members"), line.exempt or None),
    ]
    return render(
        request,
        "reports/figure.html",
        {
            "report": report,
            "title": queries.title_of(report),
            "line": line,
            "on": on,
            "sides": [
                {"title": title, "count": count, "url": to(side), "current": side == of}
                for side, title, count in sides
                if count is not None
            ],
            "records": records,
            "next": to(of, records.next) if records.next else "",
            "first": to(of) if after is not None else "",
        },
    )


@login_required
@require_safe
def text(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Show the messages to be pasted into Zalo."""
    report = _report(request, programme, report_id)
    context = {
        "report": report,
        "title": queries.title_of(report),
        "parts": zalo_messages(assemble(report), base=_base(request)),
    }
    return render(request, "reports/text.html", context)


def _base(request: AuthenticatedRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


# --- Files --------------------------------------------------------------------------------------------------------------

_OFFERED = (ReportFormat.PDF, ReportFormat.DOCX, ReportFormat.XLSX, ReportFormat.CSV, ReportFormat.JSON)
_ICONS = {"pdf": "file-text", "docx": "file-text", "xlsx": "file-spreadsheet"}


def _files_context(report: Report) -> dict[str, Any]:
    renderings = queries.renderings_of(report)
    rows = [
        _file_row(
            file_format.value, str(file_format.label), file_format.value, renderings.get((file_format.value, None))
        )
        for file_format in _OFFERED
    ]
    rows += [
        _file_row(
            f"xlsx:{layout.pk}",
            _("Excel, layout “%(name)s”") % {"name": layout.name},
            "xlsx",
            renderings.get(("xlsx", layout.pk)),
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
        "moving": rendering is not None and rendering.state in renderings.MOVING,
        "done": rendering is not None and rendering.state == RenderState.DONE,
        "failed": rendering is not None and rendering.state == RenderState.FAILED,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_files(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Show the state of the files; a POST requests one more."""
    report = _report(request, programme, report_id)
    if request.method == "POST":
        format_code, _colon, layout_id = request.POST.get("format", "").partition(":")
        layout = next((candidate for candidate in queries.layouts_for(report) if str(candidate.pk) == layout_id), None)
        if layout_id and layout is None:
            raise Http404
        try:
            renderings.ask_rendering(
                actor=request.user, report=report, format=format_code, base=_base(request), layout=layout
            )
        except Refused as refused:
            messages.error(request, refused.problem.message)
        if not _by_script(request):
            return redirect(f"{_address(report)}#files")
    return render(request, "reports/files.html", {"report": report, **_files_context(report)})


@login_required
@require_safe
def report_file(request: AuthenticatedRequest, programme: str, report_id: UUID, rendering_id: UUID) -> HttpResponseBase:
    """Send a file."""
    report = _report(request, programme, report_id)
    rendering = queries.rendering_of(report, rendering_id)
    if rendering is None or rendering.blob is None:
        raise Http404
    return hand_out(request, rendering.blob, media=MEDIA[ReportFormat(rendering.format)].content_type)
