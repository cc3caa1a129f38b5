"""Pages of units: the tree, one unit's facts, history, and an inspector's reason."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import actions, policy, queries
from doanso.access.forms import ReasonForm, UnitSearch
from doanso.access.unit_roles import term_words
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import formats
from doanso.lib.problems import Refused
from doanso.lib.vietnamese import matches
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind


def _crumbs(request: AuthenticatedRequest, unit: Unit) -> list[tuple[str, str]]:
    """The way down to a unit, as far as the user sees it."""
    above = units.ancestors(unit)
    seen = queries.seen_of(request.user, (one.id for one in above))
    return [(one.short_name, reverse("access:unit", args=[one.code])) for one in above if one.id in seen]


@login_required
@require_safe
def unit_list(request: AuthenticatedRequest) -> HttpResponse:
    """The units the user sees: the direct children of each of theirs, or whatever a search finds below."""
    policy.anywhere_or_404(request.user, policy.VIEW_UNIT)
    form = UnitSearch(request.GET or None)
    query = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    tree = queries.units_to_see(request.user)
    branches: dict[UUID, int] = {}
    shown = []
    for place, one in enumerate(tree):
        below = 0
        for other in tree[place + 1 :]:
            if other.depth <= one.depth:
                break
            below += other.kind == UnitKind.BRANCH
        branches[one.id] = below
        if matches(query, one.name) if query else one.depth <= 1:
            shown.append(one)
    rows = [(one, UnitKind(one.kind).label, branches[one.id]) for one in shown]
    return render(request, "access/units.html", {"rows": rows, "form": form, "query": query})


@login_required
@require_safe
def unit(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """One unit's facts: its names and parents over time, what is below it, who holds office, its history."""
    found = queries.unit_to_see(request.user, code)
    called = units.name(found)
    context: dict[str, Any] = {
        "unit": called,
        "crumbs": _crumbs(request, found),
        "facts": [
            (_("Code"), found.code),
            (_("Kind"), UnitKind(found.kind).label),
            (_("Since"), formats.day(found.since)),
            *([(_("Last day"), formats.day(found.until - timedelta(days=1)))] if found.until else []),
            *_carried_on(found),
        ],
        "past": _past(found),
        "children": [(one, UnitKind(one.kind).label) for one in units.children(found)],
        "neighbourhoods": units.neighbourhoods(found),
        "officers": queries.officers_at(found),
        "may_grant": policy.GRANT.allows_at(request.user, found),
        "may_unmask": policy.UNMASK.allows_at(request.user, found),
        "unmasked": queries.open_unmasking(request.user, found),
        "events": queries.history(request.user, found),
    }
    return render(request, "access/unit.html", context)


def _carried_on(unit: Unit) -> list[tuple[str, str]]:
    """Who carries on the work of a unit that has ended, and whose work this one carries on."""
    before = ", ".join(one.short_name for one in units.predecessors(unit))
    return [
        *([(_("Its work is carried on by"), units.name(unit.successor).name)] if unit.successor else []),
        *([(_("Carries on the work of"), before)] if before else []),
    ]


def _past(unit: Unit) -> list[tuple[str, str]]:
    """What the unit was called and under whom it stood, with the days of each."""
    names = [(one.name, term_words(one.since, one.until)) for one in units.all_names(unit)]
    parents = [
        (_("Under %(parent)s") % {"parent": above.name}, term_words(link.since, link.until))
        for link, above in units.all_parents(unit)
    ]
    return names + parents


@login_required
@require_http_methods(["GET", "POST"])
def unmask(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """An inspector states why names and numbers of a unit must be shown."""
    found = queries.unit_to_see(request.user, code)
    policy.UNMASK.require_at(request.user, found)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form.is_valid():
            try:
                actions.unmask(actor=request.user, unit=found, **form.cleaned_data)
            except Refused as refused:
                form.add_error(refused.problem.field or None, refused.problem.message)
            else:
                messages.success(request, _("Names and numbers of this unit are shown to you for the time you chose."))
                return redirect("access:unit", code=code)
    context = {"form": form, "unit": units.name(found), "crumbs": [*_crumbs(request, found)]}
    return render(request, "access/unmask.html", context, status=422 if form.errors else 200)


def _before(request: AuthenticatedRequest) -> int | None:
    asked = request.GET.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None


@login_required
@require_safe
def history(request: AuthenticatedRequest) -> HttpResponse:
    """What was done anywhere below the user's units."""
    policy.anywhere_or_404(request.user, policy.VIEW_HISTORY)
    events, older = queries.history_below(request.user, _before(request))
    return render(request, "access/history.html", {"events": events, "older": older})


@login_required
@require_safe
def object_history(request: AuthenticatedRequest, kind: str, pk: UUID) -> HttpResponse:
    """What was done to one thing, whatever its kind; nothing to see reads as no such page."""
    policy.anywhere_or_404(request.user, policy.VIEW_HISTORY)
    events, older = queries.history_of(request.user, kind, pk, _before(request))
    if not events:
        raise Http404
    return render(request, "access/history.html", {"events": events, "older": older, "one": True})
