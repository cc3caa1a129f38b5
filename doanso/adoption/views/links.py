"""Make personal links: choose the members, and show the link sheet once."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from doanso.accounts.requests import AuthenticatedRequest
from doanso.adoption import actions, queries
from doanso.adoption.forms import WITHOUT, LinkFilterForm
from doanso.adoption.queries import self_report as own
from doanso.adoption.views.pages import ROWS, paged, require_attester
from doanso.lib import formats, qr
from doanso.lib.problems import Refused
from doanso.members import queries as members
from doanso.units import queries as units


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def make_links(request: AuthenticatedRequest) -> HttpResponse:
    """List members of a unit; those ticked get a link each, and the link sheet is shown this once."""
    require_attester(request)
    if request.method != "POST":
        return _choose(request, request.GET)
    chosen = request.POST.getlist("members")
    try:
        new_links = actions.make_links(actor=request.user, member_ids=[UUID(entry) for entry in chosen])
    except ValueError as error:
        raise Http404 from error
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _choose(request, QueryDict(request.POST.get("filter", "")), status=422)
    called = members.names_for(request.user, [entry.member for entry in new_links])
    branches = units.named_units_by_id({entry.member.branch_id for entry in new_links})
    sheets = []
    for entry in new_links:
        address = request.build_absolute_uri(reverse("adoption:link", args=[entry.token]))
        last_day = formats.day(entry.link.expires_at)
        name = called[entry.member.pk]
        sheets.append(
            {
                "name": name,
                "branch": branches[entry.member.branch_id].name,
                "address": address,
                "until": entry.link.expires_at,
                "picture": qr.svg(address, _("Code that opens the page of %(name)s") % {"name": name}),
                "message": _(
                    "Hello %(called)s, please tell %(branch)s which digital services you use: %(address)s "
                    "(good until %(day)s). The page asks for no password, OTP code or account number; "
                    "do not pass the link on."
                )
                % {
                    "called": own.given_name(entry.member.contact.name),
                    "branch": branches[entry.member.branch_id].name,
                    "address": address,
                    "day": last_day,
                },
            }
        )
    return render(request, "adoption/link_sheet.html", {"sheets": sheets})


def _choose(request: AuthenticatedRequest, query: QueryDict, *, status: int = 200) -> HttpResponse:
    scope = queries.attestable_units(request.user)
    if not scope:
        return render(request, "adoption/attest_empty.html", {"services": True}, status=status)
    data = query.copy()
    data.setdefault("unit", scope[0].code)
    data.setdefault("state", WITHOUT)
    form = LinkFilterForm(data, units=scope)
    rows: list[Any] = []
    pages: dict[str, Any] = {}
    unit = None
    if form.is_valid():
        unit = next(candidate for candidate in scope if candidate.code == form.cleaned_data["unit"])
        stays = own.stays_for_links(
            request.user,
            unit.unit,
            text=form.cleaned_data["q"],
            without=form.cleaned_data["state"] == WITHOUT,
        )
        window, pages = paged(request, stays, query, data)
        called = members.names_for(request.user, window)
        rows = [(member, called[member.pk]) for member in window]
        pages["summary"] = ngettext("%(count)s member on this page", "%(count)s members on this page", len(rows)) % {
            "count": formats.number(len(rows))
        }
    return render(
        request,
        "adoption/links.html",
        {
            "filter": form,
            "query": data.urlencode(),
            "clear": reverse("adoption:make-links") if set(query) & {"q", "unit", "state"} else "",
            "rows": rows,
            "unit": unit,
            "most": ROWS,
            "pages": pages,
            "actions": [{"name": "make", "value": "1", "label": _("Make links for"), "icon": "qrcode", "main": True}],
        },
        status=status,
    )
