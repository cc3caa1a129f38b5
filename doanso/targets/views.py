"""Pages of a programme's indicators, and of one indicator down to the records behind it."""

import csv
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from doanso.access.queries import history
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import formats
from doanso.lib.spreadsheet import safe_csv_rows
from doanso.targets import behind, evidence, policy, queries, records, wording
from doanso.targets.behind import DENOMINATOR, EXEMPT, NUMERATOR
from doanso.targets.models import Indicator, IndicatorGroup, Programme
from doanso.targets.queries import Given, IndicatorProgress, Overview
from doanso.targets.rules import AnswerState
from doanso.units import queries as units
from doanso.units.models import Unit


def _asked_day(request: AuthenticatedRequest) -> date | None:
    text = request.GET.get("on", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def asked_place(request: AuthenticatedRequest, code: str, unit: str) -> tuple[Programme, Unit, date]:
    """The programme, the unit and the day that the address names, if the actor may see figures there."""
    programme = queries.programme_by_code(code)
    if programme is None:
        raise Http404
    found = queries.unit_to_see(request.user, unit or request.GET.get("unit", "") or programme.root.code)
    on = queries.day_of(programme, _asked_day(request), found)
    if found is None or not queries.stands_in(programme, found, on):
        raise Http404
    return programme, found, on


class Addresses:
    """Addresses of pages; those with figures keep the day asked for."""

    def __init__(self, request: AuthenticatedRequest, programme: Programme) -> None:
        self.programme = programme
        self.suffix = f"?on={request.GET['on']}" if request.GET.get("on") else ""

    def indicators(self, unit: Unit) -> str:
        joint = "&" if self.suffix else "?"
        return reverse("targets:indicators", args=[self.programme.code]) + f"{self.suffix}{joint}unit={unit.code}"

    def indicator(self, code: str, unit: str) -> str:
        return reverse("targets:indicator", args=[self.programme.code, code, unit]) + self.suffix

    def page(self, name: str, *words: str) -> str:
        """A page about one indicator of a unit."""
        return reverse(f"targets:{name}", args=[self.programme.code, *words])

    def cascade(self, unit: str) -> str:
        """What a unit was given and gave."""
        return reverse("targets:cascade", args=[self.programme.code]) + f"?unit={unit}"

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
def indicators(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """All indicators of a unit under their headings."""
    found, unit, on = asked_place(request, programme, "")
    overview = queries.overview(found, unit, on, children=False)
    to = Addresses(request, found)
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
            "cascade": to.cascade(unit.code),
            "events": history(request.user, found),
        },
    )


@login_required
@require_safe
def indicator(request: AuthenticatedRequest, programme: str, indicator: str, unit: str = "") -> HttpResponse:
    """One indicator of a unit: figure, target, trend, the units below, and the records behind."""
    found, place, on = asked_place(request, programme, unit)
    chosen = queries.indicator_of(found, indicator)
    if chosen is None:
        raise Http404
    to = Addresses(request, found)
    overview = queries.overview(found, place, on)
    one = overview.by_code(indicator)
    of = request.GET.get("of", NUMERATOR)
    after = behind.read_key(request.GET["after"]) if request.GET.get("after") else None
    if of not in (NUMERATOR, DENOMINATOR, EXEMPT) or (request.GET.get("after") and after is None):
        raise Http404
    records = None
    if behind.measure_of(chosen, of):
        figure = behind.Figure(found, chosen, place, on, of, tuple(before.id for before in overview.predecessors))
        records = behind.records(actor=request.user, figure=figure, after=after)
    versions = queries.versions_of(chosen, place)
    above = queries.parents_to_see(request.user, place, on)
    return render(
        request,
        "targets/indicator.html",
        {
            "programme": found,
            "unit": units.name(place, on),
            "carried_on": overview.carried_on,
            "on": on,
            "one": one,
            "crumbs": [
                (_("Indicators"), to.indicators(place)),
                *((parent.short_name, to.indicator(indicator, parent.code)) for parent in above),
            ],
            "facts": _facts(one),
            "sides": _sides(one, to, place.code, of) if records is not None else [],
            "grades": one.grades if any(one.grades) else (),
            "beside": evidence.beside(found, chosen, place, on),
            "trend": _trend(overview, one) if one.value is not None else None,
            "given": _given(request, to, overview, chosen, versions),
            "versions": [
                {"given": one, "value": wording.value_words(one, one.target.value), "words": wording.answer_words(one)}
                for one in versions
                if one.target.allocation is not None
            ],
            "lists": _lists(to, chosen, place),
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


def _given(
    request: AuthenticatedRequest, to: Addresses, overview: Overview, chosen: Indicator, versions: list[Given]
) -> dict[str, Any]:
    """By which decision the unit owes its target, what both sides read of the sum, and what the reader may do about it."""
    one, unit = overview.by_code(chosen.code), overview.unit
    now = queries.holding(versions, overview.on)
    allocation = now.target.allocation if now is not None else None
    newest = versions[0] if versions else None
    found: dict[str, Any] = {
        "decision": wording.decision_words(allocation) if allocation is not None else "",
        "sum": wording.sum_words(one.sum_check, one.unit_of_count) if one.sum_check else None,
        "above": None,
        "allocate": "",
        "answer": "",
        "freeze": "",
    }
    if allocation is not None:
        check = queries.sum_check_of(overview.programme, chosen, allocation.unit, overview.on)
        giver = units.name(allocation.unit, overview.on)
        found["above"] = (
            {"name": giver.short_name, "sum": wording.sum_words(check, one.unit_of_count)} if check else None
        )
    if policy.ALLOCATE.allows_at(request.user, unit):
        found["allocate"] = to.page("allocate", chosen.code, unit.code) if overview.children else ""
        found["freeze"] = to.page("freeze", chosen.code, unit.code) if chosen.asks_members else ""
    waits = newest is not None and newest.target.value > 0 and newest.state != AnswerState.SETTLED
    if waits and newest is not None and newest.target.allocation is not None:
        giving = newest.target.allocation.unit
        if policy.ANSWER.allows_at(request.user, unit) and not policy.ALLOCATE.allows_at(request.user, giving):
            found["answer"] = to.page("answer", chosen.code, unit.code)
    return found


def _lists(to: Addresses, chosen: Indicator, unit: Unit) -> list[dict[str, Any]]:
    """The kept lists of a share's denominator."""
    if not chosen.asks_members:
        return []
    return [
        {"kept": kept, "url": to.page("frozen", chosen.code, unit.code, str(kept.pk))}
        for kept in queries.frozen_lists(chosen, unit)
    ]


def _facts(one: IndicatorProgress) -> list[tuple[str, str]]:
    """What is known beside the figure, in words."""
    found = []
    if one.met_on is not None:
        found.append((_("Met on"), formats.day(one.met_on)))
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


def _sides(one: IndicatorProgress, to: Addresses, unit: str, of: str) -> list[dict[str, Any]]:
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
