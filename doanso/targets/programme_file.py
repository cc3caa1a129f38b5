"""Programme files in TOML, parsed into plain values or refused with the name of the wrong entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable, refuse
from doanso.targets.models import MEMBERS, Basis, IndicatorGroup, IndicatorKind
from doanso.targets.rules import LARGEST_PERCENT, LARGEST_TARGET

KEPT_CODES = ("exempt-", "whole-")
"""Prefixes of the codes of measures that belong to denominators."""


@dataclass(frozen=True, slots=True)
class IndicatorPlan:
    """One indicator of the file with the root's target."""

    code: str
    title: str
    short_title: str
    kind: str
    group: str
    unit_of_count: str
    target: int
    basis: str
    why: str
    family: str
    parameters: Mapping[str, Any]
    least_grade: int
    required_grade: int
    denominator: str
    denominator_text: str
    due: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """The whole file."""

    code: str
    title: str
    root: str
    first_day: date
    last_day: date
    services: Path | None
    indicators: tuple[IndicatorPlan, ...]


def is_share(kind: str) -> bool:
    """Return whether the target is in per cent, so that a denominator is needed."""
    return kind in (IndicatorKind.SHARE, IndicatorKind.RULE)


def _indicator(entry: TomlTable, first_day: date, last_day: date) -> IndicatorPlan:
    kind = entry.choice("kind", IndicatorKind.values)
    basis = entry.choice("basis", Basis.values)
    plan = IndicatorPlan(
        code=entry.code("code"),
        title=entry.text("title", 160),
        short_title=entry.text("short_title", 60),
        kind=kind,
        group=entry.choice("group", IndicatorGroup.values),
        unit_of_count=entry.text("unit_of_count", 60),
        target=entry.integer("target", 1, LARGEST_PERCENT if is_share(kind) else LARGEST_TARGET),
        basis=basis,
        why=entry.text("why", 300, required=basis == Basis.ASSUMED),
        family=entry.code("family", 40, dotted=True),
        parameters=entry.table("parameters"),
        least_grade=entry.integer("least_grade", 0, 4, default=1),
        required_grade=entry.integer("required_grade", 0, 4, default=0),
        denominator=entry.code("denominator", 40, required=False, dotted=True),
        denominator_text=entry.text("denominator_text", 200, required=is_share(kind)),
        due=tuple(entry.days("due")),
    )
    if plan.denominator not in ("", MEMBERS) and "." not in plan.denominator:
        raise refuse(
            entry.location,
            _("“denominator” is “members” or the name of a family, for example outreach.visits; else leave it out."),
        )
    if plan.denominator and not is_share(kind):
        raise refuse(entry.location, _("only a share or a rule has a denominator; remove “denominator”."))
    if plan.due and kind != IndicatorKind.MILESTONE:
        raise refuse(entry.location, _("only a milestone has days in “due”."))
    if len(plan.due) > plan.target:
        raise refuse(entry.location, _("“due” has more days than the target has milestones."))
    if any(not first_day <= day <= last_day for day in plan.due):
        raise refuse(entry.location, _("each day of “due” must lie inside the programme."))
    entry.finish()
    return plan


def read(path: Path) -> ProgrammePlan:
    """Return the programme of that file; raise `Refused` naming the entry and what to change."""
    entry = toml_tables.read_toml(path)
    code = entry.code("code")
    first_day, last_day = entry.day("first_day"), entry.day("last_day")
    if last_day < first_day:
        raise refuse(entry.location, _("“last_day” lies before “first_day”."))
    services = entry.text("services", 200, required=False)
    indicators = tuple(_indicator(below, first_day, last_day) for below in entry.tables("indicator", _("indicator")))
    toml_tables.refuse_duplicate_codes(entry.location, [indicator.code for indicator in indicators])
    if any(indicator.code == MEMBERS or indicator.code.startswith(KEPT_CODES) for indicator in indicators):
        raise refuse(entry.location, _("the codes “members”, “exempt-…” and “whole-…” are kept for denominators."))
    plan = ProgrammePlan(
        code=code,
        title=entry.text("title", 200),
        root=entry.code("root"),
        first_day=first_day,
        last_day=last_day,
        services=path.parent / services if services else None,
        indicators=indicators,
    )
    entry.finish()
    return plan
