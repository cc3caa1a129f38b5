"""Start page and dashboards."""

from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from doanso.access.models import Role
from doanso.home import dashboard, queries
from doanso.targets import queries as targets
from doanso.targets.models import Programme
from doanso.units import queries as units
from doanso.units.models import Unit

_LOOKS_FROM_UNIT = {Role.UNIT_SECRETARY, Role.BRANCH_SECRETARY}
_LOOKS_FROM_CITY = {Role.CITY_ADMINISTRATOR, Role.CITY_OFFICER, Role.INSPECTOR}


@login_required
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """Each role to where its day begins."""
    holding = queries.main_holding(request.user)
    if holding is None or holding.role == Role.HELPER:
        return render(request, "home/plain.html", {"holding": holding})
    if holding.role == Role.MEMBER:
        return redirect("adoption:own")
    programme = queries.programme_of(holding.unit, "", None)
    if programme is not None and programme.root_id == holding.unit_id:
        return redirect("home:programme", code=programme.code)
    return redirect("home:unit", code=holding.unit.code)


@login_required
@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """All targets of the user's own unit in the programme that runs."""
    holding = queries.main_holding(request.user)
    programme = queries.programme_of(holding.unit, "", None) if holding is not None else None
    if holding is None or programme is None:
        return redirect("home:start")
    address = reverse("targets:indicators", kwargs={"programme": programme.code})
    return redirect(f"{address}?unit={holding.unit.code}")


@login_required
@require_safe
def programme_dashboard(request: HttpRequest, code: str) -> HttpResponse:
    """The whole programme at its root."""
    programme = queries.programme_to_see(request.user, code)
    if programme is None:
        raise Http404
    return _dashboard(request, programme, programme.root)


@login_required
@require_safe
def unit_dashboard(request: HttpRequest, code: str) -> HttpResponse:
    """One unit over the units directly below it."""
    unit = targets.unit_to_see(request.user, code)
    if unit is None:
        raise Http404
    programme = queries.programme_of(unit, request.GET.get("programme", ""), _asked_day(request))
    if programme is None:
        return render(request, "home/no_programme.html", {"unit": units.name(unit)})
    return _dashboard(request, programme, unit)


def _asked_day(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None


def _dashboard(request: HttpRequest, programme: Programme, unit: Unit) -> HttpResponse:
    asked = _asked_day(request)
    on = targets.day_of(programme, asked)
    suffix = f"?on={on.isoformat()}" if asked else ""
    overview = targets.overview(programme, unit, on)
    is_root = unit.pk == programme.root_id
    called = None if is_root else units.name(unit, on)
    to = dashboard.Addresses(
        indicator=lambda indicator, of: (
            reverse("targets:indicator", kwargs={"programme": programme.code, "indicator": indicator, "unit": of})
            + suffix
        ),
        unit=lambda of: reverse("home:unit", kwargs={"code": of}) + suffix,
    )
    worst_first = dashboard.worst_first(overview)
    whole = _("Whole city") if called is None else called.short_name
    context = {
        "programme": programme,
        "unit": called,
        "crumbs": []
        if called is None
        else [(one.short_name, to.unit(one.code)) for one in targets.parents_to_see(request.user, unit, on)],
        "on": on,
        "strip": dashboard.strip(overview),
        "columns": dashboard.columns(overview, unit.code, to),
        "worst": dashboard.worst(worst_first, to),
        "below": len(overview.children),
        "heat": dashboard.heat(overview, worst_first, unit.code, whole, to),
        "has_figures": any(one.value is not None for one in overview.indicators),
        "silent": sum(one.value is None for one in overview.indicators),
    }
    return render(request, "home/dashboard.html", context)
