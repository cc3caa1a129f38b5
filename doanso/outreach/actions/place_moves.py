"""Corrections of the addresses of known homes and shops, as reported by people at their doors."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.outreach.models import Door
from doanso.people.actions.doors import DoorInput, move_places
from doanso.people.actions.shops import rename_businesses
from doanso.people.models import Business, Household


def move_known_places(*, actor: User, home: UUID, moves: Sequence[tuple[Household | Business, DoorInput]]) -> set[UUID]:
    """Write street and number of known places of the ward, and the walk keys of their doors in every drive.

    Return the keys of homes that were not moved, because another home has that address.
    """
    of_places = [place.pk for place, _door in moves]
    affected_doors = Door.objects.filter(household_id__in=of_places) | Door.objects.filter(business_id__in=of_places)
    # Doors before places: the lock order of all actions.
    doors = list(affected_doors.order_by("pk").select_for_update()) if moves else []
    taken = move_places(unit_id=home, moves=moves)
    moved = [place for place, _door in moves if place.pk not in taken]
    record_many(
        AuditEventInput(actor, "outreach.put_right", moved_place, home, ("street", "house_number"))
        for moved_place in moved
    )
    keys = {moved_place.pk: moved_place.walk_key for moved_place in moved}
    walked = []
    for door in doors:
        place = door.household_id or door.business_id
        if place in keys:
            door.walk_key = keys[place]
            walked.append(door)
    Door.objects.bulk_update(walked, ["walk_key"], batch_size=200)
    return taken


def correct_signs(*, actor: User, home: UUID, names: Mapping[UUID, str]) -> None:
    """Write the names on the signs of these shops."""
    if names:
        rename_businesses(names)
        record_many(
            AuditEventInput(actor, "outreach.put_right", Business(pk=business_id), home, ("name",))
            for business_id in sorted(names)
        )
