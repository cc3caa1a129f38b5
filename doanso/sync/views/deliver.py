"""The page for handing in a phone's backup file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from doanso.access.policy import anywhere_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused
from doanso.sync import actions, forms, policy, queries
from doanso.sync.backup import LARGEST

_AROUND_THE_FILE = 16 << 10


# Exempt only so that an oversized body is refused before it is read: `_deliver` checks the token as every page does.
@csrf_exempt
@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def deliver(request: AuthenticatedRequest) -> HttpResponse:
    """Show the form for the file; after it was handed in, the outcome of each record."""
    anywhere_or_404(request.user, policy.DECIDE)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST + _AROUND_THE_FILE:
        message = _("The file is larger than %(limit)d MB; a phone's backup never is. Choose the file again.")
        return render(request, "sync/deliver.html", _page(error=message % {"limit": LARGEST >> 20}), status=413)
    return _deliver(request)


@csrf_protect
def _deliver(request: AuthenticatedRequest) -> HttpResponse:
    if request.method != "POST":
        return render(request, "sync/deliver.html", _page())
    form = forms.DeliverForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            delivered = actions.deliver_backup(actor=request.user, file=form.content())
        except Refused as refused:
            form.add_error("file", refused.problem.message)
        else:
            context = {"delivered": delivered, "lines": queries.delivered_rows(request.user, delivered.acks)}
            return render(request, "sync/deliver.html", _page() | context)
    return render(request, "sync/deliver.html", _page(form=form), status=422)


def _page(*, form: forms.DeliverForm | None = None, error: str = "") -> dict[str, object]:
    return {"form": form or forms.DeliverForm(), "error": error}
