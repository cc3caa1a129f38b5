"""Arrange an overview for the dashboard's template, without reading the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doanso.lib import formats
from doanso.targets.models import IndicatorGroup
from doanso.targets.queries import IndicatorProgress, Overview, UnitProgress

COLUMNS = (
    (IndicatorGroup.MEMBERS, IndicatorGroup.RESIDENTS),
    (IndicatorGroup.MODELS, IndicatorGroup.OFFICE),
    (IndicatorGroup.RULES,),
)
"""The groups of indicators in each column, from left to right."""
WORST_SHOWN = 5
WHY_SHOWN = 2

IndicatorAddress = Callable[[str, str], str]
"""Returns the address of an indicator's page for a unit, by their codes."""
UnitAddress = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class DashboardLinks:
    """Addresses to which the dashboard's figures link."""

    indicator: IndicatorAddress
    unit: UnitAddress


def strip(overview: Overview) -> dict[str, Any]:
    """Return the number of targets in each state, and how much of the period is over."""
    states = overview.states()
    words = {
        "risk": _("At risk of being missed"),
        "behind": _("Behind schedule"),
        "on": _("On schedule"),
        "met": _("Reached"),
    }
    return {
        "label": _("Summary of %(count)s targets") % {"count": len(overview.indicators)},
        "stats": [
            {"count": states[state], "label": words[state], "state": str(state)} for state in states if state in words
        ],
        "year": {
            "share": overview.elapsed,
            "left": overview.days_left,
            "since": overview.programme.first_day,
            "until": overview.programme.last_day,
            "today": overview.on,
        },
    }


def _note(progress: IndicatorProgress) -> str:
    if progress.value is None:
        return ""
    if progress.is_share and progress.denominator:
        fraction = {
            "part": formats.number(progress.value),
            "whole": formats.number(progress.denominator),
            "what": progress.unit_of_count,
        }
        return _("%(part)s of %(whole)s %(what)s") % fraction
    return ""


def _row(progress: IndicatorProgress, overview: Overview, url: str) -> dict[str, Any]:
    # A forecast is more informative than the count, which is shown only without one.
    note = "" if progress.forecast is not None and progress.state != "met" else _note(progress)
    row = progress.row(url=url, note=note, until=overview.programme.last_day)
    if progress.value is None:
        # Without a count there is no pace to compare with.
        row["pace"] = None
    return row


def columns(overview: Overview, code: str, to: DashboardLinks) -> list[list[dict[str, Any]]]:
    """Return the targets in three columns under their headings."""
    by_group: dict[str, list[IndicatorProgress]] = {}
    for progress in overview.indicators:
        by_group.setdefault(progress.group, []).append(progress)
    arranged = []
    for groups in COLUMNS:
        column = []
        for group in groups:
            rows = [_row(progress, overview, to.indicator(progress.code, code)) for progress in by_group.get(group, [])]
            if rows:
                column.append({"title": _group_title(overview, group), "rows": rows})
        arranged.append(column)
    return arranged


def _group_title(overview: Overview, group: str) -> str:
    title = str(IndicatorGroup(group).label)
    members = overview.members_counted() if group == IndicatorGroup.MEMBERS else None
    if members is None:
        return title
    return _("%(title)s (%(members)s people)") % {"title": title, "members": formats.number(members)}


def _count(unit: UnitProgress, state: str) -> int:
    return sum(progress.state == state for progress in unit.indicators)


def _need(unit: UnitProgress) -> tuple[int, int, float]:
    """Return the sort key of a unit's need for help, greatest first: targets at risk, then behind, then the mean share."""
    shares = [progress.percent for progress in unit.indicators if progress.percent is not None]
    mean = sum(shares) / len(shares) if shares else 1001
    return (-_count(unit, "risk"), -_count(unit, "behind"), mean)


def worst_first(overview: Overview) -> list[UnitProgress]:
    """Return the units below, those that need most help first; equals in reading order."""
    return sorted(overview.children, key=_need)


def worst(units: Sequence[UnitProgress], to: DashboardLinks) -> list[dict[str, Any]]:
    """Return the few units to help first, each with the reasons."""
    rows: list[dict[str, Any]] = []
    for unit in units[:WORST_SHOWN]:
        at_risk, behind = _count(unit, "risk"), _count(unit, "behind")
        if not at_risk and not behind:
            break
        late = [
            progress
            for progress in unit.indicators
            if progress.state in ("risk", "behind") and progress.percent is not None
        ]
        late.sort(
            key=lambda progress: (progress.state != "risk", (progress.percent or 0) * 100 // max(progress.pace or 1, 1))
        )
        rows.append(
            {
                "name": unit.unit.short_name,
                "url": to.unit(unit.unit.code),
                "state": "risk" if at_risk else "behind",
                "pill": ngettext("%(count)s at risk", "%(count)s at risk", at_risk) % {"count": at_risk}
                if at_risk
                else ngettext("%(count)s behind", "%(count)s behind", behind) % {"count": behind},
                "why": " · ".join(
                    f"{progress.short_title} {formats.percent(progress.percent)}" for progress in late[:WHY_SHOWN]
                ),
            }
        )
    return rows


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
