"""Erasing by age: what each kind is kept for, and the yes to what waits."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused
from doanso.setup import actions, queries, rules
from doanso.setup.erasures import ERASURES
from doanso.setup.policy import administrator_role_or_404


@login_required
@never_cache
@require_safe
def erasures(request: AuthenticatedRequest) -> HttpResponse:
    """Show each kind of data with its period, and what waits."""
    administrator_role_or_404(request.user)
    states = queries.erasure_states()
    rows = []
    for erasure in ERASURES:
        state = states.get(erasure.code)
        before = erasure.words % state.period if state is not None else ""
        now = erasure.words % (state.read_period if state is not None else erasure.period())
        rows.append((erasure, state, before, now))
    context = {"rows": rows, "most": rules.MOST_ERASED_AT_ONCE, "is_restored": queries.may_be_restored_today()}
    return render(request, "setup/erasures.html", context)


@login_required
@require_POST
def approve(request: AuthenticatedRequest) -> HttpResponse:
    """Say yes to what waits, as it was shown."""
    role_assignment = administrator_role_or_404(request.user)
    try:
        period, count = int(request.POST.get("period", "")), int(request.POST.get("count", ""))
    except ValueError:
        raise Http404 from None
    try:
        actions.approve_erasure(
            actor=request.user,
            unit=role_assignment.unit,
            code=request.POST.get("code", ""),
            expected_period=period,
            expected_count=count,
        )
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect("setup:erasures")
