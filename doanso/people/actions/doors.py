"""Meeting homes at their doors: the one a list or a phone means by its street and number, or a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from doanso.lib import clock, database
from doanso.lib.uuid7 import uuid7
from doanso.people.models import Household
from doanso.people.rules import doors
from doanso.people.rules.doors import Walk, door_key, street_of, walk_on

__all__ = ["DoorTold", "MetDoor", "Walk", "door_key", "meet_households", "street_of", "walk_on"]


@dataclass(frozen=True, slots=True)
class DoorTold:
    """Where a home is. `key` is the one a phone gave it when it was found at the door."""

    number: str
    street: str
    neighbourhood_id: UUID | None = None
    key: UUID | None = None


class MetDoor(NamedTuple):
    """Which home a row meant."""

    household_id: UUID
    is_new: bool


_COLUMNS = ("id", "unit", "neighbourhood", "house_number", "street", "address", "place_key", "walk_key", "created_at")


def meet_households(*, unit_id: UUID, told: Sequence[DoorTold]) -> list[MetDoor]:
    """Find or make the home each row means, in the order of the rows; as many statements for one as for five hundred.

    The same home: the same unit, neighbourhood, street and number, however they are spelt. A row without a number is a
    home of its own, known again only by its key.
    """
    if not told:
        return []
    places = [doors.place_key(one.neighbourhood_id, one.street, one.number) for one in told]
    rows = []
    now = clock.now()
    for one, place in zip(told, places, strict=True):
        number, street = doors.tidy_number(one.number)[:40], one.street.strip()[:120]
        keys = (doors.walk_key(street, number), now)
        line = doors.address(street, number)
        rows.append((one.key or uuid7(), unit_id, one.neighbourhood_id, number, street, line, place, *keys))
    made = {row[0] for row in rows}
    # Whoever comes second waits for the first here, and then finds the other's.
    database.insert_rows(Household, _COLUMNS, sorted(rows, key=lambda row: (row[6], row[0])), keep_known=True)
    named = sorted({place for place in places if place})
    ids = sorted(made)
    where = f"id IN ({database.marks(ids)})"
    parameters: list[object] = [*ids]
    if named:
        where += f" OR (unit_id = %s AND place_key IN ({database.marks(named)}) AND NOT (place_key = '') AND erased_at IS NULL)"
        parameters += [unit_id, *named]
    found = database.read_rows(Household, ("id", "unit", "place_key"), where, parameters)
    by_place = {place: key for key, unit, place in found if place and unit == unit_id}
    there = {key for key, _unit, _place in found}
    answers = []
    for row in rows:
        key = by_place.get(row[6]) or row[0]
        if key not in there:
            raise LookupError(f"Household {key} was not written.")
        answers.append(MetDoor(key, key in made))
    return answers
