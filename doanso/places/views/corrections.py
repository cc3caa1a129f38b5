"""Corrections that residents sent from public pages: the list, and one with its answer."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib.form_pages import submit
from doanso.lib.paging import page_number, page_rows, pages
from doanso.places import policy
from doanso.places.actions import corrections as actions
from doanso.places.forms.points import AnswerForm
from doanso.places.queries import points as queries
from doanso.units import queries as units

PAGE_ROWS = 50


@login_required
@require_safe
def correction_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the corrections of the places that the reader may see: those that wait, or the answered ones."""
    access.anywhere_or_404(request.user, policy.VIEW)
    is_settled = request.GET.get("view") == "settled"
    seen = policy.VIEW_CORRECTION.filter(request.user, queries.all_corrections())
    found = seen.filter(settled_at__isnull=not is_settled)
    ordered = found.order_by("-settled_at", "-pk") if is_settled else found.order_by("pk")
    number = page_number(request)
    rows, more = page_rows(ordered, number, PAGE_ROWS)
    return render(
        request,
        "places/corrections.html",
        {
            "rows": rows,
            "is_settled": is_settled,
            "pages": pages(request, number, more=more, summary=""),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correction(request: AuthenticatedRequest, correction_id: UUID) -> HttpResponse:
    """Show a correction and take its answer."""
    found = get_or_404(request.user, policy.VIEW_CORRECTION, queries.all_corrections(), pk=correction_id)
    may_answer = policy.MANAGE.allows(request.user, found.place) and found.settled_at is None
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        policy.MANAGE.require(request.user, found.place)
        if submit(
            form,
            lambda: actions.answer_correction(
                actor=request.user,
                correction_id=found.pk,
                outcome=form.cleaned_data["outcome"],
                answer=form.cleaned_data["answer"],
            ),
        ):
            messages.success(request, _("Answered. The sender reads it under their link."))
            return redirect("places:corrections")
    return render(
        request,
        "places/correction.html",
        {
            "correction": found,
            "place": found.place,
            "unit": units.named_unit(found.place.unit),
            "form": form,
            "may_answer": may_answer,
            "events": access_queries.history(request.user, found),
        },
        status=422 if form.is_bound else 200,
    )
