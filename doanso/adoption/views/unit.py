"""A unit's pages: members' levels on each service, their difficulties, and who is to be asked again."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.adoption import actions, policy, queries
from doanso.adoption.forms import DifficultyFilterForm, DueFilterForm
from doanso.adoption.models import UseAnswerKind
from doanso.adoption.queries import difficulties as stuck
from doanso.adoption.queries import usage_figures
from doanso.adoption.views.pages import paged
from doanso.lib import formats
from doanso.lib.problems import Refused
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.units import queries as units
from doanso.units.models import Unit


@login_required
@require_safe
def redirect_to_services(request: AuthenticatedRequest) -> HttpResponse:
    """Redirect to the services of the widest unit that the user views, else to the user's own."""
    first = queries.widest_unit(request.user)
    if first is not None:
        return redirect("adoption:unit", code=first.code)
    if not policy.VIEW.allows_anywhere(request.user):
        raise Http404
    return redirect("adoption:own")


def _unit(request: AuthenticatedRequest, code: str) -> Unit:
    unit = units.unit_by_code(code)
    if unit is None or not policy.VIEW.allows_at(request.user, unit):
        raise Http404
    return unit


def _stays(request: AuthenticatedRequest, unit: Unit) -> QuerySet[Member]:
    """Return the active members of the unit whose use of services the user sees."""
    return members.stays_below(policy.VIEW.filter(request.user, queries.active_members()), unit)


def _shared(request: AuthenticatedRequest, unit: Unit) -> dict[str, Any]:
    return {"unit": units.named_unit(unit), "may_attest": policy.ATTEST.allows_at(request.user, unit)}


@login_required
@require_safe
def unit_services(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """List every service among the unit's members, and how many of those asked use it regularly."""
    unit = _unit(request, code)
    return render(
        request,
        "adoption/unit.html",
        {
            **_shared(request, unit),
            "figures": usage_figures.service_figures(_stays(request, unit)),
            "below": units.children(unit),
        },
    )


@login_required
@require_safe
def difficulties(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """List difficulties, grouped by obstacle and service, so that someone can help."""
    unit = _unit(request, code)
    stays = _stays(request, unit)
    form = DifficultyFilterForm(request.GET, services=queries.services(), obstacles=list(queries.obstacles()))
    rows: list[Any] = []
    pages: dict[str, Any] = {}
    if form.is_valid():
        filters = form.cleaned_data
        matching = stuck.open_difficulties(
            stays, service=filters["service"], obstacle=filters["obstacle"], asks_help=bool(filters["help"])
        )
        window, pages = paged(request, matching, request.GET, request.GET)
        rows = stuck.stuck_rows(request.user, stays, window)
        pages["summary"] = ngettext("%(count)s person on this page", "%(count)s people on this page", len(rows)) % {
            "count": formats.number(len(rows))
        }
    address = reverse("adoption:difficulties", args=[code])
    return render(
        request,
        "adoption/difficulties.html",
        {
            **_shared(request, unit),
            "filter": form,
            "clear": address if set(request.GET) & {"service", "obstacle", "help"} else "",
            "groups": stuck.difficulty_groups(stays),
            "rows": rows,
            "pages": pages,
            "here": request.get_full_path(),
        },
    )


@login_required
@require_POST
def mark_helped(request: AuthenticatedRequest, difficulty: UUID) -> HttpResponse:
    """Record that a member was helped."""
    stay = stuck.stay_of(request.user, difficulty)
    if stay is None:
        raise Http404
    policy.ATTEST.require(request.user, stay)
    actions.mark_helped(actor=request.user, difficulty_id=difficulty)
    messages.success(
        request,
        _("Noted: %(name)s was helped.") % {"name": members.names_for(request.user, [stay])[stay.pk]},
    )
    unit = units.unit_by_code(request.POST.get("unit", "")) or stay.branch
    return redirect("adoption:difficulties", code=unit.code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def still_using(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """List members who got a service 30 or 90 days ago and are to be asked whether they still use it."""
    unit = _unit(request, code)
    if request.method != "POST":
        return _due_page(request, unit)
    policy.ATTEST.require_at(request.user, unit)
    try:
        stay = _stays(request, unit).filter(pk=UUID(request.POST.get("member", ""))).first()
    except ValueError:
        stay = None
    service = next((candidate for candidate in queries.services() if candidate.pk == request.POST.get("service")), None)
    if stay is None or service is None:
        messages.error(request, _("Choose one of the answers."))
        return _due_page(request, unit, status=422)
    try:
        actions.answer_use_for(
            actor=request.user, member_id=stay.pk, service=service, answer=request.POST.get("answer", "")
        )
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _due_page(request, unit, status=422)
    messages.success(request, _("The answer is kept."))
    query = request.GET.urlencode()
    return redirect(reverse("adoption:still-using", args=[code]) + (f"?{query}" if query else ""))


def _due_page(request: AuthenticatedRequest, unit: Unit, *, status: int = 200) -> HttpResponse:
    stays = _stays(request, unit)
    form = DueFilterForm(request.GET, services=queries.services())
    rows: list[Any] = []
    pages: dict[str, Any] = {}
    if form.is_valid():
        window, pages = paged(
            request, usage_figures.due_questions(stays, service=form.cleaned_data["service"]), request.GET, request.GET
        )
        rows = usage_figures.due_rows(request.user, stays, window)
        pages["summary"] = ngettext(
            "%(count)s question on this page", "%(count)s questions on this page", len(rows)
        ) % {"count": formats.number(len(rows))}
    return render(
        request,
        "adoption/still_using.html",
        {
            **_shared(request, unit),
            "filter": form,
            "clear": reverse("adoption:still-using", args=[unit.code]) if request.GET.get("service") else "",
            "rows": rows,
            "answers": UseAnswerKind.choices,
            "pages": pages,
        },
        status=status,
    )
