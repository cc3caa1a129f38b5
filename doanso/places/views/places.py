"""Pages of places: the list, setting one up, and one place with its criteria and the next step."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.actions.exports import record_export
from doanso.access.policy import Permission, get_or_404
from doanso.access.queries import units_with_permission
from doanso.accounts.models import User
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted, submit
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.lib.uuid7 import uuid7
from doanso.partners.queries import partner_choices, partner_links
from doanso.places import actions, policy, queries, rules
from doanso.places.forms.places import (
    RECHECK,
    NewPlaceForm,
    PartnerPartForm,
    PlaceFilterForm,
    PlaceForm,
    RepeatPlaceForm,
    segment_lines,
)
from doanso.places.kinds import kind_named, kinds
from doanso.places.models import Place, PlaceState
from doanso.places.page_reads import keep_page_reads
from doanso.places.ports import PlacePage, place_panels
from doanso.places.queries.lists import PlaceFilter
from doanso.places.register_panels import listed_count
from doanso.places.renderers import place_list as rendering
from doanso.places.rules.life import RECHECK_AHEAD
from doanso.places.views.boards import board_of, steps_of
from doanso.places.views.step_table import step_forms
from doanso.places.wording import PILLS
from doanso.units import queries as units
from doanso.units.models import UnitKind


def place_or_404(request: AuthenticatedRequest, place_id: UUID, permission: Permission = policy.VIEW) -> Place:
    """Return the place, if the reader has the permission there; 404 for one they may not see."""
    return get_or_404(request.user, permission, queries.all_places(), see=policy.VIEW, pk=place_id)


# --- The list ---------------------------------------------------------------------------------------------------------


class _PlaceListing:
    """The units of the reader, and what their filter leaves of the list."""

    def __init__(self, request: AuthenticatedRequest) -> None:
        access.anywhere_or_404(request.user, policy.VIEW)
        self.units = units_with_permission(request.user, policy.VIEW_AT)
        self.form = PlaceFilterForm(request.GET, units=[unit for unit in self.units if unit.kind != UnitKind.BRANCH])
        self.form.is_valid()
        cleaned = self.form.cleaned_data
        state = cleaned.get("state", "")
        self.filters = PlaceFilter(
            text=cleaned.get("q", ""),
            kind=cleaned.get("kind", ""),
            state="" if state == RECHECK else state,
            unit=next((unit.unit for unit in self.units if unit.code == cleaned.get("unit")), None),
            recheck_by=clock.today() + RECHECK_AHEAD if state == RECHECK else None,
        )


@login_required
@require_safe
def place_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the places that the reader may see; those that wait for somebody first."""
    listing = _PlaceListing(request)
    form, filters = listing.form, listing.filters
    number = page_number(request)
    rows, more = queries.place_page(request.user, filters, number)
    names = queries.names_of_units(rows, listing.units)
    summary = ngettext(
        "%(count)s street or market on this page", "%(count)s streets and markets on this page", len(rows)
    )
    context = {
        "form": form,
        "narrowed": filters != PlaceFilter(),
        "counts": _counts(request),
        "rows": [_row(place, names[place.unit_id].name) for place in rows],
        "may_manage": policy.MANAGE_AT.allows_anywhere(request.user),
        "query": request.GET.urlencode(),
        "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
    }
    return render(request, "places/list.html", context)


@login_required
@require_safe
def export(request: AuthenticatedRequest) -> FileResponse:
    """Export the filtered list with criteria reached, assessments and recognitions."""
    listing = _PlaceListing(request)
    content = rendering.workbook(queries.listed_places(request.user, listing.filters))
    record_export(actor=request.user, action="places.export", permission=policy.VIEW, unit=listing.filters.unit)
    return FileResponse(content, as_attachment=True, filename=f"tuyen-pho-va-cho-{clock.today().isoformat()}.xlsx")


def _counts(request: AuthenticatedRequest) -> list[dict[str, Any]]:
    """Return per kind how many places are recognised, of how many that are worked on."""
    counts = queries.state_counts(request.user)
    shown = []
    for kind in kinds():
        by_state = counts.get(kind.code, {})
        whole = sum(count for state, count in by_state.items() if state != PlaceState.STOPPED)
        if whole:
            shown.append(
                {
                    "kind": kind,
                    "recognised": by_state.get(PlaceState.RECOGNISED, 0),
                    "whole": whole,
                    "url": f"{reverse('places:list')}?kind={kind.code}",
                }
            )
    return shown


def _row(place: Place, unit_name: str) -> dict[str, Any]:
    due = getattr(place, "recheck_due", None)
    return {
        "place": place,
        "kind": kind_named(place.kind),
        "url": reverse("places:place", args=[place.pk]),
        "unit": unit_name,
        "mark": PILLS[place.state],
        "state": place.get_state_display(),
        "due": due,
        "is_due": due is not None and due <= clock.today(),
    }


# --- Set up and change ------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest) -> HttpResponse:
    """Set a place up; it begins with its house list or stalls."""
    access.over_others_or_404(request.user, policy.MANAGE_AT, see=policy.VIEW_AT)
    offered = [unit for unit in units_with_permission(request.user, policy.MANAGE_AT) if unit.kind != UnitKind.BRANCH]
    # A committee's officer sets up places of wards; the committee itself stands last.
    offered.sort(key=lambda unit: unit.kind in (UnitKind.CITY, UnitKind.PROVINCE))
    posted = request.method == "POST"
    initial = {"started_on": clock.today(), "unit": request.GET.get("unit", ""), "kind": request.GET.get("kind", "")}
    form = NewPlaceForm(request.POST if posted else None, units=offered, initial=initial)
    if form.is_bound and form.is_valid():
        unit = form.units[form.cleaned_data["unit"]].unit
        try:
            place = actions.create_place(
                actor=request.user, unit=unit, kind=form.cleaned_data["kind"], inputs=form.inputs()
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("Set up. Now write its list: that is what its shares are counted of."))
            return redirect("places:place", place.pk)
    return render(request, "places/new.html", {"form": form}, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Change a place's own words and its parts."""
    place = place_or_404(request, place_id, policy.MANAGE)
    kind = kind_named(place.kind)
    initial = {
        "name": place.name,
        "started_on": place.started_on,
        "note": place.note,
        "segments": segment_lines(queries.segments_of(place)),
    }
    form = PlaceForm(request.POST if request.method == "POST" else None, kind=kind, initial=initial)
    if submit(
        form,
        lambda: actions.change_place(
            actor=request.user, place=place, read=request.POST.get("read", ""), inputs=form.inputs()
        ),
    ):
        messages.success(request, _("Changed."))
        return redirect("places:place", place.pk)
    context = {"form": form, "place": place, "kind": kind, "read": queries.state_token(place)}
    return render(request, "places/edit.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Make a place again for a later year: show what is copied and what is not; on POST set it up."""
    place = place_or_404(request, place_id, policy.MANAGE)
    form = RepeatPlaceForm(
        posted(request),
        source=place,
        kind=kind_named(place.kind),
        segments=queries.segments_of(place),
        partners=len(queries.running_partners(place)),
        key=uuid7(),
    )
    if new_place := submit(
        form,
        lambda: actions.repeat_place(
            actor=request.user,
            place=place,
            inputs=form.inputs(),
            with_partners=form.cleaned_data.get("with_partners", False),
            key=form.cleaned_data["key"],
        ),
    ):
        messages.success(request, _("Set up. Now write its list: that is what its shares are counted of."))
        return redirect("places:place", new_place.pk)
    context = {"form": form, "place": place, "kind": kind_named(place.kind)}
    return render(request, "places/repeat.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def set_shown(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Store whether public pages show a place that is not recognised yet."""
    place = place_or_404(request, place_id, policy.MANAGE)
    shown = request.POST.get("shown") == "1"
    try:
        actions.set_shown(actor=request.user, place=place, read=request.POST.get("read", ""), shown=shown)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("Everybody may see it now.") if shown else _("It is no longer shown in public."))
    return redirect("places:place", place.pk)


# --- One place --------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def place(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show a place with its criteria and the next step."""
    return place_page(request, place_or_404(request, place_id))


def place_page(
    request: AuthenticatedRequest, place: Place, *, refused: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Show the page of a place, with the form of a refused step."""
    actor, today, kind = request.user, clock.today(), kind_named(place.kind)
    # After a refused step the place was only read.
    keep_page_reads(place)
    page = PlacePage(place, today, policy.rights_at(actor, place))
    may_manage, may_assess = page.rights.manages, page.rights.assesses
    gap_units = units.subtree(queries.keeping_unit(place)) if may_manage and place.state in _WORKED_ON else []
    assessments = queries.assessments_of(place)
    board = board_of(place, today, assessments, queries.open_gaps(place))
    recognition = queries.recognition_in_force(place) if place.state == PlaceState.RECOGNISED else None
    sent = next((each for each in assessments if each.stage == "self" and each.taken_back_at is None), None)
    decided = next((each for each in assessments if each.stage == "city"), None)
    is_sender = sent is not None and sent.made_by_id == actor.pk
    context = {
        "place": place,
        "kind": kind,
        "unit": gap_units[0] if gap_units and gap_units[0].id == place.unit_id else units.named_unit(place.unit),
        "mark": PILLS[place.state],
        "read": queries.state_token(place),
        "board": board,
        "listed": place.state != PlaceState.PREPARING or listed_count(page) > 0,
        "steps": steps_of(place),
        "assessments": assessments,
        "latest": assessments[0] if assessments else None,
        "decided": decided,
        "is_outdated": decided is not None and rules.is_outdated(decided.on, today),
        "recognition": recognition,
        "is_recheck_due": recognition is not None and recognition.recheck_due <= today + RECHECK_AHEAD,
        "newer": queries.newer_set(place, kind) if may_manage and place.state in _EXCHANGEABLE else None,
        "may_manage": may_manage,
        "may_assess": may_assess,
        "is_sender": is_sender,
        "partners": partner_rows(actor, place),
        "related": queries.related_years(actor, place),
        "partner_form": (refused or {}).get("partner") or (partner_form(actor, place) if may_manage else None),
        "forms": {**step_forms(), **(refused or {})},
        "open_step": next(iter(refused or {}), ""),
        "gap_units": gap_units,
        "panels": place_panels.panels(actor, page),
        "events": access_queries.history(actor, place),
    }
    return render(request, "places/place.html", context, status=status)


_EXCHANGEABLE = (PlaceState.PREPARING, PlaceState.SURVEYED, PlaceState.IN_PROGRESS)
_WORKED_ON = (PlaceState.SURVEYED, PlaceState.IN_PROGRESS, PlaceState.RECOGNISED, PlaceState.REFUSED)
"""States in which a missing criterion can be given to a unit."""


def partner_form(actor: User, place: Place, data: Any = None) -> PartnerPartForm:
    """Return the form by which a partner is given a part; one statement."""
    kind = kind_named(place.kind)
    return PartnerPartForm(data, prefix="partner", offered=partner_choices(actor), is_market=kind.is_market)


def partner_rows(actor: User, place: Place) -> list[dict[str, Any]]:
    """Return the partners of a place with their parts, the board first; one statement, one more where there are any."""
    parts = list(place.partners.filter(until=None).order_by("-is_board", "since", "pk"))
    if not parts:
        return []
    links = partner_links(actor, [part.partner_id for part in parts])
    return [{"part": part, "name": links[part.partner_id].name, "url": links[part.partner_id].url} for part in parts]
