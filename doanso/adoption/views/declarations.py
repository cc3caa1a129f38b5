"""Members' own declarations that wait for an officer: attest one or many, or return with the reason."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from doanso.accounts.requests import AuthenticatedRequest
from doanso.adoption import actions, policy, queries
from doanso.adoption.forms import DeclarationFilterForm, ReturnForm
from doanso.adoption.queries import declarations as declared
from doanso.adoption.rules.self_report import DeclarationState
from doanso.adoption.views.pages import paged, require_attester
from doanso.lib import formats
from doanso.lib.problems import Refused
from doanso.members import queries as members
from doanso.units import queries as units


def _ids(texts: list[str]) -> list[UUID]:
    try:
        return list(dict.fromkeys(UUID(text) for text in texts))
    except ValueError as error:
        raise Http404 from error


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def declarations(request: AuthenticatedRequest) -> HttpResponse:
    """List declarations; those ticked of one stage become a bulk whose sample must be opened."""
    require_attester(request)
    if request.method != "POST":
        return _list(request, request.GET)
    back = QueryDict(request.POST.get("filter", ""))
    unit = units.unit_by_code(request.POST.get("unit", ""))
    try:
        chosen = declared.attestable_ids(request.user, _ids(request.POST.getlist("declarations")))
        if unit is None:
            if chosen:
                raise Http404
            return _list(request, back, status=422)
        draw = actions.draw_declarations(actor=request.user, unit=unit, declaration_ids=chosen)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _list(request, back, ticked=request.POST.getlist("declarations"), status=422)
    return redirect("adoption:draw", draw=draw.pk)


def _list(request: AuthenticatedRequest, query: QueryDict, *, ticked: Any = (), status: int = 200) -> HttpResponse:
    services, scope = queries.services(), queries.attestable_units(request.user)
    if not services or not scope:
        return render(request, "adoption/attest_empty.html", {"services": services}, status=status)
    data = query.copy()
    data.setdefault("unit", scope[0].code)
    data.setdefault("state", DeclarationState.WAITING)
    form = DeclarationFilterForm(data, services=services, units=scope)
    rows: list[Any] = []
    pages: dict[str, Any] = {}
    unit = None
    if form.is_valid():
        filters = form.cleaned_data
        unit = next(entry for entry in scope if entry.code == filters["unit"])
        stays = members.stays_below(queries.attestable_stays(request.user), unit.unit)
        declarations = declared.declarations_of_stays(
            stays, state=filters["state"], text=filters["q"], stage=UUID(filters["stage"]) if filters["stage"] else None
        )
        window, pages = paged(request, declarations, query, data)
        rows = declared.declared_rows(request.user, stays, window)
        pages["summary"] = ngettext(
            "%(count)s declaration on this page", "%(count)s declarations on this page", len(rows)
        ) % {"count": formats.number(len(rows))}
    return render(
        request,
        "adoption/declarations.html",
        {
            "filter": form,
            "query": data.urlencode(),
            "clear": reverse("adoption:declarations") if set(query) & {"q", "stage", "unit", "state"} else "",
            "rows": [(row, str(row.declaration.pk) in ticked) for row in rows],
            "unit": unit,
            "can_decide": any(row.waits and not row.is_own for row in rows),
            "one_stage": form.is_valid() and bool(form.cleaned_data["stage"]),
            "pages": pages,
            "actions": [{"name": "attest", "value": "1", "label": _("Attest"), "icon": "check", "main": True}],
        },
        status=status,
    )


def _back(request: AuthenticatedRequest) -> str:
    """Redirect to the filtered list, or back to a member's page."""
    target = request.POST.get("back", "")
    if target and url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        return target
    query = QueryDict(request.POST.get("filter", ""))
    return reverse("adoption:declarations") + (f"?{query.urlencode()}" if query else "")


@login_required
@require_POST
def attest_declaration(request: AuthenticatedRequest, declaration: UUID) -> HttpResponse:
    """Attest one declaration: the officer has looked at the member's own phone."""
    stay = declared.stay_of(request.user, declaration)
    if stay is None:
        raise Http404
    policy.ATTEST.require(request.user, stay)
    try:
        usage = actions.attest_declaration(actor=request.user, declaration_id=declaration)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(
            request,
            _("Attested: %(name)s, %(stage)s.")
            % {"name": members.names_for(request.user, [stay])[stay.pk], "stage": usage.stage.name},
        )
    return HttpResponseRedirect(_back(request))


@login_required
@require_POST
def return_declarations(request: AuthenticatedRequest) -> HttpResponse:
    """Return one declaration, or those ticked: first ask for the reason, then return them one by one."""
    require_attester(request)
    chosen = declared.attestable_ids(request.user, _ids(request.POST.getlist("declarations")))
    if key := request.POST.get("one"):
        chosen = declared.attestable_ids(request.user, _ids([key]))
    if not chosen:
        messages.error(request, _("Nothing is chosen. Tick what shall go back to its member."))
        return _list(request, QueryDict(request.POST.get("filter", "")), status=422)
    form = ReturnForm(request.POST if "reason" in request.POST else None)
    if not form.is_valid():
        rows = declared.declared_rows(
            request.user, queries.attestable_stays(request.user), declared.declarations_by_id(chosen)
        )
        return render(
            request,
            "adoption/return.html",
            {"form": form, "rows": rows, "back": _back(request), "filter": request.POST.get("filter", "")},
            status=422 if form.is_bound else 200,
        )
    returned = 0
    for declaration in chosen:
        try:
            actions.return_declaration(
                actor=request.user, declaration_id=declaration, reason=form.cleaned_data["reason"]
            )
            returned += 1
        except Refused as refused:
            messages.error(request, refused.problem.message)
    if returned:
        messages.success(
            request,
            ngettext(
                "%(count)s declaration returned; the member reads the reason.",
                "%(count)s declarations returned; their members read the reason.",
                returned,
            )
            % {"count": formats.number(returned)},
        )
    return HttpResponseRedirect(_back(request))
