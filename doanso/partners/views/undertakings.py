"""Pages of undertakings: the list, and the forms to write one down, change and settle it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import formats
from doanso.lib.form_pages import posted
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners import actions, policy
from doanso.partners.forms import UndertakingFilterForm, UndertakingForm, UndertakingOutcomeForm
from doanso.partners.models import Partner, UndertakingState
from doanso.partners.queries import undertakings as queries
from doanso.partners.queries.agreements import agreement_options
from doanso.partners.queries.partners import units_to_see
from doanso.partners.views.lookups import form_page, partner_or_404, submit, undertaking_or_404


@login_required
@require_safe
def undertaking_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show what partners undertake: the open ones by their day, or all."""
    access.anywhere_or_404(request.user, policy.VIEW)
    seen = units_to_see(request.user)
    form = UndertakingFilterForm(request.GET, units=seen)
    form.is_valid()
    cleaned = form.cleaned_data
    filters = queries.UndertakingFilter(
        state=cleaned.get("state") or UndertakingState.OPEN.value,
        kind=cleaned.get("kind", ""),
        unit=next((unit.unit for unit in seen if unit.code == cleaned.get("unit")), None),
    )
    number = page_number(request)
    rows, more = queries.undertaking_page(request.user, filters, number)
    summary = ngettext("%(count)s undertaking on this page", "%(count)s undertakings on this page", len(rows))
    context = {
        "form": form,
        "narrowed": filters != queries.UndertakingFilter(),
        "rows": rows,
        "several_units": len(seen) > 1,
        "may_manage": policy.MANAGE_AT.allows_anywhere(request.user),
        "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
    }
    return render(request, "partners/undertakings.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, partner_id: UUID) -> HttpResponse:
    """Write down what a partner undertakes."""
    partner = partner_or_404(request, partner_id, policy.MANAGE)
    offered = agreement_options(partner)
    chosen = request.GET.get("agreement", "")
    by_default = str(offered[0][0]) if len(offered) == 1 else ""
    initial = {
        "key": uuid7(),
        "agreement": chosen if chosen in {str(pk) for pk, _name in offered} else by_default,
    }
    form = UndertakingForm(posted(request), agreements=offered, initial=initial)
    if submit(
        request,
        form,
        lambda: actions.add_undertaking(
            actor=request.user, partner=partner, inputs=form.inputs(), key=form.cleaned_data["key"]
        ),
    ):
        messages.success(request, _("The undertaking is written down."))
        return redirect("partners:partner", partner.pk)
    context = {"title": _("New undertaking"), "submit": _("Write it down"), "new": True}
    return form_page(request, form, _head(partner) | context)


def _head(partner: Partner) -> dict[str, Any]:
    return {"partner": partner, "icon": "check", "back": reverse("partners:partner", args=[partner.pk])}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, partner_id: UUID, undertaking_id: UUID) -> HttpResponse:
    """Change an undertaking."""
    undertaking = undertaking_or_404(request, partner_id, undertaking_id)
    if undertaking.state != UndertakingState.OPEN:
        messages.error(request, _("This is settled already. Take it up again first."))
        return redirect("partners:partner", partner_id)
    offered = agreement_options(undertaking.partner, besides=undertaking.agreement_id)
    form = UndertakingForm(posted(request), agreements=offered, undertaking=undertaking)
    if submit(
        request,
        form,
        lambda: actions.change_undertaking(
            actor=request.user,
            undertaking=undertaking,
            read=form.cleaned_data["read"] or 0,
            inputs=form.inputs(),
        ),
    ):
        messages.success(request, _("The changes are kept."))
        return redirect("partners:partner", partner_id)
    context = {"title": _("Change the undertaking"), "submit": _("Keep the changes")}
    return form_page(request, form, _head(undertaking.partner) | context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: AuthenticatedRequest, partner_id: UUID, undertaking_id: UUID) -> HttpResponse:
    """Write down what became of an undertaking."""
    undertaking = undertaking_or_404(request, partner_id, undertaking_id)
    if undertaking.state != UndertakingState.OPEN:
        messages.error(request, _("This is settled already. Take it up again first."))
        return redirect("partners:partner", partner_id)
    form = UndertakingOutcomeForm(posted(request), undertaking=undertaking)
    if submit(
        request,
        form,
        lambda: actions.complete_undertaking(
            actor=request.user,
            undertaking=undertaking,
            read=form.cleaned_data["read"],
            state=form.cleaned_data["state"],
            done_quantity=form.cleaned_data.get("done_quantity"),
            note=form.cleaned_data["note"],
        ),
    ):
        messages.success(request, _("Written down what became of it."))
        return redirect("partners:partner", partner_id)
    context = {
        "title": pgettext("undertaking", "What became of it"),
        "hint": undertaking.text,
        "submit": _("Write it down"),
    }
    return form_page(request, form, _head(undertaking.partner) | context)


@login_required
@require_POST
def reopen(request: AuthenticatedRequest, partner_id: UUID, undertaking_id: UUID) -> HttpResponse:
    """Take a settled undertaking up again."""
    undertaking = undertaking_or_404(request, partner_id, undertaking_id)
    try:
        actions.reopen_undertaking(actor=request.user, undertaking=undertaking, read=undertaking.version)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("It is open again."))
    return redirect("partners:partner", partner_id)
