"""Asking somebody to have a look: each reason once, as an assignment with a date. No figure changes by it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from doanso.assignments.actions import assign
from doanso.assignments.models import Assignment
from doanso.assignments.queries import nearest_handlers
from doanso.lib import clock
from doanso.outreach.queries import watch as reads
from doanso.outreach.rules import watch as rules
from doanso.units.models import Unit

SOURCE = "outreach.watch"
LOOKS_BACK = timedelta(days=8)
"""Phones bring visits late; whoever was without a network for a week is looked at all the same."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to ask of a unit. `about` is the drive, or whoever held the phone; parameters hold ids and numbers only."""

    rule: str
    unit_id: UUID
    about: UUID
    source_id: UUID
    parameters: dict[str, Any]

    @property
    def kind(self) -> str:
        """The kind of its assignment."""
        return f"outreach.{self.rule}"


def find_reasons() -> list[Reason]:
    """Whatever the rules point at today; nothing is written."""
    return [*_of_drives(), *_of_visits()]


def _of_drives() -> Iterator[Reason]:
    today = clock.today()
    for one in reads.running(today):
        days = rules.stall(one.drive.since, one.last, today, left=one.left)
        if days is not None:
            drive = one.drive
            begun = max(one.last or drive.since, drive.since)
            told = {"drive": str(drive.pk), "name": drive.name, "days": days}
            source = uuid5(drive.pk, f"{rules.STALL}/{begun.isoformat()}")
            yield Reason(rules.STALL, drive.unit_id, drive.pk, source, told)


def _of_visits() -> Iterator[Reason]:
    today = clock.today()
    for flag in rules.flags(reads.seen_between(today - LOOKS_BACK, today)):
        told = {"by": str(flag.phone), "day": flag.day.isoformat(), "count": flag.count}
        source = uuid5(flag.phone, f"{flag.unit}/{flag.rule}/{flag.day.isoformat()}")
        yield Reason(flag.rule, flag.unit, flag.phone, source, told)


def look() -> list[Reason]:
    """Ask what was not asked before, and about whom nobody is being asked the same already.

    Each asking is a transaction of its own, so that a look that is cut short goes on with the next one.
    """
    found = find_reasons()
    if not found:
        return []
    asked = Assignment.objects.filter(source_kind=SOURCE)
    known = set(asked.filter(source_id__in=[one.source_id for one in found]).values_list("source_id", flat=True))
    waiting = {
        (kind, str(told.get("drive") or told.get("by")))
        for kind, told in asked.filter(settled_at=None).values_list("kind", "parameters")
    }
    new: dict[tuple[str, str], Reason] = {}
    for one in found:
        key = (one.kind, str(one.about))
        if one.source_id not in known and key not in waiting:
            new.setdefault(key, one)
    units = Unit.objects.in_bulk({one.unit_id for one in new.values()})
    owners = nearest_handlers(units)
    due_on = clock.today() + timedelta(days=rules.USUAL.due_days)
    for one in new.values():
        assign(
            actor=None,
            unit=units[one.unit_id],
            title_code=one.kind,
            parameters=one.parameters,
            owner=owners.get(one.unit_id),
            due_on=due_on,
            source_kind=SOURCE,
            source_id=one.source_id,
        )
    return list(new.values())


_looked_at: dict[str, datetime] = {}


def look_hourly() -> None:
    """What the worker does once an hour. Done twice it changes nothing."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    if _looked_at.get("hour") != hour:
        look()
        _looked_at["hour"] = hour
