"""The checklist on a page of its own, also after it was put away."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.setup import actions
from doanso.setup.checklist import checklist_of
from doanso.setup.policy import administrator_role_or_404
from doanso.setup.server_state import server_facts
from doanso.setup.trial import trial_copy


@login_required
@require_safe
def checklist(request: AuthenticatedRequest) -> HttpResponse:
    """Show all steps with what each waits for, and the state of the server."""
    steps = checklist_of(administrator_role_or_404(request.user))
    context = {
        "checklist": steps,
        "trial_copy": trial_copy(),
        "server": server_facts(is_secure=request.is_secure(), backed_up_at=steps.backed_up_at),
    }
    return render(request, "setup/checklist.html", context)


@login_required
@require_POST
def put_away(request: AuthenticatedRequest) -> HttpResponse:
    """Take the checklist off the first page, or show it there again."""
    role_assignment = administrator_role_or_404(request.user)
    if request.POST.get("show") == "1":
        actions.show_checklist_again(actor=request.user, unit=role_assignment.unit)
        return redirect("setup:checklist")
    actions.put_checklist_away(actor=request.user, unit=role_assignment.unit)
    return redirect("home:today")
