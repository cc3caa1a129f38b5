"""Plans of programmes as plain values: what a file or a draft says, its rules, and its form as JSON."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from doanso.ledger import ports
from doanso.lib import formats
from doanso.lib.problems import Problem
from doanso.targets.models import MEMBERS, Basis, IndicatorKind
from doanso.targets.rules import LARGEST_PERCENT, LARGEST_TARGET

KEPT_CODES = ("exempt-", "whole-")
"""Prefixes of the codes of measures that belong to denominators."""
KEPT_PROGRAMME_CODES = ("new", "drafts")
"""Codes that would be addresses of other pages."""
FIRST_YEAR, LAST_YEAR = 2000, 2100
"""A slip such as 9999 would make a programme that never ends, and whose days do not change once it is published."""


@dataclass(frozen=True, slots=True)
class IndicatorPlan:
    """One indicator of a plan with the root's target."""

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
    """A whole plan. `services` is the file of the services that its indicators name, where the plan was read from a file."""

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


def largest_target(kind: str) -> int:
    """Return the largest target of an indicator of that kind."""
    return LARGEST_PERCENT if is_share(kind) else LARGEST_TARGET


def days_problem(first_day: date, last_day: date) -> Problem | None:
    """Return why a programme cannot run from one day to another."""
    if last_day < first_day:
        return Problem("draft_days", _("The last day lies before the first one."), "last_day")
    for name, day in (("first_day", first_day), ("last_day", last_day)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            message = _("A programme lies in the years %(first)s to %(last)s.")
            return Problem("draft_days", message % {"first": FIRST_YEAR, "last": LAST_YEAR}, name)
    return None


def indicator_problem(plan: IndicatorPlan, first_day: date, last_day: date) -> Problem | None:
    """Return what is wrong with an indicator, in words that fit a file and a form; `field` names the entry."""
    if plan.code == MEMBERS or plan.code.startswith(KEPT_CODES):
        message = _("the codes “members”, “exempt-…” and “whole-…” are kept for denominators.")
        return Problem("file_entry", message, "code")
    if not 1 <= plan.target <= largest_target(plan.kind):
        message = _("the target must be from 1 to %(most)s.") % {"most": formats.number(largest_target(plan.kind))}
        return Problem("file_entry", message, "target")
    if plan.basis == Basis.ASSUMED and not plan.why:
        message = _("an assumed number needs a sentence that says why it was taken.")
        return Problem("file_entry", message, "why")
    if any(not isinstance(value, str | int) for value in plan.parameters.values()):
        message = _("each entry of “parameters” is a text in quotes, a whole number, true or false.")
        return Problem("file_entry", message, "parameters")
    return _grade_problem(plan) or _denominator_problem(plan) or _due_problem(plan, first_day, last_day)


def _grade_problem(plan: IndicatorPlan) -> Problem | None:
    """Return that the plan asks for evidence which what it counts never has, or counts what has none yet."""
    description = ports.family_description(plan.family)
    if description is None:
        return None
    if plan.required_grade > description.best_grade:
        message = _("what is counted here never has that much evidence; ask for less.")
        return Problem("file_entry", message, "required_grade")
    if not description.least_grade <= plan.least_grade <= description.best_grade:
        message = _("“least_grade” of what is counted here is from %(least)s to %(best)s.")
        grades = {"least": description.least_grade, "best": description.best_grade}
        return Problem("file_entry", message % grades, "least_grade")
    return None


def _denominator_problem(plan: IndicatorPlan) -> Problem | None:
    if plan.denominator not in ("", MEMBERS) and "." not in plan.denominator:
        message = _(
            "“denominator” is “members” or the name of a family, for example outreach.visits; else leave it out."
        )
        return Problem("file_entry", message, "denominator")
    if plan.denominator and not is_share(plan.kind):
        message = _("only a share or a rule has a denominator; remove “denominator”.")
        return Problem("file_entry", message, "denominator")
    return None


def _due_problem(plan: IndicatorPlan, first_day: date, last_day: date) -> Problem | None:
    if plan.due and plan.kind != IndicatorKind.MILESTONE:
        return Problem("file_entry", _("only a milestone has due days; choose that kind or leave the days out."), "due")
    if len(plan.due) > plan.target:
        return Problem(
            "file_entry", _("there are more due days than milestones in the target; leave days out or raise it."), "due"
        )
    if any(not first_day <= day <= last_day for day in plan.due):
        return Problem("file_entry", _("each due day must lie inside the programme."), "due")
    return None


def with_code_parameters(plan: ProgrammePlan) -> ProgrammePlan:
    """Return the plan with the parameters that a family lets a plan leave out; each is the indicator's code."""
    return replace(plan, indicators=tuple(_with_code_parameter(indicator) for indicator in plan.indicators))


def _with_code_parameter(indicator: IndicatorPlan) -> IndicatorPlan:
    description = ports.family_description(indicator.family)
    name = description.code_parameter if description is not None else ""
    if not name or name in indicator.parameters:
        return indicator
    return replace(indicator, parameters={**indicator.parameters, name: indicator.code})


# --- As JSON, in drafts and revisions ---------------------------------------------------------------------------------


def indicator_values(plan: IndicatorPlan) -> dict[str, Any]:
    """Return an indicator as values that JSON can hold."""
    values = asdict(plan)
    return values | {"parameters": dict(plan.parameters), "due": [day.isoformat() for day in plan.due]}


def indicator_of_values(values: Mapping[str, Any]) -> IndicatorPlan:
    """Return the indicator of values that `indicator_values` made."""
    return IndicatorPlan(**{**values, "due": tuple(date.fromisoformat(day) for day in values["due"])})


def row_values(plan: IndicatorPlan) -> dict[str, Any]:
    """Return the fields of an indicator's row that the plan alone decides: all but its measures and its position."""
    return {
        "title": plan.title,
        "short_title": plan.short_title,
        "kind": plan.kind,
        "group": plan.group,
        "unit_of_count": plan.unit_of_count,
        "family": plan.family,
        "parameters": {
            "counts": dict(plan.parameters),
            "denominator": plan.denominator,
            "due": [day.isoformat() for day in plan.due],
            **({"required_grade": plan.required_grade} if plan.required_grade else {}),
        },
        "denominator_text": plan.denominator_text,
    }


def programme_values(plan: ProgrammePlan) -> dict[str, Any]:
    """Return a plan as values that JSON can hold, without the file of services."""
    return {
        "code": plan.code,
        "title": plan.title,
        "root": plan.root,
        "first_day": plan.first_day.isoformat(),
        "last_day": plan.last_day.isoformat(),
        "indicators": [indicator_values(indicator) for indicator in plan.indicators],
    }


def programme_of_values(values: Mapping[str, Any]) -> ProgrammePlan:
    """Return the plan of values that `programme_values` made."""
    return ProgrammePlan(
        code=values["code"],
        title=values["title"],
        root=values["root"],
        first_day=date.fromisoformat(values["first_day"]),
        last_day=date.fromisoformat(values["last_day"]),
        services=None,
        indicators=tuple(indicator_of_values(each) for each in values["indicators"]),
    )
