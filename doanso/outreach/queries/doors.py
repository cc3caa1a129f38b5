"""Reads of doors: which ones are meant, how far a drive is, who has what."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from doanso.outreach.models import Door
from doanso.units.models import Unit


class FoundDoor(NamedTuple):
    """A door of a drive, with the home or the shop it is."""

    door_id: UUID
    drive_id: UUID
    household_id: UUID | None
    business_id: UUID | None
    neighbourhood_id: UUID | None


def find_doors(
    *,
    unit: Unit,
    drive_id: UUID | None = None,
    doors: Collection[UUID] = (),
    households: Collection[UUID] = (),
    businesses: Collection[UUID] = (),
) -> list[FoundDoor]:
    """The unit's doors of these keys, homes or shops, in one drive or in all of them; one statement."""
    found = Door.objects.filter(
        Q(pk__in=doors) | Q(household_id__in=households) | Q(business_id__in=businesses), unit=unit
    )
    if drive_id is not None:
        found = found.filter(drive_id=drive_id)
    rows = found.order_by("pk").values_list("pk", "drive_id", "household_id", "business_id", "neighbourhood_id")
    return [FoundDoor(*row) for row in rows]
