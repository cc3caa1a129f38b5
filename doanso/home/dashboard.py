"""Arrange an overview for the dashboard's template, without reading the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doanso.home import dashboard_rows
from doanso.lib import formats
from doanso.lib.charts import ward_maps
from doanso.lib.charts.lines import Trend
from doanso.targets.models import IndicatorKind
from doanso.targets.queries import WEAK_FROM, IndicatorProgress, Overview, UnitProgress
from doanso.targets.queries.phases import ProgrammePhase
from doanso.targets.trends import indicator_trend

WORST_SHOWN = 5
WHY_SHOWN = 2
CARDS_SHOWN = 5
PICKS = 3
RANKED_AT_ENDS = 6
"""A long ranking shows its first and last units; those between are folded."""
_LATE = ("risk", "behind")
_GOOD = ("met", "on")

IndicatorAddress = Callable[[str, str], str]
"""Returns the address of an indicator's page for a unit, by their codes."""
UnitAddress = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class DashboardLinks:
    """Addresses to which the dashboard's figures link; `choose` is that of the dashboard with another indicator in front."""

    indicator: IndicatorAddress
    unit: UnitAddress
    choose: Callable[[str], str]


def summary(overview: Overview, phase: ProgrammePhase) -> dict[str, Any]:
    """Return the number of targets in each state, and how much of the period is over while the programme runs."""
    states = overview.states()
    words = {
        "risk": _("at risk"),
        "behind": _("behind schedule"),
        "missed": _("not met"),
        "on": _("on schedule"),
        "met": _("reached"),
    }
    share = formats.percent(overview.elapsed // 10 * 10)
    running = phase is ProgrammePhase.RUNNING
    return {
        "label": _("Summary of %(count)s targets") % {"count": len(overview.indicators)},
        "stats": [
            {"count": states[state], "label": words[state], "state": str(state)}
            for state in states
            if state in words and (states[state] or (running and state != "missed"))
        ],
        "time": {
            "words": _("%(share)s of the time is over") % {"share": share.replace(",0%", "%")},
            "share": overview.elapsed / 10,
            "left": overview.days_left,
        }
        if running
        else None,
    }


def chosen_indicator(overview: Overview, code: str) -> IndicatorProgress | None:
    """Return the indicator in front: the requested one, else the one furthest behind; None as long as nothing is counted."""
    counted = [progress for progress in overview.indicators if progress.value is not None]
    requested = next((progress for progress in counted if progress.code == code), None)
    return requested or min(counted, key=_lateness, default=None)


def _lateness(progress: IndicatorProgress) -> tuple[bool, int, bool, float]:
    """Return the sort key of an indicator's lateness, the latest first: its state, then its figure as a part of its pace.

    What the unit does not owe comes last: once the programme is over and nothing is late, its zero would stand in front. A rule
    has no pace; a count or a share says more in front.
    """
    order = {"risk": 0, "behind": 1}.get(progress.state, 2)
    part = (progress.percent or 0) if progress.pace is None else (progress.figure or 0) / max(progress.pace, 1)
    return (progress.target is None, order, progress.pace is None, part)


def trend(progress: IndicatorProgress, overview: Overview) -> Trend:
    """Return an indicator over the programme's period for its charts, without the forecast of a target that is met."""
    forecast = None if progress.state == "met" else progress.forecast
    return indicator_trend(progress, overview.programme, progress.trend, forecast=forecast)


def indicator_charts(
    overview: Overview, chosen: IndicatorProgress, to: DashboardLinks, phase: ProgrammePhase
) -> dict[str, Any]:
    """Return the small charts of every indicator that has figures, and the table behind them; milestones are listed apart."""
    rows = [
        {
            "one": progress,
            "trend": trend(progress, overview),
            "url": to.choose(progress.code),
            "current": progress.code == chosen.code,
            "weak": weak_words(progress),
        }
        for progress in overview.indicators
        if progress.value is not None and progress.kind != IndicatorKind.MILESTONE
    ]
    running = phase is ProgrammePhase.RUNNING
    return {
        "rows": rows,
        "charts": dashboard_rows.render_indicator_charts(rows),
        "table": dashboard_rows.indicator_table(rows, running=running),
    }


def weak_words(progress: IndicatorProgress) -> str:
    """Return the remark on a figure of which more than 5% lies below the evidence it needs; else nothing."""
    share = progress.weak_share
    return _("%(share)s short of evidence") % {"share": f"{share // 10}%"} if share > WEAK_FROM else ""


def gap_words(progress: IndicatorProgress, phase: ProgrammePhase) -> list[str]:
    """Return what is missing of the indicator in front, and at what speed it would be reached."""
    parts = []
    if progress.missing:
        goal = formats.goal(progress.goal) if progress.is_share else formats.number(progress.goal)
        missing = {"missing": formats.number(progress.missing), "what": progress.unit_of_count, "goal": goal}
        parts.append(_("%(missing)s %(what)s are missing to the target of %(goal)s.") % missing)
    elif progress.missing == 0 and progress.state == "met":
        parts.append(_("The target is reached."))
    if phase is ProgrammePhase.RUNNING and progress.pace is not None and progress.state != "met":
        pace = formats.percent(progress.pace) if progress.is_share else formats.number(progress.pace)
        if progress.owed_since is None:
            parts.append(_("At an even pace it would be %(pace)s today.") % {"pace": pace})
        else:
            words = _("It is owed since %(day)s; at an even pace from then on it would be %(pace)s today.")
            parts.append(words % {"day": formats.day(progress.owed_since), "pace": pace})
    if progress.needed_per_week and progress.state in _LATE:
        needed = {"count": formats.number(progress.needed_per_week), "what": progress.unit_of_count}
        parts.append(_("%(count)s %(what)s a week from now on would still reach it.") % needed)
    return parts


def milestone_rows(overview: Overview, code: str, to: DashboardLinks) -> list[dict[str, Any]]:
    """Return the models of the programme (festivals, streets, markets) as lines."""
    return [
        {
            "one": progress,
            "url": to.indicator(progress.code, code),
            "words": f"{formats.number(progress.value)}/{formats.number(progress.target)}"
            if progress.value is not None and progress.target is not None
            else formats.number(progress.value),
        }
        for progress in overview.indicators
        if progress.kind == IndicatorKind.MILESTONE
    ]


def _need(unit: UnitProgress) -> tuple[int, int, float]:
    """Return the sort key of a unit's need for help, greatest first: targets at risk, then behind, then the mean share."""
    shares = [progress.percent for progress in unit.indicators if progress.percent is not None]
    mean = sum(shares) / len(shares) if shares else 1001
    return (-unit.count_in("risk"), -unit.count_in("behind"), mean)


def has_figures_below(overview: Overview) -> bool:
    """Return whether an indicator of a unit below has a state."""
    return any(progress.state != "none" for child in overview.children for progress in child.indicators)


def worst_first(overview: Overview) -> list[UnitProgress]:
    """Return the units below, those that need most help first; equals in reading order."""
    return sorted(overview.children, key=_need)


def _late_first(unit: UnitProgress) -> list[IndicatorProgress]:
    """Return the unit's late indicators, the latest first."""
    late = [progress for progress in unit.indicators if progress.state in _LATE and progress.percent is not None]
    return sorted(late, key=_lateness_of_unit)


def _lateness_of_unit(progress: IndicatorProgress) -> tuple[bool, int]:
    return (progress.state != "risk", (progress.percent or 0) * 100 // max(progress.pace or 1, 1))


def worst(units: Sequence[UnitProgress], to: DashboardLinks) -> list[dict[str, Any]]:
    """Return the few units to help first, each with the reasons."""
    rows: list[dict[str, Any]] = []
    for unit in units[:WORST_SHOWN]:
        at_risk, behind = unit.count_in("risk"), unit.count_in("behind")
        if not at_risk and not behind:
            break
        rows.append(
            {
                "name": unit.unit.short_name,
                "url": to.unit(unit.unit.code),
                "state": "risk" if at_risk else "behind",
                "pill": ngettext("%(count)s at risk", "%(count)s at risk", at_risk) % {"count": at_risk}
                if at_risk
                else ngettext("%(count)s behind", "%(count)s behind", behind) % {"count": behind},
                "why": " · ".join(
                    f"{progress.short_title} {formats.percent(progress.percent)}"
                    for progress in _late_first(unit)[:WHY_SHOWN]
                ),
            }
        )
    return rows


def _count_states(unit: UnitProgress) -> tuple[int, int, int, int]:
    """Return how many of the unit's indicators are on pace, behind, at risk, and missed for good."""
    return unit.count_in(*_GOOD), unit.count_in("behind"), unit.count_in("risk"), unit.count_in("missed")


def ranking(units: Sequence[UnitProgress], to: DashboardLinks, phase: ProgrammePhase) -> dict[str, Any] | None:
    """Return the units by the part of their indicators that is on pace, the highest first; None with fewer than two of them.

    A part and not a number, because a school is given fewer targets than a ward. A rank is compared with that of a week ago, and
    only a rise is shown. `units` come with those in need first, so that of equal ones the one in less need stands higher.
    """
    counted = [(unit, _count_states(unit)) for unit in reversed(units)]
    counted = [(unit, counts) for unit, counts in counted if any(counts)]
    if len(counted) < 2:
        return None
    now = sorted(counted, key=lambda pair: -pair[1][0] / sum(pair[1]))
    before = sorted(counted, key=lambda pair: -(pair[0].on_pace_before or 0) / sum(pair[1]))
    place_before = {unit.unit.id: place for place, (unit, _counts) in enumerate(before)}
    rows = []
    for place, (unit, (good, behind, risk, missed)) in enumerate(now):
        risen = place_before[unit.unit.id] - place
        has_gained = unit.on_pace_before is not None and good > unit.on_pace_before
        rows.append(
            {
                "place": place + 1,
                "name": unit.unit.short_name,
                "url": to.unit(unit.unit.code),
                "on": good,
                "behind": behind,
                "risk": risk,
                "missed": missed,
                "all": good + behind + risk + missed,
                "up": risen if risen > 0 and has_gained else 0,
                "sentence": _("%(on)s on pace, %(behind)s behind, %(risk)s at risk")
                % {"on": good, "behind": behind, "risk": risk}
                if phase is ProgrammePhase.RUNNING
                else _("%(met)s reached, %(missed)s not met") % {"met": good, "missed": missed},
            }
        )
    first, between, last = rows, [], []
    if len(rows) > 2 * RANKED_AT_ENDS + 1:
        first, between, last = rows[:RANKED_AT_ENDS], rows[RANKED_AT_ENDS:-RANKED_AT_ENDS], rows[-RANKED_AT_ENDS:]
    return {
        "rows": rows,
        "first": dashboard_rows.ranking(first),
        "between": dashboard_rows.ranking(between),
        "between_count": len(between),
        "last": dashboard_rows.ranking(last),
    }


def ward_map(overview: Overview, chosen: IndicatorProgress, to: DashboardLinks) -> dict[str, Any] | None:
    """Return the map of the units below by the indicator in front, with the same figures as rows; None without any."""
    found = [(unit, unit.by_code(chosen.code)) for unit in overview.children]
    counted = [(unit, progress) for unit, progress in found if progress.value is not None]
    if len(counted) < 2:
        return None
    figures = [ward_maps.UnitFigure(unit.unit, _map_words(progress), str(progress.state)) for unit, progress in counted]
    sentence = _("%(title)s of %(count)s units up to %(day)s") % {
        "title": chosen.short_title,
        "count": len(figures),
        "day": formats.day(overview.on),
    }
    drawing = ward_maps.draw_map(overview.unit.code, figures, sentence)
    rows = [
        {
            "name": unit.unit.short_name,
            "url": to.indicator(progress.code, unit.unit.code),
            "value": figure.value,
            "state": figure.state,
        }
        for (unit, progress), figure in zip(counted, figures, strict=True)
    ]
    return {
        "picture": drawing.picture,
        "outlined": drawing.outlined,
        "beside": [(figure.unit.short_name, figure.value) for figure in drawing.beside],
        "title": chosen.short_title,
        "unit": "%" if chosen.is_share or chosen.target is not None else chosen.unit_of_count,
        "rows": rows,
        "table": dashboard_rows.map_table(rows),
    }


def _map_words(progress: IndicatorProgress) -> str:
    """Return the figure as the heat table shows it: tenths of a per cent of the target, or the count where there is none.

    A share of nobody is a dash, as in the table.
    """
    if progress.is_share and progress.percent is None:
        return "–"
    return formats.tenths(progress.percent) if progress.percent is not None else formats.number(progress.value)


def cards(units: Sequence[UnitProgress], to: DashboardLinks) -> dict[str, Any]:
    """Return a card for each unit, for phones: how many indicators are on pace, and the three that are latest."""
    rows = []
    for unit in units:
        counts = _count_states(unit)
        if not any(counts):
            continue
        rows.append(
            {
                "name": unit.unit.short_name,
                "url": to.unit(unit.unit.code),
                "on": counts[0],
                "all": sum(counts),
                "late": [
                    (str(progress.state), progress.short_title, progress.percent)
                    for progress in _late_first(unit)[:PICKS]
                ],
            }
        )
    rest = rows[CARDS_SHOWN:]
    return {"first": dashboard_rows.cards(rows[:CARDS_SHOWN]), "rest": dashboard_rows.cards(rest), "more": len(rest)}


def late_units(overview: Overview, chosen: IndicatorProgress) -> int:
    """Return how many units below are late with the indicator in front."""
    return sum(unit.by_code(chosen.code).state in _LATE for unit in overview.children)


def heat(
    overview: Overview, units: Sequence[UnitProgress], code: str, all_name: str, to: DashboardLinks
) -> dict[str, Any] | None:
    """Return the table of units and those targets that have figures; None where no unit below has any."""
    counted = [
        place
        for place, progress in enumerate(overview.indicators)
        if any(unit.indicators[place].percent is not None for unit in units) and progress.value is not None
    ]
    if not units or not counted:
        return None

    def cells(indicators: Sequence[IndicatorProgress], unit_code: str) -> list[dict[str, Any]]:
        chosen = [indicators[place] for place in counted]
        return [
            {"state": str(progress.state), "tenths": progress.percent, "url": to.indicator(progress.code, unit_code)}
            for progress in chosen
        ]

    rows: list[dict[str, Any]] = [
        {"name": all_name, "size": overview.members_counted(), "sum": True, "cells": cells(overview.indicators, code)}
    ]
    rows += [
        {
            "name": unit.unit.short_name,
            "url": to.unit(unit.unit.code),
            "size": unit.size,
            "cells": cells(unit.indicators, unit.unit.code),
        }
        for unit in units
    ]
    return {
        "caption": _("Results of %(count)s units on each target up to %(day)s")
        % {"count": len(units), "day": formats.day(overview.on)},
        "head": _("Unit"),
        "head_note": _("members"),
        "columns": [
            {
                "title": progress.short_title,
                "target": formats.goal(progress.goal) if progress.is_share else formats.number(progress.target),
                "url": to.indicator(progress.code, code),
            }
            for progress in (overview.indicators[place] for place in counted)
        ],
        "rows": rows,
    }
