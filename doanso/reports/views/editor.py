"""A report's own page: the words under its headings, saved while one writes, and what is done with the report."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doanso.access import queries as access_queries
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy as documents
from doanso.documents.queries.documents import document_made_of
from doanso.files.problems import Unavailable
from doanso.lib import clock, formats
from doanso.lib.problems import Problem, Refused
from doanso.lib.site_url import site_url
from doanso.reports import policy
from doanso.reports.actions import documents as document_actions
from doanso.reports.actions import reports as actions
from doanso.reports.actions.reports import PassageInput, WriteResult, clean_text, passage_changed
from doanso.reports.models import Passage, Report, ReportForm
from doanso.reports.month_steps import report_url
from doanso.reports.queries import reports as queries
from doanso.reports.sections import Section, written_sections
from doanso.reports.sources import REPORT
from doanso.reports.views.renderings import files_context
from doanso.reports.views.report_scope import report_to_see, report_to_write
from doanso.units import queries as units

_DIGEST = 12


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """One heading of the editor; after a refusal with what was typed and, if others wrote meanwhile, what stands there."""

    section: Section
    text: str
    seen: str
    last: str
    passage: Passage | None
    error: str = ""
    stored_text: str = ""

    @property
    def is_unsaved(self) -> bool:
        """Whether the text shown is typed and stored nowhere."""
        return clean_text(self.text) != (self.passage.text if self.passage is not None else "")

    @property
    def is_conflict(self) -> bool:
        """Whether somebody else wrote here since the writer read it."""
        return bool(self.error) and bool(self.stored_text)


def _digest(text: str) -> str:
    return hashlib.sha256(clean_text(text).encode()).hexdigest()[:_DIGEST]


def _seen(passage: Passage | None) -> str:
    """Return what a page tells of the text it shows: its version, by which another's change is found, and its hash."""
    return f"{passage.version}.{_digest(passage.text)}" if passage is not None else f"0.{_digest('')}"


def _sections(report: Report) -> list[Section]:
    return written_sections(queries.groups_of(report.programme))


def _shown(
    report: Report, sections: list[Section], typed: Mapping[str, PassageInput], problems: Mapping[str, Problem]
) -> list[ShownPassage]:
    """Return the headings with their text; for those typed, the typed one."""
    stored = queries.passages_of(report)
    last = queries.previous_passages(report) if report.frozen_at is None else {}
    shown = []
    for section in sections:
        passage, entry, problem = stored.get(section.key), typed.get(section.key), problems.get(section.key)
        now = passage.text if passage is not None else ""
        shown.append(
            ShownPassage(
                section=section,
                text=entry.text if entry is not None else now,
                seen=_seen(passage),
                last=last.get(section.key, ""),
                passage=passage,
                error=problem.message if problem is not None else "",
                stored_text=now if problem is not None and problem.code == "passage_changed" else "",
            )
        )
    return shown


def _figures(report: Report) -> list[tuple[str, str]]:
    """Return the figures of a frozen report that are counted from records: title, and address of the records; one statement."""
    return [
        (indicator.short_title, reverse("reports:figure", args=[report.programme.code, report.pk, indicator.code]))
        for indicator in report.programme.indicators.all()
        if indicator.numerator
    ]


def _page(
    request: AuthenticatedRequest,
    report: Report,
    *,
    typed: Mapping[str, PassageInput] | None = None,
    problems: Mapping[str, Problem] | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    may_write = report.frozen_at is None and policy.WRITE.allows(request.user, report)
    context = {
        "report": report,
        "title": queries.title_of(report),
        "unit": units.named_unit(report.unit, min(report.last_day, clock.today())),
        "shown": _shown(report, _sections(report), typed or {}, problems or {}),
        "may_write": may_write,
        "problem": problem,
        "document": document_made_of(REPORT, report.pk) if report.frozen_at is not None else None,
        "may_make_document": report.frozen_at is not None and documents.DRAFT.allows_at(request.user, report.unit),
        "may_set_letterhead": documents.SET_LETTERHEAD.allows_at(request.user, report.unit),
        "forms": ReportForm.choices,
        "figures": _figures(report) if report.snapshot_id is not None else [],
        "events": access_queries.history(request.user, report),
        **files_context(report),
    }
    return render(request, "reports/report.html", context, status=status)


@login_required
@require_safe
def report(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Show the text on one side and the document on the other."""
    return _page(request, report_to_see(request, programme, report_id))


# --- Writing ------------------------------------------------------------------------------------------------------------


def _typed(request: AuthenticatedRequest, report: Report) -> dict[str, PassageInput]:
    """Return the texts of the headings that the writer changed, with the version that was read of each.

    A page without script sends all headings: those sent back as they were shown are left out. The script sends only those that
    may be stored otherwise, be it as they were shown: an earlier answer may have been lost.
    """
    reuse = request.POST.get("reuse", "")
    typed = {}
    for section in _sections(report):
        text = request.POST.get(f"text-{section.key}")
        if text is None:
            continue
        version, _dot, digest = request.POST.get(f"seen-{section.key}", "").partition(".")
        if section.key == reuse:
            text = "\n".join(filter(None, [text.strip(), queries.previous_passages(report).get(reuse, "")]))
        if _by_script(request) or _digest(text) != digest:
            typed[section.key] = PassageInput(text, _number(version))
    return typed


def _number(version: str) -> int:
    """Return a version that a page tells, 0 if it is none."""
    return int(version) if version.isascii() and version.isdecimal() and len(version) < 9 else 0


def _chosen_form(request: AuthenticatedRequest) -> str:
    """Return the form that was chosen on the page; empty if it was sent back as shown, since it may be an old one."""
    form = request.POST.get("form", "")
    return form if form != request.POST.get("seen-form", "") else ""


def _set_form(request: AuthenticatedRequest, report: Report, form: str) -> bool:
    """Store a form, if one was chosen, and return whether the report changed."""
    return bool(form) and actions.set_form(actor=request.user, report=report, form=form)[1]


@login_required
@require_POST
def write(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Store the texts that were changed and the form of the document; answers JSON to the page's script."""
    report = report_to_write(request, programme, report_id)
    typed, form = _typed(request, report), _chosen_form(request)
    try:
        result = actions.write_passages(actor=request.user, report=report, passages=typed)
        is_form_changed = _set_form(request, report, form)
    except Refused as refused:
        if _by_script(request):
            return JsonResponse({"problem": refused.problem.message}, status=422)
        return _refused(request, report, typed, problem=refused.problem.message)
    if _by_script(request):
        state = {"version": result.report.version + is_form_changed, "form": form or result.report.form}
        return JsonResponse(_answer(request, report, result) | state)
    if problems := _problems(result):
        return _refused(request, report, typed, problems)
    messages.success(request, _("The report is kept."))
    return redirect(report_url(report))


def _by_script(request: AuthenticatedRequest) -> bool:
    return request.headers.get("Accept", "") == "application/json"


def _problems(result: WriteResult) -> dict[str, Problem]:
    return {**result.problems, **dict.fromkeys(result.conflicts, passage_changed())}


def _refused(
    request: AuthenticatedRequest,
    report: Report,
    typed: Mapping[str, PassageInput],
    problems: Mapping[str, Problem] | None = None,
    problem: str = "",
) -> HttpResponse:
    """Show the page with what was typed and why it was not stored."""
    fresh = queries.all_reports().filter(pk=report.pk).first()
    if fresh is None:
        messages.error(request, problem)
        return redirect("reports:archive", report.programme.code)
    return _page(request, fresh, typed=typed, problems=problems, problem=problem, status=422)


def _answer(request: AuthenticatedRequest, report: Report, result: WriteResult) -> dict[str, Any]:
    """Return what the page's script needs: the headings saved, in conflict, refused, and those that others changed."""
    stored = queries.passages_of(report)
    saved, newer, conflicts = {}, {}, {}
    for section, passage in stored.items():
        state = {
            "seen": _seen(passage),
            "by": passage.written_by.display_name,
            "at": formats.moment(passage.written_at),
        }
        if section in result.conflicts:
            conflicts[section] = state | {"text": passage.text}
        # What somebody wrote since the lock was released is newer than what was saved here.
        elif section in result.saved and passage.version <= result.report.version:
            saved[section] = state
        elif request.POST.get(f"seen-{section}", state["seen"]) != state["seen"] and section not in result.problems:
            newer[section] = state | {"text": passage.text}
    # An empty text under a heading without any is stored as nothing.
    saved |= {section: {"seen": _seen(None), "by": "", "at": ""} for section in result.saved if section not in stored}
    return {
        "saved": saved,
        "newer": newer,
        "conflicts": conflicts,
        "problems": {section: problem.message for section, problem in result.problems.items()},
    }


@login_required
@require_POST
def set_form(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Choose the form of the document."""
    report = report_to_write(request, programme, report_id)
    try:
        actions.set_form(actor=request.user, report=report, form=request.POST.get("form", ""))
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect(report_url(report))


# --- Ending -------------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def freeze(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Store what was typed on the page, then freeze figures and text permanently.

    Refused if anything but this was stored since the page was shown: nobody freezes what they did not read.
    """
    report = report_to_write(request, programme, report_id)
    typed = _typed(request, report)
    seen_version = _number(request.POST.get("version", ""))
    try:
        if typed:
            result = actions.write_passages(actor=request.user, report=report, passages=typed)
            if problems := _problems(result):
                return _refused(request, report, typed, problems)
            seen_version += result.is_changed
        seen_version += _set_form(request, report, _chosen_form(request))
        actions.freeze_report(actor=request.user, report=report, seen_version=seen_version)
    except Refused as refused:
        if typed:
            return _refused(request, report, typed, problem=refused.problem.message)
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The report is frozen: its figures and words stay as they are now."))
    return redirect(report_url(report))


@login_required
@require_POST
def make_document(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Make a document of a frozen report, to be signed, numbered and issued."""
    report = report_to_see(request, programme, report_id)
    if not documents.DRAFT.allows_at(request.user, report.unit):
        raise PermissionDenied(documents.DRAFT.name)
    try:
        document = document_actions.make_document(actor=request.user, report=report, base=site_url(request))
    except (Refused, Unavailable) as error:
        messages.error(request, error.problem.message)
        return redirect(report_url(report))
    return redirect("documents:document", document.pk)


@login_required
@require_POST
def discard(request: AuthenticatedRequest, programme: str, report_id: UUID) -> HttpResponse:
    """Delete a draft."""
    report = report_to_write(request, programme, report_id)
    try:
        actions.discard_report(actor=request.user, report=report)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect(report_url(report))
    messages.success(request, _("The draft was thrown away."))
    return redirect("reports:archive", programme)
