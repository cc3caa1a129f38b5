"""Pages of payment codes: register, change with a second officer, end, and print."""

from collections.abc import Callable
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doanso.access import policy as access
from doanso.access.policy import Permission, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.cashless import actions, policy
from doanso.cashless.forms.codes import CodeForm
from doanso.cashless.forms.shops import ChangeReasonForm
from doanso.cashless.models import CodeChange
from doanso.cashless.posters import poster_of
from doanso.cashless.queries import shops as queries
from doanso.cashless.renderers.posters import MOST_POSTERS, PosterLayout, poster_sheet
from doanso.cashless.views.camera_policy import READS_CODES
from doanso.cashless.views.shops import shop_or_404, shop_page
from doanso.cashless.wording import account_name, shop_place
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.people.queries import canonical_businesses
from doanso.units import queries as units


@login_required
@csp_override(READS_CODES)
@sensitive_post_parameters("code", "account")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: AuthenticatedRequest, business_id: UUID) -> HttpResponse:
    """Register a shop's first code, or ask for another one."""
    shop = shop_or_404(request, business_id, policy.MANAGE)
    details = queries.shop_details(shop)
    is_change = details.has_had_code
    form = CodeForm(request.POST if request.method == "POST" else None, is_change=is_change)
    if form.is_bound and form.is_valid():
        try:
            if is_change:
                actions.request_change(
                    actor=request.user, shop=shop, inputs=form.inputs(), why=form.cleaned_data["why"]
                )
                done = _("The change waits for a second officer. The owner sees it on the receipt's page.")
            else:
                actions.register_code(actor=request.user, shop=shop, inputs=form.inputs())
                done = _("The code is registered. Phones compare with it from now on.")
        except Refused as refused:
            add_refusal(form, refused)
            if refused.problem.code == "account_elsewhere":
                form.offer_confirmation()
        else:
            messages.success(request, done)
            return redirect("cashless:shop", business_id)
    context = {
        "shop": shop,
        "place": shop_place(shop),
        "form": form,
        "is_change": is_change,
        "account": account_name(details.code, clock.today()) if details.code is not None else "",
    }
    return render(request, "cashless/code.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_code(request: AuthenticatedRequest, business_id: UUID) -> HttpResponse:
    """Erase the account of an owner who takes the consent back."""
    shop = shop_or_404(request, business_id, policy.MANAGE, merged=True)
    page = reverse("cashless:shop", args=[canonical_businesses([business_id])[business_id]])
    problem = ""
    if request.method == "POST":
        try:
            actions.end_code(actor=request.user, shop=shop)
        except Refused as refused:
            problem = refused.problem.message
        else:
            messages.success(request, _("The number is erased. Nothing of this shop can be printed any more."))
            return redirect(page)
    details = queries.shop_details(shop)
    context = {
        "shop": shop,
        "place": shop_place(shop),
        "account": account_name(details.code, clock.today()) if details.code is not None else "",
        "problem": problem,
        "page": page,
    }
    return render(request, "cashless/end_code.html", context, status=422 if problem else 200)


# --- Posters ----------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def posters(request: AuthenticatedRequest) -> HttpResponse:
    """Show the posters of the chosen shops, ready to be printed; each showing is in the history."""
    access.over_others_or_404(request.user, policy.MANAGE_AT, see=policy.VIEW_AT)
    try:
        keys = [UUID(key) for key in request.POST.getlist("shops")][:MOST_POSTERS]
        layout = PosterLayout(request.POST.get("layout") or PosterLayout.A5)
    except ValueError as error:
        raise Http404 from error
    if not keys:
        messages.error(request, _("Nothing is chosen. Tick the shops whose code you want to print."))
        return redirect("cashless:shops")
    chosen = queries.all_shops().filter(pk__in=keys).order_by("business__walk_key", "label", "pk")
    shops = list(policy.MANAGE.filter(request.user, chosen))
    if len(shops) < len(set(keys)):
        raise Http404
    try:
        codes = actions.print_posters(actor=request.user, shops=shops)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect("cashless:shops")
    sheet = poster_sheet(
        [poster_of(code) for code in codes],
        layout=layout,
        supporter=units.named_unit(shops[0].unit).name,
        is_sample=settings.DEMO,
    )
    layouts = [
        {"value": offered.value, "label": label, "is_current": offered == layout}
        for offered, label in (
            (PosterLayout.A5, _("A5, one to a sheet")),
            (PosterLayout.A5_ON_A4, _("A4 with two A5")),
            (PosterLayout.A6_ON_A4, _("A4 with four A6")),
        )
    ]
    context = {"sheet": sheet, "shops": shops, "layouts": layouts, "count": len(shops)}
    return render(request, "cashless/posters.html", context)


# --- Changes ----------------------------------------------------------------------------------------------------------


def _change_or_404(request: AuthenticatedRequest, code_change_id: UUID, permission: Permission) -> CodeChange:
    return get_or_404(request.user, permission, queries.all_changes(), see=policy.VIEW, pk=code_change_id)


@login_required
@require_POST
def approve(request: AuthenticatedRequest, code_change_id: UUID) -> HttpResponse:
    """Approve a change as the second officer."""
    change = _change_or_404(request, code_change_id, policy.APPROVE)
    try:
        actions.approve_change(actor=request.user, change=change)
    except Refused as refused:
        shop = shop_or_404(request, change.shop.business_id)
        return shop_page(request, shop, problem=refused.problem.message, status=422)
    messages.success(request, _("Approved. The new code is in force in 24 hours, unless the owner objects."))
    return redirect("cashless:shop", change.shop.business_id)


@login_required
@require_POST
def refuse(request: AuthenticatedRequest, code_change_id: UUID) -> HttpResponse:
    """Refuse a change as the second officer, with a reason."""
    change = _change_or_404(request, code_change_id, policy.APPROVE)
    done = _("Refused. The shop keeps its code.")
    return _end(request, change, actions.refuse_change, "refuse", done)


@login_required
@require_POST
def withdraw(request: AuthenticatedRequest, code_change_id: UUID) -> HttpResponse:
    """Withdraw an announced change with a reason."""
    change = _change_or_404(request, code_change_id, policy.MANAGE)
    done = _("Withdrawn. The shop keeps its code.")
    return _end(request, change, actions.withdraw_change, "withdraw", done)


def _end(
    request: AuthenticatedRequest, change: CodeChange, action: Callable[..., CodeChange], name: str, done: str
) -> HttpResponse:
    form = ChangeReasonForm(request.POST, prefix=name)
    if form.is_valid():
        try:
            action(actor=request.user, change=change, reason=form.cleaned_data["reason"])
        except Refused as refused:
            # The action's field is called "why".
            add_refusal(form, refused, {"why": "reason"})
        else:
            messages.success(request, done)
            return redirect("cashless:shop", change.shop.business_id)
    shop = shop_or_404(request, change.shop.business_id)
    if name == "refuse":
        return shop_page(request, shop, refuse=form, status=422)
    return shop_page(request, shop, withdraw=form, status=422)
