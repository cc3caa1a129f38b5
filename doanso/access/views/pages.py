"""Views of units: the tree, one unit's facts, history, and an inspector's reason."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import actions, history_export, policy, queries
from doanso.access.forms import HistoryFilterForm, ReasonForm, UnitSearchForm
from doanso.access.history import HistoryFilter, HistoryPage, history_page, latest_link
from doanso.access.ports import UnitPage, unit_list_panels, unit_panels, waiting_at
from doanso.access.queries.unit_positions import UnitPosition
from doanso.access.unit_roles import term_words
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import submit
from doanso.lib.vietnamese import matches
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind


def _crumbs(request: AuthenticatedRequest, unit: Unit) -> list[tuple[str, str]]:
    """Return the links of the path to a unit, as far as the user may see it."""
    above = units.ancestors(unit)
    visible_ids = queries.visible_unit_ids(request.user, (ancestor.id for ancestor in above))
    return [
        (ancestor.short_name, reverse("access:unit", args=[ancestor.code]))
        for ancestor in above
        if ancestor.id in visible_ids
    ]


@login_required
@require_safe
def unit_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the user's units with their direct children, or the results of a search below them."""
    policy.anywhere_or_404(request.user, policy.VIEW_UNIT)
    form = UnitSearchForm(request.GET or None)
    query = form.cleaned_data["q"].strip() if form.is_bound and form.is_valid() else ""
    tree = queries.units_to_see(request.user)
    branches: dict[UUID, int] = {}
    shown = []
    for place, unit in enumerate(tree):
        below = 0
        for other in tree[place + 1 :]:
            if other.depth <= unit.depth:
                break
            below += other.kind == UnitKind.BRANCH
        branches[unit.id] = below
        if matches(query, unit.name) if query else unit.depth <= 1:
            shown.append(unit)
    rows = [(unit, UnitKind(unit.kind).label, branches[unit.id]) for unit in shown]
    panels = unit_list_panels.panels(request.user, tree)
    context = {"rows": rows, "form": form, "query": query, "panels": panels}
    return render(request, "access/units.html", context)


@login_required
@require_safe
def unit(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show one unit: its state and what waits first, then the units below, officers, history, and names over time."""
    position = queries.unit_position_to_see(request.user, code)
    shown_unit, today = position.unit, clock.today()
    called = position.name(today)
    officers, secretaries = queries.officers_around(called)
    page = UnitPage(position=position, named=called, secretaries=secretaries)
    panels = unit_panels.panels(request.user, page)
    listed = page.children is not None
    children = [] if listed else [(child, UnitKind(child.kind).label) for child in units.children(shown_unit)]
    context: dict[str, Any] = {
        "unit": called,
        "crumbs": [
            (above.short_name, reverse("access:unit", args=[above.code])) for above in position.visible_ancestors(today)
        ],
        "facts": [
            (_("Code"), shown_unit.code),
            (_("Kind"), UnitKind(shown_unit.kind).label),
            (_("Since"), formats.day(shown_unit.since)),
            *([(_("Last day"), formats.day(shown_unit.until - timedelta(days=1)))] if shown_unit.until else []),
            *_carried_on(position),
        ],
        "past": _past(position),
        "panels": panels,
        "waiting": [
            {"icon": each.icon, "label": each.label, "value": formats.number(count), "url": each.url}
            for each, count in waiting_at(request.user, page)
        ],
        "children": children,
        "neighbourhoods": units.neighbourhoods(shown_unit),
        "officers": officers,
        "may_grant": page.allows(policy.GRANT),
        "may_unmask": (may_unmask := page.allows(policy.UNMASK)),
        "unmasked": queries.open_unmasking(request.user, shown_unit) if may_unmask else None,
        "events": queries.history(request.user, shown_unit),
    }
    return render(request, "access/unit.html", context)


def _carried_on(position: UnitPosition) -> list[tuple[str, str]]:
    """Return the unit that continues an ended unit's work, and the units whose work this one continues."""
    unit = position.unit
    earlier = units.predecessors(unit) if position.continues else []
    before = ", ".join(predecessor.short_name for predecessor in earlier)
    return [
        *([(_("Its work is carried on by"), units.named_unit(unit.successor).name)] if unit.successor else []),
        *([(_("Carries on the work of"), before)] if before else []),
    ]


def _past(position: UnitPosition) -> list[tuple[str, str]]:
    """Return the unit's names and parents with their terms."""
    names = [(span.name, term_words(span.since, span.until)) for span in position.all_names()]
    parents = [
        (_("Under %(parent)s") % {"parent": span.parent.name}, term_words(span.since, span.until))
        for span in position.all_parents()
    ]
    return names + parents


@login_required
@require_http_methods(["GET", "POST"])
def unmask(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Take an inspector's reason why names and numbers of a unit must be shown; `next` is the page to return to."""
    target = request.GET.get("next", "")
    back = (
        target if url_has_allowed_host_and_scheme(target, allowed_hosts=None) else reverse("access:unit", args=[code])
    )
    shown_unit = queries.unit_to_see(request.user, code)
    policy.UNMASK.require_at(request.user, shown_unit)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if submit(form, lambda: actions.unmask(actor=request.user, unit=shown_unit, **form.cleaned_data)):
        messages.success(request, _("Names and numbers of this unit are shown to you for the time you chose."))
        return redirect(back)
    context = {
        "form": form,
        "back": back,
        "unit": units.named_unit(shown_unit),
        "crumbs": [*_crumbs(request, shown_unit)],
    }
    return render(request, "access/unmask.html", context, status=422 if form.errors else 200)


def _before(request: AuthenticatedRequest) -> int | None:
    text = request.GET.get("before", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@login_required
@require_safe
def history(request: AuthenticatedRequest) -> HttpResponse:
    """Show who did what in the user's units and all below."""
    policy.anywhere_or_404(request.user, policy.VIEW_HISTORY)
    form = HistoryFilterForm(request.GET)
    wanted = form.filter()
    page = history_page(request.user, wanted, _before(request))
    return _history_page(request, page, form=form, narrowed=wanted != HistoryFilter())


@login_required
@require_safe
def export_history(request: AuthenticatedRequest) -> FileResponse:
    """Return the filtered history as a workbook; that it was made is itself recorded."""
    policy.anywhere_or_404(request.user, policy.VIEW_HISTORY)
    name = f"nhat-ky-{clock.today().isoformat()}.xlsx"
    wanted = HistoryFilterForm(request.GET).filter()
    return FileResponse(history_export.export_history(request.user, wanted), as_attachment=True, filename=name)


@login_required
@require_safe
def object_history(request: AuthenticatedRequest, kind: str, pk: UUID) -> HttpResponse:
    """Show the history of one object of any kind; 404 when there is nothing the user may see."""
    policy.anywhere_or_404(request.user, policy.VIEW_HISTORY)
    page = history_page(request.user, HistoryFilter(kind=kind, object_id=pk), _before(request))
    if not page.lines:
        raise Http404
    return _history_page(request, page, of=page.lines[0])


def _history_page(request: AuthenticatedRequest, page: HistoryPage, **context: Any) -> HttpResponse:
    def address(before: int | None) -> str:
        query = request.GET.copy()
        query.pop("before", None)
        if before is not None:
            query["before"] = str(before)
        return f"?{query.urlencode()}"

    pages = {
        "summary": "",
        "previous": address(None) if _before(request) is not None else "",
        "next": address(page.older) if page.older is not None else "",
    }
    return render(
        request,
        "access/history.html",
        {
            "lines": page.lines,
            "pages": pages,
            "sealed": latest_link(),
            "query": request.GET.urlencode(),
            **context,
        },
    )
