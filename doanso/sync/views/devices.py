"""The list of phones, and the revocation and reinstatement of one."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access.policy import anywhere_or_404, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.accounts.sign_in import keep_session
from doanso.lib import formats
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.sync import actions, policy, queries


@login_required
@require_safe
def devices(request: AuthenticatedRequest) -> HttpResponse:
    """List the phones of the unit's people; to a helper, their own."""
    anywhere_or_404(request.user, policy.MANAGE_DEVICES)
    number = page_number(request)
    phones, more = queries.page_of_devices(request.user, number)
    summary = ngettext("%(count)s phone on this page", "%(count)s phones on this page", len(phones))
    return render(
        request,
        "sync/devices.html",
        {
            "phones": phones,
            "only_own": not policy.MANAGE_DEVICES.roots(request.user),
            "may_reinstate": policy.REINSTATE_DEVICES.allows_anywhere(request.user),
            "may_deliver": policy.DECIDE.allows_anywhere(request.user),
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(phones))}),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: AuthenticatedRequest, device_id: UUID) -> HttpResponse:
    """Ask for confirmation, then revoke the phone."""
    device = get_or_404(request.user, policy.MANAGE_DEVICES, queries.visible_devices(request.user), pk=device_id)
    if request.method == "POST":
        actions.revoke_device(actor=request.user, device=device)
        if device.user_id == request.user.pk:
            keep_session(request, request.user)
        messages.success(request, _("The phone is out of service. It wipes itself when it next has a connection."))
        return redirect("sync:devices")
    return render(request, "sync/revoke.html", {"device": device})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reinstate(request: AuthenticatedRequest, device_id: UUID) -> HttpResponse:
    """Ask for confirmation, then let the revoked phone be registered again."""
    device = get_or_404(request.user, policy.REINSTATE_DEVICES, queries.visible_devices(request.user), pk=device_id)
    if request.method == "POST":
        try:
            actions.reinstate_device(actor=request.user, device=device)
        except Refused as refused:
            messages.error(request, refused.problem.message)
        else:
            messages.success(request, _("The phone may come back. Its holder signs in on it and types the password."))
        return redirect("sync:devices")
    return render(request, "sync/reinstate.html", {"device": device})
