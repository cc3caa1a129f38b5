"""Reads of doors: find them by key, home or shop, and conditions on their state."""

from collections.abc import Collection
from datetime import date, datetime
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from doanso.lib import database
from doanso.outreach.models import Door, Visit, VisitOutcome
from doanso.people.actions.doors import walk_from
from doanso.units.models import Unit


class DriveDoor(NamedTuple):
    """A door of a drive, with the home or the shop it is."""

    door_id: UUID
    drive_id: UUID
    household_id: UUID | None
    business_id: UUID | None
    neighbourhood_id: UUID | None


_FOUND = ("unit", "id", "drive", "household", "business", "neighbourhood")


def find_doors(
    *,
    unit: Unit,
    drive_id: UUID | None = None,
    doors: Collection[UUID] = (),
    households: Collection[UUID] = (),
    businesses: Collection[UUID] = (),
) -> list[DriveDoor]:
    """Return the unit's doors of these keys, homes or shops, in one drive or in all of them; one statement."""
    keys_by_column = {"id": [*doors], "household_id": [*households], "business_id": [*businesses]}
    ways = [f"{column} IN ({database.placeholders(keys)})" for column, keys in keys_by_column.items() if keys]
    if not ways:
        return []
    rows = database.read_rows(
        Door, _FOUND, f"{' OR '.join(ways)} ORDER BY id", [*chain.from_iterable(keys_by_column.values())]
    )
    matches = [DriveDoor(*row) for unit_id, *row in rows if unit_id == unit.pk]
    return [door for door in matches if drive_id in {None, door.drive_id}]


PLACE_EXISTS = Q(household__isnull=False, household__gone_at=None, household__erased_at=None) | Q(
    business__isnull=False, business__gone_at=None, business__merged_into=None, business__erased_at=None
)
"""Condition on doors: the home or shop still exists."""


def held_doors(now: datetime) -> Q:
    """Return the condition of checked-out doors; a check-out ends by itself when its time is over."""
    return Q(due_back_at__gt=now)


def free_doors(now: datetime) -> Q:
    """Return the condition of doors without a check-out."""
    return Q(due_back_at=None) | Q(due_back_at__lte=now)


def to_visit_condition(today: date) -> Q:
    """Return the condition of doors to visit today. A door at which nobody was home waits for another day."""
    return (
        Q(outcome="")
        | Q(outcome=VisitOutcome.NOT_HOME, visited_on__lt=today)
        | Q(outcome=VisitOutcome.FOLLOW_UP, follow_up_on__lte=today)
        | Q(outcome=VisitOutcome.FOLLOW_UP, follow_up_on=None)
    )


def next_doors(
    *, drive_id: UUID, near: Door | None, homes: Collection[UUID], today: date, now: datetime
) -> QuerySet[Door, Any]:
    """Return the drive's free doors in the order in which they are offered.

    Due follow-ups first; then onwards along the same side of the street, and back; the other side likewise; the next streets of
    that neighbourhood; everything else. Without a known door the own neighbourhoods (`homes`) come first.
    """
    open_doors = Door.objects.filter(to_visit_condition(today), free_doors(now), PLACE_EXISTS, drive_id=drive_id)
    tiers = [When(follow_up_on__lte=today, then=Value(0))]
    backwards: list[int] = []
    if near is not None:
        walk = walk_from(near.walk_key)
        for side in walk.sides:
            tiers.append(When(walk_key__gte=side.own_key, walk_key__lt=side.end, then=Value(len(tiers))))
            backwards.append(len(tiers))
            tiers.append(When(walk_key__gte=side.first, walk_key__lt=side.own_key, then=Value(len(tiers))))
        in_same_area = Q(neighbourhood_id=near.neighbourhood_id)
        tiers.append(When(in_same_area, walk_key__gte=walk.next_street, then=Value(len(tiers))))
        tiers.append(When(in_same_area, then=Value(len(tiers))))
        tiers.append(When(walk_key__gte=walk.next_street, then=Value(len(tiers))))
    elif homes:
        tiers.append(When(neighbourhood_id__in=homes, then=Value(1)))
    tier = Case(*tiers, default=Value(len(tiers)), output_field=IntegerField())
    back = Case(When(tier__in=backwards, then=F("walk_key")), default=Value(""), output_field=CharField())
    return open_doors.annotate(tier=tier).order_by("tier", back.desc(), "walk_key", "pk")


def arranged_by_condition(user_id: UUID) -> Exists:
    """Return the condition of doors that this user visited with an arrangement to come again."""
    return Exists(
        Visit.objects.filter(
            door=OuterRef("pk"), recorded_by_id=user_id, outcome=VisitOutcome.FOLLOW_UP, taken_back_at=None
        )
    )
