"""Pages of adoption: attest many, a bulk and its sample, one member's ladders."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.adoption import actions, policy, queries
from doanso.adoption.forms import BELOW, REACHED, AttestFilterForm, AttestForm, BulkForm
from doanso.adoption.models import BulkDraw
from doanso.adoption.queries import LadderPosition
from doanso.adoption.rules import HIGHEST_GRADE, is_draw_open
from doanso.adoption.views.pages import paged, require_attester
from doanso.lib import clock, formats
from doanso.lib.problems import Refused
from doanso.members import queries as members
from doanso.members.models import Member, MemberState
from doanso.units import queries as units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def attest(request: AuthenticatedRequest) -> HttpResponse:
    """List members who are not yet on a stage; those ticked become a bulk whose sample must be opened."""
    require_attester(request)
    if request.method == "POST":
        return _draw(request)
    return _attest_list(request, request.GET)


def _draw(request: AuthenticatedRequest) -> HttpResponse:
    form = BulkForm(request.POST, chosen=request.POST.getlist("people"))
    back = QueryDict(request.POST.get("filter", ""))
    if not form.is_valid():
        messages.error(request, _("Give the day as day, month and year, and choose a service and its stage."))
        return _attest_list(request, back, ticked=request.POST.getlist("people"), status=422)
    unit = units.unit_by_code(form.cleaned_data["unit"])
    if unit is None:
        raise Http404
    try:
        draw = actions.draw_bulk(
            actor=request.user,
            unit=unit,
            stage=form.cleaned_data["stage"],
            person_ids=[UUID(key) for key in form.cleaned_data["people"]],
            happened_on=form.cleaned_data["happened_on"],
        )
    except ValueError as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _attest_list(request, back, ticked=request.POST.getlist("people"), status=422)
    return redirect("adoption:draw", draw=draw.pk)


def _attest_list(
    request: AuthenticatedRequest, params: QueryDict, *, ticked: Any = (), status: int = 200
) -> HttpResponse:
    services = queries.services()
    scope = queries.attestable_units(request.user)
    if not services or not scope:
        return render(request, "adoption/attest_empty.html", {"services": services}, status=status)
    data = params.copy()
    last = queries.last_draw(request.user)
    data.setdefault("stage", str(queries.usual_stage(last, services).pk))
    data.setdefault("unit", scope[0].code)
    data.setdefault("state", BELOW)
    form = AttestFilterForm(data, services=services, units=scope)
    rows: list[Any] = []
    stage = unit = None
    pages: dict[str, Any] = {}
    if form.is_valid():
        stage = next(
            entry
            for service in services
            for entry in service.stages.all()
            if str(entry.pk) == form.cleaned_data["stage"]
        )
        unit = next(entry for entry in scope if entry.code == form.cleaned_data["unit"])
        stays = queries.attest_list(
            request.user,
            unit=unit.unit,
            stage=stage,
            text=form.cleaned_data["q"],
            below=form.cleaned_data["state"] == BELOW,
            reached=form.cleaned_data["state"] == REACHED,
        )
        window, pages = paged(request, stays, params, data)
        rows = queries.attest_rows(request.user, window, stage, ticked)
    query = data.copy()
    query.pop("page", None)
    return render(
        request,
        "adoption/attest.html",
        {
            "filter": form,
            "query": query.urlencode(),
            "clear": reverse("adoption:attest") if set(params) & {"q", "stage", "unit", "state"} else "",
            "rows": rows,
            "stage": stage,
            "unit": unit,
            "unfinished": last
            if last is not None and is_draw_open(last.drawn_at, last.attested_at, clock.now())
            else None,
            "can_tick": form.is_valid() and form.cleaned_data["state"] != REACHED,
            "today": clock.today(),
            "actions": [{"name": "draw", "value": "1", "label": _("Check"), "icon": "checklist", "main": True}],
            "pages": {
                **pages,
                "summary": ngettext("%(count)s member on this page", "%(count)s members on this page", len(rows))
                % {"count": formats.number(len(rows))},
            },
        },
        status=status,
    )


def _draw_or_404(request: AuthenticatedRequest, draw_id: UUID) -> BulkDraw:
    draw = queries.own_draw(request.user, draw_id)
    if draw is None:
        raise Http404
    return draw


@login_required
@require_safe
def draw(request: AuthenticatedRequest, draw: UUID) -> HttpResponse:
    """Show a bulk: the sample to open, the rest, and the button."""
    require_attester(request)
    return _draw_page(request, _draw_or_404(request, draw))


def _draw_page(request: AuthenticatedRequest, bulk: BulkDraw, status: int = 200) -> HttpResponse:
    people = queries.drawn_rows(request.user, bulk)
    sample = [person for person in people if person.sampled]
    opened = sum(person.opened for person in sample)
    return render(
        request,
        "adoption/draw.html",
        {
            "draw": bulk,
            "unit": units.named_unit(bulk.unit),
            "sample": sample,
            "rest": [person for person in people if not person.sampled],
            "opened": opened,
            "unopened": len(sample) - opened,
            "count": len(people),
            "declared": any(person.declared is not None for person in people),
        },
        status=status,
    )


@login_required
@require_POST
def open_drawn(request: AuthenticatedRequest, draw: UUID, person: UUID) -> HttpResponse:
    """Mark one record of the sample as opened, and show it."""
    require_attester(request)
    bulk = _draw_or_404(request, draw)
    try:
        actions.mark_opened(actor=request.user, draw_id=bulk.pk, person_ids=[person])
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _draw_page(request, bulk, status=422)
    return redirect(reverse("adoption:draw", args=[bulk.pk]) + f"#p-{person}")


@login_required
@require_POST
def confirm_draw(request: AuthenticatedRequest, draw: UUID) -> HttpResponse:
    """Confirm the bulk, if its whole sample was opened."""
    require_attester(request)
    bulk = _draw_or_404(request, draw)
    try:
        usages = actions.attest_many(actor=request.user, draw_id=bulk.pk)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _draw_page(request, bulk, status=422)
    messages.success(
        request,
        ngettext(
            "%(count)s member confirmed: %(service)s, %(stage)s.",
            "%(count)s members confirmed: %(service)s, %(stage)s.",
            len(usages),
        )
        % {"count": formats.number(len(usages)), "service": bulk.stage.service.short_name, "stage": bulk.stage.name},
    )
    back = "adoption:declarations" if bulk.people.exclude(usage=None).exists() else "adoption:attest"
    return redirect(reverse(back) + f"?stage={bulk.stage_id}&unit={bulk.unit.code}")


def _stay(request: AuthenticatedRequest, member: UUID) -> Member:
    return get_or_404(request.user, policy.VIEW, queries.stays_with_details(), pk=member)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def services(request: AuthenticatedRequest, member: UUID) -> HttpResponse:
    """Show one member on every ladder, with the records behind it; officers record what they have seen."""
    stay = _stay(request, member)
    if request.method != "POST":
        return _services_page(request, stay)
    policy.ATTEST.require(request.user, stay)
    service = next((candidate for candidate in queries.services() if candidate.pk == request.POST.get("service")), None)
    if service is None:
        raise Http404
    form = AttestForm(request.POST, service=service, obstacles=list(queries.obstacles()))
    if not form.is_valid():
        return _services_page(request, stay, bound=(service.pk, form), status=422)
    try:
        actions.attest(
            actor=request.user,
            member_id=stay.pk,
            stage=form.chosen_stage,
            happened_on=form.cleaned_data["happened_on"],
            obstacle=form.chosen_obstacle,
        )
    except Refused as refused:
        if refused.problem.field in form.fields:
            form.add_error(refused.problem.field, refused.problem.message)
        else:
            # The form itself may be gone: the stay has ended while the page was open.
            messages.error(request, refused.problem.message)
        return _services_page(request, stay, bound=(service.pk, form), status=422)
    messages.success(
        request,
        _("Recorded: %(service)s, %(stage)s.") % {"service": service.short_name, "stage": form.chosen_stage.name},
    )
    return redirect(reverse("adoption:services", args=[stay.pk]) + f"#{service.pk}")


def _services_page(
    request: AuthenticatedRequest, stay: Member, *, bound: tuple[str, AttestForm] | None = None, status: int = 200
) -> HttpResponse:
    is_active = stay.state == MemberState.ACTIVE and not stay.temporary
    can_attest = is_active and policy.ATTEST.allows(request.user, stay)
    ladders = queries.service_positions(stay)
    obstacles = list(queries.obstacles()) if can_attest else []

    def form_of(ladder: LadderPosition) -> AttestForm:
        if bound is not None and bound[0] == ladder.service.pk:
            return bound[1]
        now = {"stage": str(ladder.current_stage.pk), "happened_on": clock.today()}
        return AttestForm(service=ladder.service, obstacles=obstacles, initial=now)

    is_own = stay.person.user_id is not None and stay.person.user_id == request.user.pk
    return render(
        request,
        "adoption/services.html",
        {
            "stay": stay,
            "name": members.names_for(request.user, [stay])[stay.pk],
            "branch": units.named_unit(stay.branch),
            "ladders": [(ladder, form_of(ladder) if can_attest else None) for ladder in ladders],
            "bound": bound[0] if bound is not None else "",
            "can_attest": can_attest,
            "is_own": is_own,
            "can_recheck": is_active and policy.RECHECK.allows(request.user, stay),
            "highest_grade": HIGHEST_GRADE,
        },
        status=status,
    )


@login_required
@require_POST
def take_back(request: AuthenticatedRequest, member: UUID, usage: UUID) -> HttpResponse:
    """Take back a record made by mistake; it stays in the list, struck through."""
    stay = _stay(request, member)
    policy.ATTEST.require(request.user, stay)
    own_usage = queries.usage_of_person(stay.person_id, usage)
    if own_usage is None:
        raise Http404
    actions.take_back_attestation(actor=request.user, usage_id=own_usage.pk)
    messages.success(request, _("Taken back. The figures follow the records that remain."))
    return redirect(reverse("adoption:services", args=[stay.pk]) + f"#{own_usage.service_id}")


@login_required
@require_POST
def raise_grade(request: AuthenticatedRequest, member: UUID, usage: UUID) -> HttpResponse:
    """Raise the grade of a record by better evidence."""
    stay = _stay(request, member)
    policy.ATTEST.require(request.user, stay)
    own_usage = queries.usage_of_person(stay.person_id, usage)
    grade_text = request.POST.get("grade", "")
    if own_usage is None or not grade_text.isdecimal():
        raise Http404
    try:
        actions.raise_grade(actor=request.user, usage_id=own_usage.pk, grade=int(grade_text))
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _services_page(request, stay, status=422)
    messages.success(request, _("The grade of the evidence was raised."))
    return redirect(reverse("adoption:services", args=[stay.pk]) + f"#{own_usage.service_id}")
