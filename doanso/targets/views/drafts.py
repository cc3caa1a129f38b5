"""Views of the programme editor: a draft with one indicator open beside it, its head, and what publishing it changes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.members import queries as members
from doanso.targets import actions, counting, draft_words
from doanso.targets.actions.drafts import has_begun, known_indicator
from doanso.targets.actions.loading import newest_revision
from doanso.targets.actions.publishing import plan_problem
from doanso.targets.forms.programmes import DraftHeadForm, IndicatorForm, NumberField, PublishForm
from doanso.targets.models import MEMBERS, DraftState, ProgrammeDraft
from doanso.targets.plans import ProgrammePlan
from doanso.targets.queries import plans
from doanso.targets.queries.plans import IndicatorChange
from doanso.targets.renderers import programme_toml

_SILENT = timedelta(minutes=1)
"""How long nothing was counted before a page says that the worker seems to stand still."""


def _draft(request: AuthenticatedRequest, draft_id: UUID) -> ProgrammeDraft:
    draft = plans.visible_drafts(request.user).filter(pk=draft_id).first()
    if draft is None:
        raise Http404
    return draft


def _page(request: AuthenticatedRequest, draft: ProgrammeDraft, *, status: int = 200, **panel: Any) -> HttpResponse:
    """Show the list of a draft's indicators, with the panel of one of them if there is one."""
    rows = [(row, plans.indicator_plan_of(row)) for row in plans.draft_indicators(draft)]
    programme = draft.programme
    newer = programme is not None and draft.state == DraftState.OPEN and newest_revision(programme) != draft.base_number
    context = {
        "draft": draft,
        "groups": draft_words.grouped_draft_lines(rows),
        "count": sum(not row.removed for row, _plan in rows),
        "removed": [(row, plan) for row, plan in rows if row.removed],
        "open": draft.state in plans.OPEN_STATES,
        "begun": programme is not None and has_begun(programme),
        "newer": newer,
        **panel,
    }
    return render(request, "targets/draft.html", context, status=status)


@login_required
@require_safe
def draft(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Show a draft's indicators under their headings; a published one leads to its programme."""
    chosen = _draft(request, draft_id)
    if chosen.state == DraftState.PUBLISHED and chosen.programme is not None:
        return redirect("targets:indicators", programme=chosen.programme.code)
    return _page(request, chosen)


# --- One indicator ----------------------------------------------------------------------------------------------------


class _Panel:
    """The panel of one indicator: its form, and what is known of it in the draft and in the published programme."""

    def __init__(self, request: AuthenticatedRequest, draft: ProgrammeDraft, indicator_id: UUID) -> None:
        self.request, self.draft, self.indicator_id = request, draft, indicator_id
        self.row = draft.indicators.select_related("changed_by").filter(pk=indicator_id).first()
        self.plan = plans.indicator_plan_of(self.row) if self.row is not None else None
        self.known = known_indicator(draft, self.row.code) if self.row is not None else None
        others = draft.indicators.exclude(pk=indicator_id).filter(removed=False)
        self.taken = set(others.values_list("code", flat=True)) | {MEMBERS}

    def form(self, data: Any = None, *, version: int | None = None) -> IndicatorForm:
        row = self.row
        programme = self.draft.programme
        return IndicatorForm(
            data,
            plan=self.plan,
            known=self.known is not None,
            taken=self.taken,
            needs_reason=self.known is not None and programme is not None and has_begun(programme),
            version=version if version is not None else row.version if row is not None else 0,
            reason=row.reason if row is not None else "",
        )

    def meaning(self, values: dict[str, Any]) -> str:
        """Return what the entered target means; nothing while too little is entered."""
        option = self.form().catalogue.by_key.get(values.get("counts") or "")
        kind, target = values.get("kind"), values.get("target")
        if option is None or not kind or not target:
            return ""
        fitting = counting.fitting_denominators(option.family, kind)
        denominator = values.get("denominator") or (fitting[0] if fitting else "")
        asked = members.count_members([self.draft.root_id], clock.today()) if denominator == MEMBERS else {}
        return draft_words.meaning_words(
            kind, target, values.get("unit_of_count") or option.unit_of_count, denominator,
            members=asked.get(self.draft.root_id), first_day=self.draft.first_day, last_day=self.draft.last_day,
        )  # fmt: skip

    def show(self, form: IndicatorForm, *, status: int = 200, **more: Any) -> HttpResponse:
        values = {name: form[name].value() for name in ("counts", "kind", "denominator", "unit_of_count")}
        values["target"] = _number(form)
        return _page(
            self.request,
            self.draft,
            status=status,
            panel=form,
            panel_id=self.indicator_id,
            row=self.row,
            known=self.known,
            more=[form[name] for name in form.MORE],
            more_open=any(form[name].errors for name in form.MORE),
            meaning=self.meaning(values),
            **more,
        )


def _number(form: IndicatorForm) -> int | None:
    value = form["target"].value()
    return value if isinstance(value, int) else NumberField.number(value or "")


@login_required
@require_safe
def new_draft_indicator(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Show an empty indicator beside the list; it is sent to an address of its own, so that sending it twice adds one."""
    panel = _Panel(request, _draft(request, draft_id), uuid7())
    return panel.show(panel.form())


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_indicator(request: AuthenticatedRequest, draft_id: UUID, indicator_id: UUID) -> HttpResponse:
    """Show one indicator beside the list; on POST save it, compute what it means, move, remove or restore it."""
    chosen = _draft(request, draft_id)
    panel = _Panel(request, chosen, indicator_id)
    if request.method != "POST":
        if panel.row is None:
            # The address to which a new indicator was sent that was refused: there is nothing yet to show.
            return redirect("targets:new_draft_indicator", draft_id=chosen.pk)
        return panel.show(panel.form())
    do = request.POST.get("do", "save")
    if do in ("up", "down", "remove", "restore"):
        return _arrange(request, chosen, indicator_id, do)
    form = panel.form(request.POST)
    if do == "compute":
        return panel.show(_computed(panel, form))
    if not form.is_valid():
        return panel.show(form, status=422)
    plan = form.plan()
    try:
        row = actions.save_indicator(
            actor=request.user, draft_id=chosen.pk, indicator_id=indicator_id,
            version=form.cleaned_data["version"], plan=plan, reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except Refused as refused:
        return _refused(request, chosen, indicator_id, form, refused)
    messages.success(request, _("“%(title)s” is saved in the draft.") % {"title": row.values["short_title"]})
    if do == "again":
        return redirect("targets:new_draft_indicator", draft_id=chosen.pk)
    return redirect("targets:draft", draft_id=chosen.pk)


def _refused(
    request: AuthenticatedRequest, draft: ProgrammeDraft, indicator_id: UUID, form: IndicatorForm, refused: Refused
) -> HttpResponse:
    """Show what was entered again; where somebody else saved meanwhile, beside what is stored by now."""
    if not actions.is_stale(refused):
        field = refused.problem.field if refused.problem.field in form.fields else None
        message = refused.problem.message
        form.add_error(field, message[:1].upper() + message[1:])
        draft.refresh_from_db()
        return _Panel(request, draft, indicator_id).show(form, status=422)
    entered = form.plan()
    panel = _Panel(request, draft, indicator_id)
    if panel.row is None or panel.plan is None:
        raise Http404
    data = request.POST.copy()
    data["version"] = str(panel.row.version)
    fields = plans.changed_fields(panel.plan, entered)
    conflict = draft_words.describe_differences(IndicatorChange(entered, panel.plan, fields))
    return panel.show(panel.form(data), status=409, conflict=conflict, stale=True)


def _computed(panel: _Panel, form: IndicatorForm) -> IndicatorForm:
    """Return the form as it was entered, with what now counts proposed where the entered values do not fit it."""
    values = {name: form[name].value() for name in form.fields}
    option = form.catalogue.by_key.get(values["counts"] or "")
    if option is not None and panel.known is None:
        fitting = counting.fitting_kinds(option.family)
        values["kind"] = values["kind"] if values["kind"] in fitting else fitting[0]
        possible = counting.fitting_denominators(option.family, values["kind"])
        if values["denominator"] not in possible:
            values["denominator"] = possible[0] if possible else ""
            values["denominator_text"] = counting.denominator_title(values["denominator"])
        units_of_count = {each.unit_of_count for each in form.catalogue.options}
        if not values["unit_of_count"] or values["unit_of_count"] in units_of_count:
            values["unit_of_count"] = option.unit_of_count
        values["group"] = values["group"] or counting.proposed_group(option.family)
    computed = panel.form()
    computed.initial = values
    return computed


def _arrange(request: AuthenticatedRequest, draft: ProgrammeDraft, indicator_id: UUID, do: str) -> HttpResponse:
    version = request.POST.get("version", "")
    try:
        if do in ("up", "down"):
            actions.move_indicator(actor=request.user, draft_id=draft.pk, indicator_id=indicator_id, up=do == "up")
            return redirect("targets:draft_indicator", draft_id=draft.pk, indicator_id=indicator_id)
        row = actions.remove_indicator(
            actor=request.user, draft_id=draft.pk, indicator_id=indicator_id,
            version=int(version) if version.isdecimal() and len(version) < 10 else 0, removed=do == "remove",
        )  # fmt: skip
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect("targets:draft", draft_id=draft.pk)
    sentence = (
        _("“%(title)s” is out of the draft. It stands below the list and can be restored.")
        if do == "remove"
        else _("“%(title)s” is in the draft again.")
    )
    messages.success(request, sentence % {"title": row.values["short_title"]})
    return redirect("targets:draft", draft_id=draft.pk)


# --- The draft as a whole ---------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def draft_head(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Show title, code and days of a draft; on POST save them."""
    chosen = _draft(request, draft_id)
    initial = {name: getattr(chosen, name) for name in ("title", "code", "first_day", "last_day", "version")}
    published = chosen.programme_id is not None
    form = DraftHeadForm(request.POST if request.method == "POST" else None, initial=initial, published=published)
    stored: list[draft_words.PlanDifference] = []
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_draft_head(
                actor=request.user, draft_id=chosen.pk, version=form.cleaned_data["version"], inputs=form.inputs()
            )
        except Refused as refused:
            if actions.is_stale(refused):
                form, stored = _stale_head(request, chosen, form, published)
            form.add_error(
                refused.problem.field if refused.problem.field in form.fields else None, refused.problem.message
            )
            status = 409 if stored else 422
        else:
            messages.success(request, _("Title and days are saved."))
            return redirect("targets:draft", draft_id=chosen.pk)
    context = {"draft": chosen, "form": form, "stored": stored}
    return render(request, "targets/draft_head.html", context, status=422 if form.errors and status == 200 else status)


def _stale_head(
    request: AuthenticatedRequest, draft: ProgrammeDraft, form: DraftHeadForm, published: bool
) -> tuple[DraftHeadForm, list[draft_words.PlanDifference]]:
    """Return the form as entered with the version stored by now, and the stored values that differ."""
    draft.refresh_from_db()
    data = request.POST.copy()
    data["version"] = str(draft.version)
    initial = {name: getattr(draft, name) for name in ("title", "code", "first_day", "last_day")}
    fresh = DraftHeadForm(data, initial=initial, published=published)
    fresh.is_valid()
    entered = form.inputs()
    return fresh, [
        draft_words.PlanDifference(
            draft_words.field_name(name),
            draft_words.form_value(getattr(draft, name)),
            draft_words.form_value(getattr(entered, name)),
        )
        for name in initial
        if getattr(draft, name) != getattr(entered, name)
    ]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publish_draft(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Show what publishing a draft changes, or how far it has come; on POST publish it, or leave that to the worker."""
    chosen = _draft(request, draft_id)
    if request.method != "POST" and (under_way := _publishing(request, chosen)) is not None:
        return under_way
    rows = plans.draft_indicators(chosen)
    plan = plans.plan_of_draft(chosen, rows)
    needs_reason = chosen.programme is not None and has_begun(chosen.programme)
    said = [f"{row.values['short_title']}: {row.reason}" for row in rows if row.reason and not row.removed]
    form = PublishForm(
        request.POST if request.method == "POST" else None,
        initial={"stamp": plans.draft_stamp(chosen, rows), "reason": "\n".join(said)},
        needs_reason=needs_reason,
    )
    if request.method == "POST" and form.is_valid():
        try:
            programme = actions.publish_draft(
                actor=request.user, draft_id=chosen.pk,
                stamp=form.cleaned_data["stamp"], reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except Refused as refused:
            field = refused.problem.field if refused.problem.field in form.fields else None
            form = PublishForm(
                {**request.POST.dict(), "stamp": plans.draft_stamp(chosen, rows)}, needs_reason=needs_reason
            )
            form.add_error(field, refused.problem.message)
            chosen.refresh_from_db()
            if chosen.state == DraftState.PUBLISHED and chosen.programme is not None:
                # The button was pressed twice, and the other press has published it meanwhile.
                return redirect("targets:indicators", programme=chosen.programme.code)
        else:
            if programme is None:
                return redirect("targets:publish_draft", draft_id=chosen.pk)
            messages.success(request, _published())
            return redirect("targets:indicators", programme=programme.code)
    return _publish_page(request, chosen, plan, form)


def _published() -> str:
    return _("The programme is published. Next, hand its targets out to the units below.")


def _publishing(request: AuthenticatedRequest, draft: ProgrammeDraft) -> HttpResponse | None:
    """Return the answer for a draft that is published or being published; None where there is still something to decide.

    The page that waits asks for itself again. Once there is nothing to wait for, the browser is sent on.
    """
    is_asking_again = "HX-Request" in request.headers
    if draft.state == DraftState.PUBLISHED and draft.programme is not None:
        if is_asking_again and draft.publisher_id == request.user.pk:
            messages.success(request, _published())
        address = reverse("targets:indicators", args=[draft.programme.code])
    elif draft.state == DraftState.PUBLISHING and draft.fill_total:
        silent = draft.stepped_at is not None and clock.now() - draft.stepped_at > _SILENT
        return render(request, "targets/publishing.html", {"draft": draft, "silent": silent})
    elif is_asking_again:
        address = request.path
    else:
        return None
    if not is_asking_again:
        return redirect(address)
    answer = HttpResponse()
    answer["HX-Redirect"] = address
    return answer


def _publish_page(
    request: AuthenticatedRequest, draft: ProgrammeDraft, plan: ProgrammePlan, form: PublishForm
) -> HttpResponse:
    programme = draft.programme
    changes = plans.changes_between(plans.plan_of(programme) if programme is not None else None, plan)
    numbers = [change.indicator.code for change in changes.changed if change.number_changes]
    units = plans.units_with_targets(programme, numbers) if programme is not None and numbers else {}
    problem = plan_problem(draft, plan)
    newer = programme is not None and newest_revision(programme) != draft.base_number
    context = {
        "draft": draft,
        "form": form,
        "open": draft.state in plans.OPEN_STATES,
        "problem": problem,
        "newer": newer,
        "may_publish": problem is None and not newer and draft.state in plans.OPEN_STATES,
        "new": programme is None,
        "begun": programme is not None and has_begun(programme),
        "similar": plans.plans_of_days(draft.root, draft.first_day, draft.last_day) if programme is None else None,
        "head": [draft_words.field_name(name) for name in changes.fields],
        "added": [(change.indicator, draft_words.target_of(change.indicator)) for change in changes.added],
        "changed": [
            {
                "title": change.indicator.short_title,
                "differences": draft_words.describe_differences(change),
                "number_changes": change.number_changes,
                "units": units.get(change.indicator.code, 0),
            }
            for change in changes.changed
        ],
        "reordered": changes.reordered,
        "silent": [each.short_title for each in plan.indicators if not counting.is_served(each.family)],
        "lacking": [each.short_title for each in plan.indicators if draft_words.lacks_basis(each)],
    }
    return render(request, "targets/publish.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def take_over(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Bring what was published meanwhile into a draft."""
    chosen = _draft(request, draft_id)
    try:
        actions.take_over_changes(actor=request.user, draft_id=chosen.pk)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(
            request, _("The changes are in the draft. What you had changed yourself stays as you wrote it.")
        )
    return redirect("targets:draft", draft_id=chosen.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard_draft(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Ask before a draft is thrown away; on POST do so, or restore it."""
    chosen = _draft(request, draft_id)
    if request.method != "POST":
        return render(request, "targets/discard_draft.html", {"draft": chosen})
    restore = request.POST.get("do") == "restore"
    try:
        actions.discard_draft(actor=request.user, draft_id=chosen.pk, restore=restore)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect("targets:draft", draft_id=chosen.pk)
    if restore:
        messages.success(request, _("The draft is open again."))
        return redirect("targets:draft", draft_id=chosen.pk)
    messages.success(request, _("The draft “%(title)s” is thrown away.") % {"title": chosen.title})
    return redirect("targets:programmes")


@login_required
@require_safe
def draft_file(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Return a draft as a programme file."""
    chosen = _draft(request, draft_id)
    return file_answer(programme_toml.render(plans.plan_of_draft(chosen, plans.draft_indicators(chosen))), chosen.code)


def file_answer(text: str, code: str) -> HttpResponse:
    """Return a programme file as a download."""
    answer = HttpResponse(text, content_type="application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}.toml"'
    return answer
