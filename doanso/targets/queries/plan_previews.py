"""A plan as one unit would see it if it were published today; nothing is stored."""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from doanso.access.queries.unit_positions import UnitPosition
from doanso.ledger.queries import Figure, figures
from doanso.targets.models import Indicator, Programme, ProgrammeDraft
from doanso.targets.plans import IndicatorPlan, ProgrammePlan, row_values
from doanso.targets.queries.figures import IndicatorProgress
from doanso.targets.queries.plans import changes_between, plan_of
from doanso.targets.queries.progress_reader import ProgressReader
from doanso.targets.queries.targets_in_force import TargetsInForce, TargetVersion, targets_in_force
from doanso.targets.queries.unit_context import unit_context


@dataclass(frozen=True, slots=True)
class PreviewedIndicator:
    """One indicator of a plan as a unit would see it.

    `changed_fields` are those that differ from the published programme, `is_new` says that it is not in that programme yet; the
    indicators of a programme that was never published are neither.
    """

    plan: IndicatorPlan
    progress: IndicatorProgress
    is_new: bool = False
    changed_fields: Sequence[str] = ()


def plan_preview(
    draft: ProgrammeDraft, plan: ProgrammePlan, position: UnitPosition, on: date
) -> list[PreviewedIndicator]:
    """Return the indicators of a draft's plan as the unit would see them on a day, in the plan's order.

    Figures are those of the programme that the draft changes; what is new in it has none before it is published. A unit that
    was given a number of its own keeps it.
    """
    published, unit = draft.programme, position.unit
    programme = published or Programme(root=draft.root, first_day=plan.first_day, last_day=plan.last_day)
    counts: Mapping[Any, Figure] = {}
    if published is not None:
        stored = targets_in_force(published, unit, on)
        near = unit_context(published, unit, on, children=False, changed=stored.tree_changed)
        counts = near.joined(unit, figures(book=published.book, unit_ids=[unit.pk, *near.also], on=on))
    else:
        path = [unit.pk, *position.ids_above(on)]
        stored = TargetsInForce(draft.root_id, path, [], {}, [], tree_changed=False)
    since = on if published is not None and on > published.first_day else None
    reader = ProgressReader(programme, unit.pk, on, _planned_targets(stored, programme, plan, since), counts)
    changes = changes_between(plan_of(published), plan) if published is not None else None
    new = {change.indicator.code for change in changes.added} if changes is not None else set()
    changed = {change.indicator.code: change.fields for change in changes.changed} if changes is not None else {}
    return [
        PreviewedIndicator(
            planned, reader.progress(indicator, unit.pk, {}), planned.code in new, changed.get(planned.code, ())
        )
        for planned, indicator in zip(plan.indicators, reader.in_force.indicators, strict=True)
    ]


def _planned_targets(
    stored: TargetsInForce, programme: Programme, plan: ProgrammePlan, since: date | None
) -> TargetsInForce:
    """Return the targets as `write_plan` would leave them: indicators with the plan's words, changed numbers as new versions
    that hold from the day `since`, and none of what left the plan."""
    known = {indicator.code: indicator for indicator in stored.indicators}
    versions = dict(stored.versions)
    indicators = []
    for planned in plan.indicators:
        indicator = _planned_indicator(known.get(planned.code), programme, planned)
        key = indicator.pk, stored.root_id
        begun = versions.get(key, ())
        version = TargetVersion(stored.root_id, planned.target, planned.basis, planned.why, since)
        if not begun or begun[-1]._replace(since=since) != version:
            versions[key] = [*begun, version]
        indicators.append(indicator)
    remaining = {indicator.pk for indicator in indicators}
    versions = {key: begun for key, begun in versions.items() if key[0] in remaining}
    return replace(stored, indicators=indicators, versions=versions)


def _planned_indicator(known: Indicator | None, programme: Programme, planned: IndicatorPlan) -> Indicator:
    indicator = copy(known) if known is not None else Indicator(programme=programme, code=planned.code)
    for name, value in row_values(planned).items():
        setattr(indicator, name, value)
    return indicator
