"""Views of programmes as such: the list, a new one, a copy for another year, revisions, and the file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.next_year import moved_day_remark, with_later_years, years_later
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.targets import actions, copying, draft_words, policy, programme_file, queries, wording
from doanso.targets.copying import CopiedIndicator, CopyChoice
from doanso.targets.forms.programmes import BlankForm, CopyForm, NumberField, UploadForm, code_of
from doanso.targets.models import Basis, PlanOrigin, Programme
from doanso.targets.plans import IndicatorPlan, ProgrammePlan, is_share
from doanso.targets.queries import plans
from doanso.targets.renderers import programme_toml
from doanso.targets.views.drafts import file_answer
from doanso.targets.views.pages import requested_place
from doanso.units import queries as units
from doanso.units.models import Unit


def _roots(request: AuthenticatedRequest) -> list[Unit]:
    """Return the units for which the user writes programmes; raise 404 where there is none."""
    roots = plans.writable_roots(request.user)
    if not roots:
        if policy.VIEW.allows_anywhere(request.user):
            raise PermissionDenied(policy.LOAD.name)
        raise Http404
    return roots


def _chosen_root(request: AuthenticatedRequest, roots: list[Unit]) -> Unit:
    return next((root for root in roots if root.code == request.POST.get("root")), roots[0])


def _writable(request: AuthenticatedRequest, code: str) -> Programme:
    """Return a programme that the user may change; 404 if they do not even see its root."""
    programme = _programme_or_404(code)
    _require_load_at(request, programme.root)
    return programme


def _programme_or_404(code: str) -> Programme:
    programme = queries.programme_by_code(code)
    if programme is None:
        raise Http404
    return programme


def _require_load_at(request: AuthenticatedRequest, root: Unit) -> None:
    if not policy.LOAD.allows_at(request.user, root):
        if policy.VIEW.allows_at(request.user, root):
            raise PermissionDenied(policy.LOAD.name)
        raise Http404


def _copyable(request: AuthenticatedRequest, code: str) -> tuple[Programme, Unit]:
    """Return a programme that the user may copy, and the unit for which: its root, or after its end who keeps its records."""
    programme = _programme_or_404(code)
    root = units.keeping_unit(programme.root)
    _require_load_at(request, root)
    return programme, root


@login_required
@require_safe
def programmes(request: AuthenticatedRequest) -> HttpResponse:
    """List the programmes in which the user's units have figures, and the drafts that the user may write."""
    if not policy.VIEW.allows_anywhere(request.user):
        raise Http404
    listing = plans.programme_list(request.user)
    return render(
        request,
        "targets/programmes.html",
        {
            "rows": [
                {
                    "programme": row.programme,
                    "phase": queries.phase_today(row.programme),
                    "phase_words": wording.phase_words(row.programme, queries.phase_today(row.programme)),
                    "unit": row.unit_code,
                    "may_write": row.may_write,
                    "may_copy": row.may_copy,
                    "size": row.size,
                }
                for row in listing
            ],
            "drafts": list(plans.open_drafts(request.user)),
            "no_programme": plans.no_programme(request.user),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_programme(request: AuthenticatedRequest) -> HttpResponse:
    """Show the ways to begin a programme; on POST begin one that is blank, or from an uploaded file."""
    roots = _roots(request)
    root = _chosen_root(request, roots)
    year = _next_year(root)
    way = request.POST.get("way", "") if request.method == "POST" else ""
    blank = BlankForm(
        request.POST if way == "blank" else None,
        initial={
            "title": _("Digital transformation programme %(year)s") % {"year": year},
            "first_day": date(year, 1, 1),
            "last_day": date(year, 12, 31),
            "key": uuid7(),
        },
    )
    upload = UploadForm(request.POST, request.FILES) if way == "file" else UploadForm(initial={"key": uuid7()})
    if way == "blank" and blank.is_valid():
        data = blank.cleaned_data
        code = code_of(data["title"], plans.taken_codes())
        plan = ProgrammePlan(code, data["title"], root.code, data["first_day"], data["last_day"], None, ())
        draft = actions.begin_draft(actor=request.user, root=root, plan=plan, origin=PlanOrigin.BLANK, key=data["key"])
        return redirect("targets:new_draft_indicator", draft_id=draft.pk)
    if way == "file" and upload.is_valid():
        file = upload.cleaned_data["file"]
        try:
            plan = programme_file.parse(file.name, file.read())
            return _from_file(request, roots, plan, upload.cleaned_data["key"])
        except Refused as refused:
            upload.add_error("file", refused.problem.message)
    context = {
        "roots": roots,
        "blank": blank,
        "upload": upload,
        "templates": [{"plan": plan, "size": len(plan.indicators)} for plan in copying.shipped_programmes().values()],
        "programmes": [row for row in plans.programme_list(request.user) if row.may_copy],
        "open_way": way,
    }
    return render(request, "targets/new_programme.html", context, status=422 if request.method == "POST" else 200)


def _from_file(request: AuthenticatedRequest, roots: list[Unit], plan: ProgrammePlan, key: UUID | None) -> HttpResponse:
    """Begin a draft of a file: a change of the programme with its code, or else a new one of the user's own unit."""
    existing = queries.programme_by_code(plan.code)
    if existing is not None and policy.LOAD.allows_at(request.user, existing.root):
        message = _("There is a programme with the code “%(code)s” already, so the file is a draft under another code.")
        messages.info(request, message % {"code": plan.code})
    root = next((each for each in roots if each.code == plan.root), _chosen_root(request, roots))
    plan = replace(plan, code=copying.unused_code(plan.code, plans.taken_codes()), root=root.code)
    draft = actions.begin_draft(actor=request.user, root=root, plan=plan, origin=PlanOrigin.FILE, key=key)
    messages.success(request, _("The file is read: %(count)s indicators.") % {"count": len(plan.indicators)})
    return redirect("targets:draft", draft_id=draft.pk)


def _next_year(root: Unit) -> int:
    """Return the year for which a unit plans now: the present one, from October on the next unless this is its first plan."""
    today = clock.today()
    return today.year + (today.month >= 10 and plans.has_programme(root))


# --- Copies -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Source:
    """What is copied: a plan, what was reached of it, and where the copy goes."""

    plan: ProgrammePlan
    root: Unit
    title: str
    origin: str
    programme: Programme | None = None
    reached: Mapping[str, tuple[str, str]] | None = None
    """By code: the last figure and a remark on it."""
    on: date | None = None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copy_programme(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Show a programme with its last figures beside what becomes of each indicator next; on POST begin the draft."""
    chosen, root = _copyable(request, programme)
    plan = plans.plan_of(chosen)
    on = queries.day_of(chosen, None, chosen.root)
    overview = queries.overview(chosen, chosen.root, on, children=False)
    reached = {
        progress.code: (
            formats.percent(progress.figure) if progress.is_share else formats.number(progress.figure),
            _remark(progress.met_on, progress.figure, progress.goal),
        )
        for progress in overview.indicators
    }
    source = _Source(plan, root, chosen.title, PlanOrigin.COPY, chosen, reached, on)
    return _copy(request, source)


def _remark(met_on: date | None, figure: int | None, goal: int | None) -> str:
    if figure is None:
        return _("No figures yet")
    if met_on is not None:
        return _("Reached on %(day)s") % {"day": formats.day(met_on)}
    return _("Reached") if goal is not None and figure >= goal else _("Not reached yet")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_from_template(request: AuthenticatedRequest, template: str) -> HttpResponse:
    """Show a shipped programme as a copy for the user's own unit and a year to come; on POST begin the draft."""
    roots = _roots(request)
    plan = copying.shipped_programmes().get(template)
    if plan is None:
        raise Http404
    return _copy(request, _Source(plan, _chosen_root(request, roots), plan.title, PlanOrigin.TEMPLATE))


def _copy(request: AuthenticatedRequest, source: _Source) -> HttpResponse:
    years = copying.years_ahead(source.plan, _next_year(source.root))
    carried = copying.shift_plan(source.plan, years)
    if source.root.code != source.plan.root:
        # What another committee's plan states is only assumed here.
        carried = replace(
            carried,
            indicators=tuple(replace(each, basis=Basis.ASSUMED) if each.why else each for each in carried.indicators),
            title=_("Digital transformation programme %(year)s") % {"year": carried.first_day.year},
            code=code_of(f"{units.named_unit(source.root, clock.today()).short_name} {carried.first_day.year}"),
            root=source.root.code,
        )
    initial = {
        "title": carried.title,
        "first_day": carried.first_day,
        "last_day": carried.last_day,
        "key": uuid7(),
    }
    posted = request.method == "POST"
    form = CopyForm(request.POST if posted else None, initial=initial)
    rows = copying.read_choices(carried, request.POST.dict(), _numbers(request, carried))
    problems = [row for row in rows if row.problem]
    nothing = posted and all(row.choice is CopyChoice.DROP for row in rows)
    if posted and form.is_valid() and not problems and not nothing:
        return _begin_copy(request, source, carried, rows, form.cleaned_data)
    context = {
        "source": source,
        "form": form,
        "rows": [_row(source, row) for row in rows],
        "counted": copying.counted_choices(rows),
        "choices": copying.COPY_CHOICES,
        "year": carried.first_day.year,
        "old_year": source.plan.first_day.year,
        "problems": len(problems),
        "nothing": nothing,
        "similar": plans.plans_of_days(source.root, carried.first_day, carried.last_day),
    }
    return render(request, "targets/copy_programme.html", context, status=422 if posted else 200)


def _numbers(request: AuthenticatedRequest, plan: ProgrammePlan) -> dict[str, int | None]:
    """Return the entered targets by code; None for what is no number."""
    numbers: dict[str, int | None] = {}
    for indicator in plan.indicators:
        text = request.POST.get(f"target-{indicator.code}") if request.method == "POST" else None
        value = indicator.target if text is None else NumberField.number(text)
        numbers[indicator.code] = value
    return numbers


def _row(source: _Source, row: CopiedIndicator) -> dict[str, Any]:
    old = row.plan
    figure, remark = (source.reached or {}).get(old.code, ("", ""))
    return {
        "code": old.code,
        "title": old.short_title,
        "old": draft_words.target_words(old.kind, old.target, old.unit_of_count),
        "figure": figure,
        "remark": remark,
        "choice": str(row.choice),
        "target": formats.number(row.target) if row.target is not None else "",
        "percent": is_share(old.kind),
        "days": _moved_days(source.plan, old),
        "why": row.why,
        "problem": row.problem,
    }


def _moved_days(former: ProgrammePlan, moved: IndicatorPlan) -> list[str]:
    """Return the moved due days of an indicator, each with what to look at about it."""
    before = next((each.due for each in former.indicators if each.code == moved.code), ())
    return [
        f"{formats.day(day)}. {moved_day_remark(former_day, day)}".strip()
        for former_day, day in zip(before, moved.due, strict=False)
    ]


def _begin_copy(
    request: AuthenticatedRequest,
    source: _Source,
    carried: ProgrammePlan,
    rows: list[CopiedIndicator],
    data: Mapping[str, Any],
) -> HttpResponse:
    first, last = data["first_day"], data["last_day"]
    copied = [indicator for row in rows if (indicator := row.new_plan()) is not None]
    # Another first year than the proposed one moves the code, the due days and a title left as proposed with it.
    moved = first.year - carried.first_day.year
    copied = [replace(each, due=tuple(years_later(day, moved) for day in each.due)) for each in copied]
    plan = replace(
        carried,
        title=with_later_years(carried.title, moved) if data["title"] == carried.title else data["title"],
        first_day=first,
        last_day=last,
        code=copying.unused_code(with_later_years(carried.code, moved), plans.taken_codes()),
        # A due day outside the days that were entered is left out; the draft shows the milestone without it.
        indicators=tuple(replace(each, due=tuple(day for day in each.due if first <= day <= last)) for each in copied),
    )
    draft = actions.begin_draft(
        actor=request.user,
        root=source.root,
        plan=plan,
        origin=source.origin,
        copied_from=source.programme,
        carries_division=data["carries_division"],
        key=data["key"],
    )
    messages.success(request, _("The draft is made. No unit sees it before it is published."))
    if request.POST.get("then") == "add":
        return redirect("targets:new_draft_indicator", draft_id=draft.pk)
    return redirect("targets:draft", draft_id=draft.pk)


# --- A published programme --------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_programme(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Lead to the draft in which a programme is changed; where there is none, say what a change does, and on POST begin it."""
    chosen = _writable(request, programme)
    existing = plans.open_drafts(request.user).filter(programme=chosen).first()
    if existing is None and request.method == "POST":
        existing = actions.edit_programme(actor=request.user, programme=chosen)
    if existing is not None:
        return redirect("targets:draft", draft_id=existing.pk)
    return render(
        request,
        "targets/edit_programme.html",
        {
            "programme": chosen,
            "begun": chosen.first_day <= clock.today(),
            "revision": plans.programme_revisions(chosen).first(),
        },
    )


@login_required
@require_POST
def new_families(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Lead to the draft with what a new version can count, for the committee to decide on, or store that it is declined."""
    chosen = _writable(request, programme)
    if request.POST.get("do") == "decline":
        actions.decline_new_families(actor=request.user, programme=chosen)
        message = _("It is not proposed again. When the programme is edited, it can still be chosen.")
        messages.success(request, message)
        return redirect("targets:indicators", programme=chosen.code)
    try:
        draft = actions.draft_new_families(actor=request.user, programme=chosen)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect("targets:edit_programme", programme=chosen.code)
    message = _(
        "Decide on each new indicator: give it a target, or take it out. No unit sees it before it is published."
    )
    messages.success(request, message)
    return redirect("targets:draft", draft_id=draft.pk)


@login_required
@require_safe
def programme_file_download(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Return the plan that holds as a programme file."""
    chosen, _root = _copyable(request, programme)
    return file_answer(programme_toml.render(plans.plan_of(chosen)), chosen.code)


@login_required
@require_safe
def revisions(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Show who published which change of a programme when and why, the newest first."""
    chosen, unit, on = requested_place(request, programme, "")
    return render(
        request,
        "targets/revisions.html",
        {
            "programme": chosen,
            "unit": units.named_unit(unit, on),
            "revisions": [_revision(each) for each in plans.revision_changes(chosen)],
            "may_write": policy.LOAD.allows_at(request.user, chosen.root),
        },
    )


def _revision(each: plans.RevisionChanges) -> dict[str, Any]:
    """Return a revision with its changes in words; of the first one its size is enough."""
    changes = each.changes
    changed = [
        {"title": change.indicator.short_title, "differences": draft_words.describe_differences(change)}
        for change in changes.changed
    ]
    added = [
        {"title": change.indicator.short_title, "added": draft_words.target_of(change.indicator)}
        for change in changes.added
    ]
    own = [{"title": draft_words.field_name(name)} for name in changes.fields]
    first = each.revision.number == 1
    return {
        "revision": each.revision,
        "size": each.size,
        "words": [] if first else [*own, *changed, *added],
        "reordered": changes.reordered,
    }
