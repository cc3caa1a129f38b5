"""Pages of dated checks: the list by criterion, a new check or a correction, and its evidence."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.form_refusals import FormRefusals
from doanso.files.responses import hand_out
from doanso.lib import clock
from doanso.places import policy
from doanso.places.actions import checks as actions
from doanso.places.forms.surveys import CriterionCheckForm
from doanso.places.models import Criterion, CriterionCheck, Place
from doanso.places.queries import checks as reads
from doanso.places.views.places import place_or_404
from doanso.places.views.registers import render_form


@login_required
@require_safe
def check_list(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show the criteria that people check, each with its checks, newest first."""
    place = place_or_404(request, place_id)
    return render(
        request,
        "places/checks.html",
        {
            "place": place,
            "criteria": reads.criteria_with_checks(place),
            "may_record": policy.RECORD.allows(request.user, place),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_check(request: AuthenticatedRequest, place_id: UUID, criterion_id: UUID) -> HttpResponse:
    """Enter a check of a criterion."""
    place = place_or_404(request, place_id, policy.RECORD)
    return _check_form(request, place, _criterion_or_404(place, criterion_id), None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct_check(request: AuthenticatedRequest, place_id: UUID, check_id: UUID) -> HttpResponse:
    """Correct a check by a new one."""
    place = place_or_404(request, place_id, policy.RECORD)
    old = reads.checks_of(place).filter(pk=check_id, corrected_by=None).first()
    if old is None:
        raise Http404
    return _check_form(request, place, _criterion_or_404(place, old.criterion_id), old)


def _criterion_or_404(place: Place, criterion_id: UUID) -> Criterion:
    criterion = next((criterion for criterion in reads.checked_criteria(place) if criterion.pk == criterion_id), None)
    if criterion is None:
        raise Http404
    return criterion


def _check_form(
    request: AuthenticatedRequest, place: Place, criterion: Criterion, old: CriterionCheck | None
) -> HttpResponse:
    initial: dict[str, Any] = {"checked_on": clock.today()}
    if old is not None:
        initial |= {
            "checked_on": old.checked_on,
            "numerator": old.numerator,
            "answer": str(old.numerator),
            "denominator": old.denominator,
            "note": old.note,
        }
    is_sent = request.method == "POST"
    form = CriterionCheckForm(
        request.POST if is_sent else None, request.FILES if is_sent else None, criterion=criterion, initial=initial
    )
    if form.is_bound and form.is_valid():
        with FormRefusals(
            form, file_field="evidence", field_names={"numerator": "answer"} if "answer" in form.fields else None
        ):
            actions.record_check(
                actor=request.user,
                place=place,
                criterion=criterion,
                inputs=form.inputs(),
                evidence=form.uploads(),
                corrects=old.pk if old is not None else None,
            )
            messages.success(request, _("The check is kept; the value of the criterion follows it."))
            return redirect("places:checks", place.pk)
    return render_form(request, "places/check_form.html", form, place=place, criterion=criterion, old=old)


@login_required
@require_safe
def check_file(request: AuthenticatedRequest, place_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Hand out the evidence of a check."""
    place = place_or_404(request, place_id)
    file = reads.file_of(place, file_id)
    if file is None or file.blob.erased_at is not None:
        raise Http404
    return hand_out(request, file.blob, inline="show" in request.GET)


@login_required
@require_POST
def erase_file(request: AuthenticatedRequest, place_id: UUID, file_id: UUID) -> HttpResponse:
    """Make the evidence of a check unreadable for good."""
    place = place_or_404(request, place_id, policy.RECORD)
    file = reads.file_of(place, file_id)
    if file is None or file.blob.erased_at is not None:
        raise Http404
    actions.erase_evidence(actor=request.user, file=file)
    messages.success(request, _("The file is erased for good; the check stays as it is."))
    return redirect("places:checks", place.pk)
