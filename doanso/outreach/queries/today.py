"""A ward's day from door to door: pairs under way, progress of drives, arranged visits."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from doanso.access import policy as access
from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.assignments import queries as assignments
from doanso.lib import clock
from doanso.outreach import policy
from doanso.outreach.models import OPENED, Door, Drive, Visit, VisitOutcome
from doanso.outreach.queries import doors as door_reads
from doanso.outreach.rules import anomaly_checks
from doanso.outreach.rules.doors import FINAL
from doanso.sync import queries as sync
from doanso.units.models import Unit

# Of doors and drives, which have no recorder: a helper sees none as their own.
SEE = replace(policy.VIEW, own_of="")
MOST_PAIRS = 40
FEW = 5
STILL_OUT = timedelta(minutes=45)
"""Somebody who visited a door within this time, or still has doors, is taken to be under way."""


@dataclass(frozen=True, slots=True)
class PairRow:
    """One or two people who visit today.

    `held` are doors that the phone's holder still has; `short` are visits with an open door and no complete pair.
    """

    first: str
    second: str
    areas: tuple[str, ...]
    by: UUID
    visits: int
    doors: int
    opened: int
    short: int
    held: int
    first_at: datetime | None
    last_at: datetime | None
    out: bool

    @property
    def state(self) -> str:
        """Return the state, under the names of states."""
        if not self.visits:
            return "none"
        if self.short:
            return "behind"
        return "on" if self.out else "met"

    @property
    def total(self) -> int:
        """Return the number of doors visited and doors still to visit."""
        return self.doors + self.held


@dataclass(slots=True)
class _PairDay:
    by: UUID
    areas: list[str] = field(default_factory=list)
    visits: int = 0
    doors: int = 0
    opened: int = 0
    short: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None


def of_unit[M: Any](queryset: QuerySet[M], unit: Unit) -> QuerySet[M]:
    """Return the rows of the unit's present subtree, and of ended units whose records it keeps."""
    return queryset.filter(unit_id__in=records_below([unit.pk]))


def pairs(actor: User, unit: Unit, on: date) -> list[PairRow]:
    """Return the pairs of a day, the last to set out first; then holders of doors who have not begun.

    Three statements, however many visits there were.
    """
    shown = access.personal(actor)
    now = clock.now()
    visits = policy.VIEW.filter(actor, of_unit(Visit.objects.filter(happened_on=on, taken_back_at=None), unit))
    columns = ("recorded_by_id", "first_name", "second_name", "unit_id", "neighbourhood__name")
    rows = visits.values_list(*columns).annotate(
        visits=Count("pk"),
        # Without a known door each visit counts as one.
        doors=Count("household_id", distinct=True)
        + Count("business_id", distinct=True)
        + Count("pk", filter=Q(household=None, business=None)),
        opened=Count("pk", filter=Q(outcome__in=OPENED)),
        short=Count("pk", filter=Q(outcome__in=OPENED, paired=False)),
        first_at=Min("began_at"),
        last_at=Max("ended_at"),
    )
    sums: dict[tuple[UUID, str, str], _PairDay] = {}
    for by, first, second, unit_id, area, count, doors, opened, short, first_at, last_at in rows.order_by():
        name = shown.name(first, unit_id), shown.name(second, unit_id)
        pair_day = sums.setdefault((by, *name), _PairDay(by))
        pair_day.areas += [area] if area and area not in pair_day.areas else []
        pair_day.visits += count
        pair_day.doors += doors
        pair_day.opened += opened
        pair_day.short += short
        pair_day.first_at = min(filter(None, (pair_day.first_at, first_at)))
        pair_day.last_at = max(filter(None, (pair_day.last_at, last_at)))
    held = _held(actor, unit, now)
    lines = [_pair(key, pair_day, held, now) for key, pair_day in sums.items()]
    lines.sort(key=lambda pair: (pair.last_at or now, pair.first), reverse=True)
    begun = {pair.by for pair in lines}
    waiting = [_waiting(shown, user, unit_id, count) for (user, unit_id), count in held.items() if user.pk not in begun]
    return lines + sorted(waiting, key=lambda pair: pair.first)


def _held(actor: User, unit: Unit, now: datetime) -> dict[tuple[User, UUID], int]:
    """Return the number of doors that each user still has to visit."""
    doors = SEE.filter(actor, of_unit(Door.objects.filter(door_reads.held_doors(now)).exclude(outcome__in=FINAL), unit))
    counts = {
        (user_id, unit_id): count
        for user_id, unit_id, count in doors.values_list("taken_by_id", "unit_id").annotate(Count("pk")).order_by()
    }
    users = User.objects.in_bulk({user_id for user_id, _unit_id in counts})
    return {(users[user_id], unit_id): count for (user_id, unit_id), count in counts.items()}


def _pair(
    key: tuple[UUID, str, str], figures: _PairDay, held: Mapping[tuple[User, UUID], int], now: datetime
) -> PairRow:
    doors_held = sum(count for (user, _unit_id), count in held.items() if user.pk == figures.by)
    lately = figures.last_at is not None and now - figures.last_at <= STILL_OUT
    return PairRow(
        first=key[1],
        second=key[2],
        areas=tuple(figures.areas),
        by=figures.by,
        visits=figures.visits,
        doors=figures.doors,
        opened=figures.opened,
        short=figures.short,
        held=doors_held,
        first_at=figures.first_at,
        last_at=figures.last_at,
        out=bool(doors_held) or lately,
    )


def _waiting(shown: access.Personal, user: User, unit_id: UUID, count: int) -> PairRow:
    name = shown.name(user.display_name, unit_id)
    return PairRow(name, "", (), user.pk, 0, 0, 0, 0, count, None, None, out=False)


# --- Drives -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DriveDayRow:
    """A running drive: numbers of doors by outcome."""

    drive: Drive
    counts: Mapping[str, int]
    due: int

    @property
    def doors(self) -> int:
        """Return the number of all doors of the drive."""
        return sum(self.counts.values())

    @property
    def done(self) -> int:
        """Return the number of doors at which nothing is left to do."""
        return sum(count for outcome, count in self.counts.items() if outcome in FINAL)

    @property
    def left(self) -> int:
        """Return the number of doors at which something is left to do."""
        return self.doors - self.done

    @property
    def nobody(self) -> int:
        """Return the number of doors that nobody opened so far."""
        return self.counts.get(VisitOutcome.NOT_HOME, 0)

    @property
    def again(self) -> int:
        """Return the number of doors with an arranged visit."""
        return self.counts.get(VisitOutcome.FOLLOW_UP, 0)


def running_drives(actor: User, unit: Unit, on: date) -> list[DriveDayRow]:
    """Return the unit's drives of the day, the next to end first; two statements."""
    running = Drive.objects.filter(ended_at=None, since__lte=on, until__gt=on).select_related("unit")
    drives = list(SEE.filter(actor, of_unit(running, unit)).order_by("until", "name", "pk"))
    doors = Door.objects.filter(door_reads.PLACE_EXISTS, drive__in=[drive.pk for drive in drives])
    counts: dict[UUID, dict[str, int]] = defaultdict(dict)
    due: dict[UUID, int] = defaultdict(int)
    figures = doors.values_list("drive_id", "outcome").annotate(
        count=Count("pk"), waiting=Count("pk", filter=_is_due(on))
    )
    for drive_id, outcome, count, waiting in figures.order_by() if drives else ():
        counts[drive_id][outcome] = count
        due[drive_id] += waiting
    return [DriveDayRow(drive, counts[drive.pk], due[drive.pk]) for drive in drives]


def _is_due(on: date) -> Q:
    return Q(outcome=VisitOutcome.FOLLOW_UP, follow_up_on__lte=on)


# --- What waits ---------------------------------------------------------------------------------------------------------


def records_waiting(actor: User, unit: Unit) -> int:
    """Return the number of phones' records that wait for the actor's decision, up to a hundred."""
    return len(of_unit(sync.waiting_records(actor), unit).order_by().values_list("pk")[:100])


def open_questions(actor: User, unit: Unit) -> list[assignments.AssignmentRow]:
    """Return open assignments of the anomaly checks for the unit, the next due first."""
    open_flags = assignments.open_assignments(actor).filter(
        kind__in=[f"outreach.{rule}" for rule in anomaly_checks.RULES]
    )
    return assignments.assignment_rows(actor, list(of_unit(open_flags, unit)[: FEW + 1]))
