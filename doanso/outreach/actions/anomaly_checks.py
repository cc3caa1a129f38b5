"""Assign questions about implausible visits and stalled drives: each reason once, as an assignment with a due date. No figure
changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from doanso.assignments.actions import assign
from doanso.assignments.models import Assignment
from doanso.assignments.queries import sole_handlers
from doanso.lib import clock
from doanso.outreach.queries import anomaly_checks as reads
from doanso.outreach.rules import anomaly_checks as rules
from doanso.units.models import Unit

SOURCE = "outreach.watch"
LOOKS_BACK = timedelta(days=8)
"""Phones without a network send visits days later; these are checked as well."""


@dataclass(frozen=True, slots=True)
class AnomalyReason:
    """A reason to ask a unit. `about` is the drive, or the holder of the phone; parameters hold ids and numbers only."""

    rule: str
    unit_id: UUID
    about: UUID
    source_id: UUID
    parameters: dict[str, Any]

    @property
    def kind(self) -> str:
        """Return the kind of its assignment."""
        return f"outreach.{self.rule}"


def find_reasons() -> list[AnomalyReason]:
    """Return all reasons of today; writes nothing."""
    return [*_of_drives(), *_of_visits()]


def _of_drives() -> Iterator[AnomalyReason]:
    today = clock.today()
    for running in reads.running_drives(today):
        days = rules.days_without_visit(running.drive.since, running.last, today, left=running.left)
        if days is not None:
            drive = running.drive
            begun = max(running.last or drive.since, drive.since)
            parameters = {"drive": str(drive.pk), "name": drive.name, "days": days}
            source = uuid5(drive.pk, f"{rules.STALL}/{begun.isoformat()}")
            yield AnomalyReason(rules.STALL, drive.unit_id, drive.pk, source, parameters)


def _of_visits() -> Iterator[AnomalyReason]:
    today = clock.today()
    for flag in rules.flags(reads.visits_between(today - LOOKS_BACK, today)):
        parameters = {"by": str(flag.recorder), "day": flag.day.isoformat(), "count": flag.count}
        source = uuid5(flag.recorder, f"{flag.unit}/{flag.rule}/{flag.day.isoformat()}")
        yield AnomalyReason(flag.rule, flag.unit, flag.recorder, source, parameters)


def assign_reasons() -> list[AnomalyReason]:
    """Assign the reasons that were not assigned before, unless the same is still open about that phone or drive.

    Each assignment is a transaction of its own, so that an interrupted run goes on with the next one.
    """
    reasons = find_reasons()
    if not reasons:
        return []
    asked_before = Assignment.objects.filter(source_kind=SOURCE)
    known_sources = set(
        asked_before.filter(source_id__in=[reason.source_id for reason in reasons]).values_list("source_id", flat=True)
    )
    waiting = {
        (kind, str(parameters.get("drive") or parameters.get("by")))
        for kind, parameters in asked_before.filter(completed_at=None).values_list("kind", "parameters")
    }
    new: dict[tuple[str, str], AnomalyReason] = {}
    for reason in reasons:
        key = (reason.kind, str(reason.about))
        if reason.source_id not in known_sources and key not in waiting:
            new.setdefault(key, reason)
    units = Unit.objects.in_bulk({reason.unit_id for reason in new.values()})
    owners = sole_handlers(units)
    due_on = clock.today() + timedelta(days=rules.USUAL.due_days)
    for reason in new.values():
        assign(
            actor=None,
            unit=units[reason.unit_id],
            title_code=reason.kind,
            parameters=reason.parameters,
            owner=owners.get(reason.unit_id),
            due_on=due_on,
            source_kind=SOURCE,
            source_id=reason.source_id,
        )
    return list(new.values())


_looked_at: dict[str, datetime] = {}


def run_hourly() -> None:
    """Run the checks once an hour, from the worker. A second run within the hour does nothing."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if _looked_at.get("hour") != hour:
        assign_reasons()
        _looked_at["hour"] = hour
