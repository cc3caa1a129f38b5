"""Views of the start page and the dashboards."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from doanso.access import recent_history
from doanso.access.models import Role, RoleAssignment
from doanso.access.policy import VIEW_HISTORY, VIEW_UNIT, anywhere_or_404
from doanso.accounts.models import User
from doanso.accounts.requests import AuthenticatedRequest
from doanso.assignments import policy as assignments
from doanso.events.policy import VIEW as VIEW_EVENTS
from doanso.home import dashboard, inbox, queries, week_tiles
from doanso.home import today as day
from doanso.home.context import PageFrame
from doanso.lib import clock
from doanso.referrals.queries import own_membership
from doanso.reports.policy import VIEW as VIEW_REPORTS
from doanso.setup.checklist import shown_on_today
from doanso.setup.policy import administrator_role
from doanso.setup.server_state import server_facts
from doanso.setup.trial import trial_copy
from doanso.targets import queries as targets
from doanso.targets import wording
from doanso.targets.inbox import current_programme
from doanso.targets.models import Programme
from doanso.targets.policy import ALLOCATE
from doanso.targets.policy import VIEW as VIEW_FIGURES
from doanso.targets.queries.phases import ProgrammePhase
from doanso.targets.queries.plans import no_programme
from doanso.targets.queries.week import this_week, week_days
from doanso.units.queries import NamedUnit

COUNTS_KEPT = 60
"""Seconds for which a browser keeps the counts of what waits."""
# The first page of each role; a helper has a plain one.
_BEGINS = {
    Role.CITY_ADMINISTRATOR: "home:today",
    Role.CITY_OFFICER: "home:today",
    Role.UNIT_SECRETARY: "home:today",
    Role.BRANCH_SECRETARY: "members:list",
    Role.CLERK: "documents:desk",
    Role.MEMBER: "referrals:me",
    Role.INSPECTOR: "home:today",
}


@login_required
@require_safe
def start(request: AuthenticatedRequest) -> HttpResponse:
    """Redirect each role to its first page; users without one see a plain page."""
    role_assignment = queries.main_role_assignment(request.user)
    if role_assignment is not None and role_assignment.role == Role.MEMBER and own_membership(request.user) is None:
        return render(request, "home/plain.html", {"role_assignment": role_assignment, "without_record": True})
    if role_assignment is not None and (begins := _BEGINS.get(Role(role_assignment.role))):
        return redirect(begins)
    if role_assignment is not None and _sees_figures(request.user, role_assignment):
        return redirect("home:overview")
    return render(request, "home/plain.html", {"role_assignment": role_assignment})


def _sees_figures(user: User, role_assignment: RoleAssignment) -> bool:
    # The start page and the overview redirect to each other by this one condition, so that no role is sent in circles.
    return VIEW_FIGURES.allows_at(user, role_assignment.unit)


@login_required
@require_safe
def growing(request: AuthenticatedRequest) -> HttpResponse:
    """Return the notice of a demo's progress; empty once it is complete, so that the notice disappears."""
    return render(request, "parts/growing.html")


@login_required
@require_safe
def overview(request: AuthenticatedRequest) -> HttpResponse:
    """Redirect to the dashboard of the user's main unit."""
    role_assignment = queries.main_role_assignment(request.user)
    if role_assignment is None or not _sees_figures(request.user, role_assignment):
        return redirect("home:start")
    programme = queries.programme_of(role_assignment.unit, "", None)
    if programme is not None and programme.root_id == role_assignment.unit_id:
        return redirect("home:programme", code=programme.code)
    return redirect("home:unit", code=role_assignment.unit.code)


@login_required
@require_safe
def today(request: AuthenticatedRequest) -> HttpResponse:
    """Show the inbox, this week's targets and frequent actions; a fixed number of statements."""
    anywhere_or_404(request.user, VIEW_UNIT)
    owner = inbox.owner_of(request.user)
    if owner is None:
        return redirect("home:start")
    place = queries.main_place(request.user)
    programme = current_programme(owner)
    on = clock.today()
    running = programme is not None and programme.runs_on(on)
    weeks = this_week(programme, owner.unit, on) if programme is not None and running else []
    code = owner.unit.code
    checklist = shown_on_today(administrator_role(request.user))
    context = {
        "unit": place.unit_name if place is not None else "",
        "on": on,
        "week": week_tiles.week_words(*week_days(on)),
        "tiles": week_tiles.tiles(weeks, programme, code) if programme is not None else [],
        "programme": programme,
        "is_over": programme is not None and programme.last_day < on,
        "running": running,
        "all_targets": f"{reverse('targets:indicators', kwargs={'programme': programme.code})}?unit={code}"
        if programme is not None
        else "",
        "inbox": inbox.inbox_of(owner),
        "quick_actions": day.quick_actions(owner.role_assignment),
        "inspects": owner.role_assignment.role == Role.INSPECTOR,
        "sees_assignments": assignments.VIEW.allows_anywhere(request.user),
        "sees_events": VIEW_EVENTS.allows_anywhere(request.user),
        "has_history": VIEW_HISTORY.allows_anywhere(request.user),
        "checklist": checklist,
        "trial_copy": trial_copy() if checklist is not None and checklist.has_steps else None,
        "server": server_facts(is_secure=request.is_secure(), backed_up_at=checklist.backed_up_at)
        if checklist is not None and checklist.has_steps
        else [],
    }
    return render(request, "home/today.html", context)


@login_required
@require_safe
def recent(request: AuthenticatedRequest) -> HttpResponse:
    """Return the card of what others did last, which the first page asks for after it has loaded."""
    anywhere_or_404(request.user, VIEW_HISTORY)
    return render(request, "home/recent.html", {"lines": recent_history.recent_lines(request.user)})


@login_required
@require_safe
def waiting(request: AuthenticatedRequest) -> HttpResponse:
    """Return the counts of what waits, which each page asks for after it has loaded.

    The browser keeps the answer for a minute and for this session; a page after an action of the user asks anew.
    """
    owner = inbox.owner_of(request.user)
    counts = inbox.waiting_counts(owner, PageFrame(request).menu) if owner is not None else {}
    answer = JsonResponse({"counts": counts, "word": _("waiting")})
    answer["Cache-Control"] = f"private, max-age={COUNTS_KEPT}"
    return answer


@login_required
@require_safe
def indicators(request: AuthenticatedRequest) -> HttpResponse:
    """Redirect to all targets of the user's own unit in the current programme."""
    return _own_unit_page(request, "targets:indicators")


@login_required
@require_safe
def cascade(request: AuthenticatedRequest) -> HttpResponse:
    """Redirect to the targets that the user's own unit was given and hands out in the current programme."""
    return _own_unit_page(request, "targets:cascade")


def _own_unit_page(request: AuthenticatedRequest, route: str) -> HttpResponse:
    role_assignment = queries.main_role_assignment(request.user)
    programme = queries.programme_of(role_assignment.unit, "", None) if role_assignment is not None else None
    if role_assignment is None:
        return redirect("home:start")
    if programme is None:
        return redirect("targets:programmes" if _sees_figures(request.user, role_assignment) else "home:start")
    return redirect(f"{reverse(route, kwargs={'programme': programme.code})}?unit={role_assignment.unit.code}")


@login_required
@require_safe
def programme_dashboard(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show the dashboard of a whole programme."""
    programme = queries.programme_to_see(request.user, code)
    if programme is None:
        raise Http404
    return _dashboard(request, programme, [])


@login_required
@require_safe
def unit_dashboard(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show the dashboard of one unit with the units directly below it."""
    chosen_day = _chosen_day(request)
    path = queries.path_to(request.user, code, chosen_day or clock.today())
    if not path:
        raise Http404
    programme = queries.programme_of(path[-1].unit, request.GET.get("programme", ""), chosen_day)
    if programme is None:
        context = {"unit": path[-1], "no_programme": no_programme(request.user)}
        return render(request, "home/no_programme.html", context)
    return _dashboard(request, programme, path)


def _chosen_day(request: AuthenticatedRequest) -> date | None:
    try:
        return date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        return None


# A dashboard links to a page for every target of every unit below, and every request needs the same addresses.
@lru_cache(maxsize=16_384)
def _indicator_address(programme: str, indicator: str, unit: str) -> str:
    return reverse("targets:indicator", kwargs={"programme": programme, "indicator": indicator, "unit": unit})


@lru_cache(maxsize=4096)
def _unit_address(code: str) -> str:
    return reverse("home:unit", kwargs={"code": code})


def _dashboard(request: AuthenticatedRequest, programme: Programme, path: Sequence[NamedUnit]) -> HttpResponse:
    chosen_day = _chosen_day(request)
    unit = path[-1].unit if path else programme.root
    on = targets.day_of(programme, chosen_day, unit)
    phase = targets.phase_today(programme, chosen_day)
    suffix = f"?on={on.isoformat()}" if chosen_day else ""
    called = None if unit.pk == programme.root_id else path[-1]
    overview = targets.overview_in_phase(targets.overview(programme, unit, on, with_trends=True), phase)
    own_address = request.path
    to = dashboard.DashboardLinks(
        indicator=lambda indicator, code: _indicator_address(programme.code, indicator, code) + suffix,
        unit=lambda code: _unit_address(code) + suffix,
        choose=lambda indicator: f"{own_address}{suffix}{'&' if suffix else '?'}indicator={indicator}",
    )
    worst_first = dashboard.worst_first(overview)
    all_name = _("Whole city") if called is None else called.short_name
    running = phase is ProgrammePhase.RUNNING
    counts = running or any(progress.value for progress in overview.indicators)
    chosen = dashboard.chosen_indicator(overview, request.GET.get("indicator", "")) if counts else None
    indicators_address = reverse("targets:indicators", kwargs={"programme": programme.code})
    context: dict[str, Any] = {
        "programme": programme,
        "unit": called,
        "phase_words": wording.phase_words(programme, phase),
        "running": running,
        "carried_on": overview.carried_on,
        "crumbs": [(unit.short_name, to.unit(unit.code)) for unit in queries.visible_part(request.user, path)[:-1]],
        "on": on,
        "csv": f"{indicators_address}?on={on.isoformat()}&unit={unit.code}&as=csv",
        "all_indicators": f"{indicators_address}?unit={unit.code}",
        "all_words": _("See all targets"),
        "summary": dashboard.summary(overview, phase),
        "silent": sum(progress.value is None for progress in overview.indicators),
        "reports": _reports_address(request.user, programme),
    }
    if chosen is not None:
        late = dashboard.late_units(overview, chosen) if running and not chosen_day else 0
        may_remind = late and queries.allows_on_path(request.user, ALLOCATE, path, unit)
        context |= {
            "one": chosen,
            "one_url": to.indicator(chosen.code, unit.code),
            "trend": dashboard.trend(chosen, overview),
            "gap": dashboard.gap_words(chosen, phase),
            "indicator_charts": dashboard.indicator_charts(overview, chosen, to, phase),
            "milestones": dashboard.milestone_rows(overview, unit.code, to),
            "worst": dashboard.worst(worst_first, to),
            "below": len(overview.children),
            "below_has_figures": dashboard.has_figures_below(overview),
            "late": late,
            "remind": reverse("targets:remind", args=[programme.code, chosen.code, unit.code]) if may_remind else "",
            "map": dashboard.ward_map(overview, chosen, to) if called is None else None,
            "ranking": dashboard.ranking(worst_first, to, phase),
            "heat": dashboard.heat(overview, worst_first, unit.code, all_name, to),
            "cards": dashboard.cards(worst_first, to),
        }
    return render(request, "home/dashboard.html", context)


def _reports_address(user: User, programme: Programme) -> str:
    """Return the address of the programme's reports, for users who see any."""
    return reverse("reports:archive", args=[programme.code]) if VIEW_REPORTS.allows_anywhere(user) else ""
