"""Pages of shops: the list, following shops, one shop, writing a check and taking it back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csp import csp_override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.actions.exports import record_export
from doanso.access.policy import Permission, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.cashless import actions, code_keys, policy
from doanso.cashless.actions import FollowInput
from doanso.cashless.forms.shops import (
    ChangeReasonForm,
    CheckForm,
    FollowFilterForm,
    FollowForm,
    ReasonForm,
    ShopFilterForm,
)
from doanso.cashless.masking import mask_checks, mask_shop
from doanso.cashless.models import ChangeState, CodeAlarmState, CodeChange, Shop, ShopCheck, ShopState
from doanso.cashless.queries import shops as queries
from doanso.cashless.queries.shops import ShopCounts, ShopFilter, ShopRow
from doanso.cashless.renderers import shop_list as shop_list_file
from doanso.cashless.rules import codes as code_rules
from doanso.cashless.views.camera_policy import READS_CODES
from doanso.cashless.wording import CHANGE_PILLS, PILLS, SCAN_PILLS, account_name, bank_note, shop_place
from doanso.lib import clock, formats
from doanso.lib.form_pages import submit
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.lib.vietqr import VietQR
from doanso.units import queries as units
from doanso.units.queries import NamedUnit

# --- The list ---------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def shop_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the followed shops, by street and number, with what needs somebody first in the line of counts."""
    seen_units, form, filters = _filtered(request)
    page = queries.shop_page(request.user, filters, page_number(request))
    counts = queries.shop_counts(request.user, filters.unit)
    # A ward knows that these shops are its own.
    own = policy.VIEW_AT.roots(request.user)
    names = {unit.id: unit.name for unit in seen_units if unit.id not in own}
    shown = access.personal(request.user)
    for row in page.rows:
        mask_shop(shown, row.shop)
    summary = ngettext("%(count)s shop on this page", "%(count)s shops on this page", len(page.rows))
    may_manage = policy.MANAGE_AT.allows_anywhere(request.user)
    context = {
        "form": form,
        "narrowed": filters != ShopFilter(),
        "stats": _stats(counts, filters),
        "urgent": _urgent(counts, filters),
        "total": counts.total,
        "rows": [_row(row, names) for row in page.rows],
        "may_manage": may_manage,
        "query": request.GET.urlencode(),
        "bulk_actions": [{"name": "layout", "value": "", "label": _("Print"), "icon": "printer", "main": True}],
        "pages": pages(
            request, page.number, more=page.more, summary=summary % {"count": formats.number(len(page.rows))}
        ),
    }
    return render(request, "cashless/list.html", context)


def _filtered(request: AuthenticatedRequest) -> tuple[list[NamedUnit], ShopFilterForm, ShopFilter]:
    """Return the units that the reader sees, the list's form, and the filters in its address."""
    access.anywhere_or_404(request.user, policy.VIEW)
    seen_units = queries.units_to_see(request.user)
    form = ShopFilterForm(request.GET, units=seen_units)
    form.is_valid()
    cleaned = form.cleaned_data
    filters = ShopFilter(
        text=cleaned.get("q", ""),
        state=cleaned.get("state", ""),
        show=cleaned.get("show", ""),
        unit=next((unit.unit for unit in seen_units if unit.code == cleaned.get("unit")), None),
    )
    return seen_units, form, filters


@login_required
@require_safe
def export(request: AuthenticatedRequest) -> FileResponse:
    """Export the filtered list, without owners and account numbers."""
    seen_units, _form, filters = _filtered(request)
    content = shop_list_file.workbook(request.user, filters, {unit.id: unit.name for unit in seen_units})
    record_export(actor=request.user, action="cashless.export", permission=policy.VIEW_AT, unit=filters.unit)
    return FileResponse(content, as_attachment=True, filename=f"cua-hang-{clock.today().isoformat()}.xlsx")


def _stats(counts: ShopCounts, filters: ShopFilter) -> list[dict[str, Any]]:
    return [
        {
            "state": PILLS[state.value],
            "count": counts.by_state[state.value],
            "label": state.label,
            "url": _list_url(filters, state=state.value),
        }
        for state in ShopState
    ]


def _urgent(counts: ShopCounts, filters: ShopFilter) -> list[dict[str, Any]]:
    kinds = (
        (queries.ALARM, "risk", counts.alarms, _("with an alarm about the code")),
        (queries.CHANGING, "on", counts.changing, _("whose code is about to change")),
        (queries.DUE, "behind", counts.due, _("not checked for thirty days")),
    )
    return [
        {"state": mark, "count": count, "label": label, "url": _list_url(filters, show=show)}
        for show, mark, count, label in kinds
        if count
    ]


def _list_url(filters: ShopFilter, **words: str) -> str:
    if filters.unit is not None:
        words["unit"] = filters.unit.code
    return f"{reverse('cashless:shops')}?{urlencode(words)}"


def _row(row: ShopRow, unit_names: dict[UUID, str]) -> dict[str, Any]:
    shop = row.shop
    return {
        "shop": shop,
        "url": reverse("cashless:shop", args=[shop.business_id]),
        "place": shop_place(shop),
        "mark": PILLS[shop.state],
        "state": shop.get_state_display(),
        "account": account_name(row.code, clock.today()) if row.code is not None else "",
        "is_changing": row.is_changing,
        "has_alarm": row.alarm is not None,
        "is_due": queries.is_due(shop),
        "unit": unit_names.get(shop.unit_id, ""),
        "may_print": row.code is not None,
    }


# --- Follow -----------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: AuthenticatedRequest) -> HttpResponse:
    """Choose shops of a unit's register and begin to follow them."""
    access.over_others_or_404(request.user, policy.MANAGE_AT, see=policy.VIEW_AT)
    offered_units = queries.units_to_manage(request.user)
    data = request.GET.copy()
    data.setdefault("unit", offered_units[0].code)
    filters = FollowFilterForm(data, units=offered_units)
    filters.is_valid()
    asked = request.POST.get("unit") or filters.cleaned_data.get("unit")
    unit = next((named for named in offered_units if named.code == asked), None)
    if unit is None:
        raise Http404
    form = FollowForm(request.POST if request.method == "POST" else None, initial={"unit": unit.code})
    if form.is_bound and form.is_valid():
        try:
            chosen = [FollowInput(key, form.cleaned_data["label"]) for key in _chosen(request)]
            followed = actions.follow_shops(actor=request.user, unit=unit.unit, businesses=chosen)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            if followed:
                words = ngettext("%(count)s shop is followed now.", "%(count)s shops are followed now.", len(followed))
                messages.success(request, words % {"count": formats.number(len(followed))})
                return redirect("cashless:shops")
            form.add_error(None, _("Nothing is chosen. Tick the shops that you want to follow."))
    businesses = queries.businesses_to_follow(unit.unit, filters.cleaned_data.get("q", ""))
    context = {
        "filters": filters,
        "form": form,
        "businesses": businesses,
        "unit": unit,
        "narrowed": bool(filters.cleaned_data.get("q")),
        "is_long": len(businesses) == queries.MOST_OFFERED,
        "pages": {"summary": ""},
    }
    return render(request, "cashless/follow.html", context, status=422 if form.is_bound else 200)


def _chosen(request: AuthenticatedRequest) -> list[UUID]:
    try:
        return [UUID(key) for key in request.POST.getlist("businesses")]
    except ValueError as error:
        raise Http404 from error


# --- One shop ---------------------------------------------------------------------------------------------------------


def shop_or_404(
    request: AuthenticatedRequest, business_id: UUID, permission: Permission = policy.VIEW, *, merged: bool = False
) -> Shop:
    """Return the shop of a business on which the actor has the permission; with `merged` also of one that was merged."""
    shops = queries.shops_and_merged() if merged else queries.all_shops()
    return get_or_404(request.user, permission, shops, see=policy.VIEW, business_id=business_id)


@login_required
@require_safe
def shop(request: AuthenticatedRequest, business_id: UUID) -> HttpResponse:
    """Show a shop: its state, its code with an announced change, its checks and alarms."""
    return shop_page(request, shop_or_404(request, business_id))


def shop_page(
    request: AuthenticatedRequest,
    shop: Shop,
    *,
    refuse: ChangeReasonForm | None = None,
    withdraw: ChangeReasonForm | None = None,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the page of a shop, with the forms of its change as they were sent."""
    details = queries.shop_details(shop)
    shown = access.personal(request.user)
    mask_shop(shown, shop)
    mask_checks(shown, details.checks)
    for alarm in details.alarms:
        alarm.seen_by_words = shown.name(alarm.seen_by_words, alarm.unit_id)
    pending, today = details.pending, clock.today()
    may_manage = policy.MANAGE.allows(request.user, shop, found_by=policy.VIEW)
    may_approve = policy.APPROVE.allows(request.user, shop, found_by=policy.VIEW)
    open_alarms = [alarm for alarm in details.alarms if alarm.state == CodeAlarmState.OPEN]
    context = {
        "shop": shop,
        "place": shop_place(shop),
        "unit": units.named_unit(shop.unit),
        "mark": PILLS[shop.state],
        "is_due": queries.is_due(shop),
        "details": details,
        "account": account_name(details.code, today) if details.code is not None else "",
        "bank_note": bank_note(details.code, today),
        "merged_codes": [
            {
                "account": account_name(code, today),
                "name": code.shop.business.name if shown.shows(code.shop.unit_id) else "",
                "end_url": reverse("cashless:end-code", args=[code.shop.business_id])
                if may_manage and code.shop.unit_id == shop.unit_id
                else "",
            }
            for code in details.merged_codes
        ],
        "open_alarms": open_alarms,
        "settled_alarms": [alarm for alarm in details.alarms if alarm.state != CodeAlarmState.OPEN],
        "checks": [_check(check) for check in details.checks],
        "change": _change(pending) if pending is not None else None,
        "changes": [_change(change) for change in details.ended],
        "may_manage": may_manage,
        "may_check": policy.CHECK.allows(request.user, shop, found_by=policy.VIEW),
        "may_decide": pending is not None
        and pending.state == ChangeState.REQUESTED
        and may_approve
        and code_rules.second_officer_problem(request.user.pk, pending.requested_by_id) is None,
        "is_requester": pending is not None and pending.requested_by_id == request.user.pk,
        "refuse": refuse or ChangeReasonForm(prefix="refuse"),
        "withdraw": withdraw or ChangeReasonForm(prefix="withdraw"),
        "problem": problem,
        "events": access_queries.history(request.user, shop),
    }
    return render(request, "cashless/shop.html", context, status=status)


def _check(check: ShopCheck) -> dict[str, Any]:
    return {
        "check": check,
        "mark": PILLS[check.state],
        "scan_mark": SCAN_PILLS[check.scan],
        "scan": check.get_scan_display(),
        "seen": code_keys.account_words(check.bank_bin, check.last_four, check.happened_on),
        "pair": " · ".join(name for name in (check.first_name, check.second_name) if name),
    }


def _change(change: CodeChange) -> dict[str, Any]:
    return {
        "change": change,
        "account": account_name(change, change.requested_on),
        "mark": CHANGE_PILLS[change.state],
        "state": change.get_state_display(),
    }


@login_required
@csp_override(READS_CODES)
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: AuthenticatedRequest, business_id: UUID) -> HttpResponse:
    """Write down what was seen at a shop."""
    shop = shop_or_404(request, business_id, policy.CHECK)
    state = ShopState.DISPLAYED if shop.state == ShopState.USED else shop.state
    initial = {"happened_on": clock.today(), "state": state, "used_recently": "unknown"}
    form = CheckForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            text = form.cleaned_data["code"]
            code: VietQR | None = actions.read_code(text) if text else None
            written = actions.check_shop(actor=request.user, shop=shop, inputs=form.inputs(), code=code)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _checked(request, shop, written)
    sees = policy.VIEW.allows(request.user, shop)
    context = {"shop": shop, "place": shop_place(shop), "form": form, "sees": sees}
    return render(request, "cashless/check.html", context, status=422 if form.is_bound else 200)


def _checked(request: AuthenticatedRequest, shop: Shop, written: ShopCheck) -> HttpResponse:
    """Lead on after a check; a helper, who sees no page of the shop, stays where they wrote it."""
    sees = policy.VIEW.allows(request.user, shop)
    if written.alarm_id is None:
        messages.success(request, _("The check is recorded."))
        return redirect("cashless:shop" if sees else "cashless:check", shop.business_id)
    if sees:
        messages.error(request, _("This is not the shop's code. Read below what to do now."))
        return redirect("cashless:alarm", written.alarm_id)
    message = _("This is not the shop's code. Tell the owner now; the ward's secretary has got an alarm.")
    messages.error(request, message)
    return redirect("cashless:check", shop.business_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: AuthenticatedRequest, check_id: UUID) -> HttpResponse:
    """Take a check back with a reason."""
    check = get_or_404(request.user, policy.MANAGE, queries.all_checks(), see=policy.VIEW, pk=check_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if submit(
        form, lambda: actions.take_back_check(actor=request.user, check=check, reason=form.cleaned_data["reason"])
    ):
        messages.success(request, _("The check is taken back; the shop stands as its other checks say."))
        return redirect("cashless:shop", check.shop.business_id)
    context = {"check": _check(check), "shop": check.shop, "form": form}
    return render(request, "cashless/take_back.html", context, status=422 if form.is_bound else 200)
