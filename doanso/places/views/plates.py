"""Plates of points: sheets to print, and what somebody saw who scanned one."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.form_refusals import FormRefusals
from doanso.files.responses import hand_out
from doanso.lib import clock, qr
from doanso.lib.paging import page_number, page_rows, pages
from doanso.places import policy
from doanso.places.actions import points as actions
from doanso.places.forms.points import PlateCheckForm
from doanso.places.kinds import kind_named
from doanso.places.models import PublicPoint
from doanso.places.queries import points as queries
from doanso.places.views.places import place_or_404
from doanso.places.views.points import point_or_404, point_page
from doanso.units import queries as units

LONG_NAME, LONGER_NAME = 22, 36
"""From so many letters on the name on a plate is set smaller, and smaller again."""


@dataclass(frozen=True, slots=True)
class PlatePaper:
    """A kind of paper, and how many plates of 200 × 150 mm lie on it."""

    code: str
    name: str | Promise
    plates: int


PAPERS = (
    PlatePaper("a4", gettext_lazy("A4, one plate with cutting lines"), 1),
    PlatePaper("a3", gettext_lazy("A3, two plates"), 2),
    PlatePaper("a2", gettext_lazy("A2, six plates"), 6),
    PlatePaper("plate", gettext_lazy("One page of 200 × 150 mm each, for a print shop"), 1),
)


@dataclass(frozen=True, slots=True)
class PrintedPlate:
    """A plate as it is printed."""

    point: PublicPoint
    code: SafeString
    address: str
    size: str

    @property
    def purpose(self) -> str:
        """Return the sentence under the name, in Vietnamese."""
        words = self.point.purpose
        if words:
            return _("Scan the code to %(purpose)s.") % {"purpose": words[0].lower() + words[1:].rstrip(".")}
        if self.point.is_board:
            return _("Scan the code to see the public points, and whom to call.")
        return _("Scan the code to see hours, contact and guides.")

    @property
    def purpose_en(self) -> str:
        """Return the same in English; empty where the point has no English name."""
        words = self.point.purpose_en
        if words:
            return f"Scan to {words[0].lower()}{words[1:].rstrip('.')}."
        return "Scan for hours, contact and guides." if self.point.name_en else ""


@login_required
@require_safe
def sheet(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show plates of a place for printing: of the points in `?points=`, else of all; on the paper `?paper=`."""
    place = place_or_404(request, place_id, policy.MANAGE)
    chosen = set(request.GET.getlist("points"))
    points = [point for point in queries.listed_points(place) if not chosen or str(point.pk) in chosen]
    paper = next((paper for paper in PAPERS if paper.code == request.GET.get("paper")), PAPERS[0])
    plates = [_plate(request, point) for point in sorted(points, key=lambda point: (point.is_board, point.number))]
    count = paper.plates
    parent = units.ancestors(place.unit)
    return render(
        request,
        "places/plates.html",
        {
            "place": place,
            "kind": kind_named(place.kind),
            "unit": units.named_unit(place.unit),
            "committee": parent[0] if parent else None,
            "sheets": [plates[index : index + count] for index in range(0, len(plates), count)],
            "points": points,
            "paper": paper,
            "papers": PAPERS,
            "query": "&".join(f"points={point}" for point in sorted(chosen)),
            "back": reverse("places:points", args=[place.pk]),
        },
    )


def _plate(request: AuthenticatedRequest, point: PublicPoint) -> PrintedPlate:
    address = request.build_absolute_uri(reverse("places:short-link", args=[point.code])).rstrip("/")
    length = len(point.name)
    size = "xs" if length > LONGER_NAME else "s" if length > LONG_NAME else ""
    code = qr.svg(address, _("Code of %(name)s") % {"name": point.name})
    return PrintedPlate(point, code, address.partition("://")[2], size)


@login_required
@require_POST
def mark_printed(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Note that the plates of these points were printed."""
    place = place_or_404(request, place_id, policy.MANAGE)
    try:
        ids = [UUID(key) for key in request.POST.getlist("points")]
    except ValueError as error:
        raise Http404 from error
    count = actions.mark_printed(actor=request.user, place=place, point_ids=ids)
    words = ngettext("%(count)s plate is noted as printed.", "%(count)s plates are noted as printed.", count)
    messages.success(request, words % {"count": count})
    return redirect("places:points", place.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: AuthenticatedRequest, point_id: UUID) -> HttpResponse:
    """Enter what was seen at a plate; one that is scanned for the first time was put up."""
    point = point_or_404(request, point_id, policy.RECORD)
    if request.method != "POST":
        # Its form stands on the page of the point.
        return redirect("places:point", point.pk)
    form = PlateCheckForm(request.POST, request.FILES)
    if form.is_valid():
        with FormRefusals(form, file_field="photo"):
            inputs = form.inputs(is_put_up=point.put_up_on is None)
            actions.check_plate(actor=request.user, point=point, inputs=inputs, photo=form.upload())
            messages.success(request, _("The check is recorded."))
            return redirect("places:point", point.pk)
    return point_page(request, point, check=form, status=422)


@login_required
@require_safe
def photo(request: AuthenticatedRequest, check_id: UUID) -> HttpResponseBase:
    """Hand out the photo of a plate check."""
    seen = get_object_or_404(queries.all_checks(), pk=check_id)
    place_or_404(request, seen.point.place_id)
    if seen.photo is None or seen.photo.erased_at is not None:
        raise Http404
    return hand_out(request, seen.photo, inline=True)


@login_required
@require_safe
def due(request: AuthenticatedRequest) -> HttpResponse:
    """Show the plates that nobody has scanned for too long, and those that did not work, of the places the reader may see."""
    access.anywhere_or_404(request.user, policy.VIEW)
    wanted = queries.all_points().filter(queries.plates_due(clock.today()))
    number = page_number(request)
    rows, more = page_rows(
        policy.VIEW_POINT.filter(request.user, wanted).order_by("works", "checked_on", "pk"), number, 50
    )
    context = {"rows": rows, "pages": pages(request, number, more=more, summary="")}
    return render(request, "places/plates_due.html", context)
