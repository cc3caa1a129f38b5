"""Public pages of streets and markets, and short links of plates: without account, cookie or script of their own."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.secret_links import network_of_request, secret_page
from doanso.files.models import Blob
from doanso.files.responses import hand_out
from doanso.lib.access_codes import is_link
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.places.actions import corrections, scans
from doanso.places.forms.points import CorrectionForm
from doanso.places.kinds import kind_named
from doanso.places.models import Place, PublicPoint
from doanso.places.queries import points as point_queries
from doanso.places.queries import public as queries
from doanso.places.renderers.city_map import MapPin, city_map
from doanso.places.renderers.plan import plan_svg
from doanso.places.renderers.values import score_row
from doanso.units import queries as units
from doanso.units.queries import NamedUnit

PHOTO_KEPT = 3600
"""Seconds for which a browser keeps a photo of a public page."""


def _committee() -> NamedUnit | None:
    roots = units.roots()
    return roots[0] if roots else None


def _place_or_404(slug: str) -> Place:
    place = queries.public_place(slug)
    if place is None:
        raise Http404
    return place


def without_token[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Wrap a view that takes a form without a token: it acts for nobody, and a token would need a cookie."""

    @csrf_exempt
    @never_cache
    @wraps(view)
    def answered(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return view(request, *args, **kwargs)

    # The decorators' stubs name the parameter, which does not matter for a positional call.
    return answered  # type: ignore[return-value]


@require_safe
def street_list(request: HttpRequest) -> HttpResponse:
    """Show all streets and markets of the committee with a map."""
    shown = queries.public_list()
    pins = [MapPin(row.number, row.area, row.is_recognised) for row in shown.rows]
    recognised = sum(row.is_recognised for row in shown.rows)
    sentence = _("Map of %(unit)s with %(count)s streets and markets, as listed below") % {
        "unit": shown.root.name if shown.root is not None else "",
        "count": len(shown.rows),
    }
    drawn = city_map(shown.root.code, shown.areas, pins, sentence) if shown.root is not None and shown.rows else None
    groups: dict[str, list[Any]] = {}
    for row in shown.rows:
        groups.setdefault(row.kind.name, []).append(row)
    return render(
        request,
        "places/public_list.html",
        {
            "committee": shown.root,
            "groups": list(groups.items()),
            "map": drawn,
            "count": len(shown.rows),
            "recognised": recognised,
        },
    )


@require_safe
def street(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a place: its plan, its criteria with values and days, its points."""
    place = _place_or_404(slug)
    points = point_queries.listed_points(place)
    listed = [point for point in points if not point.is_board]
    scores = queries.scores_of(place)
    written = queries.public_text(place)
    plan, pins = point_queries.plan_of(place, points)
    sentence = ngettext(
        "Sketch of %(place)s with %(count)s numbered point, as listed below",
        "Sketch of %(place)s with %(count)s numbered points, as listed below",
        len(listed),
    ) % {"place": place.name, "count": len(listed)}
    return render(
        request,
        "places/public_place.html",
        {
            **_head(place),
            "scores": scores,
            "groups": [(group, [score_row(score, scores.on) for score in rows]) for group, rows in scores.groups],
            "plan": plan_svg(plan, pins, sentence),
            "points": listed,
            "written": written,
            "contacts": [line.strip() for line in written.contacts.splitlines() if line.strip()] if written else [],
        },
    )


def _head(place: Place) -> Mapping[str, Any]:
    unit = units.named_unit(place.unit)
    kind = kind_named(place.kind)
    return {
        "committee": _committee(),
        "place": place,
        "kind": kind,
        "unit": unit,
        "title": f"{place.name}, {unit.short_name}",
    }


@require_safe
def street_point(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Show a point: its hours, contact, what people can do there, and where it is on the plan."""
    place = _place_or_404(slug)
    point = _point_or_404(place, number)
    points = point_queries.listed_points(place)
    plan, pins = point_queries.plan_of(place, points)
    sentence = _("Sketch of %(place)s; this point has the number %(number)s") % {
        "place": place.name,
        "number": point.number,
    }
    return render(
        request,
        "places/public_point.html",
        {**_head(place), "point": point, "plan": plan_svg(plan, pins, sentence, front=point.number)},
    )


def _point_or_404(place: Place, number: int) -> PublicPoint:
    point = queries.public_point(place, number)
    if point is None:
        raise Http404
    return point


@require_safe
def street_photo(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Hand out the photo of a point."""
    return _photo(request, _point_or_404(_place_or_404(slug), number).photo)


@require_safe
def small_street_photo(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """Hand out the photo of a point as it stands inside the page."""
    return _photo(request, _point_or_404(_place_or_404(slug), number).photo_small)


def _photo(request: HttpRequest, blob: Blob | None) -> HttpResponseBase:
    if blob is None or blob.erased_at is not None:
        raise Http404
    answer = hand_out(request, blob, inline=True)
    if answer.status_code == 200:
        answer["Cache-Control"] = f"public, max-age={PHOTO_KEPT}"
    return answer


@without_token
@require_http_methods(["GET", "HEAD", "POST"])
def street_wrong(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a correction of a place's page, or of one of its points (`?point=3`), and lead to the page of its answer."""
    place = _place_or_404(slug)
    asked = request.GET.get("point", "")
    point = queries.public_point(place, int(asked)) if asked.isdecimal() and len(asked) < 4 else None
    form = CorrectionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            _correction, link = corrections.send_correction(
                place=place,
                point=point,
                topic=form.cleaned_data["topic"],
                text=form.cleaned_data["text"],
                network=network_of_request(request),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("places:public-answer", link)
    return render(
        request,
        "places/public_wrong.html",
        {**_head(place), "point": point, "form": form},
        status=422 if form.is_bound else 200,
    )


@secret_page
@require_safe
def answer(request: HttpRequest, link: str) -> HttpResponse:
    """Show the sender of a correction what the unit answered."""
    lookup = corrections.link_lookup(link) if is_link(link) else ""
    correction = point_queries.correction_by_link(lookup) if lookup else None
    if correction is None:
        raise Http404
    address = request.build_absolute_uri()
    context = {**_head(correction.place), "correction": correction, "address": address}
    return render(request, "places/public_answer.html", context)


@never_cache
@require_safe
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """Count a scan and lead to the page of the point whose plate was scanned; that of a board is the page of its place."""
    point = queries.point_by_code(code)
    if point is None:
        raise Http404
    if not queries.is_point_public(point):
        unit = units.named_unit(point.place.unit)
        context = {"committee": _committee(), "place": point.place, "unit": unit}
        return render(request, "places/public_closed.html", context, status=404)
    if request.method == "GET":
        scans.count_scan(point)
    if point.is_board or point.removed_on is not None:
        return redirect("places:public-place", point.place.slug)
    return redirect("places:public-point", point.place.slug, point.number)
