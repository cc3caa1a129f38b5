"""The unit's pages about one support record: correct, take back, print the receipt, decide about a dispute."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import qr
from doanso.lib.form_pages import submit
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.support import actions, labels, policy, queries
from doanso.support.forms import support_records as forms
from doanso.support.views.pages import get_support_record
from doanso.support.views.recording import form_options, helper_options
from doanso.units import queries as units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: AuthenticatedRequest, support_record_id: UUID) -> HttpResponse:
    """Correct service, day or helpers."""
    support_record = get_support_record(request, support_record_id, policy.RECORD)
    offer = form_options(support_record.unit, ())
    now: dict[str, Any] = {
        "service": support_record.service_id,
        "happened_on": support_record.happened_on,
        "helper": support_record.helper_name,
        "helper_kind": support_record.helper_kind,
        "second": support_record.second_helper_name,
        "second_kind": support_record.second_helper_kind or "official",
    }
    form = forms.CorrectForm(request.POST if request.method == "POST" else None, offer=offer, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            corrected = actions.correct_help(
                actor=request.user,
                support_record_id=support_record.pk,
                service=form.cleaned_data["service"],
                happened_on=form.cleaned_data["happened_on"],
                helper=form.first_helper,
                second=form.second_helper,
            )
        except Refused as refused:
            if refused.problem.field == "two_helpers":
                form.ask_whether_two_helpers()
            add_refusal(form, refused)
        else:
            messages.success(request, _("The help was corrected; the figures follow."))
            return redirect("support:support_record", corrected.pk)
    return render(
        request,
        "support/correct.html",
        {"form": form, "help": support_record, "helper_options": helper_options(offer)},
        status=422 if form.is_bound else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: AuthenticatedRequest, support_record_id: UUID) -> HttpResponse:
    """Ask for confirmation, then take back a record made by mistake; it stays in the list of those taken back."""
    support_record = get_support_record(request, support_record_id, policy.RECORD)
    if request.method == "POST":
        actions.take_back_help(actor=request.user, support_record_id=support_record.pk)
        messages.success(request, _("Taken back. The figures follow the records that remain."))
        return redirect("support:support_record", support_record.pk)
    name = queries.receiver_names(request.user, [support_record])[support_record.pk]
    return render(
        request,
        "support/take_back.html",
        {"help": support_record, "name": name or labels.missing_name(named=support_record.named)},
    )


@never_cache
@login_required
@require_safe
def receipt_sheet(request: AuthenticatedRequest, receipt_id: UUID) -> HttpResponse:
    """Show the receipt to print or to scan from the screen, and write an audit event."""
    receipt = get_or_404(request.user, policy.RECORD, queries.all_receipts(), see=policy.VIEW, pk=receipt_id)
    keys = actions.print_receipt(actor=request.user, receipt_id=receipt.pk)
    support_records = queries.records_of_receipt(receipt)
    address = request.build_absolute_uri(reverse("support:receipt", args=[keys.link])) if keys else ""
    return render(
        request,
        "support/receipt_sheet.html",
        {
            "receipt": receipt,
            "keys": keys,
            "code_address": request.build_absolute_uri(reverse("support:code")),
            "picture": qr.svg(address, _("Open the receipt")) if address else "",
            "support_records": support_records,
            "unit": units.named_unit(receipt.unit),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: AuthenticatedRequest, dispute_id: UUID) -> HttpResponse:
    """Show the receiver's dispute with its records, and the officer's decision."""
    dispute = get_or_404(request.user, policy.DECIDE, queries.all_disputes(), see=policy.VIEW, pk=dispute_id)
    form = forms.DecideForm(request.POST if request.method == "POST" else None)
    if submit(form, lambda: actions.decide_dispute(actor=request.user, dispute_id=dispute.pk, **form.cleaned_data)):
        messages.success(request, _("Decided. The figures follow."))
        return redirect("support:dispute", dispute.pk)
    support_records = queries.visible_of_receipt(request.user, dispute.receipt_id)
    return render(
        request,
        "support/dispute.html",
        {
            "dispute": dispute,
            "form": form,
            "rows": [
                {
                    "id": row.id,
                    "name": row.name or labels.missing_name(named=row.named),
                    "service": row.service_name,
                    "happened_on": row.happened_on,
                    "unit": row.unit,
                    "claim": labels.claim_pill(row.claim),
                }
                for row in queries.record_rows(request.user, support_records)
            ],
        },
        status=422 if form.is_bound else 200,
    )


def _back(request: AuthenticatedRequest, receipt_id: UUID) -> HttpResponse:
    """Redirect to the first record of the receipt."""
    first = next(iter(queries.visible_of_receipt(request.user, receipt_id)), None)
    return redirect("support:support_record", first.pk) if first is not None else redirect("support:list")


@login_required
@require_POST
def look_at(request: AuthenticatedRequest, confirmation_id: UUID) -> HttpResponse:
    """Mark a flagged confirmation as checked."""
    confirmation = get_or_404(
        request.user, policy.DECIDE, queries.all_confirmations(), see=policy.VIEW, pk=confirmation_id
    )
    actions.look_at_confirmation(actor=request.user, confirmation_id=confirmation.pk)
    messages.success(request, _("Marked as looked at. Nobody's figures change by it."))
    return _back(request, confirmation.receipt_id)


@login_required
@require_POST
def resolve_remark(request: AuthenticatedRequest, remark_id: UUID) -> HttpResponse:
    """Resolve a remark."""
    remark = get_or_404(request.user, policy.RECORD, queries.all_remarks(), see=policy.VIEW, pk=remark_id)
    actions.resolve_remark(actor=request.user, remark_id=remark.pk)
    messages.success(request, _("Marked as settled."))
    return _back(request, remark.receipt_id)
