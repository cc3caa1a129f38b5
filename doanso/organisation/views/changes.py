"""Views of the organisation: list of changes, choice of a change, preview, confirmation, undoing."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.organisation import actions, policy, queries
from doanso.organisation.forms import changes as forms
from doanso.organisation.models import Change, ChangeKind
from doanso.organisation.preview import preview
from doanso.units.queries import NamedUnit, children

_HINTS = {
    ChangeKind.MOVE: ("arrows-exchange", gettext_lazy("A unit goes under another one, with everything below it.")),
    ChangeKind.RENAME: ("edit", gettext_lazy("A unit is called something else from a day on.")),
    ChangeKind.MERGE: ("users-group", gettext_lazy("Several units end and go on as one.")),
    ChangeKind.SPLIT: ("sitemap", gettext_lazy("A part of a unit becomes a unit of its own.")),
    ChangeKind.END: ("circle-x", gettext_lazy("A unit is no more; another one may carry its work on.")),
}


@login_required
@require_safe
def change_list(request: AuthenticatedRequest) -> HttpResponse:
    """List the changes, latest first, and the kinds of changes."""
    access.anywhere_or_404(request.user, policy.PREVIEW)
    number = page_number(request)
    rows, more = queries.change_page(request.user, number)
    context = {
        "rows": rows,
        "pages": pages(request, number, more=more, summary=""),
        "kinds": [(kind, kind.label, *hint) for kind, hint in _HINTS.items()],
        "may_create": policy.CHANGE.allows_anywhere(request.user),
    }
    return render(request, "organisation/list.html", context)


def _form(request: AuthenticatedRequest, kind: ChangeKind) -> tuple[forms.ChangePlanForm, dict[str, Any]]:
    """Return the form of a change, and the form that chooses the unit below which the units are chosen."""
    tree = queries.units_to_change(request.user)
    page: dict[str, Any] = {}
    within: list[NamedUnit] = []
    if kind in forms.NEEDS_ONE_ABOVE:
        above = forms.AboveForm(request.GET or None, units=tree)
        above_code = above.cleaned_data["above"] if above.is_bound and above.is_valid() else ""
        chosen = next((unit for unit in tree if unit.code == above_code), tree[0])
        within = children(chosen.unit)
        page = {"above": above, "chosen": chosen}
    form = forms.FORMS[kind](request.POST if request.method == "POST" else None, units=tree, within=within)
    if kind == ChangeKind.SPLIT and not form.is_bound:
        form.initial["unit"] = page["chosen"].code
    return form, page


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan_change(request: AuthenticatedRequest, kind_code: str) -> HttpResponse:
    """Fill in a change; when sent, show its preview; when confirmed, carry it out."""
    access.anywhere_or_404(request.user, policy.PREVIEW)
    if kind_code not in forms.FORMS:
        raise Http404
    kind = ChangeKind(kind_code)
    form, page = _form(request, kind)
    context = page | {"form": form, "kind": kind, "title": kind.label, "hint": _HINTS[kind][1]}
    if not form.is_valid():
        return render(request, "organisation/plan.html", context, status=422 if form.errors else 200)
    plan = form.plan()
    if "confirm" in request.POST:
        try:
            recorded_change = actions.carry_out(actor=request.user, plan=plan)
        except Refused as refused:
            form.add_error(None, refused.problem.message)
            return render(request, "organisation/plan.html", context, status=422)
        messages.success(request, _("Done. It can be taken back today."))
        return redirect("organisation:change", recorded_change.pk)
    shown = preview(actor=request.user, plan=plan)
    if shown.problem is not None:
        form.add_error(None, shown.problem.message)
        return render(request, "organisation/plan.html", context, status=422)
    context |= {"shown": shown, "may_change": policy.CHANGE.allows_anywhere(request.user)}
    return render(request, "organisation/preview.html", context)


def _found(request: AuthenticatedRequest, change_id: UUID) -> Change:
    recorded_change = queries.change_to_see(request.user, change_id)
    if recorded_change is None:
        raise Http404
    return recorded_change


@login_required
@require_safe
def change(request: AuthenticatedRequest, change_id: UUID) -> HttpResponse:
    """Show one change, and offer to undo it on its day."""
    recorded_change = _found(request, change_id)
    row = queries.change_row(recorded_change)
    context = {
        "row": row,
        "kept_back": queries.roles_kept_back(recorded_change),
        "may_undo": row.undoable and policy.CHANGE.allows(request.user, recorded_change),
        "units": queries.units_named(recorded_change),
        "events": access_queries.history(request.user, recorded_change),
    }
    return render(request, "organisation/change.html", context)


@login_required
@require_POST
def undo(request: AuthenticatedRequest, change_id: UUID) -> HttpResponse:
    """Undo a change."""
    recorded_change = _found(request, change_id)
    policy.CHANGE.require(request.user, recorded_change)
    try:
        actions.undo(actor=request.user, change=recorded_change)
        messages.success(request, _("Taken back. Everything stands as it did before."))
    except Refused as refused:
        messages.error(request, refused.problem.message)
    if request.POST.get("next") == "create":
        return redirect("organisation:create_unit")
    return redirect("organisation:change", recorded_change.pk)
