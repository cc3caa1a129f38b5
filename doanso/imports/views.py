"""Pages of the importer: choose a file, view the comparison, confirm, wait, done."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
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
from doanso.files.kinds import Kind
from doanso.files.problems import Unavailable
from doanso.files.responses import hand_out_made
from doanso.imports import actions, forms, heads, policy, queries, rules
from doanso.imports.models import ASKED, Import, ImportState, RowVerdict
from doanso.imports.ports import ListSubject, find_subject, list_kind, list_kinds
from doanso.imports.rules import MOVING
from doanso.lib import formats
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.lib.spreadsheet import Column, table_file
from doanso.units import queries as units

WARNED = "warned"
_TABS = (
    (RowVerdict.REJECTED, "rejected_count"),
    (RowVerdict.QUESTION, "question_count"),
    (RowVerdict.ANSWERED, "answered_count"),
    (RowVerdict.SKIPPED, "skipped_count"),
    (RowVerdict.NEW, "created_count"),
    (RowVerdict.CHANGED, "updated_count"),
    (RowVerdict.UNCHANGED, "unchanged_count"),
    (WARNED, "warning_count"),
)

_ONLY_FILLED = {RowVerdict.ANSWERED, RowVerdict.SKIPPED}


def _import_or_404(request: AuthenticatedRequest, import_id: UUID) -> Import:
    return get_or_404(request.user, policy.RUN, queries.all_imports(), pk=import_id)


def _subject(request: AuthenticatedRequest) -> ListSubject | None:
    """Return the object, such as a street, from whose page the list is imported."""
    given = request.POST if request.method == "POST" else request.GET
    kind = next((kind for kind in list_kinds() if kind.name == given.get("kind")), None)
    return find_subject(kind, request.user, given.get("subject", "")[:40]) if kind is not None else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start_import(request: AuthenticatedRequest) -> HttpResponse:
    """Start an import from a chosen file; recent imports are listed below."""
    access.anywhere_or_404(request.user, policy.RUN)
    within = queries.units_to_import(request.user)
    subject = _subject(request)
    if request.method == "POST":
        form = forms.UploadForm(request.POST, request.FILES, units=within, subject=subject)
    else:
        form = forms.UploadForm(units=within, subject=subject, initial={"kind": request.GET.get("kind", "")})
    if form.is_bound and form.is_valid():
        chosen = form.cleaned_data["file"]
        try:
            started = actions.start_import(
                actor=request.user,
                kind=form.cleaned_data["kind"],
                unit=form.cleaned_data["unit"],
                source=chosen,
                name=chosen.name,
                subject=form.cleaned_data["subject"],
            )
        except (Refused, Unavailable) as refusal:
            form.add_error("file", refusal.problem.message)
        else:
            return redirect("imports:import", started.pk)
    recent = queries.recent_imports(request.user)
    names = units.named_units_by_id({job.unit_id for job in recent})
    kinds = list_kinds()
    titles = {kind.name: kind.title for kind in kinds}
    context = {
        "form": form,
        "subject": subject,
        "recent": [(job, names[job.unit_id], titles[job.kind]) for job in recent],
        "kinds": kinds,
    }
    return render(request, "imports/list.html", context, status=422 if form.errors else 200)


def _tab(request: AuthenticatedRequest, job: Import) -> str:
    """Return the requested tab, else the first that has rows and needs work."""
    requested = request.GET.get("show", "")
    if requested in {str(name) for name, _counter in _TABS}:
        return requested
    return next((str(name) for name, counter in _TABS if getattr(job, counter)), RowVerdict.NEW)


def _tab_name(name: str) -> str:
    return _("With warnings") if name == WARNED else str(RowVerdict(name).label)


def _comparison(request: AuthenticatedRequest, job: Import) -> dict[str, Any]:
    """Return counts, and the rows of one tab, for the template."""
    tab = _tab(request, job)
    typed = request.GET.get("after", "0")
    after = int(typed) if typed.isdecimal() and len(typed) < 8 else 0
    rows, more = queries.page_of_rows(job, tab, warned=tab == WARNED, after=after)
    read_columns, shown = queries.display_rows(job, rows)
    return {
        "tab": tab,
        "tabs": [
            {
                "name": _tab_name(str(name)),
                "count": getattr(job, counter),
                "url": f"?show={name}",
                "current": name == tab,
            }
            for name, counter in _TABS
            # Tabs of answers are left out where nothing was asked.
            if name not in _ONLY_FILLED or getattr(job, counter) or name == tab
        ],
        "rows": shown,
        "read_columns": read_columns,
        "answerable": tab in ASKED and rules.answer_problem(state=job.state) is None,
        "kinds": queries.question_groups(job) if tab == RowVerdict.QUESTION else [],
        "next": f"?show={tab}&after={rows[-1].position}" if more else "",
        "several_sheets": len(job.layout.get("sheets", [])) > 1,
    }


@login_required
@require_safe
def job(request: AuthenticatedRequest, import_id: UUID) -> HttpResponse:
    """Show one import in any state."""
    job = _import_or_404(request, import_id)
    return render(request, "imports/job.html", _page(request, job))


def _page(request: AuthenticatedRequest, job: Import) -> dict[str, Any]:
    steps = [_("Choose the file"), _("Compare"), _("Confirm"), _("Write")]
    # With questions still open, the last step is not complete.
    applied = 4 if job.question_count else 5
    now = {ImportState.COMPARED: 3, ImportState.APPLYING: 4, ImportState.APPLIED: applied}.get(
        ImportState(job.state), 2
    )
    context: dict[str, Any] = {
        "job": job,
        "unit": units.named_unit(job.unit),
        "steps": steps,
        "now": now,
        "moving": job.state in MOVING,
        "stopped": actions.is_stopped(job),
        "kind": list_kind(job.kind).title,
        "subject_url": list_kind(job.kind).address(job.subject) if job.subject else "",
        "figures": queries.owner_counts(job),
        "file_notes": queries.file_notes(job),
        "total": rules.total_count(job),
        "waiting": rules.waiting_count(job),
        "set_aside": job.rejected_count + job.question_count,
        "can_map_columns": _can_map_columns(job),
        "form": forms.ConfirmForm(),
        "events": access_queries.history(request.user, job),
    }
    if job.state in {ImportState.COMPARED, ImportState.APPLYING, ImportState.APPLIED} and not job.file.key.destroyed_at:
        context |= _comparison(request, job)
    return context


def _can_map_columns(job: Import) -> bool:
    problem = rules.columns_problem(state=job.state, problem_code=job.problem_code, written=job.applied_count)
    return problem is None and not job.file.key.destroyed_at


@login_required
@require_safe
def progress(request: AuthenticatedRequest, import_id: UUID) -> HttpResponse:
    """Show the worker's progress; reloaded every second, and the whole page when it is done."""
    job = _import_or_404(request, import_id)
    response = render(
        request,
        "imports/progress.html",
        {
            "job": job,
            "moving": job.state in MOVING,
            "stopped": actions.is_stopped(job),
            "total": rules.total_count(job),
        },
    )
    if job.state not in MOVING:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def apply(request: AuthenticatedRequest, import_id: UUID) -> HttpResponse:
    """Confirm the comparison."""
    job = _import_or_404(request, import_id)
    form = forms.ConfirmForm(request.POST)
    form.is_valid()
    try:
        actions.apply_import(actor=request.user, job=job, skip_rejected=form.cleaned_data["skip_rejected"])
    except Refused as refusal:
        messages.error(request, refusal.problem.message)
    return redirect("imports:import", job.pk)


@login_required
@require_POST
def answers(request: AuthenticatedRequest, import_id: UUID) -> HttpResponse:
    """Store answers to questions: of the rows on the page, or one for all of a kind."""
    job = _import_or_404(request, import_id)
    form = forms.AnswersForm(request.POST)
    form.is_valid()
    question = form.cleaned_data.get("question", "")
    try:
        if question:
            option = form.cleaned_data.get("option", "")
            count = actions.answer_alike(actor=request.user, job=job, question=question, option=option)
        else:
            row_answers = form.answers()
            if request.POST.get("back"):
                row_answers = dict.fromkeys(row_answers, "")
            count = actions.answer_questions(actor=request.user, job=job, answers=row_answers)
    except Refused as refusal:
        messages.error(request, refusal.problem.message)
    else:
        if count:
            text = ngettext("%(count)s answer was kept.", "%(count)s answers were kept.", count)
            messages.success(request, text % {"count": formats.number(count)})
        else:
            messages.warning(request, _("No answer was chosen, so nothing was changed."))
    back = f"?show={request.POST.get('show') if request.POST.get('show') in ASKED else RowVerdict.QUESTION}"
    return redirect(f"{reverse('imports:import', args=[job.pk])}{back}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def columns(request: AuthenticatedRequest, import_id: UUID) -> HttpResponse:
    """Map the file's columns."""
    job = _import_or_404(request, import_id)
    if not _can_map_columns(job):
        raise Http404
    parameters = request.POST if request.method == "POST" else request.GET
    typed = parameters.get("number", "")
    number = int(typed) if typed.isdecimal() and len(typed) < 4 else None
    try:
        head = heads.find_head(job, sheet=parameters.get("sheet", ""), number=number)
    except Refused as refusal:
        messages.error(request, refusal.problem.message)
        return redirect("imports:import", job.pk)
    if head is None:
        return render(request, "imports/columns.html", {"job": job, "unit": units.named_unit(job.unit), "head": None})
    kind = list_kind(job.kind)
    form = forms.ColumnsForm(
        request.POST if request.method == "POST" else None,
        choices=heads.meaning_choices(kind, head),
        columns={column.place: column.heading or column.letter for column in head.columns if not column.dropped},
        initial={
            "sheet": head.sheet,
            "number": head.number,
            **{f"c{column.place}": column.means for column in head.columns},
        },
    )
    if form.is_bound and form.is_valid():
        try:
            if request.POST.get("forget"):
                actions.forget_column_mapping(actor=request.user, job=job, key=head.key)
            else:
                actions.map_columns(
                    actor=request.user,
                    job=job,
                    sheet=head.sheet,
                    number=head.number,
                    column_meanings=form.chosen_codes(),
                )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("imports:import", job.pk)
    context = {
        "job": job,
        "unit": units.named_unit(job.unit),
        "head": head,
        "form": form,
        "head_form": forms.HeadForm(sheets=head.sheets, initial={"sheet": head.sheet, "number": head.number}),
        "columns": [(column, None if column.dropped else form[f"c{column.place}"]) for column in head.columns],
    }
    return render(request, "imports/columns.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def cancel(request: AuthenticatedRequest, import_id: UUID) -> HttpResponse:
    """Discard the comparison."""
    job = _import_or_404(request, import_id)
    try:
        actions.cancel_import(actor=request.user, job=job)
    except Refused as refusal:
        messages.error(request, refusal.problem.message)
        return redirect("imports:import", job.pk)
    if job.applied_count:
        messages.success(request, _("The rest of the list was thrown away; what was written before stays."))
    else:
        messages.success(request, _("The comparison was thrown away; nothing was written."))
    return redirect("imports:list")


@login_required
@require_safe
def rejected(request: AuthenticatedRequest, import_id: UUID) -> HttpResponseBase:
    """Export the rows left out, with the reasons, as a list that can be corrected and imported again."""
    job = _import_or_404(request, import_id)
    if not job.rejected_count + job.question_count or job.file.key.destroyed_at:
        raise Http404
    columns, rows = queries.set_aside_table(job)
    target = table_file(columns=[Column(title, width) for title, width in columns], rows=rows)
    return hand_out_made(target, name="dong-chua-nhap.xlsx", media=Kind.XLSX.media)


@login_required
@require_safe
def empty_list(request: AuthenticatedRequest, kind: str) -> HttpResponseBase:
    """Export an empty list with the product's own headings."""
    access.anywhere_or_404(request.user, policy.RUN)
    chosen_kind = next((candidate for candidate in list_kinds() if candidate.name == kind), None)
    if chosen_kind is None:
        raise Http404
    own = queries.own_columns(chosen_kind)
    target = table_file(columns=[Column(str(column.title), column.width) for column in own], rows=[])
    return hand_out_made(target, name=f"mau-{kind}.xlsx", media=Kind.XLSX.media)
