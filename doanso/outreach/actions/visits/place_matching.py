"""Stage 2, match: which home or shop, which door and which drive each visit of a batch was at."""

from collections.abc import Mapping
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib import database
from doanso.lib.problems import Problem
from doanso.outreach.actions.visits.batches import PlaceMatch, VisitBatch, VisitItem, VisitPlace
from doanso.outreach.actions.visits.place_corrections import PlaceCorrection, correct_places
from doanso.outreach.models import Drive
from doanso.outreach.queries.doors import DriveDoor, find_doors
from doanso.outreach.visit_payload import PlacePayload
from doanso.people import actions as people
from doanso.people.actions import BusinessInput, DoorInput
from doanso.people.models import Business, Household
from doanso.units.models import Neighbourhood, Unit


def match_places(batch: VisitBatch) -> list[PlaceMatch]:
    """Return the place of each visit, in the order of the batch; new homes and shops are created, revised ones corrected."""
    matches = [PlaceMatch(door=door) for door in _doors_by_key(batch)]
    known_places = _known_places(batch, matches)
    matches = _match_homes_and_shops(batch, matches, known_places)
    matches = _correct_revised_places(batch, matches, known_places.areas)
    return _match_doors_by_place(batch, _match_drives(batch, matches))


# --- Doors and drives ---------------------------------------------------------------------------------------------------


def _doors_by_key(batch: VisitBatch) -> list[DriveDoor | None]:
    """Return the door that each visit names by its key; None for one of another ward."""
    door_ids = {visit_item.payload.door_id for visit_item in batch.items if visit_item.payload.door_id is not None}
    if not door_ids:
        return [None] * len(batch.items)
    doors: dict[UUID | None, DriveDoor] = {
        door.door_id: door for door in find_doors(unit=Unit(pk=batch.home_id), doors=door_ids)
    }
    return [doors.get(visit_item.payload.door_id) for visit_item in batch.items]


def _match_drives(batch: VisitBatch, matches: list[PlaceMatch]) -> list[PlaceMatch]:
    """Add the drive of each visit. A drive that is not the ward's own is ignored, and the visit stays without it."""
    drive_ids = {
        visit_item.payload.drive_id
        for visit_item, match in zip(batch.items, matches, strict=True)
        if visit_item.payload.drive_id is not None and match.door is None
    }
    own_drives: set[UUID | None] = set()
    if drive_ids:
        drives = Drive.objects.filter(pk__in=drive_ids, unit_id__in={batch.home_id, batch.unit.pk})
        own_drives = set(drives.values_list("pk", flat=True))
    with_drives = []
    for visit_item, match in zip(batch.items, matches, strict=True):
        if match.door is not None:
            with_drives.append(match._replace(drive_id=match.door.drive_id))
        elif visit_item.payload.drive_id in own_drives:
            with_drives.append(match._replace(drive_id=visit_item.payload.drive_id))
        else:
            with_drives.append(match)
    return with_drives


def _match_doors_by_place(batch: VisitBatch, matches: list[PlaceMatch]) -> list[PlaceMatch]:
    """Add the drive's door of a home or shop where the phone did not know it."""
    without_door = [match for match in matches if match.door is None and match.drive_id is not None]
    homes = {match.place.household_id for match in without_door if match.place.household_id is not None}
    shops = {match.place.business_id for match in without_door if match.place.business_id is not None}
    if not homes and not shops:
        return matches
    doors = find_doors(unit=Unit(pk=batch.home_id), households=homes, businesses=shops)
    door_by_place = {(door.drive_id, door.household_id or door.business_id): door for door in doors}
    return [
        match._replace(door=door_by_place.get((match.drive_id, match.place.key)))
        if match.door is None and match.drive_id is not None
        else match
        for match in matches
    ]


# --- Homes and shops ----------------------------------------------------------------------------------------------------


class _KnownPlaces(NamedTuple):
    """The register's data about the places that a batch names; `foreign_homes` are another ward's or erased."""

    areas: set[UUID]
    homes: Mapping[UUID | None, VisitPlace]
    shops: Mapping[UUID | None, VisitPlace]
    foreign_homes: set[UUID]


def _match_homes_and_shops(
    batch: VisitBatch, matches: list[PlaceMatch], known_places: _KnownPlaces
) -> list[PlaceMatch]:
    """Add the place of each visit, or the problem for which there is none."""
    created = _create_places(batch, known_places)
    return [
        match._replace(place=created[visit_item.visit_id], is_written=True)
        if visit_item.visit_id in created
        else _match_known_place(visit_item, match, known_places)
        for visit_item, match in zip(batch.items, matches, strict=True)
    ]


def _known_places(batch: VisitBatch, matches: list[PlaceMatch]) -> _KnownPlaces:
    new_places = [place for visit_item in batch.items if (place := visit_item.reported_place) is not None and place.new]
    area_ids = {place.neighbourhood_id for place in new_places if place.neighbourhood_id is not None}
    areas: set[UUID] = set()
    if area_ids:
        own_areas = Neighbourhood.objects.filter(pk__in=area_ids, unit_id=batch.home_id)
        areas = set(own_areas.values_list("pk", flat=True))
    homes: set[UUID | None] = set()
    shops: set[UUID | None] = set()
    for visit_item, match in zip(batch.items, matches, strict=True):
        if visit_item.payload.household is not None:
            if not visit_item.payload.household.new:
                homes.add(visit_item.payload.household.key)
        elif visit_item.payload.business is not None:
            # A shop found at the door is in the register since an earlier version of the visit.
            shops.add(visit_item.payload.business.key)
        elif match.door is not None:
            homes.add(match.door.household_id)
            shops.add(match.door.business_id)
    known_homes, known_shops = _read_homes(batch, homes - {None}), _read_shops(batch, shops - {None})
    return _KnownPlaces(areas, known_homes, known_shops, _foreign_homes(batch))


def _read_homes(batch: VisitBatch, keys: set[UUID | None]) -> dict[UUID | None, VisitPlace]:
    if not keys:
        return {}
    condition = f"id IN ({database.placeholders(keys)}) AND erased_at IS NULL"
    rows = database.read_rows(Household, ("unit", "id", "neighbourhood", "address"), condition, [*keys])
    return {
        key: VisitPlace(household_id=key, neighbourhood_id=area, address=address)
        for unit_id, key, area, address in rows
        if unit_id == batch.home_id
    }


def _read_shops(batch: VisitBatch, keys: set[UUID | None]) -> dict[UUID | None, VisitPlace]:
    if not keys:
        return {}
    condition = f"id IN ({database.placeholders(keys)}) AND erased_at IS NULL"
    rows = database.read_rows(Business, ("unit", "id", "neighbourhood", "address", "name"), condition, [*keys])
    return {
        key: VisitPlace(business_id=key, neighbourhood_id=area, address=address, name=name)
        for unit_id, key, area, address, name in rows
        if unit_id == batch.home_id
    }


def _foreign_homes(batch: VisitBatch) -> set[UUID]:
    """Return homes that the phone calls new and that are another ward's, or were erased."""
    new_homes = {
        home.key for visit_item in batch.items if (home := visit_item.payload.household) is not None and home.new
    }
    if not new_homes:
        return set()
    others = Household.objects.filter(pk__in=new_homes).exclude(unit_id=batch.home_id, erased_at=None)
    return set(others.values_list("pk", flat=True))


def _create_places(batch: VisitBatch, known_places: _KnownPlaces) -> dict[UUID, VisitPlace]:
    """Match or create homes and shops found at doors, by visit."""
    found_homes = [
        (visit_item, home)
        for visit_item in batch.items
        if (home := visit_item.payload.household) is not None
        and home.new
        and home.key not in known_places.foreign_homes
    ]
    found_shops = [
        (visit_item, shop)
        for visit_item in batch.items
        if (shop := visit_item.payload.business) is not None and shop.new and shop.key not in known_places.shops
    ]
    home_inputs = [_door_input(home, known_places.areas) for _item, home in found_homes]
    shop_inputs = [_business_input(shop, known_places.areas) for _item, shop in found_shops]
    homes = people.match_or_create_households(unit_id=batch.home_id, inputs=home_inputs)
    shops = people.match_or_create_businesses(unit_id=batch.home_id, inputs=shop_inputs, locked=True)
    created = {}
    for (visit_item, home), home_match in zip(found_homes, homes, strict=True):
        created[visit_item.visit_id] = _new_place(home, known_places.areas)._replace(
            household_id=home_match.household_id
        )
    for (visit_item, shop), shop_match in zip(found_shops, shops, strict=True):
        created[visit_item.visit_id] = _new_place(shop, known_places.areas)._replace(business_id=shop_match.business_id)
    return created


def _match_known_place(visit_item: VisitItem, match: PlaceMatch, known_places: _KnownPlaces) -> PlaceMatch:
    payload, place = visit_item.payload, None
    if payload.household is not None:
        place = known_places.homes.get(payload.household.key)
    elif payload.business is not None:
        place = known_places.shops.get(payload.business.key)
    elif match.door is None:
        return match
    else:
        place = known_places.homes.get(match.door.household_id) or known_places.shops.get(match.door.business_id)
    if place is None:
        return match._replace(problem=_place_unknown("household" if payload.household is not None else "business"))
    return match._replace(place=place)


def _place_unknown(field: str) -> Problem:
    message = _("This door is not in the unit's register any more. Choose it again on the phone, or enter it anew.")
    return Problem("place_unknown", message, field)


def _correct_revised_places(batch: VisitBatch, matches: list[PlaceMatch], areas: set[UUID]) -> list[PlaceMatch]:
    """Correct homes and shops about which a later version differs from the visit that found them."""
    corrections = [
        PlaceCorrection(visit_item.record, place, _door_input(place, areas))
        for visit_item, match in zip(batch.items, matches, strict=True)
        if visit_item.is_revision
        and match.problem is None
        and (place := visit_item.reported_place) is not None
        and place.new
        and place.key in {match.place.household_id, match.place.business_id}
    ]
    if not corrections:
        return matches
    places, problems = correct_places(actor=batch.actor, home=batch.home_id, corrections=corrections)
    return [
        _corrected_match(match, places.get(visit_item.visit_id), problems.get(visit_item.visit_id))
        if visit_item.is_revision and match.problem is None
        else match
        for visit_item, match in zip(batch.items, matches, strict=True)
    ]


def _corrected_match(match: PlaceMatch, row: Household | Business | None, problem: Problem | None) -> PlaceMatch:
    if row is None:
        return match._replace(problem=problem)
    if isinstance(row, Household):
        place = VisitPlace(row.pk, None, row.neighbourhood_id, row.address)
    else:
        place = VisitPlace(None, row.pk, row.neighbourhood_id, row.address, row.name)
    return match._replace(place=place, is_written=True, problem=problem)


def _door_input(payload: PlacePayload, areas: set[UUID]) -> DoorInput:
    return DoorInput(payload.number, payload.street, _own_area(payload, areas), payload.key)


def _business_input(payload: PlacePayload, areas: set[UUID]) -> BusinessInput:
    return BusinessInput(
        payload.name,
        address=DoorInput(payload.number, payload.street).address,
        neighbourhood_id=_own_area(payload, areas),
        house_number=payload.number,
        street=payload.street,
        key=payload.key,
    )


def _own_area(payload: PlacePayload, areas: set[UUID]) -> UUID | None:
    """Return the neighbourhood that the phone names, if it is one of the ward's."""
    return payload.neighbourhood_id if payload.neighbourhood_id in areas else None


def _new_place(payload: PlacePayload, areas: set[UUID]) -> VisitPlace:
    address = DoorInput(payload.number, payload.street).address
    return VisitPlace(neighbourhood_id=_own_area(payload, areas), address=address, name=payload.name)
