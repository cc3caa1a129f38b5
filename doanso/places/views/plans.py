"""The editor of a place's plan: as text that anybody can type, and with a drawing over it where the browser runs its script."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.places import policy
from doanso.places.actions import points as actions
from doanso.places.forms.points import PlanForm
from doanso.places.queries import points as queries
from doanso.places.renderers.plan import plan_svg
from doanso.places.rules import plans
from doanso.places.views.places import place_or_404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show and store the plan; `preview` shows it without storing, `usual` goes back to the one that nobody drew."""
    place = place_or_404(request, place_id, policy.MANAGE)
    points = [point for point in queries.listed_points(place) if not point.is_board]
    drawn, pins = queries.plan_of(place, points)
    text = plans.format_plan(replace(drawn, pins=pins))
    form = PlanForm(
        request.POST if request.method == "POST" else None, initial={"plan": text, "version": actions.plan_token(place)}
    )
    if form.is_bound and form.is_valid():
        try:
            wanted = "" if "usual" in request.POST else form.cleaned_data["plan"]
            if "preview" in request.POST:
                drawn = plans.parse_plan(wanted)
                pins = plans.pins_on(drawn, [point.number for point in points])
            else:
                actions.draw_plan(actor=request.user, place=place, text=wanted, read=form.cleaned_data["version"])
                messages.success(request, _("The plan is saved."))
                return redirect("places:points", place.pk)
        except Refused as refused:
            add_refusal(form, refused)
    return render(
        request,
        "places/plan.html",
        {
            "place": place,
            "form": form,
            "points": points,
            "plan": plan_svg(drawn, pins, _("Sketch of %(place)s with its points") % {"place": place.name}),
            "is_drawn": bool(place.outline),
        },
        status=422 if form.is_bound and form.errors else 200,
    )
