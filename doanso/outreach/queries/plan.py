"""The doors of a neighbourhood by street in walking order, with their outcomes and their positions on the drawing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.outreach.models import Door, Drive, Visit, VisitOutcome
from doanso.outreach.queries import doors as door_reads
from doanso.outreach.queries.follow_ups import door_place
from doanso.outreach.queries.today import SEE
from doanso.outreach.rules import plan as rules
from doanso.outreach.rules.doors import FINAL
from doanso.outreach.rules.plan import PlanLane, PlanSpot
from doanso.people.actions.doors import street_prefix
from doanso.units.models import Neighbourhood, Unit

MOST_DOORS = 1500
"""More doors than a neighbourhood has; a longer list says that it goes on."""
UNSEEN = "unseen"


@dataclass(frozen=True, slots=True)
class PlanDoor:
    """One door on the plan. `mark` is its shape and colour, `word` the same as text."""

    door: Door
    number: str
    mark: str
    word: str
    whose: str
    spot: PlanSpot
    visit: UUID | None


@dataclass(frozen=True, slots=True)
class PlanStreet:
    """A street with its doors in walking order."""

    name: str
    doors: list[PlanDoor]
    lane: PlanLane

    @property
    def odd(self) -> list[PlanDoor]:
        """Return the doors on the left as one walks up the street."""
        return [door for door in self.doors if door.spot.y < 0]

    @property
    def even(self) -> list[PlanDoor]:
        """Return the doors on the right."""
        return [door for door in self.doors if door.spot.y > 0]

    @property
    def done(self) -> int:
        """Return the number of doors at which nothing is left to do."""
        return sum(door.mark in FINAL for door in self.doors)


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """The plan of a neighbourhood, with the number of doors by mark."""

    streets: list[PlanStreet]
    marks: Mapping[str, int]
    more: bool

    @property
    def doors(self) -> int:
        """Return the number of doors."""
        return sum(self.marks.values())

    @property
    def done(self) -> int:
        """Return the number of doors at which nothing is left to do."""
        return sum(count for mark, count in self.marks.items() if mark in FINAL)


def drives_of(actor: User, unit: Unit, on: date) -> list[Drive]:
    """Return the unit's drives that are not over, the next to end first."""
    running = Drive.objects.filter(ended_at=None, until__gt=on, unit_id__in=records_below([unit.pk]))
    return list(SEE.filter(actor, running).order_by("until", "name", "pk"))


def neighbourhoods_with_doors(actor: User, drives: Sequence[Drive]) -> list[tuple[Neighbourhood | None, int, int]]:
    """Return the neighbourhoods of these drives' doors with the number of finished doors and of all doors, by name."""
    doors = Door.objects.filter(door_reads.PLACE_EXISTS, drive__in=[drive.pk for drive in drives])
    rows = SEE.filter(actor, doors).values_list("neighbourhood_id")
    counts = {
        key: (done, total)
        for key, total, done in rows.annotate(
            whole=Count("pk"), done=Count("pk", filter=Q(outcome__in=FINAL))
        ).order_by()
    }
    areas: list[Neighbourhood | None] = [
        *Neighbourhood.objects.filter(pk__in=[key for key in counts if key is not None]).order_by("name", "pk")
    ]
    if None in counts:
        areas.append(None)
    return [(area, *counts[area.pk if area is not None else None]) for area in areas]


def plan(actor: User, drives: Sequence[Drive], neighbourhood_id: UUID | None) -> AreaPlan:
    """Return the plan of these drives' doors in one neighbourhood (or in none); three statements."""
    where = Q(neighbourhood=None) if neighbourhood_id is None else Q(neighbourhood_id=neighbourhood_id)
    area_doors = Door.objects.filter(door_reads.PLACE_EXISTS, where, drive__in=[drive.pk for drive in drives])
    seen_doors = SEE.filter(actor, area_doors).select_related("household", "business", "taken_by")
    doors = list(seen_doors.order_by("walk_key", "pk")[: MOST_DOORS + 1])
    shown = access.personal(actor)
    last = _last_visits(doors)
    distinct_doors = _once_each(doors[:MOST_DOORS])
    groups = [list(group) for _key, group in groupby(distinct_doors, key=_street)]
    spots = [rules.spots([_number(door) for door in group]) for group in groups]
    lanes = rules.lanes(spots)
    streets = [
        PlanStreet(_street_name(group[0]), [_door(shown, last, *pair) for pair in zip(group, where, strict=True)], lane)
        for group, where, lane in zip(groups, spots, lanes, strict=True)
    ]
    marks = Counter(door.mark for street in streets for door in street.doors)
    return AreaPlan(streets, marks, len(doors) > MOST_DOORS)


def _once_each(doors: Sequence[Door]) -> list[Door]:
    """Return the doors, of a home in two drives only the one visited last."""
    best: dict[UUID, Door] = {}
    for door in doors:
        key = door.household_id or door.business_id or door.pk
        existing = best.get(key)
        if existing is None or (door.visited_on or date.min) > (existing.visited_on or date.min):
            best[key] = door
    chosen = {door.pk for door in best.values()}
    return [door for door in doors if door.pk in chosen]


def _street(door: Door) -> str:
    return street_prefix(door.walk_key)


def _at(door: Door) -> tuple[str, str]:
    place = door.household or door.business
    return (place.house_number, place.street) if place is not None else ("", "")


def _number(door: Door) -> str:
    return _at(door)[0]


def _street_name(door: Door) -> str:
    return _at(door)[1] or _("Without a street")


def _last_visits(doors: Sequence[Door]) -> dict[UUID, UUID]:
    """Return the last visit at each of these doors."""
    visited = [door.pk for door in doors if door.visits]
    visits = Visit.objects.filter(door__in=visited, taken_back_at=None).order_by("happened_on", "recorded_at")
    return dict(visits.values_list("door_id", "pk")) if visited else {}


def _door(shown: access.Personal, last: Mapping[UUID, UUID], door: Door, spot: PlanSpot) -> PlanDoor:
    mark = door.outcome or UNSEEN
    number = (_number(door) or _("no number")) if shown.shows(door.unit_id) else "…"
    held = door.taken_by if door.due_back_at is not None and door.due_back_at > clock.now() else None
    return PlanDoor(
        door=door,
        number=door_place(shown, door) if door.business_id is not None else number,
        mark=mark,
        word=mark_word(mark),
        whose=shown.name(held.display_name, door.unit_id) if held is not None else "",
        spot=spot,
        visit=last.get(door.pk),
    )


def mark_word(mark: str) -> str:
    """Return a mark as text."""
    return _("Not visited yet") if mark == UNSEEN else str(VisitOutcome(mark).label)


MARKS = (
    UNSEEN,
    VisitOutcome.NOT_HOME,
    VisitOutcome.FOLLOW_UP,
    VisitOutcome.REFUSED,
    VisitOutcome.HELPED,
    VisitOutcome.HAD_ALREADY,
)
"""All marks, in the order of the key."""
