"""Deeds on the doors of a drive: what visits say of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction

from doanso.outreach.models import Door, Outcome, Visit
from doanso.outreach.rules import doors as rules


@dataclass(frozen=True, slots=True)
class DoorVisited:
    """What one visit says of the door it was at."""

    door_id: UUID
    outcome: str
    happened_on: date
    follow_up_on: date | None = None


_TOLD = ("visits", "outcome", "visited_on", "follow_up_on", "taken_by", "taken_at", "due_back_at")


@transaction.atomic
def note_visits(*, visits: Sequence[DoorVisited]) -> None:
    """Write down at the doors what these new visits say; two statements, for one visit as for a hundred.

    After the caller's policy. An older visit never takes the place of a newer outcome; a door that is done goes back.
    """
    doors = _lock({one.door_id for one in visits})
    for one in sorted(visits, key=lambda one: one.happened_on):
        if (door := doors.get(one.door_id)) is not None:
            _tell(door, one)
    _write(doors)


@transaction.atomic
def work_out_doors(*, door_ids: Collection[UUID]) -> None:
    """Work these doors out anew from the visits that stand, after one was changed or taken back; three statements."""
    doors = _lock(door_ids)
    for door in doors.values():
        door.visits, door.outcome, door.visited_on, door.follow_up_on = 0, "", None, None
    standing = Visit.objects.filter(door_id__in=doors, taken_back_at=None).order_by("happened_on", "recorded_at", "id")
    for door_id, outcome, day, later in standing.values_list("door_id", "outcome", "happened_on", "follow_up_on"):
        _tell(doors[door_id], DoorVisited(door_id, outcome, day, later))
    _write(doors)


def _lock(door_ids: Collection[UUID]) -> dict[UUID, Door]:
    if not door_ids:
        return {}
    found = Door.objects.select_for_update().filter(pk__in=door_ids).order_by("pk")
    return {door.pk: door for door in found}


def _tell(door: Door, told: DoorVisited) -> None:
    door.visits += 1
    if not rules.outcome_stands(door.outcome, door.visited_on, told.outcome, told.happened_on):
        return
    door.outcome, door.visited_on = told.outcome, told.happened_on
    door.follow_up_on = told.follow_up_on if told.outcome == Outcome.FOLLOW_UP else None
    if told.outcome in rules.FINAL:
        door.taken_by = door.taken_at = door.due_back_at = None


def _write(doors: dict[UUID, Door]) -> None:
    if doors:
        Door.objects.bulk_update(doors.values(), _TOLD)
