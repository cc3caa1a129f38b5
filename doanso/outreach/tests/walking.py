"""Streets for drives in tests."""

from collections.abc import Iterable

from doanso.outreach.models import Door, Drive
from doanso.outreach.tests.conftest import Outing
from doanso.people.actions import DoorTold, meet_households
from doanso.people.models import Household
from doanso.units.models import Neighbourhood


def lay_street(
    outing: Outing,
    street: str,
    numbers: Iterable[str],
    *,
    neighbourhood: Neighbourhood | None = None,
    drive: Drive | None = None,
) -> list[Door]:
    """More doors of the drive, in the order of their numbers as given."""
    place, drive = neighbourhood or outing.neighbourhood, drive or outing.drive
    told = [DoorTold(number, street, place.pk) for number in numbers]
    keys = [one.household_id for one in meet_households(unit_id=drive.unit_id, told=told)]
    homes = Household.objects.in_bulk(keys)
    doors = [
        Door(
            drive=drive, unit_id=drive.unit_id, household=homes[key], neighbourhood=place, walk_key=homes[key].walk_key
        )
        for key in keys
    ]
    Door.objects.bulk_create(doors)
    return doors


def told(doors: Iterable[Door]) -> list[str]:
    """Where these doors are, as people say it."""
    found = []
    for door in doors:
        assert door.household is not None
        found.append(door.household.address)
    return found
