"""Views of layouts: the superiors' workbooks of a unit, the values of one, and an example."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.files import actions as files
from doanso.files.problems import Unavailable
from doanso.files.responses import hand_out, hand_out_made
from doanso.lib.problems import Refused
from doanso.lib.site_url import site_url
from doanso.reports import policy
from doanso.reports.actions import layouts as actions
from doanso.reports.forms.reports import LayoutForm
from doanso.reports.models import Layout, ReportFormat
from doanso.reports.queries import layouts as queries
from doanso.reports.queries.reports import units_to_write
from doanso.reports.renderers import MEDIA
from doanso.reports.renderers.layout import LayoutPlan, read_layout
from doanso.reports.renderers.layout_example import example
from doanso.reports.views.url_scope import programme_of
from doanso.targets.models import Programme
from doanso.units import queries as units

_XLSX = MEDIA[ReportFormat.XLSX].content_type


def _programme(request: AuthenticatedRequest, code: str) -> Programme:
    """Return the programme, if the actor may keep layouts anywhere in it."""
    access.over_others_or_404(request.user, policy.KEEP_LAYOUTS, see=policy.VIEW)
    return programme_of(code)


def _layout(request: AuthenticatedRequest, programme: str, layout_id: UUID) -> Layout:
    return get_or_404(
        request.user,
        policy.KEEP_LAYOUTS,
        queries.all_layouts(),
        see=policy.VIEW,
        pk=layout_id,
        programme__code=programme,
    )


def _bytes(layout: Layout) -> bytes:
    with files.open_blob(layout.blob) as plain:
        return plain.read()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def layout_list(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Show the reader's layouts; a POST stores another and shows its names."""
    chosen_programme = _programme(request, programme)
    within = units_to_write(request.user, chosen_programme, permission=policy.KEEP_LAYOUTS)
    form = LayoutForm(*((request.POST, request.FILES) if request.method == "POST" else ()), units=within)
    if form.is_bound and form.is_valid():
        data: dict[str, Any] = form.cleaned_data
        try:
            new_layout = actions.keep_layout(
                actor=request.user,
                programme=chosen_programme,
                unit=form.chosen_unit,
                name=data["name"],
                source=data["file"],
                file_name=data["file"].name,
            )
        except (Refused, Unavailable) as refused:
            field = refused.problem.field
            form.add_error(field if field in form.fields else "file", refused.problem.message)
        else:
            messages.success(request, _("The layout is kept. Look over what its cells are filled with."))
            return redirect("reports:layout", chosen_programme.code, new_layout.pk)
    kept_here = queries.layouts_to_keep(request.user, chosen_programme)
    called = units.named_units_by_id({kept_layout.unit_id for kept_layout in kept_here})
    context = {
        "programme": chosen_programme,
        "form": form,
        "lines": [(kept_layout, called[kept_layout.unit_id].short_name) for kept_layout in kept_here],
    }
    return render(request, "reports/layouts.html", context, status=422 if form.errors else 200)


@login_required
@require_safe
def layout_example(request: AuthenticatedRequest, programme: str) -> HttpResponseBase:
    """Send a workbook with every available name."""
    chosen_programme = _programme(request, programme)
    example_file = example(queries.content_today(chosen_programme, chosen_programme.root))
    return hand_out_made(example_file, name="mau-co-ten-o.xlsx", media=_XLSX)


@login_required
@require_safe
def layout(request: AuthenticatedRequest, programme: str, layout_id: UUID) -> HttpResponse:
    """Show the names of the workbook, and the value each cell would get today."""
    layout = _layout(request, programme, layout_id)
    plan: LayoutPlan | None = None
    problem = ""
    content = queries.content_today(layout.programme, layout.unit)
    try:
        plan = read_layout(_bytes(layout), content, base=site_url(request))
    except Refused as refused:
        problem = refused.problem.message
    context = {
        "layout": layout,
        "unit": units.named_unit(layout.unit),
        "plan": plan,
        "problem": problem,
        "first_day": content.first_day,
        "last_day": content.last_day,
        "events": access_queries.history(request.user, layout),
    }
    return render(request, "reports/layout.html", context)


@login_required
@require_safe
def layout_file(request: AuthenticatedRequest, programme: str, layout_id: UUID) -> HttpResponseBase:
    """Send the workbook as it was uploaded."""
    layout = _layout(request, programme, layout_id)
    name = f"mau-{layout.programme.code}-{layout.unit.code}.xlsx"
    return hand_out(request, layout.blob, name=name, media=_XLSX)


@login_required
@require_POST
def end_layout(request: AuthenticatedRequest, programme: str, layout_id: UUID) -> HttpResponse:
    """Stop offering the layout."""
    layout = _layout(request, programme, layout_id)
    actions.end_layout(actor=request.user, layout=layout)
    messages.success(request, _("The layout is offered no longer; files made with it stay."))
    return redirect("reports:layouts", layout.programme.code)
