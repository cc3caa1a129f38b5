"""Actions on the doors of a drive: check-outs, assignments, and the results of visits.

Every action locks the doors it changes, so that two people who ask at once are never sent to one door.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock, database
from doanso.lib.dated_rows import in_effect
from doanso.lib.problems import Problem, Refused
from doanso.outreach import policy
from doanso.outreach.models import Door, Drive, Teammate, Visit, VisitOutcome
from doanso.outreach.queries import doors as reads
from doanso.outreach.queries import drives
from doanso.outreach.rules import doors as rules
from doanso.people.actions.doors import walk_key
from doanso.people.models import Contact
from doanso.units.models import Unit


class DoorVisit(NamedTuple):
    """The result of one visit at its door."""

    door_id: UUID
    outcome: str
    happened_on: date
    follow_up_on: date | None = None


@dataclass(slots=True)
class _DoorState:
    """Columns of a door: the results of visits, and the holder of its check-out."""

    visits: int
    outcome: str
    visited_on: date | None
    follow_up_on: date | None
    taken_by_id: UUID | None
    taken_at: datetime | None
    due_back_at: datetime | None


_COLUMNS = tuple(column.name for column in fields(_DoorState))
_values = attrgetter(*_COLUMNS)


@transaction.atomic(savepoint=False)
def note_visits(*, visits: Sequence[DoorVisit]) -> None:
    """Write the results of new visits at their doors; two statements, for one visit as for a hundred.

    Called after the caller's policy check. An older visit never replaces a newer outcome; a finished door is given back.
    """
    doors = _lock({visit.door_id for visit in visits})
    for visit in sorted(visits, key=lambda visit: visit.happened_on):
        if (door := doors.get(visit.door_id)) is not None:
            _tell(door, visit)
    _write(doors)


def lock_doors(door_ids: Collection[UUID | None], *, places: Collection[UUID] = ()) -> None:
    """Lock these doors, and those of these homes and shops in every drive.

    For callers that recompute the doors after the ledger was called, and that lock visits before and support records after
    them.
    """
    condition = Q(pk__in={door_id for door_id in door_ids if door_id})
    if places:
        condition |= Q(household__in=places) | Q(business__in=places)
    list(Door.objects.select_for_update().filter(condition).order_by("pk").values_list("pk"))


@transaction.atomic
def recompute_doors(*, door_ids: Collection[UUID]) -> None:
    """Recompute these doors from the visits in effect, after one was changed or taken back; three statements."""
    doors = _lock(door_ids)
    for door in doors.values():
        door.visits, door.outcome, door.visited_on, door.follow_up_on = 0, "", None, None
    active_visits = Visit.objects.filter(door_id__in=doors, taken_back_at=None).order_by(
        "happened_on", "recorded_at", "id"
    )
    columns = ("door_id", "outcome", "happened_on", "arrived_on", "follow_up_on")
    for door_id, outcome, day, arrived, later in active_visits.values_list(*columns):
        # A clock that was ahead counts as the day of arrival too, or no later visit would ever replace it.
        _tell(doors[door_id], DoorVisit(door_id, outcome, min(day, arrived), later))
    _write(doors)


def _lock(door_ids: Collection[UUID]) -> dict[UUID, _DoorState]:
    if not door_ids:
        return {}
    locked = Door.objects.select_for_update().filter(pk__in=door_ids).order_by("pk")
    return {key: _DoorState(*values) for key, *values in locked.values_list("pk", *_COLUMNS)}


def _tell(door: _DoorState, visit: DoorVisit) -> None:
    door.visits += 1
    if not rules.replaces_outcome(door.outcome, door.visited_on, visit.outcome, visit.happened_on):
        return
    door.outcome, door.visited_on = visit.outcome, visit.happened_on
    door.follow_up_on = visit.follow_up_on if visit.outcome == VisitOutcome.FOLLOW_UP else None
    if visit.outcome in rules.FINAL:
        door.taken_by_id = door.taken_at = door.due_back_at = None


def _write(doors: dict[UUID, _DoorState]) -> None:
    database.update_rows(Door, _COLUMNS, [(key, *_values(state)) for key, state in doors.items()])


@transaction.atomic
def take_doors(*, actor: User, drive: Drive, want: int, near_id: UUID | None = None) -> list[Door]:
    """Check out the next free doors for a day, nearest to a given door or to the actor's last one; return them in walking
    order.

    Fewer than requested where the drive has no more to do today, or the actor reaches the limit of doors at once.
    """
    if not drives.may_visit(actor, drive.unit):
        raise PermissionDenied(policy.RECORD.name)
    now, today = clock.now(), clock.today()
    _require_running(drive, today)
    held_doors = Door.objects.filter(reads.held_doors(now), taken_by=actor, drive=drive).order_by(
        "-taken_at", "-walk_key"
    )
    holds = Door.objects.filter(reads.held_doors(now), taken_by=actor).count()
    want = min(want, rules.MOST_TAKEN, rules.MOST_HELD - holds)
    if want <= 0:
        message = _("You have %(count)d doors already. Visit them or give some back first.")
        raise Refused(Problem("enough_doors", message % {"count": holds}, "want"))
    near = held_doors.first() if near_id is None else Door.objects.filter(pk=near_id, drive=drive).first()
    if near is None and near_id is not None:
        raise Refused(Problem("door_unknown", _("This door is not one of the drive's."), "near"))
    homes = [] if near is not None else _own_neighbourhoods(actor, today)
    offered = reads.next_doors(drive_id=drive.pk, near=near, homes=homes, today=today, now=now)
    # Rows that somebody else is checking out are skipped, not waited for.
    chosen = list(offered.select_for_update(skip_locked=True, of=("self",))[:want])
    _give(chosen, actor, now)
    if chosen:
        record(actor=actor, action="outreach.take_doors", obj=drive, unit=drive.unit_id)
    return chosen


def _require_running(drive: Drive, today: date) -> None:
    if drive.ended_at is not None or not drive.since <= today < drive.until:
        raise Refused(Problem("drive_not_running", _("This drive is not running today. Choose another one."), "drive"))


def _own_neighbourhoods(actor: User, today: date) -> list[UUID]:
    own_terms = Teammate.objects.filter(in_effect(today), user=actor)
    return list(own_terms.filter(team__neighbourhood__isnull=False).values_list("team__neighbourhood_id", flat=True))


def _give(chosen: Iterable[Door], holder: User, now: datetime, *, days: int = 1) -> None:
    """Check these locked doors out to the holder."""
    for door in chosen:
        door.taken_by, door.taken_at, door.due_back_at = holder, now, now + timedelta(days=days)
    values = {"taken_by": holder, "taken_at": now, "due_back_at": now + timedelta(days=days)}
    Door.objects.filter(pk__in=[door.pk for door in chosen]).update(**values)


@transaction.atomic
def give_back(*, actor: User, door_ids: Collection[UUID]) -> int:
    """Give back doors of the actor and return their number; doors of others do not change."""
    held_doors = Door.objects.select_for_update().filter(pk__in=door_ids, taken_by=actor).order_by("pk")
    return _free(actor, held_doors, "outreach.give_back")


@transaction.atomic
def take_back(*, actor: User, drive: Drive, door_ids: Collection[UUID]) -> int:
    """Take doors back from their holders, by an officer; return their number."""
    policy.MANAGE.require(actor, drive)
    taken = Door.objects.select_for_update().filter(pk__in=door_ids, drive=drive, taken_by__isnull=False)
    return _free(actor, taken.order_by("pk"), "outreach.take_back_doors")


def _free(actor: User, doors: QuerySet[Door], action: str) -> int:
    freed = list(doors)
    Door.objects.filter(pk__in=[door.pk for door in freed]).update(taken_by=None, taken_at=None, due_back_at=None)
    record_many(AuditEventInput(actor, action, door, door.unit_id) for door in freed)
    return len(freed)


@transaction.atomic
def assign_doors(*, actor: User, drive: Drive, door_ids: Collection[UUID], to: User, days: int = 1) -> int:
    """Assign doors to somebody for some days, by an officer, regardless of their holder; return their number. Finished doors do
    not change.
    """
    policy.MANAGE.require(actor, drive)
    today = clock.today()
    if drive.ended_at is not None or today >= drive.until:
        raise Refused(Problem("drive_not_running", _("This drive is not running today. Choose another one."), "drive"))
    _require_visitor(to, drive.unit)
    if not 1 <= days <= rules.MOST_DAYS:
        message = _("Give doors for 1 to %(days)d days.") % {"days": rules.MOST_DAYS}
        raise Refused(Problem("days_wrong", message, "days"))
    doors = Door.objects.select_for_update(of=("self",)).filter(reads.PLACE_EXISTS, pk__in=door_ids, drive=drive)
    assigned = list(doors.exclude(outcome__in=rules.FINAL).order_by("pk"))
    _give(assigned, to, clock.now(), days=days)
    record_many(AuditEventInput(actor, "outreach.assign_doors", door, door.unit_id) for door in assigned)
    return len(assigned)


def _require_visitor(user: User, unit: Unit, field: str = "to") -> None:
    if not user.is_active or not drives.may_visit(user, unit):
        message = _("%(name)s does not go from door to door for this unit. Give the role of a helper first.")
        raise Refused(Problem("not_a_visitor", message % {"name": user.display_name}, field))


_LONGEST = 366
"""The most days for which doors are handed over with their arranged visits."""


@dataclass(frozen=True, slots=True)
class HandOverResult:
    """The number of doors handed over, and of those with an arranged visit."""

    doors: int
    follow_ups: int


@transaction.atomic
def hand_over_area(*, actor: User, unit: Unit, giver: User, taker: User) -> HandOverResult:
    """Hand over everything that one person has in the unit's drives: doors checked out, and visits arranged.

    A visit arranged for a later day is the recipient's until the end of that day. The history of each door and of both people
    records it.
    """
    policy.MANAGE.require_at(actor, unit)
    if giver.pk == taker.pk:
        raise Refused(Problem("same_person", _("Choose two different people."), "taker"))
    _require_visitor(taker, unit, "taker")
    now, today = clock.now(), clock.today()
    running = Drive.objects.filter(unit=unit, ended_at=None, until__gt=today)
    held_by_giver = Q(reads.held_doors(now), taken_by=giver)
    arranged = Q(reads.free_doors(now), reads.arranged_by_condition(giver.pk), outcome=VisitOutcome.FOLLOW_UP)
    doors = Door.objects.select_for_update().filter(held_by_giver | arranged, drive__in=running).order_by("pk")
    handed_over = list(doors)
    by_days: dict[int, list[Door]] = {}
    for door in handed_over:
        # A phone's clock may have been years ahead when the day was arranged.
        by_days.setdefault(min(rules.days_to_keep(door.follow_up_on, today), _LONGEST), []).append(door)
    for days, lot in by_days.items():
        _give(lot, taker, now, days=days)
    record_many(AuditEventInput(actor, "outreach.hand_over_area", handed_door, unit) for handed_door in handed_over)
    record(actor=actor, action="outreach.hand_on_area", obj=giver, unit=unit)
    record(actor=actor, action="outreach.take_over_area", obj=taker, unit=unit)
    return HandOverResult(
        len(handed_over), sum(handed_door.outcome == VisitOutcome.FOLLOW_UP for handed_door in handed_over)
    )


def forget_homes(*, person_ids: Collection[UUID]) -> None:
    """Clear the address and holder of doors whose home loses its last person by the erasure of these persons."""
    homes = Contact.objects.filter(person_id__in=person_ids, erased_at=None, household__isnull=False)
    keys = set(homes.values_list("household_id", flat=True))
    others = Contact.objects.filter(household_id__in=keys).exclude(person_id__in=person_ids)
    empty = keys - set(others.values_list("household_id", flat=True))
    doors = Door.objects.filter(household_id__in=empty)
    doors.update(walk_key=walk_key("", ""), taken_by=None, taken_at=None, due_back_at=None)
