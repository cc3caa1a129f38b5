"""The start page of documents."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.queries.desk import desk_of
from doanso.documents.queries.letterheads import every_unit
from doanso.lib import clock


@login_required
@require_safe
def desk(request: AuthenticatedRequest) -> HttpResponse:
    """Show the reader's desk in a fixed number of statements."""
    actor = request.user
    access.anywhere_or_404(actor, policy.RECEIVE)
    manages = policy.MANAGE_AT.allows_anywhere(actor)
    context = {
        "desk": desk_of(actor),
        "today": clock.today(),
        "may_draft": policy.DRAFT.allows_anywhere(actor),
        "may_issue": policy.ISSUE.allows_anywhere(actor),
        "managed": list(policy.MANAGE_AT.filter(actor, every_unit())[:3]) if manages else [],
    }
    return render(request, "documents/desk.html", context)
