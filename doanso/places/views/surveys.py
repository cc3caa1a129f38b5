"""Survey sheets: printed by segment, and entered from the paper."""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats, qr
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.places import policy, queries
from doanso.places.actions.surveys import enter_survey
from doanso.places.forms.registers import segment_choices
from doanso.places.forms.surveys import SheetDayForm, sheet_rows
from doanso.places.kinds import kind_named
from doanso.places.queries import sheets as reads
from doanso.places.views.places import place_or_404
from doanso.units import queries as units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Enter what the paper says, row by row; fifty rows a page, kept page by page."""
    place = place_or_404(request, place_id, policy.RECORD)
    segments = queries.segments_of(place)
    parameters = request.POST if request.method == "POST" else request.GET
    day_form = SheetDayForm(
        {"checked_on": formats.day(clock.today()), **parameters.dict()},
        segments=segment_choices(segments, _("The whole place")),
    )
    is_day = day_form.is_valid()
    checked_on: date = day_form.cleaned_data.get("checked_on") or clock.today()
    segment_id = UUID(day_form.cleaned_data["segment"]) if is_day and day_form.cleaned_data["segment"] else None
    number = page_number(request, parameters)
    sent = request.POST if request.method == "POST" else None
    page = reads.sheet_page(place, segment_id, checked_on, number, data=sent)
    problem = ""
    if sent is not None and is_day:
        rows, shops = sheet_rows(sent, page.lines)
        try:
            count = 0
            if rows or shops:
                count = enter_survey(actor=request.user, place=place, checked_on=checked_on, rows=rows, shops=shops)
        except Refused as refused:
            problem = refused.problem.message
        else:
            text = ngettext("%(n)s answer sheet row was kept.", "%(n)s answer sheet rows were kept.", count)
            messages.success(request, text % {"n": formats.number(count)})
            onwards = number + 1 if page.more and "next" in sent else number
            return redirect(_address(place.pk, checked_on, segment_id, onwards))
    context: dict[str, Any] = {
        "place": place,
        "is_market": kind_named(place.kind).is_market,
        "day_form": day_form,
        "page": page,
        "number": number,
        "checked_on": formats.day(checked_on),
        "segment": str(segment_id or ""),
        "problem": problem,
        "pages": pages(
            request,
            number,
            more=page.more,
            summary=_("Page %(n)s") % {"n": number},
            query=_query(checked_on, segment_id),
        ),
    }
    status = 422 if problem or (sent is not None and not is_day) else 200
    return render(request, "places/survey.html", context, status=status)


def _query(checked_on: date, segment_id: UUID | None) -> QueryDict:
    query = QueryDict(mutable=True)
    query["checked_on"] = formats.day(checked_on)
    if segment_id is not None:
        query["segment"] = str(segment_id)
    return query


def _address(place_id: UUID, checked_on: date, segment_id: UUID | None, number: int) -> str:
    words: dict[str, Any] = {"checked_on": formats.day(checked_on)}
    if segment_id is not None:
        words["segment"] = segment_id
    if number > 1:
        words["page"] = number
    return f"{reverse('places:sheets', args=[place_id])}?{urlencode(words)}"


@login_required
@require_safe
def sheet(request: AuthenticatedRequest, place_id: UUID) -> HttpResponse:
    """Show survey sheets for printing: each segment on sheets of its own, with a code back to its entry form."""
    place = place_or_404(request, place_id, policy.RECORD)
    segments = queries.segments_of(place)
    chosen = next((segment for segment in segments if str(segment.pk) == request.GET.get("segment")), None)
    sheets, is_cut = reads.paper_sheets(
        place, segments if chosen is None else [chosen], clock.today(), whole=chosen is None
    )
    address = reverse("places:sheets", args=[place.pk])
    return render(
        request,
        "places/survey_sheet.html",
        {
            "place": place,
            "unit": units.named_unit(place.unit),
            "is_market": kind_named(place.kind).is_market,
            "segments": segments,
            "is_cut": is_cut,
            "most": reads.MOST_PAPER,
            "sheets": [
                (
                    paper,
                    qr.svg(
                        request.build_absolute_uri(f"{address}?segment={paper.segment_id or ''}"),
                        _("Open the entry form of this sheet"),
                    ),
                )
                for paper in sheets
            ],
        },
    )
