"""A member's own pages, signed in: the state of each service, a guide, and self-reports."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.models import User
from doanso.accounts.requests import AuthenticatedRequest
from doanso.adoption import actions
from doanso.adoption.forms import AnswerForm, DeclareForm, StuckForm
from doanso.adoption.queries import self_report as own
from doanso.adoption.queries.self_report import SelfReportedService
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.members.models import Member
from doanso.units import queries as units


@dataclass(frozen=True, slots=True)
class PageSpeaker:
    """The person on a page of self-reports: a signed-in user, or the holder of a link."""

    actor: User | None = None
    token: str = ""


def service_forms(own_service: SelfReportedService) -> dict[str, Any]:
    """Return the forms that a service's page offers today; none for what cannot be reported."""
    difficulty = own_service.difficulty
    initial = {"obstacle": difficulty.obstacle_id, "asks_help": difficulty.asks_help} if difficulty else {}
    return {
        "answer": AnswerForm() if own_service.question else None,
        "declare": DeclareForm(choices=own_service.choices) if own_service.choices else None,
        "stuck": StuckForm(obstacles=own.obstacles(), initial=initial),
    }


def submit_form(
    request: HttpRequest, own_service: SelfReportedService, speaker: PageSpeaker
) -> tuple[str, dict[str, Any]]:
    """Run the action of a form of a service's page; return the message of success, or the forms with their errors."""
    forms = service_forms(own_service)
    offered = dict(forms)
    form_name = request.POST.get("form", "")
    form: Any
    try:
        if form_name == "answer":
            forms["answer"] = form = AnswerForm(request.POST)
            if form.is_valid():
                answer = form.cleaned_data["answer"]
                actions.answer_use(actor=speaker.actor, token=speaker.token, service=own_service.service, answer=answer)
                return _("Thank you, your answer is kept."), forms
        elif form_name == "declare":
            forms["declare"] = form = DeclareForm(request.POST, choices=own_service.choices or own_service.stages)
            if form.is_valid():
                actions.declare(actor=speaker.actor, token=speaker.token, stage=form.chosen)
                return _("Sent. Your branch looks at it, then it counts."), forms
        elif form_name == "stuck":
            forms["stuck"] = form = StuckForm(request.POST, obstacles=own.obstacles())
            if form.is_valid():
                actions.report_difficulty(
                    actor=speaker.actor,
                    token=speaker.token,
                    service=own_service.service,
                    obstacle=form.chosen,
                    asks_help=form.cleaned_data["asks_help"],
                )
                return _("Your branch has been told, so that somebody can help."), forms
    except Refused as refused:
        if offered[form_name] is None:
            # The page was out of date: the question was answered meanwhile.
            messages.error(request, refused.problem.message)
        else:
            add_refusal(form, refused)
    return "", {name: forms[name] if offered[name] is not None else None for name in forms}


def chosen_service(own_services: list[SelfReportedService], code: str) -> SelfReportedService:
    """Return the service with this code, if members declare it themselves; else raise Http404."""
    own_service = next((own_service for own_service in own_services if own_service.service.pk == code), None)
    if own_service is None:
        raise Http404
    return own_service


def _stay(request: AuthenticatedRequest) -> Member:
    stay = own.own_stay(request.user)
    if stay is None:
        raise Http404
    return stay


@login_required
@require_safe
def own_page(request: AuthenticatedRequest) -> HttpResponse:
    """List the member's services: reached, waiting, returned, asked again, or to begin with."""
    stay = _stay(request)
    own_services = own.own_services(stay)
    return render(
        request,
        "adoption/own.html",
        {
            "stay": stay,
            "called": " ".join(stay.contact.name.split()[-2:]),
            "branch": units.named_unit(stay.branch),
            "rows": [
                (own_service, reverse("adoption:own-service", args=[own_service.service.pk]))
                for own_service in own_services
            ],
            "reached": sum(own_service.level > 0 for own_service in own_services),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def own_service(request: AuthenticatedRequest, service: str) -> HttpResponse:
    """Show one service: the guide step by step, and the member's self-reports."""
    stay = _stay(request)
    own_service = chosen_service(own.own_services(stay), service)
    status = 200
    if request.method == "POST":
        outcome, forms = submit_form(request, own_service, PageSpeaker(actor=request.user))
        if outcome:
            messages.success(request, outcome)
            return redirect("adoption:own-service", service=service)
        status = 422
    else:
        forms = service_forms(own_service)
    return render(
        request,
        "adoption/own_service.html",
        {"stay": stay, "one": own_service, "forms": forms, "branch": units.named_unit(stay.branch)},
        status=status,
    )
