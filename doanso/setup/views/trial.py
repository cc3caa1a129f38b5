"""The trial copy: its state, its address and its sign-ins; open and remove it."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused
from doanso.setup.policy import administrator_role_or_404
from doanso.setup.trial import ask_supervisor, trial_copy
from doanso.setup.trial_folder import OPEN, REMOVE


@login_required
@never_cache
@require_safe
def trial(request: AuthenticatedRequest) -> HttpResponse:
    """Show the trial copy; while it is built the page asks for itself again."""
    administrator_role_or_404(request.user)
    copy = trial_copy()
    host, _port = split_domain_port(request.get_host())
    address = f"http://{host}:{copy.port}/" if copy.port else ""
    if address and settings.TRIAL_ADDRESS:
        address = f"{settings.TRIAL_ADDRESS}/"
    # A browser that knows this name by https refuses http at it, also at another port.
    is_blocked = bool(address) and not settings.TRIAL_ADDRESS and request.is_secure()
    context = {"trial_copy": copy, "address": address, "is_blocked": is_blocked, "host": host}
    return render(request, "setup/trial.html", context)


def _ask(request: AuthenticatedRequest, word: str) -> HttpResponse:
    role_assignment = administrator_role_or_404(request.user)
    try:
        ask_supervisor(role_assignment=role_assignment, request=word)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect("setup:trial")


@login_required
@require_POST
def open_copy(request: AuthenticatedRequest) -> HttpResponse:
    """Ask for a trial copy."""
    return _ask(request, OPEN)


@login_required
@require_POST
def remove_copy(request: AuthenticatedRequest) -> HttpResponse:
    """Ask for its removal."""
    return _ask(request, REMOVE)
