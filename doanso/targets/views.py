"""Pages of a programme's indicators, and of one indicator down to the records behind it."""

import csv
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from doanso.access.queries import history
from doanso.lib import formats
from doanso.lib.spreadsheet import safe_csv_rows
from doanso.targets import behind, queries, records
from doanso.targets.behind import DENOMINATOR, EXEMPT, NUMERATOR
from doanso.targets.models import IndicatorGroup, Programme
from doanso.targets.queries import IndicatorProgress, Overview
from doanso.units import queries as units
from doanso.units.models import Unit


def _asked_day(request: HttpRequest) -> date | None:
    text = request.GET.get("on", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _place(request: HttpRequest, code: str, unit: str) -> tuple[Programme, Unit, date]:
    """The programme, the unit and the day that the address names, if the actor may see figures there."""
    programme = queries.programme_by_code(code)
    if programme is None:
        raise Http404
    on = queries.day_of(programme, _asked_day(request))
    found = queries.unit_to_see(request.user, unit or request.GET.get("unit", "") or programme.root.code)
    if found is None or not queries.stands_in(programme, found, on):
        raise Http404
    return programme, found, on


class _Addresses:
    """Addresses of pages that keep the day asked for."""

    def __init__(self, request: HttpRequest, programme: Programme) -> None:
        self.programme = programme
        self.suffix = f"?on={request.GET['on']}" if request.GET.get("on") else ""

    def indicators(self, unit: Unit) -> str:
        joint = "&" if self.suffix else "?"
        return reverse("targets:indicators", args=[self.programme.code]) + f"{self.suffix}{joint}unit={unit.code}"

    def indicator(self, code: str, unit: str) -> str:
        return reverse("targets:indicator", args=[self.programme.code, code, unit]) + self.suffix

    def side(self, code: str, unit: str, of: str, after: str = "") -> str:
        joint = "&" if self.suffix else "?"
        further = f"&after={after}" if after else ""
        return self.indicator(code, unit) + f"{joint}of={of}{further}#records"


def _download(overview: Overview) -> HttpResponse:
    """The record that the API and `doanso progress` give, for a table; the mark at the front tells Excel that it is UTF-8."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"tien-do-{overview.unit.code}-{overview.on.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(records.COLUMNS)
    writer.writerows(safe_csv_rows(list(records.indicator(one).values()) for one in overview.indicators))
    return response


@login_required
@require_safe
def indicators(request: HttpRequest, programme: str) -> HttpResponse:
    """All indicators of a unit under their headings."""
    found, unit, on = _place(request, programme, "")
    overview = queries.overview(found, unit, on, children=False)
    to = _Addresses(request, found)
    if request.GET.get("as") == "csv":
        return _download(overview)
    groups = [
        {
            "title": IndicatorGroup(group).label,
            "rows": [
                one.row(url=to.indicator(one.code, unit.code), until=found.last_day)
                for one in overview.indicators
                if one.group == group
            ],
        }
        for group in IndicatorGroup.values
    ]
    return render(
        request,
        "targets/indicators.html",
        {
            "programme": found,
            "unit": units.name(unit, on),
            "on": on,
            "csv": to.indicators(unit) + "&as=csv",
            "groups": [group for group in groups if group["rows"]],
            "silent": sum(one.value is None for one in overview.indicators),
            "events": history(request.user, found),
        },
    )


@login_required
@require_safe
def indicator(request: HttpRequest, programme: str, indicator: str, unit: str = "") -> HttpResponse:
    """One indicator of a unit: figure, target, trend, the units below, and the records behind."""
    found, place, on = _place(request, programme, unit)
    chosen = queries.indicator_of(found, indicator)
    if chosen is None:
        raise Http404
    to = _Addresses(request, found)
    overview = queries.overview(found, place, on)
    one = overview.by_code(indicator)
    of = request.GET.get("of", NUMERATOR)
    after = behind.read_key(request.GET["after"]) if request.GET.get("after") else None
    if of not in (NUMERATOR, DENOMINATOR, EXEMPT) or (request.GET.get("after") and after is None):
        raise Http404
    records = None
    if behind.measure_of(chosen, of):
        figure = behind.Figure(found, chosen, place, on, of)
        records = behind.records(actor=request.user, figure=figure, after=after)
    above = queries.parents_to_see(request.user, place, on)
    return render(
        request,
        "targets/indicator.html",
        {
            "programme": found,
            "unit": units.name(place, on),
            "on": on,
            "one": one,
            "crumbs": [
                (_("Indicators"), to.indicators(place)),
                *((parent.short_name, to.indicator(indicator, parent.code)) for parent in above),
            ],
            "facts": _facts(one),
            "sides": _sides(one, to, place.code, of) if records is not None else [],
            "grades": _grades(one),
            "trend": _trend(overview, one) if one.value is not None else None,
            "children": [
                {
                    "name": child.unit.short_name,
                    "url": to.indicator(indicator, child.unit.code),
                    "one": child.by_code(indicator),
                }
                for child in overview.children
            ],
            "records": records,
            "next": to.side(indicator, place.code, of, records.next) if records is not None and records.next else "",
            "first": to.side(indicator, place.code, of) if after is not None else "",
        },
    )


def _facts(one: IndicatorProgress) -> list[tuple[str, str]]:
    """What is known beside the figure, in words."""
    found = []
    if one.denominator_text:
        found.append((_("Denominator"), one.denominator_text))
    if one.needed is not None and one.missing is not None:
        needed = f"{formats.number(one.needed)} {one.unit_of_count}"
        found.append((_("Needed to reach the target"), needed))
        found.append((_("Still missing"), f"{formats.number(one.missing)} {one.unit_of_count}"))
    if one.needed_per_week:
        found.append((_("Needed per week"), f"{formats.number(one.needed_per_week)} {one.unit_of_count}"))
    if one.pace is not None and one.value is not None:
        found.append((_("Today's pace"), formats.percent(one.pace) if one.is_share else formats.number(one.pace)))
    if one.kind in ("share", "count") and one.figure is not None:
        forecast = formats.percent(one.forecast) if one.is_share else formats.number(one.forecast)
        found.append(
            (_("Forecast for the last day"), forecast if one.forecast is not None else _("Not enough weeks yet"))
        )
    return found


def _sides(one: IndicatorProgress, to: _Addresses, unit: str, of: str) -> list[dict[str, Any]]:
    """The figures whose records can be listed."""
    sides = [(NUMERATOR, _("Counted"), one.value)]
    if one.denominator is not None:
        sides.append((DENOMINATOR, _("Denominator"), one.denominator))
    if one.exempt:
        sides.append((EXEMPT, _("Exempt members"), one.exempt))
    return [
        {"of": side, "title": title, "count": count, "url": to.side(one.code, unit, side), "current": side == of}
        for side, title, count in sides
    ]


def grade_names() -> list[str]:
    """What each grade of evidence means."""
    return [
        _("Told by the person"),
        _("Seen by one officer"),
        _("Attested by a 1+1 pair"),
        _("Confirmed by the person helped"),
        _("Checked by calling back"),
    ]


def _grades(one: IndicatorProgress) -> list[dict[str, Any]]:
    """The share of each grade that occurs, weakest first."""
    total = sum(one.grades)
    return [
        {"name": name, "count": count, "tenths": count * 1000 // total}
        for name, count in zip(grade_names(), one.grades, strict=False)
        if count
    ]


def _trend(overview: Overview, one: IndicatorProgress) -> dict[str, Any]:
    """What `parts/trend.html` draws."""
    return {
        "points": queries.trend(overview.programme, overview.unit, overview.on, one.code),
        "title": one.short_title,
        "state": str(one.state),
        "kind": one.kind,
        "since": overview.programme.first_day,
        "until": overview.programme.last_day,
        "target": one.goal,
        "pace": one.pace is not None,
        "forecast": one.forecast,
    }
