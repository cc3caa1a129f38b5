"""Homes and shops with an arranged visit, and the users to whom such a door can be assigned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from doanso.access import policy as access
from doanso.access.models import RoleAssignment
from doanso.access.roles import GRANTS, Scope
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.outreach import policy
from doanso.outreach.models import Door, Visit, VisitOutcome
from doanso.outreach.queries import doors as door_reads
from doanso.outreach.queries.today import SEE, of_unit
from doanso.outreach.visit_words import address_words, door_words
from doanso.units.models import Unit

PAGE = 50


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A home or shop with an arranged visit. `whose` has the door now, or else arranged it.

    A door of a drive can be assigned; outside of a drive there is only the visit.
    """

    door_id: UUID | None
    visit_id: UUID | None
    on: date
    place: str
    area: str
    whose: str
    is_given: bool
    days: int

    @property
    def state(self) -> str:
        """Return the state, by its urgency."""
        return "risk" if self.days < 0 else "behind" if self.days == 0 else "none"


WHEN = ("due", "overdue", "later", "all")
FORGOTTEN = timedelta(days=120)
"""Arrangements outside of drives that are older than this are not shown any more."""


def _in_span(when: str, on: date) -> Q:
    spans = {"due": Q(follow_up_on__lte=on), "overdue": Q(follow_up_on__lt=on), "later": Q(follow_up_on__gt=on)}
    return spans.get(when, Q())


def follow_ups(actor: User, unit: Unit, on: date, when: str = "due") -> QuerySet[Door, Any]:
    """Return doors of running drives with an arranged day, the oldest first."""
    running = Q(drive__ended_at=None, drive__until__gt=on)
    doors = Door.objects.filter(
        running, door_reads.PLACE_EXISTS, outcome=VisitOutcome.FOLLOW_UP, follow_up_on__isnull=False
    )
    doors = SEE.filter(actor, of_unit(doors, unit)).filter(_in_span(when, on))
    return doors.order_by("follow_up_on", "walk_key", "pk")


def follow_up_lines(actor: User, doors: QuerySet[Door, Any], on: date) -> list[FollowUp]:
    """Return these doors as lists show them; three statements at most."""
    return _lines(actor, list(_with_places(doors)), on)


def follow_up_page(actor: User, doors: QuerySet[Door, Any], number: int, on: date) -> tuple[list[FollowUp], bool]:
    """Return a page of these doors, and whether more follow; three statements at most."""
    rows, more = page_rows(_with_places(doors), number, PAGE)
    return _lines(actor, rows, on), more


def _with_places(doors: QuerySet[Door, Any]) -> QuerySet[Door, Any]:
    return doors.select_related("household", "business", "neighbourhood", "taken_by", "drive")


def _lines(actor: User, doors: Sequence[Door], on: date) -> list[FollowUp]:
    shown = access.personal(actor)
    now = clock.now()
    arranged = _arranged_by([door.pk for door in doors])
    return [_follow_up(shown, door, arranged, now, on) for door in doors]


def arranged_outside(actor: User, unit: Unit, on: date, when: str = "due") -> list[FollowUp]:
    """Return arrangements at doors of no drive that nobody has visited since, the oldest first; two statements."""
    since = Visit.objects.filter(
        Q(household=OuterRef("household")) | Q(business=OuterRef("business")),
        unit=OuterRef("unit"),
        began_at__gt=OuterRef("began_at"),
        taken_back_at=None,
    )
    arranged = Visit.objects.filter(
        ~Exists(since),
        _in_span(when, on),
        door=None,
        outcome=VisitOutcome.FOLLOW_UP,
        follow_up_on__isnull=False,
        happened_on__gte=on - FORGOTTEN,
        taken_back_at=None,
    )
    visits = policy.VIEW.filter(actor, of_unit(arranged, unit)).order_by("follow_up_on", "pk")
    shown = access.personal(actor)
    return [
        FollowUp(
            door_id=None,
            visit_id=visit.pk,
            on=visit.follow_up_on or on,
            place=door_words(shown, visit),
            area=visit.neighbourhood.name if visit.neighbourhood is not None else "",
            whose=shown.name(visit.recorded_by.display_name, visit.unit_id),
            is_given=False,
            days=((visit.follow_up_on or on) - on).days,
        )
        for visit in visits.select_related("household", "business", "neighbourhood", "recorded_by")[:PAGE]
    ]


def _arranged_by(door_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Return by door the user who arranged the day at its last visit."""
    if not door_ids:
        return {}
    arranged = Visit.objects.filter(door__in=door_ids, outcome=VisitOutcome.FOLLOW_UP, taken_back_at=None)
    rows = arranged.order_by("happened_on", "recorded_at").values_list("door_id", "recorded_by__display_name")
    return dict(rows)


def _follow_up(shown: access.Personal, door: Door, arranged: Mapping[UUID, str], now: datetime, on: date) -> FollowUp:
    has = door.taken_by if door.due_back_at is not None and door.due_back_at > now else None
    holder = has.display_name if has is not None else arranged.get(door.pk, "")
    return FollowUp(
        door_id=door.pk,
        visit_id=None,
        on=door.follow_up_on or on,
        place=door_place(shown, door),
        area=door.neighbourhood.name if door.neighbourhood is not None else "",
        whose=shown.name(holder, door.unit_id),
        is_given=has is not None,
        days=((door.follow_up_on or on) - on).days,
    )


def door_place(shown: access.Personal, door: Door) -> str:
    """Return a door as the actor may read it: the address, and of a shop its sign."""
    if door.business is not None:
        return shown.name(door.business.name, door.unit_id)
    return address_words(shown, door.household, door.unit_id) if door.household is not None else ""


def all_doors() -> QuerySet[Door]:
    """Return all doors with what a page of one shows, to be narrowed by a policy."""
    return Door.objects.select_related("drive", "unit", "household", "business", "neighbourhood", "taken_by")


def visiting_accounts(unit: Unit) -> list[User]:
    """Return accounts that may visit by a role at the unit itself, by name."""
    roles = [role for role, verbs in GRANTS.items() if verbs.get(policy.RECORD.name) is Scope.SUBTREE]
    held = RoleAssignment.objects.filter(in_effect(clock.today()), unit=unit, role__in=roles)
    return list(User.objects.filter(pk__in=held.values("user_id"), is_active=True).order_by("sort_key", "pk"))
