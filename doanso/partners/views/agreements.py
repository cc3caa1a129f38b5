"""Pages of agreements: the list, one agreement, its forms and its file."""

from collections.abc import Callable
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
from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.problems import Unavailable
from doanso.files.responses import hand_out
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted, posted_files
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners import actions, policy, rules
from doanso.partners.forms import AgreementFilterForm, AgreementForm, EndForm, RepeatAgreementForm, initial_agreement
from doanso.partners.models import Agreement, Partner
from doanso.partners.queries import agreements as queries
from doanso.partners.queries.partners import units_to_see
from doanso.partners.queries.undertakings import undertaking_rows
from doanso.partners.reminders import reminder_text
from doanso.partners.rules import AgreementStatus
from doanso.partners.views.lookups import (
    agreement_or_404,
    form_page,
    partner_or_404,
    show_refusal,
    submit,
)
from doanso.units import queries as units


@login_required
@require_safe
def agreement_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the agreements that the reader may see; those to be renewed by their last day."""
    access.anywhere_or_404(request.user, policy.VIEW)
    seen = units_to_see(request.user)
    form = AgreementFilterForm(request.GET, units=seen)
    form.is_valid()
    cleaned = form.cleaned_data
    filters = queries.AgreementFilter(
        state=cleaned.get("state") or queries.ALL,
        unit=next((unit.unit for unit in seen if unit.code == cleaned.get("unit")), None),
    )
    number = page_number(request)
    rows, more = queries.agreement_page(request.user, filters, number)
    summary = ngettext("%(count)s agreement on this page", "%(count)s agreements on this page", len(rows))
    context = {
        "form": form,
        "narrowed": filters != queries.AgreementFilter(),
        "rows": rows,
        "several_units": len(seen) > 1,
        "may_manage": policy.MANAGE_AT.allows_anywhere(request.user),
        "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
    }
    return render(request, "partners/agreements.html", context)


@login_required
@require_safe
def agreement(request: AuthenticatedRequest, partner_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Show an agreement with its paper, what the partner undertook by it, and those before and after it."""
    agreement = agreement_or_404(request, partner_id, agreement_id)
    row = queries.agreement_row(agreement, clock.today())
    may_manage = policy.MANAGE.allows(request.user, agreement, found_by=policy.VIEW)
    is_open = agreement.ended_on is None and getattr(agreement, "renewal", None) is None
    undertakings = undertaking_rows(agreement.undertakings.all())
    may_add = may_manage and agreement.partner.ended_on is None
    context = {
        "agreement": agreement,
        "partner": agreement.partner,
        "unit": units.named_unit(agreement.unit),
        "row": row,
        "document": queries.stored_document(request.user, agreement),
        "has_file": agreement.file is not None and agreement.file.erased_at is None,
        "is_erased": agreement.file is not None and agreement.file.erased_at is not None,
        "is_picture": agreement.file is not None and agreement.file.kind in ("png", "jpeg", "webp"),
        "undertakings": undertakings,
        "chain": queries.chain_of(agreement),
        "ready": reminder_text(agreement, row, undertakings),
        "may_manage": may_manage,
        "may_add": may_add,
        "may_renew": may_add and is_open and agreement.valid_until is not None,
        "may_end": may_manage and is_open,
        "may_resume": may_add and agreement.ended_on is not None,
        "ran_out": row.status == AgreementStatus.EXPIRED,
        "events": access_queries.history(request.user, agreement),
    }
    return render(request, "partners/agreement.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, partner_id: UUID) -> HttpResponse:
    """Enter an agreement."""
    partner = partner_or_404(request, partner_id, policy.MANAGE)
    form = AgreementForm(
        posted(request),
        posted_files(request),
        documents=queries.offered_documents(request.user),
        initial={"key": uuid7(), "valid_from": clock.today()},
    )
    context = {
        "title": _("New agreement"),
        "submit": _("Enter the agreement"),
        "back": reverse("partners:partner", args=[partner.pk]),
        "new": True,
    }

    def save() -> Agreement:
        return actions.add_agreement(
            actor=request.user,
            partner=partner,
            inputs=form.inputs(),
            paper=form.upload(),
            key=form.cleaned_data["key"],
        )

    return _save(request, form, partner, save, _("The agreement is entered."), context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, partner_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Change an agreement."""
    agreement = agreement_or_404(request, partner_id, agreement_id, policy.MANAGE)
    stored = queries.stored_document(request.user, agreement)
    form = AgreementForm(
        posted(request),
        posted_files(request),
        documents=queries.offered_documents(request.user),
        linked=agreement,
        linked_name=stored.name if stored is not None else "",
        initial=initial_agreement(agreement),
    )
    context = {
        "title": _("Change the agreement"),
        "submit": _("Keep the changes"),
        "back": reverse("partners:agreement", args=[partner_id, agreement_id]),
        "hint": _("A new file takes the place of the former one, which is erased.") if agreement.file_id else "",
    }

    def save() -> Agreement:
        return actions.change_agreement(
            actor=request.user,
            agreement=agreement,
            read=form.cleaned_data["read"] or 0,
            inputs=form.inputs(),
            paper=form.upload(),
        )

    return _save(request, form, agreement.partner, save, _("The changes are kept."), context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def renew(request: AuthenticatedRequest, partner_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Enter the agreement that follows one; it begins with the values of the former."""
    agreement = agreement_or_404(request, partner_id, agreement_id, policy.MANAGE)
    initial = {"title": agreement.title, "terms": agreement.terms, "read": agreement.version, "key": uuid7()}
    form = AgreementForm(
        posted(request),
        posted_files(request),
        documents=queries.offered_documents(request.user),
        initial=initial | rules.following_term(agreement.valid_until, agreement.valid_from, clock.today()),
    )
    context = {
        "title": _("Renew the agreement"),
        "submit": _("Enter the renewal"),
        "back": reverse("partners:agreement", args=[partner_id, agreement_id]),
        "hint": _("The former agreement stays as it is; the renewal follows it with its own paper."),
        "new": True,
    }

    def save() -> Agreement:
        return actions.renew_agreement(
            actor=request.user,
            agreement=agreement,
            read=form.cleaned_data["read"] or 0,
            inputs=form.inputs(),
            paper=form.upload(),
            key=form.cleaned_data["key"],
        )

    return _save(request, form, agreement.partner, save, _("The agreement is renewed."), context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: AuthenticatedRequest, partner_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Make an agreement again for the next year: show what is copied and what is not; on POST enter it with its undertakings."""
    agreement = agreement_or_404(request, partner_id, agreement_id, policy.MANAGE)
    undertakings = list(agreement.undertakings.order_by("due_on", "pk"))
    form = RepeatAgreementForm(posted(request), agreement=agreement, undertakings=undertakings, key=uuid7())
    context = {
        "title": _("Make it again for next year"),
        "submit": _("Enter the agreement"),
        "back": reverse("partners:agreement", args=[partner_id, agreement_id]),
        "hint": _(
            "Never copied: number, day of signing, the paper, contacts, and what became of the undertakings. "
            "The former agreement stays as it is."
        ),
        "new": True,
    }

    def save() -> Agreement:
        return actions.repeat_agreement(
            actor=request.user,
            agreement=agreement,
            read=form.cleaned_data["read"] or 0,
            inputs=form.inputs(),
            undertaking_ids=form.undertaking_ids(),
            key=form.cleaned_data["key"],
        )

    done = _("Next year's agreement is entered. Add its number and paper once it is signed.")
    return _save(request, form, agreement.partner, save, done, context)


def _save(
    request: AuthenticatedRequest,
    form: AgreementForm | RepeatAgreementForm,
    partner: Partner,
    save: Callable[[], Agreement],
    done: str,
    context: dict[str, Any],
) -> HttpResponse:
    if form.is_bound and form.is_valid():
        try:
            saved = save()
        except Refused as refused:
            show_refusal(request, form, refused)
            if "paper" in form.files:
                message = _("Choose the file again, please; a page that was sent back cannot keep it.")
                form.add_error("paper", message)
        except Unavailable as error:
            form.add_error("paper", error.problem.message)
        else:
            messages.success(request, done)
            return redirect("partners:agreement", partner.pk, saved.pk)
    return form_page(request, form, {"partner": partner, "icon": "check", **context})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: AuthenticatedRequest, partner_id: UUID, agreement_id: UUID) -> HttpResponse:
    """End an agreement early, or write down that it is not renewed."""
    agreement = agreement_or_404(request, partner_id, agreement_id, policy.MANAGE)
    today, last = clock.today(), agreement.valid_until
    ran_out = last is not None and last < today
    initial = {"read": agreement.version, "on": last if ran_out else today}
    form = EndForm(posted(request), with_day=not ran_out, initial=initial)
    if submit(
        request,
        form,
        lambda: actions.end_agreement(
            actor=request.user,
            agreement=agreement,
            read=form.cleaned_data["read"],
            reason=form.cleaned_data["reason"],
            on=form.cleaned_data.get("on"),
        ),
    ):
        messages.success(request, _("Written down. The agreement stays in the list as ended."))
        return redirect("partners:agreement", partner_id, agreement_id)
    context = {
        "title": _("Close without renewal") if ran_out else _("End the agreement early"),
        "hint": agreement.title,
        "partner": agreement.partner,
        "submit": _("Close the agreement") if ran_out else _("End the agreement"),
        "icon": "ban",
        "danger": not ran_out,
        "back": reverse("partners:agreement", args=[partner_id, agreement_id]),
    }
    return form_page(request, form, context)


@login_required
@require_POST
def resume(request: AuthenticatedRequest, partner_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Undo the end of an agreement."""
    agreement = agreement_or_404(request, partner_id, agreement_id, policy.MANAGE)
    try:
        actions.resume_agreement(actor=request.user, agreement=agreement, read=agreement.version)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The end is undone."))
    return redirect("partners:agreement", partner_id, agreement_id)


@login_required
@require_safe
def download(request: AuthenticatedRequest, partner_id: UUID, agreement_id: UUID) -> HttpResponseBase:
    """Hand the file of an agreement out; a picture is shown inside the page."""
    agreement = agreement_or_404(request, partner_id, agreement_id)
    if agreement.file is None:
        raise Http404
    return hand_out(request, agreement.file, inline="show" in request.GET)


@login_required
@require_POST
def erase_file(request: AuthenticatedRequest, partner_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Make the file of an agreement unreadable for good."""
    agreement = agreement_or_404(request, partner_id, agreement_id, policy.MANAGE)
    actions.erase_file(actor=request.user, agreement=agreement)
    messages.success(request, _("The file is erased for good; the agreement stays as it is."))
    return redirect("partners:agreement", partner_id, agreement_id)
