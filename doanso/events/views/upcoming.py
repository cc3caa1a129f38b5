"""The card of the next events, which the first page asks for after it has loaded."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import policy
from doanso.events.queries.upcoming import upcoming_events


@login_required
@require_safe
def upcoming(request: AuthenticatedRequest) -> HttpResponse:
    """Return the card of the next events that concern the reader; nothing where there are none."""
    access.anywhere_or_404(request.user, policy.VIEW)
    rows = upcoming_events(request.user)
    # The list of work pages has own units' events only; to readers of none of these it would say that nothing is ahead.
    all_url = reverse("events:list" if any(row.is_readable for row in rows) else "events:public-list")
    return render(request, "events/upcoming.html", {"rows": rows, "all_url": all_url})
