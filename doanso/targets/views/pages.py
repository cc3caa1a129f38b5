"""Views of a programme's indicators, and of one indicator down to the records behind it."""

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
from doanso.access.queries.unit_positions import UnitPosition
from doanso.accounts.requests import AuthenticatedRequest
from doanso.ledger.ports import grade_words
from doanso.ledger.queries import DrilldownKey
from doanso.lib import formats
from doanso.lib.spreadsheet import safe_csv_rows
from doanso.lib.templatetags.ds import GRADES
from doanso.targets import drilldown, evidence, policy, queries, records, wording
from doanso.targets.drilldown import DENOMINATOR, EXEMPT, NUMERATOR
from doanso.targets.models import Indicator, IndicatorGroup, Programme
from doanso.targets.ports import IndicatorPage, indicator_panels
from doanso.targets.queries import WEAK_FROM, IndicatorMeasures, IndicatorOverview, IndicatorProgress, Overview
from doanso.targets.rules import AnswerState
from doanso.targets.rules.phases import ProgrammePhase
from doanso.targets.trends import indicator_trend
from doanso.units import queries as units
from doanso.units.models import Unit


def _requested_day(request: AuthenticatedRequest) -> date | None:
    text = request.GET.get("on", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def requested_place(request: AuthenticatedRequest, code: str, unit: str) -> tuple[Programme, Unit, date]:
    """Return the programme, the unit and the day named by the address, if the actor may see figures there."""
    programme = queries.programme_by_code(code)
    if programme is None:
        raise Http404
    position, on = _position(request, programme, unit)
    return programme, position.unit, on


def _position(request: AuthenticatedRequest, programme: Programme, unit: str) -> tuple[UnitPosition, date]:
    code = unit or request.GET.get("unit", "") or programme.root.code
    position = queries.unit_position(request.user, code)
    on = queries.day_of(programme, _requested_day(request), position.unit if position is not None else None)
    if position is None or not position.is_below(programme.root_id, on):
        raise Http404
    return position, on


class ProgrammeAddresses:
    """Addresses of pages; those with figures keep the requested day."""

    def __init__(self, request: AuthenticatedRequest, programme: Programme) -> None:
        self.programme = programme
        self.suffix = f"?on={request.GET['on']}" if request.GET.get("on") else ""

    def indicators(self, unit: Unit) -> str:
        joint = "&" if self.suffix else "?"
        return reverse("targets:indicators", args=[self.programme.code]) + f"{self.suffix}{joint}unit={unit.code}"

    def indicator(self, code: str, unit: str) -> str:
        return reverse("targets:indicator", args=[self.programme.code, code, unit]) + self.suffix

    def page(self, name: str, *words: str) -> str:
        """Return the address of a page about one indicator of a unit."""
        return reverse(f"targets:{name}", args=[self.programme.code, *words])

    def cascade(self, unit: str) -> str:
        """Return the address of the cascade page of a unit."""
        return reverse("targets:cascade", args=[self.programme.code]) + f"?unit={unit}"

    def side(self, code: str, unit: str, of: str, after: str = "") -> str:
        joint = "&" if self.suffix else "?"
        further = f"&after={after}" if after else ""
        return self.indicator(code, unit) + f"{joint}of={of}{further}#records"


def _download(overview: Overview) -> HttpResponse:
    """Return the same record as the API and `doanso progress` as CSV; the byte order mark tells Excel that it is UTF-8."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    name = f"tien-do-{overview.unit.code}-{overview.on.isoformat()}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    writer = csv.writer(response)
    writer.writerow(records.COLUMNS)
    writer.writerows(
        safe_csv_rows(list(records.indicator_record(progress).values()) for progress in overview.indicators)
    )
    return response


@login_required
@require_safe
def indicators(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Show all indicators of a unit under their headings."""
    chosen_programme = queries.programme_by_code(programme)
    if chosen_programme is None:
        raise Http404
    position, on = _position(request, chosen_programme, "")
    unit = position.unit
    phase = queries.phase_today(chosen_programme, _requested_day(request))
    overview = queries.overview(chosen_programme, unit, on, children=False)
    to = ProgrammeAddresses(request, chosen_programme)
    if request.GET.get("as") == "csv":
        return _download(overview)
    overview = queries.overview_in_phase(overview, phase)
    groups = [
        {
            "title": IndicatorGroup(group).label,
            "rows": [
                progress.row(url=to.indicator(progress.code, unit.code), until=chosen_programme.last_day)
                for progress in overview.indicators
                if progress.group == group
            ],
        }
        for group in IndicatorGroup.values
    ]
    return render(
        request,
        "targets/indicators.html",
        {
            "programme": chosen_programme,
            "may_write": unit.pk == chosen_programme.root_id and position.allows(policy.LOAD, unit),
            "unit": units.named_unit(unit, on),
            "on": on,
            "phase_words": wording.phase_words(chosen_programme, phase),
            "csv": to.indicators(unit) + "&as=csv",
            "groups": [group for group in groups if group["rows"]],
            "silent": sum(progress.value is None for progress in overview.indicators),
            "cascade": to.cascade(unit.code),
            "events": history(request.user, chosen_programme),
        },
    )


@login_required
@require_safe
def indicator(request: AuthenticatedRequest, programme: str, indicator: str, unit: str = "") -> HttpResponse:
    """Show one indicator of a unit: figure, target, trend, the units below, and the records behind it."""
    measures = queries.indicator_with_measures(programme, indicator)
    if measures is None:
        raise Http404
    chosen = measures.indicator
    position, on = _position(request, chosen.programme, unit)
    place = position.unit
    of = request.GET.get("of", NUMERATOR)
    after = drilldown.read_key(request.GET["after"]) if request.GET.get("after") else None
    if of not in (NUMERATOR, DENOMINATOR, EXEMPT) or (request.GET.get("after") and after is None):
        raise Http404
    to = ProgrammeAddresses(request, chosen.programme)
    phase = queries.phase_today(chosen.programme, _requested_day(request))
    overview = queries.indicator_in_phase(queries.indicator_overview(chosen, position, on), phase)
    progress = overview.progress
    records = _page_of_records(request, measures, overview, of, after)
    if records is not None and of == NUMERATOR:
        # The page of records has counted them already.
        beside = evidence.lines_of(records.claims, place, on)
    else:
        beside = evidence.lines_beside(measures, place, on)
    return render(
        request,
        "targets/indicator.html",
        {
            "programme": chosen.programme,
            "unit": position.name(on),
            "carried_on": overview.carried_on,
            "phase_words": wording.phase_words(chosen.programme, phase),
            "on": on,
            "one": progress,
            "crumbs": [
                (_("Indicators"), to.indicators(place)),
                *(
                    (parent.short_name, to.indicator(indicator, parent.code))
                    for parent in position.visible_ancestors(on)
                ),
            ],
            "facts": _facts(progress, phase),
            "weak": _weak_words(progress),
            "sides": _sides(progress, to, place.code, of) if records is not None else [],
            "grades": progress.grades if any(progress.grades) else (),
            "grade_words": grade_words(chosen.family),
            "beside": beside,
            "trend": indicator_trend(progress, overview.programme, overview.trend, forecast=progress.forecast)
            if progress.value is not None
            else None,
            "given": _given(position, to, overview),
            "versions": _versions(overview),
            "lists": _lists(to, chosen, place),
            "children": _children(overview, to),
            "panels": indicator_panels.panels(request.user, IndicatorPage(chosen, place, on)),
            "records": records,
            "next": to.side(indicator, place.code, of, records.next) if records is not None and records.next else "",
            "first": to.side(indicator, place.code, of) if after is not None else "",
        },
    )


def _page_of_records(
    request: AuthenticatedRequest,
    measures: IndicatorMeasures,
    overview: IndicatorOverview,
    of: str,
    after: DrilldownKey | None,
) -> drilldown.RecordPage | None:
    """Return a page of the records behind one side of the indicator; None where nothing counts that side."""
    chosen = measures.indicator
    if not drilldown.measure_of(chosen, of):
        return None
    predecessor_ids = tuple(predecessor.id for predecessor in overview.predecessors)
    figure = drilldown.DrilldownFigure(
        chosen.programme, chosen, overview.unit, overview.on, of, predecessor_ids, measures=measures.by_code
    )
    return drilldown.page_of_records(actor=request.user, figure=figure, after=after)


def _versions(overview: IndicatorOverview) -> list[dict[str, Any]]:
    """Return the allocated versions of the unit's target, with the answer to each."""
    return [
        {
            "given": version,
            "value": wording.value_words(version, version.target.value),
            "words": wording.answer_words(version),
        }
        for version in overview.versions
        if version.target.allocation is not None
    ]


def _given(position: UnitPosition, to: ProgrammeAddresses, overview: IndicatorOverview) -> dict[str, Any]:
    """Return the decision behind the unit's target, the sums both sides see, and links to the actions open to the reader."""
    progress, chosen, unit, on = overview.progress, overview.indicator, overview.unit, overview.on
    allocation = overview.in_force.target.allocation if overview.in_force is not None else None
    newest = overview.versions[0] if overview.versions else None
    context: dict[str, Any] = {
        "decision": wording.decision_words(allocation) if allocation is not None else "",
        "sum": wording.sum_words(progress.sum_check, progress.unit_of_count) if progress.sum_check else None,
        "above": None,
        "allocate": "",
        "answer": "",
        "freeze": "",
    }
    if allocation is not None and overview.giver_check is not None:
        giver = position.name_above(allocation.unit, on) or units.named_unit(allocation.unit, on)
        context["above"] = {
            "name": giver.short_name,
            "sum": wording.sum_words(overview.giver_check, progress.unit_of_count),
        }
    may_allocate = position.allows(policy.ALLOCATE, unit)
    if may_allocate:
        context["allocate"] = to.page("allocate", chosen.code, unit.code) if overview.children else ""
        context["freeze"] = to.page("freeze", chosen.code, unit.code) if chosen.asks_members else ""
    waits = newest is not None and newest.target.value > 0 and newest.state != AnswerState.SETTLED
    if waits and newest is not None and newest.target.allocation is not None:
        giving = newest.target.allocation.unit
        if position.allows(policy.ANSWER, unit) and not position.allows(policy.ALLOCATE, giving):
            context["answer"] = to.page("answer", chosen.code, unit.code)
    return context


def _lists(to: ProgrammeAddresses, chosen: Indicator, unit: Unit) -> list[dict[str, Any]]:
    """Return the frozen lists of a share's denominator."""
    if not chosen.asks_members:
        return []
    return [
        {"kept": frozen_list, "url": to.page("frozen", chosen.code, unit.code, str(frozen_list.pk))}
        for frozen_list in queries.frozen_lists(chosen, unit)
    ]


def _children(overview: IndicatorOverview, to: ProgrammeAddresses) -> list[tuple[str | None, ...]]:
    """Return the rows of the units below in words: name, address, figure, counted, denominator of a share, target, state."""
    is_share = overview.progress.is_share
    figure_words = formats.percent if is_share else formats.number
    goal_words = formats.goal if is_share else formats.number
    return [
        (
            child.short_name,
            to.indicator(overview.indicator.code, child.code),
            figure_words(progress.figure),
            formats.number(progress.value),
            formats.number(progress.denominator) if is_share else None,
            goal_words(progress.goal),
            progress.state,
        )
        for child, progress in overview.children
    ]


def _weak_words(progress: IndicatorProgress) -> str:
    """Return which part of the figure lies below the evidence it needs, if it is more than 5%; else nothing."""
    if progress.weak_share <= WEAK_FROM:
        return ""
    return _("%(share)s of the figure is below the evidence it needs: %(grade)s.") % {
        "share": formats.percent(progress.weak_share),
        "grade": str(GRADES[progress.required_grade]).lower(),
    }


def _facts(progress: IndicatorProgress, phase: ProgrammePhase) -> list[tuple[str, str]]:
    """Return further facts on the figure, in words."""
    facts = []
    if progress.owed_since is not None:
        facts.append((_("Owed since"), formats.day(progress.owed_since)))
    if progress.met_on is not None:
        facts.append((_("Met on"), formats.day(progress.met_on)))
    if progress.denominator_text:
        facts.append((_("Denominator"), progress.denominator_text))
    if progress.needed is not None and progress.missing is not None:
        needed = f"{formats.number(progress.needed)} {progress.unit_of_count}"
        facts.append((_("Needed to reach the target"), needed))
        facts.append((_("Still missing"), f"{formats.number(progress.missing)} {progress.unit_of_count}"))
    if progress.needed_per_week:
        facts.append((_("Needed per week"), f"{formats.number(progress.needed_per_week)} {progress.unit_of_count}"))
    if progress.pace is not None and progress.value is not None:
        facts.append(
            (_("Today's pace"), formats.percent(progress.pace) if progress.is_share else formats.number(progress.pace))
        )
    running = phase is ProgrammePhase.RUNNING
    if running and progress.kind in ("share", "count") and progress.figure is not None:
        forecast = formats.percent(progress.forecast) if progress.is_share else formats.number(progress.forecast)
        facts.append(
            (_("Forecast for the last day"), forecast if progress.forecast is not None else _("Not enough weeks yet"))
        )
    return facts


def _sides(progress: IndicatorProgress, to: ProgrammeAddresses, unit: str, of: str) -> list[dict[str, Any]]:
    """Return the figures whose records can be listed."""
    sides = [(NUMERATOR, _("Counted"), progress.value)]
    if progress.denominator is not None:
        sides.append((DENOMINATOR, _("Denominator"), progress.denominator))
    if progress.exempt:
        sides.append((EXEMPT, _("Exempt members"), progress.exempt))
    return [
        {"of": side, "title": title, "count": count, "url": to.side(progress.code, unit, side), "current": side == of}
        for side, title, count in sides
    ]
