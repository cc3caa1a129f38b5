"""The partners of a place: added and ended on its page."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.partners.models import Partner
from doanso.places import actions, policy
from doanso.places.views.places import partner_form, place_or_404, place_page


@login_required
@require_POST
def add(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Give a partner a part in the place."""
    place = place_or_404(request, place_id, policy.MANAGE)
    form = partner_form(request.user, place, request.POST)
    if form.is_valid():
        cleaned = form.cleaned_data
        try:
            actions.add_partner(
                actor=request.user,
                place=place,
                partner=get_object_or_404(Partner, pk=cleaned["partner"]),
                role=cleaned["role"],
                is_board=cleaned.get("is_board", False),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The partner stands on the page of this place now."))
            return redirect("places:place", place.pk)
    return place_page(request, place, refused={"partner": form}, status=422)


@login_required
@require_POST
def end(request: AuthenticatedRequest, place_id: UUID, part_id: UUID) -> HttpResponse:
    """End a partner's part in the place."""
    place = place_or_404(request, place_id, policy.MANAGE)
    actions.end_partner(actor=request.user, part=get_object_or_404(place.partners.all(), pk=part_id))
    messages.success(request, _("The partner has no part here any more."))
    return redirect("places:place", place.pk)
