"""Match homes by street and number, or create new ones; store the places of shops along their streets."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from doanso.lib import clock, database
from doanso.lib.uuid7 import uuid7
from doanso.people.actions.shops import BusinessInput
from doanso.people.models import Business, Household
from doanso.people.rules import doors
from doanso.people.rules.doors import (
    DoorOrder,
    door_key,
    first_key_after,
    split_address,
    street_key,
    street_prefix,
    tidy_number,
    walk_from,
    walk_key,
    without_areas,
)
from doanso.people.rules.doors import spoken_address as one_line

__all__ = [
    "DoorInput",
    "DoorMatchResult",
    "DoorOrder",
    "door_key",
    "known_households",
    "match_or_create_households",
    "move_places",
    "one_line",
    "place_businesses",
    "split_address",
    "street_key",
    "street_keys",
    "street_prefix",
    "tidy_number",
    "unplaced_businesses",
    "walk_from",
    "walk_key",
    "without_areas",
]


@dataclass(frozen=True, slots=True)
class DoorInput:
    """The place of a home. `key` is the one a phone generated when the home was found at the door."""

    number: str
    street: str
    neighbourhood_id: UUID | None = None
    key: UUID | None = None

    @property
    def address(self) -> str:
        """Return the address on one line, as it is spoken."""
        return doors.spoken_address(self.street, doors.tidy_number(self.number))


class DoorMatchResult(NamedTuple):
    """The home that a row meant."""

    household_id: UUID
    is_new: bool


_COLUMNS = ("id", "unit", "neighbourhood", "house_number", "street", "address", "place_key", "walk_key", "created_at")


def match_or_create_households(*, unit_id: UUID, inputs: Sequence[DoorInput]) -> list[DoorMatchResult]:
    """Find or create the home each row means, in the order of the rows; the number of statements is the same for one and for
    five hundred.

    Two rows mean the same home if unit, neighbourhood, street and number agree, however they are spelt. A row without a number
    is a home of its own, recognised only by its key.
    """
    if not inputs:
        return []
    places = [doors.place_key(door.neighbourhood_id, door.street, door.number) for door in inputs]
    rows = []
    now = clock.now()
    for door, place in zip(inputs, places, strict=True):
        number, street = doors.tidy_number(door.number)[:40], door.street.strip()[:120]
        keys = (doors.walk_key(street, number), now)
        line = doors.spoken_address(street, number)
        rows.append((door.key or uuid7(), unit_id, door.neighbourhood_id, number, street, line, place, *keys))
    created_ids = {row[0] for row in rows}
    # A concurrent transaction waits for the first one's lock, and then finds its rows.
    database.insert_rows(Household, _COLUMNS, sorted(rows, key=lambda row: (row[6], row[0])), keep_known=True)
    named = sorted({place for place in places if place})
    ids = sorted(created_ids)
    where = f"id IN ({database.placeholders(ids)})"
    parameters: list[object] = [*ids]
    if named:
        at_places = f"place_key IN ({database.placeholders(named)}) AND NOT (place_key = '')"
        where += f" OR (unit_id = %s AND {at_places} AND erased_at IS NULL)"
        parameters += [unit_id, *named]
    stored = database.read_rows(Household, ("id", "unit", "place_key"), where, parameters)
    by_place = {place: key for key, unit, place in stored if place and unit == unit_id}
    stored_ids = {key for key, unit, _place in stored if unit == unit_id}
    answers = []
    for row in rows:
        key = by_place.get(row[6]) or row[0]
        if key not in stored_ids:
            raise LookupError(f"Household {key} was not written.")
        answers.append(DoorMatchResult(key, key in created_ids))
    return answers


def known_households(*, unit_id: UUID, inputs: Sequence[DoorInput]) -> list[UUID | None]:
    """Return the known home of the unit that each row means, or None, in the order of the rows; writes nothing, one statement."""
    places = [doors.place_key(door.neighbourhood_id, door.street, door.number) for door in inputs]
    named = sorted({place for place in places if place})
    if not named:
        return [None] * len(places)
    where = (
        f"unit_id = %s AND place_key IN ({database.placeholders(named)}) AND NOT (place_key = '') AND erased_at IS NULL"
    )
    rows = database.read_rows(Household, ("place_key", "id"), where, [unit_id, *named])
    by_place = dict(rows)
    return [by_place.get(place) for place in places]


def unplaced_businesses(business_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the shops whose place along their street is not stored."""
    if not business_ids:
        return set()
    return set(Business.objects.filter(pk__in=business_ids, walk_key="").values_list("pk", flat=True))


def place_businesses(inputs: Mapping[UUID, BusinessInput]) -> None:
    """Store the place of these shops along their street; a known place is not changed."""
    if not inputs:
        return
    unplaced = list(Business.objects.select_for_update().filter(pk__in=inputs, walk_key="").order_by("pk"))
    for shop in unplaced:
        business_input = inputs[shop.pk]
        shop.house_number, shop.street = (
            doors.tidy_number(business_input.house_number)[:40],
            business_input.street.strip()[:120],
        )
        shop.walk_key = doors.walk_key(shop.street, shop.house_number)
        shop.address = shop.address or doors.spoken_address(shop.street, shop.house_number)
        shop.neighbourhood_id = shop.neighbourhood_id or business_input.neighbourhood_id
        shop.updated_at = clock.now()
    fields = ["house_number", "street", "walk_key", "address", "neighbourhood", "updated_at"]
    Business.objects.bulk_update(unplaced, fields, batch_size=100)


def street_keys(street_key: str) -> tuple[str, str]:
    """Return the range of keys of a street's doors, its end excluded."""
    return street_key, first_key_after(street_key)


def move_places(*, unit_id: UUID, moves: Sequence[tuple[Household | Business, DoorInput]]) -> set[UUID]:
    """Correct the place of these known homes and shops of the unit; a fixed number of statements.

    Return the keys of those that stay as they were, because another home is at that door or they were erased meanwhile. Locks
    homes, then shops, in the order of their keys; the objects given are updated.
    """
    areas = _lock_places([place for place, _door in moves])
    erased = {place.pk for place, _door in moves if place.pk not in areas}
    moves = [(place, door) for place, door in moves if place.pk in areas]
    for place, _door in moves:
        place.neighbourhood_id = areas[place.pk]
    place_keys = {
        place.pk: doors.place_key(door.neighbourhood_id or place.neighbourhood_id, door.street, door.number)
        for place, door in moves
    }
    homes = {place.pk: place_keys[place.pk] for place, _door in moves if isinstance(place, Household)}
    occupied = Household.objects.filter(unit_id=unit_id, place_key__in=set(homes.values()) - {""}, erased_at=None)
    holders: dict[str, UUID] = dict(occupied.values_list("place_key", "pk"))
    taken = {key for key, place in homes.items() if place and holders.setdefault(place, key) != key}
    for place, door in moves:
        if place.pk in taken:
            continue
        place.house_number, place.street = doors.tidy_number(door.number)[:40], door.street.strip()[:120]
        place.walk_key = doors.walk_key(place.street, place.house_number)
        place.address = doors.spoken_address(place.street, place.house_number)
        place.neighbourhood_id = door.neighbourhood_id or place.neighbourhood_id
        if isinstance(place, Household):
            place.place_key = homes[place.pk]
    fields = ["house_number", "street", "walk_key", "address", "neighbourhood"]
    moved = [place for place, _door in moves if place.pk not in taken]
    Household.objects.bulk_update(
        [moved_place for moved_place in moved if isinstance(moved_place, Household)], [*fields, "place_key"]
    )
    Business.objects.bulk_update([moved_place for moved_place in moved if isinstance(moved_place, Business)], fields)
    return taken | erased


def _lock_places(places: Collection[Household | Business]) -> dict[UUID, UUID | None]:
    """Lock those of these homes and shops that are not erased; return their neighbourhoods."""
    areas: dict[UUID, UUID | None] = {}
    for model in (Household, Business):
        keys = [place.pk for place in places if isinstance(place, model)]
        locked = model._default_manager.select_for_update(no_key=True).filter(pk__in=keys, erased_at=None)
        areas |= dict(locked.order_by("pk").values_list("pk", "neighbourhood_id"))
    return areas
