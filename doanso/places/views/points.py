"""Pages of public points for their unit: the list of a place, one point, and the words of the public page."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import queries as access_queries
from doanso.access.policy import Permission
from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.form_refusals import FormRefusals
from doanso.files.responses import hand_out
from doanso.lib import clock
from doanso.lib.form_pages import submit
from doanso.places import policy
from doanso.places.actions import points as actions
from doanso.places.forms.points import PlateCheckForm, PointForm, PublicPageForm, RemovePointForm
from doanso.places.kinds import kind_named
from doanso.places.models import Place, PublicPoint
from doanso.places.queries import points as queries
from doanso.places.queries.addresses import points_without_page
from doanso.places.queries.public import public_text
from doanso.places.renderers.plan import plan_svg
from doanso.places.rules.points import CHECK_EVERY, is_public
from doanso.places.views.places import place_or_404
from doanso.units import queries as units


def point_or_404(request: AuthenticatedRequest, point_id: UUID, permission: Permission = policy.VIEW) -> PublicPoint:
    """Return the point, if the reader has the permission on its place; 404 for one they may not see."""
    point = get_object_or_404(queries.all_points(), pk=point_id)
    place_or_404(request, point.place_id, permission)
    return point


def public_address(request: AuthenticatedRequest, place: Place) -> str:
    """Return the whole address of a place's public page; empty while it has none."""
    if not is_public(place.state, is_shown=place.is_shown):
        return ""
    return request.build_absolute_uri(reverse("places:public-place", args=[place.slug]))


@login_required
@require_safe
def point_list(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show the points of a place with their plates and scans, its plan, and what is to be done next."""
    place = place_or_404(request, place_id)
    points = queries.listed_points(place)
    plan, pins = queries.plan_of(place, points)
    scans = queries.scans_this_month(points)
    due = clock.today() - CHECK_EVERY
    rows = [
        {"point": point, "plate": plate_state(point, due), "scans": scans.get(point.pk, 0)}
        for point in sorted(points, key=lambda point: (point.is_board, point.number))
    ]
    return render(
        request,
        "places/points.html",
        {
            "place": place,
            "kind": kind_named(place.kind),
            "unit": units.named_unit(place.unit),
            "rows": rows,
            "unwritten": points_without_page(place, [point.name for point in points], clock.today()),
            "removed": queries.removed_points(place),
            "plan": plan_svg(plan, pins, _("Sketch of %(place)s with its points") % {"place": place.name}),
            "address": public_address(request, place),
            "open_corrections": queries.open_correction_count(place),
            "may_manage": policy.MANAGE.allows(request.user, place),
            "scan_sum": sum(scans.values()),
        },
    )


def plate_state(point: PublicPoint, due: date) -> dict[str, Any]:
    """Return state, word and day of a point's plate for a list; `due` is the day from which a check is too old."""
    if point.checked_on is not None and not point.works:
        return {"state": "risk", "word": _("does not work"), "day": point.checked_on}
    if point.put_up_on is None:
        if point.printed_on is not None:
            return {"state": "none", "word": _("printed, not put up"), "day": point.printed_on}
        return {"state": "none", "word": _("not printed"), "day": None}
    if point.checked_on is not None and point.checked_on < due:
        return {"state": "behind", "word": _("to be checked"), "day": point.checked_on}
    return {"state": "on", "word": _("works"), "day": point.checked_on}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Add a point to a place."""
    place = place_or_404(request, place_id, policy.MANAGE)
    posted = request.method == "POST"
    form = PointForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        is_frozen=place.is_frozen,
        initial={name: request.GET.get(name, "")[:120] for name in ("name", "address", "added_reason")},
    )
    if form.is_bound and form.is_valid():
        with FormRefusals(form, file_field="photo"):
            point = actions.add_point(
                actor=request.user,
                place=place,
                inputs=form.inputs(),
                photo=form.upload(),
                added_reason=form.cleaned_data.get("added_reason", ""),
            )
            messages.success(request, _("“%(name)s” is in the list. Its plate can be printed.") % {"name": point.name})
            return redirect("places:points", place.pk)
    return render(
        request,
        "places/point_form.html",
        {"place": place, "form": form, "point": None, "cancel": reverse("places:points", args=[place.pk])},
        status=422 if form.is_bound else 200,
    )


@login_required
@require_safe
def point(request: AuthenticatedRequest, point_id: UUID) -> HttpResponse:
    """Show a point with its plate, its checks, its scans by month, and its history."""
    return point_page(request, point_or_404(request, point_id))


def point_page(
    request: AuthenticatedRequest, point: PublicPoint, *, check: PlateCheckForm | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of a point, with the form of a plate check as it was sent."""
    place = point.place
    address = request.build_absolute_uri(reverse("places:short-link", args=[point.code]))
    is_open = is_public(place.state, is_shown=place.is_shown)
    public_url = ""
    if is_open and point.removed_on is None:
        public_url = (
            reverse("places:public-place", args=[place.slug])
            if point.is_board
            else reverse("places:public-point", args=[place.slug, point.number])
        )
    scans = queries.scans_of(point)
    return render(
        request,
        "places/point.html",
        {
            "place": place,
            "point": point,
            "plate": plate_state(point, clock.today() - CHECK_EVERY),
            "unit": units.named_unit(place.unit),
            "address": address.partition("://")[2].rstrip("/"),
            "public_url": public_url,
            "checks": queries.plate_checks(point),
            "scans": scans,
            "scan_sum": sum(count for _month, count in scans),
            "most_scans": max((count for _month, count in scans), default=0) or 1,
            "check": check or PlateCheckForm(),
            "may_manage": policy.MANAGE.allows(request.user, place) and point.removed_on is None,
            "may_check": policy.RECORD.allows(request.user, place) and point.removed_on is None,
            "events": access_queries.history(request.user, point),
        },
        status=status,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: AuthenticatedRequest, point_id: UUID) -> HttpResponse:
    """Change what is written of a point."""
    point = point_or_404(request, point_id, policy.MANAGE)
    posted = request.method == "POST"
    form = PointForm(request.POST if posted else None, request.FILES if posted else None, point=point)
    if form.is_bound and form.is_valid():
        with FormRefusals(form, file_field="photo"):
            actions.change_point(
                actor=request.user,
                point=point,
                read=form.cleaned_data["version"] or 0,
                inputs=form.inputs(),
                photo=form.upload(),
                drops_photo=form.cleaned_data.get("drops_photo", False),
            )
            messages.success(request, _("Saved."))
            return redirect("places:point", point.pk)
    return render(
        request,
        "places/point_form.html",
        {"place": point.place, "form": form, "point": point, "cancel": reverse("places:point", args=[point.pk])},
        status=422 if form.is_bound else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, point_id: UUID) -> HttpResponse:
    """Remove a point from the list, with a reason."""
    point = point_or_404(request, point_id, policy.MANAGE)
    form = RemovePointForm(request.POST if request.method == "POST" else None)
    if submit(form, lambda: actions.remove_point(actor=request.user, point=point, reason=form.cleaned_data["reason"])):
        messages.success(request, _("“%(name)s” is no longer in the list.") % {"name": point.name})
        return redirect("places:points", point.place_id)
    return render(
        request, "places/point_remove.html", {"point": point, "form": form}, status=422 if form.is_bound else 200
    )


@login_required
@require_safe
def photo(request: AuthenticatedRequest, point_id: UUID) -> HttpResponseBase:
    """Hand out the photo of a point."""
    point = point_or_404(request, point_id)
    if point.photo is None or point.photo.erased_at is not None:
        raise Http404
    return hand_out(request, point.photo, inline=True)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def public_page(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Write the words of a place's public page, and choose whether it is shown before the place is recognised."""
    place = place_or_404(request, place_id, policy.MANAGE)
    written = public_text(place)
    initial = {
        "text": written.text if written else "",
        "text_en": written.text_en if written else "",
        "contacts": written.contacts if written else "",
        "is_shown": place.is_shown,
        "version": written.version if written else 0,
    }
    form = PublicPageForm(request.POST if request.method == "POST" else None, initial=initial)
    changed = submit(
        form,
        lambda: actions.write_public_page(
            actor=request.user, place=place, inputs=form.inputs(), read=form.cleaned_data["version"]
        ),
    )
    if changed is not None:
        messages.success(request, _("The public page is saved."))
        return redirect("places:points", place.pk)
    return render(
        request,
        "places/public_page_form.html",
        {"place": place, "form": form, "address": public_address(request, place)},
        status=422 if form.is_bound else 200,
    )
