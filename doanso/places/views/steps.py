"""The steps of a place's life cycle: each is one POST from the place's page, refused with the reason on that page."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.form_pages import submit
from doanso.lib.problems import Refused
from doanso.places import actions, policy, queries
from doanso.places.forms.places import PlaceReasonForm
from doanso.places.views.places import place_or_404, place_page
from doanso.places.views.step_table import CRITERIA, STEPS, Step
from doanso.units import queries as units


def _view(name: str, step: Step) -> Callable[..., HttpResponse]:
    @login_required
    @require_POST
    def take(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
        place = place_or_404(request, place_id, step.permission)
        form = step.form(request.POST, prefix=name)
        if submit(
            form,
            lambda: step.action(actor=request.user, place=place, read=request.POST.get("read", ""), **form.options()),
        ):
            messages.success(request, str(step.done))
            return redirect("places:place", place.pk)
        return place_page(request, place_or_404(request, place_id), refused={name: form}, status=422)

    take.__name__ = name
    return take


VIEWS = {name: _view(name, step) for name, step in STEPS.items()}


@login_required
@require_POST
def assign_gap(request: AuthenticatedRequest, place_id: UUID, criterion_id: UUID) -> HttpResponse:
    """Give a criterion that is not reached to a unit."""
    place = place_or_404(request, place_id, policy.MANAGE)
    criterion = get_object_or_404(place.criteria_set.criteria.all(), pk=criterion_id)
    code = request.POST.get("unit", "")
    doer = units.unit_by_code(code) if code else queries.keeping_unit(place)
    if doer is None:
        raise Http404
    try:
        actions.assign_gap(actor=request.user, place=place, criterion=criterion, unit=doer)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        words = {"number": criterion.number, "unit": units.named_unit(doer).name}
        messages.success(request, _("Criterion %(number)s was given to %(unit)s.") % words)
    return redirect("places:place", place.pk)


@login_required
@require_POST
def decision(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Write the decision of the recognition in force as a document, and lead to it."""
    place = place_or_404(request, place_id, policy.ASSESS)
    recognition = queries.recognition_in_force(place)
    if recognition is None:
        messages.error(request, _("There is no recognition to write a decision for."))
        return redirect("places:place", place.pk)
    try:
        document = actions.make_decision(actor=request.user, recognition=recognition)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect("places:place", place.pk)
    return redirect("documents:document", document.pk)


@login_required
@require_POST
def use_criteria(request: AuthenticatedRequest, place_id: UUID, set_id: UUID) -> HttpResponse:
    """Move a place to the newer criteria in force."""
    place = place_or_404(request, place_id, policy.MANAGE)
    newer = get_object_or_404(queries.all_sets().exclude(published_at=None), pk=set_id)
    form = PlaceReasonForm(request.POST, prefix=CRITERIA)
    if submit(
        form,
        lambda: actions.use_criteria(
            actor=request.user,
            place=place,
            read=request.POST.get("read", ""),
            criteria_set=newer,
            reason=form.cleaned_data["reason"],
        ),
    ):
        messages.success(request, _("It is assessed by the newer criteria from now on."))
        return redirect("places:place", place.pk)
    return place_page(request, place_or_404(request, place_id), refused={CRITERIA: form}, status=422)
