"""Pages of places: the list, and one place with its criteria."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from doanso.access import policy as access
from doanso.access.policy import Permission, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock
from doanso.places import policy, queries
from doanso.places.models import Place
from doanso.places.ports import PlacePage, place_panels


def place_or_404(request: AuthenticatedRequest, place_id: UUID, permission: Permission = policy.VIEW) -> Place:
    """Return the place, if the reader has the permission there; 404 for one they may not see."""
    return get_or_404(request.user, permission, queries.all_places(), see=policy.VIEW, pk=place_id)


@login_required
@require_safe
def place_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the places that the reader may see."""
    access.anywhere_or_404(request.user, policy.VIEW)
    places = policy.VIEW.filter(request.user, queries.all_places()).order_by("kind", "name")
    return render(request, "places/list.html", {"places": places})


@login_required
@require_safe
def place(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show one place."""
    shown = place_or_404(request, place_id)
    panels = place_panels.panels(request.user, PlacePage(shown, clock.today()))
    return render(request, "places/place.html", {"place": shown, "panels": panels})
