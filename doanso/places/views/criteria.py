"""Pages of criteria: the kinds of places, one set, and the editor of a draft."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access.policy import get_or_404
from doanso.access.queries import units_with_permission
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.form_pages import submit
from doanso.lib.problems import Refused
from doanso.places import actions, policy, queries
from doanso.places.forms.criteria import CriterionForm, PublishForm, initial_of
from doanso.places.formulas import formula
from doanso.places.kinds import kind_named, kinds
from doanso.places.models import CriteriaSet, Criterion
from doanso.places.wording import threshold_words
from doanso.units import queries as units
from doanso.units.models import Unit


def _committee(request: AuthenticatedRequest) -> Unit | None:
    """Return the committee whose criteria the reader writes: the uppermost unit where they may."""
    roots = policy.SET_CRITERIA_AT.roots(request.user)
    named = [tree[0] for tree in units.subtrees(sorted(roots)).values() if tree]
    return min(named, key=lambda unit: unit.depth).unit if named else None


@login_required
@require_safe
def kinds_of_places(request: AuthenticatedRequest) -> HttpResponse:
    """Show the kinds of places with the criteria in force."""
    access.anywhere_or_404(request.user, policy.VIEW)
    committee = _committee(request)
    reader_units = units_with_permission(request.user, policy.VIEW_AT)
    reference = committee or (reader_units[0].unit if reader_units else None)
    if reference is None:
        raise Http404
    shown = []
    for kind in kinds():
        in_force = queries.set_in_force(kind, reference)
        criteria = queries.criteria_of(in_force) if in_force is not None else []
        shown.append(
            {
                "kind": kind,
                "in_force": in_force,
                "draft": queries.draft_of(kind, committee) if committee is not None else None,
                "rows": [_row(criterion) for criterion in criteria]
                or [_planned(n, p) for n, p in enumerate(kind.criteria, 1)],
            }
        )
    return render(request, "places/criteria.html", {"kinds": shown, "may_write": committee is not None})


def _row(criterion: Criterion) -> dict[str, Any]:
    return {"criterion": criterion, "threshold": threshold_words(criterion), "formula": _formula(criterion.formula)}


def _planned(number: int, plan: Any) -> dict[str, Any]:
    """Return a row of a shipped set that no place has needed yet."""
    criterion = Criterion(
        number=number, group=plan.group, title=plan.title, help=plan.help, formula=plan.formula,
        threshold_kind=plan.threshold_kind, threshold=plan.threshold, second_threshold=plan.second_threshold,
        evidence=plan.evidence, basis=plan.basis, why=plan.why,
    )  # fmt: skip
    return _row(criterion)


def _formula(code: str) -> str:
    registered = formula(code)
    return str(registered.title) if registered is not None else _("This version has nothing that counts it")


@login_required
@require_POST
def begin(request: AuthenticatedRequest, kind: str) -> HttpResponse:
    """Begin the committee's draft of a kind's criteria, or go on with it."""
    access.over_others_or_404(request.user, policy.SET_CRITERIA_AT, see=policy.VIEW_AT)
    committee = _committee(request)
    if committee is None or kind not in {each.code for each in kinds()}:
        raise Http404
    draft = actions.begin_criteria(actor=request.user, kind=kind_named(kind), owner=committee)
    return redirect("places:criteria-set", draft.pk)


def _set_or_404(request: AuthenticatedRequest, set_id: UUID) -> CriteriaSet:
    """Return a set: a published one for everybody who sees places, a draft for those who write it."""
    access.anywhere_or_404(request.user, policy.VIEW)
    found = get_object_or_404(queries.all_sets(), pk=set_id)
    return found if found.published_at is not None else _draft_or_404(request, set_id)


def _draft_or_404(request: AuthenticatedRequest, set_id: UUID) -> CriteriaSet:
    """Return a committee's set for those who write it; an action refuses one that is published."""
    return get_or_404(request.user, policy.SET_CRITERIA, queries.all_sets(), see=policy.VIEW_SET, pk=set_id)


@login_required
@require_safe
def criteria_set(request: AuthenticatedRequest, set_id: UUID) -> HttpResponse:
    """Show a set; a draft with what can be changed in it."""
    return _set_page(request, _set_or_404(request, set_id), PublishForm())


def _set_page(request: AuthenticatedRequest, shown: CriteriaSet, form: PublishForm, status: int = 200) -> HttpResponse:
    criteria = queries.criteria_of(shown)
    context = {
        "set": shown,
        "kind": kind_named(shown.kind),
        "owner": units.named_unit(shown.owner) if shown.owner is not None else None,
        "rows": [_row(criterion) for criterion in criteria],
        "is_draft": shown.published_at is None,
        "publish": form,
        "places": shown.places.count(),
    }
    return render(request, "places/criteria_set.html", context, status=status)


@login_required
@require_POST
def publish(request: AuthenticatedRequest, set_id: UUID) -> HttpResponse:
    """Publish a draft."""
    draft = _draft_or_404(request, set_id)
    form = PublishForm(request.POST)
    if submit(form, lambda: actions.publish_criteria(actor=request.user, draft=draft, note=form.cleaned_data["note"])):
        messages.success(
            request, _("Published. New places use it; those that exist may be moved to it on their pages.")
        )
        return redirect("places:criteria-set", draft.pk)
    return _set_page(request, draft, form, status=422)


@login_required
@require_POST
def discard(request: AuthenticatedRequest, set_id: UUID) -> HttpResponse:
    """Discard a draft."""
    draft = _draft_or_404(request, set_id)
    try:
        actions.discard_criteria(actor=request.user, draft=draft)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect("places:criteria-set", draft.pk)
    messages.success(request, _("The draft is discarded; the criteria in force stay."))
    return redirect("places:criteria")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_criterion(request: AuthenticatedRequest, set_id: UUID) -> HttpResponse:
    """Add a criterion to a draft."""
    return _edit(request, _draft_or_404(request, set_id), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit_criterion(request: AuthenticatedRequest, set_id: UUID, criterion_id: UUID) -> HttpResponse:
    """Change a criterion of a draft."""
    draft = _draft_or_404(request, set_id)
    return _edit(request, draft, get_object_or_404(draft.criteria, pk=criterion_id))


def _edit(request: AuthenticatedRequest, draft: CriteriaSet, edited: Criterion | None) -> HttpResponse:
    groups = list(dict.fromkeys(each.group for each in queries.criteria_of(draft)))
    form = CriterionForm(
        request.POST if request.method == "POST" else None,
        place_kind=draft.kind,
        groups=groups,
        initial=initial_of(edited) if edited is not None else {"group": groups[-1] if groups else ""},
    )
    if submit(
        form,
        lambda: actions.save_criterion(
            actor=request.user,
            draft=draft,
            plan=form.plan(),
            criterion_id=edited.pk if edited is not None else None,
        ),
    ):
        messages.success(request, _("Saved in the draft."))
        return redirect("places:criteria-set", draft.pk)
    context = {"form": form, "set": draft, "kind": kind_named(draft.kind), "criterion": edited}
    return render(request, "places/criterion.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def move(request: AuthenticatedRequest, set_id: UUID, criterion_id: UUID) -> HttpResponse:
    """Move a criterion of a draft up or down."""
    draft = _draft_or_404(request, set_id)
    moved = get_object_or_404(draft.criteria, pk=criterion_id)
    try:
        actions.move_criterion(
            actor=request.user, draft=draft, criterion_id=moved.pk, up=request.POST.get("to") == "up"
        )
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect("places:criteria-set", draft.pk)


@login_required
@require_POST
def remove(request: AuthenticatedRequest, set_id: UUID, criterion_id: UUID) -> HttpResponse:
    """Take a criterion out of a draft."""
    draft = _draft_or_404(request, set_id)
    removed = get_object_or_404(draft.criteria, pk=criterion_id)
    try:
        actions.remove_criterion(actor=request.user, draft=draft, criterion_id=removed.pk)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("Removed from the draft."))
    return redirect("places:criteria-set", draft.pk)
