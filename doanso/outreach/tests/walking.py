"""Streets for drives in tests, and arranged visits."""

from collections.abc import Iterable
from datetime import timedelta

from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.actions.doors import DoorVisit, note_visits
from doanso.outreach.models import Door, Drive, Visit
from doanso.outreach.tests.conftest import Outing
from doanso.people.actions import DoorInput, match_or_create_households
from doanso.people.models import Household
from doanso.testing import TODAY
from doanso.units.models import Neighbourhood


def lay_street(
    outing: Outing,
    street: str,
    numbers: Iterable[str],
    *,
    neighbourhood: Neighbourhood | None = None,
    drive: Drive | None = None,
) -> list[Door]:
    """Create doors of the drive, in the order of their numbers as given."""
    place, drive = neighbourhood or outing.neighbourhood, drive or outing.drive
    inputs = [DoorInput(number, street, place.pk) for number in numbers]
    keys = [home.household_id for home in match_or_create_households(unit_id=drive.unit_id, inputs=inputs)]
    homes = Household.objects.in_bulk(keys)
    doors = [
        Door(
            drive=drive, unit_id=drive.unit_id, household=homes[key], neighbourhood=place, walk_key=homes[key].walk_key
        )
        for key in keys
    ]
    Door.objects.bulk_create(doors)
    return doors


def addresses_of(doors: Iterable[Door]) -> list[str]:
    """Return where these doors are, as people say it."""
    addresses = []
    for door in doors:
        assert door.household is not None
        addresses.append(door.household.address)
    return addresses


def arrange(outing: Outing, door: Door, actor: str, days: int) -> None:
    """Set an arranged visit: somebody was there yesterday and is to come again."""
    now, day, yesterday = clock.now(), TODAY + timedelta(days=days), TODAY - timedelta(days=1)
    Visit.objects.create(
        id=uuid7(),
        unit=outing.ward,
        drive=outing.drive,
        door=door,
        household=door.household,
        outcome="follow-up",
        follow_up_on=day,
        happened_on=yesterday,
        arrived_on=yesterday,
        recorded_at=now,
        began_at=now,
        ended_at=now,
        recorded_by=getattr(outing.tree, actor),
        first_name="Bùi Thị Lan",
        first_kind="youth",
        first_how="sign-in",
        paired=False,
        content_hash="",
        counted_as=uuid7(),
    )
    note_visits(visits=[DoorVisit(door.pk, "follow-up", yesterday, day)])
