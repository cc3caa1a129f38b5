"""Create units one by one or a few at once, with names of places from the official list."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, vietnamese
from doanso.lib.problems import Refused
from doanso.organisation import actions, policy, queries
from doanso.organisation.forms.new_units import NewUnitsForm
from doanso.units import official, proposals
from doanso.units import queries as trees
from doanso.units.models import UnitKind
from doanso.units.queries import NamedUnit

_FOUND = 12
_FIELDS = {"name": "names", "on": "since"}
"""Fields of the form for those that actions name."""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: AuthenticatedRequest) -> HttpResponse:
    """Show the form for new units below `?parent=`; create them, and offer it again for the next ones."""
    access.anywhere_or_404(request.user, policy.CHANGE)
    tree = queries.units_to_extend(request.user)
    if not tree:
        raise Http404
    parent = _parent(tree, request.POST.get("parent") or request.GET.get("parent", ""))
    place = official.place_by_code(request.GET.get("place", ""), official.era_of(clock.today()))
    form = NewUnitsForm(
        request.POST if request.method == "POST" else None, tree=tree, initial=_initial(request, parent, place)
    )
    if form.is_valid():
        try:
            units = form.new_units(
                taken=queries.taken_codes(), above=[unit.name for unit in [*trees.ancestors(parent.unit), parent]]
            )
            actions.create_units(actor=request.user, units=units, decision=form.cleaned_data["decision"])
        except Refused as refused:
            field = _FIELDS.get(refused.problem.field, refused.problem.field)
            form.add_error(field if field in form.fields else None, refused.problem.message)
        else:
            words = _("%(name)s is there now.") if len(units) == 1 else _("%(count)s units are there now.")
            messages.success(request, words % {"name": units[0].name, "count": len(units)})
            kept = {"parent": parent.code, "kind": form.cleaned_data["kind"]}
            return redirect(f"{reverse('organisation:create_unit')}?{urlencode(kept)}")
    query = request.GET.get("q", "").strip()
    context = {
        "form": form,
        "parent": parent,
        "query": query,
        "places": _places(query, parent),
        "created": queries.undoable_creations(request.user),
    }
    return render(request, "organisation/create.html", context, status=422 if form.errors else 200)


def _parent(tree: list[NamedUnit], code: str) -> NamedUnit:
    able = [unit for unit in tree if unit.kind != UnitKind.BRANCH]
    return next((unit for unit in able if unit.code == code), able[0] if able else tree[0])


def _initial(request: AuthenticatedRequest, parent: NamedUnit, place: official.OfficialPlace | None) -> dict[str, Any]:
    # What stands below a new committee was founded with it; later on units are founded one by one.
    is_first = not trees.children(parent.unit)
    initial: dict[str, Any] = {
        "parent": parent.code,
        "since": parent.unit.since if is_first else clock.today(),
        "kind": request.GET.get("kind", ""),
    }
    if place is not None:
        initial |= {
            "names": proposals.committee_name(place),
            "kind": proposals.kind_of_place(place),
            "code": place.code,
            "short_name": place.name,
        }
    return initial


def _places(query: str, parent: NamedUnit) -> list[official.OfficialPlace]:
    """Return the official places that a search means; those of the province that the unit above names stand first."""
    if not query:
        return []
    found = official.find_places(query, era=official.era_of(clock.today()), limit=_FOUND * 4)
    near = vietnamese.fold(parent.short_name)
    return sorted(found, key=lambda place: near not in vietnamese.fold(place.whole_name))[:_FOUND]
