"""Pages of a market's stalls and traders."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access.policy import personal
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted, run_action
from doanso.lib.paging import page_number, pages
from doanso.places import policy, queries
from doanso.places.actions import stalls as actions
from doanso.places.forms import registers as forms
from doanso.places.kinds import kind_named
from doanso.places.masking import mask_tenancies
from doanso.places.models import Place, Stall
from doanso.places.queries import stalls as reads
from doanso.places.queries.addresses import shop_url
from doanso.places.values.remembered import remembered
from doanso.places.views.places import place_or_404
from doanso.places.views.registers import render_form


def _market_or_404(request: AuthenticatedRequest, place_id: UUID, *, manage: bool = False) -> Place:
    market = place_or_404(request, place_id, policy.MANAGE if manage else policy.VIEW)
    if not kind_named(market.kind).is_market:
        raise Http404
    return market


def _stall_or_404(market: Place, stall_id: UUID) -> Stall:
    stall = reads.all_stalls(market).filter(pk=stall_id).first()
    if stall is None:
        raise Http404
    return stall


@login_required
@require_safe
def stall_list(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show the stalls with their traders, and the status of each shop."""
    market = _market_or_404(request, place_id)
    form = forms.StallFilterForm(request.GET, segments=queries.segments_of(market))
    today, number = clock.today(), page_number(request)
    filters, shown = form.narrowed(), personal(request.user)
    if not shown.shows(market.unit_id):
        # A hit on a name that is shown as initials would disclose it.
        filters = replace(filters, text="")
    rows, more = reads.stall_rows(market, filters, today, number)
    mask_tenancies(shown, market, [row.tenancy for row in rows])
    summary = ngettext("%(count)s stall on this page", "%(count)s stalls on this page", len(rows))
    may_manage = policy.MANAGE.allows(request.user, market, found_by=policy.VIEW)
    return render(
        request,
        "places/stalls.html",
        {
            "place": market,
            "form": form,
            "narrowed": form.is_valid() and any(form.cleaned_data.values()),
            "rows": rows,
            "counts": remembered(market, ("stalls", today), lambda: reads.stall_counts(market, today)),
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
            "may_manage": may_manage,
            "may_record": may_manage or policy.RECORD.allows(request.user, market),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Add one stall by hand."""
    market = _market_or_404(request, place_id, manage=True)
    form = forms.StallForm(posted(request), place=market, segments=queries.segments_of(market))
    if form.is_bound and form.is_valid():
        result = run_action(
            form,
            lambda: actions.put_stalls(actor=request.user, place=market, inputs=[form.inputs()], change=form.change()),
        )
        if result is not None:
            if result.added:
                messages.success(request, _("The stall is in the list."))
            else:
                messages.warning(request, _("This stall was in the list already; what you wrote was taken over."))
            return redirect("places:stalls", market.pk)
    return render_form(request, "places/stall_form.html", form, place=market)


@login_required
@require_safe
def stall(request: AuthenticatedRequest, place_id: UUID, stall_id: UUID) -> HttpResponse:
    """Show one stall: who trades there, its shop's status, and who traded there before."""
    market = _market_or_404(request, place_id)
    chosen = _stall_or_404(market, stall_id)
    [row] = reads.stall_lines([chosen], clock.today())
    tenancies, shown = reads.tenancies_of(chosen), personal(request.user)
    mask_tenancies(shown, market, [row.tenancy, *tenancies])
    return render(
        request,
        "places/stall.html",
        {
            "place": market,
            "row": row,
            "stall": chosen,
            "tenancies": tenancies,
            "shop_url": shop_url(request.user, row.tenancy.business_id if row.tenancy is not None else None),
            "may_manage": chosen.until is None and policy.MANAGE.allows(request.user, market),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_trader(request: AuthenticatedRequest, place_id: UUID, stall_id: UUID) -> HttpResponse:
    """Write down who trades at a stall from a day on."""
    market = _market_or_404(request, place_id, manage=True)
    chosen = _stall_or_404(market, stall_id)
    if chosen.until is not None:
        raise Http404
    initial = {"goods": chosen.goods, "on": clock.today()}
    form = forms.TraderForm(posted(request), place=market, initial=initial)
    if form.is_bound and form.is_valid():
        entry = actions.StallInput(chosen.number, chosen.segment_id, form.cleaned_data["goods"], form.trader_input())
        result = run_action(
            form,
            lambda: actions.put_stalls(actor=request.user, place=market, inputs=[entry], change=form.change()),
        )
        if result is not None:
            messages.success(request, _("The trader is written down."))
            return redirect("places:stall", market.pk, chosen.pk)
    [row] = reads.stall_lines([chosen], clock.today())
    return render_form(request, "places/trader_form.html", form, place=market, stall=chosen, row=row)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: AuthenticatedRequest, place_id: UUID, stall_id: UUID) -> HttpResponse:
    """Take a stall out of the market."""
    market = _market_or_404(request, place_id, manage=True)
    chosen = _stall_or_404(market, stall_id)
    if chosen.until is not None:
        raise Http404
    form = forms.ChangeForm(posted(request), place=market, initial={"on": clock.today()})
    if form.is_bound and form.is_valid():
        shown: dict[str, Any] = {"actor": request.user, "place": market, "stall_id": chosen.pk, "change": form.change()}
        if run_action(form, lambda: actions.close_stall(**shown) or True):
            messages.success(request, _("The stall is taken out of the market."))
            return redirect("places:stalls", market.pk)
    return render_form(request, "places/stall_close.html", form, place=market, stall=chosen)
