"""The start page of documents."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.queries.desk import desk_of
from doanso.documents.queries.letterheads import all_units
from doanso.lib import clock
from doanso.lib.paging import page_number, pages


@login_required
@require_safe
def desk(request: AuthenticatedRequest) -> HttpResponse:
    """Show a page of the reader's desk in a fixed number of statements."""
    actor = request.user
    access.anywhere_or_404(actor, policy.RECEIVE)
    number = page_number(request)
    waiting = desk_of(actor, number=number)
    if number > 1 and waiting.is_empty and not waiting.with_others.entries:
        return redirect("documents:desk")
    if waiting.is_empty and not policy.receives_for_units(actor):
        return redirect("documents:received")
    manages = policy.MANAGE_AT.allows_anywhere(actor)
    context = {
        "desk": waiting,
        "pages": pages(request, number, more=waiting.has_more, summary=""),
        "today": clock.today(),
        "may_draft": policy.DRAFT.allows_anywhere(actor),
        "may_issue": policy.ISSUE.allows_anywhere(actor),
        "managed": list(policy.MANAGE_AT.filter(actor, all_units())[:3]) if manages else [],
    }
    return render(request, "documents/desk.html", context)
