"""The page where a unit's secretary takes the whole data of the unit, and the download of an archive."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access.queries import unit_to_see
from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.responses import hand_out
from doanso.lib.problems import Refused
from doanso.members import policy as members_policy
from doanso.reports.actions import unit_exports
from doanso.reports.models import UNDER_WAY
from doanso.reports.queries import unit_exports as queries
from doanso.reports.unit_export.lists import lists
from doanso.units import queries as units
from doanso.units.models import Unit

ZIP = "application/zip"


def _unit_or_404(request: AuthenticatedRequest, code: str) -> Unit:
    """Return the unit for those who may export it; for all others the page does not exist."""
    unit = unit_to_see(request.user, code)
    if not members_policy.EXPORT.allows_at(request.user, unit):
        raise Http404
    return unit


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_export(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show what the archive contains and the reader's own archives of the last week; POST requests one."""
    unit = _unit_or_404(request, code)
    if request.method == "POST":
        try:
            unit_exports.ask_unit_export(actor=request.user, unit=unit)
        except Refused as refused:
            messages.error(request, refused.problem.message)
        return redirect("reports:unit-export", code)
    exports = queries.own_exports(request.user, unit)
    context = {
        "unit": units.named_unit(unit),
        "lists": lists(),
        "exports": exports,
        "moving": any(export.state in UNDER_WAY for export in exports),
    }
    return render(request, "reports/unit_export.html", context)


@login_required
@require_safe
def unit_export_file(request: AuthenticatedRequest, code: str, export_id: UUID) -> HttpResponseBase:
    """Hand out an archive to the person who requested it, while that person may still export the unit."""
    unit = _unit_or_404(request, code)
    export = queries.own_archive(request.user, unit, export_id)
    if export is None or export.blob is None:
        raise Http404
    answer = hand_out(request, export.blob, media=ZIP)
    if answer.status_code == 200 and request.method == "GET":
        unit_exports.record_fetch(actor=request.user, export=export)
    return answer
