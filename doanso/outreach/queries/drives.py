"""Reads of drives: progress by street, and the holders of doors. The number of statements is fixed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, Count, ExpressionWrapper, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from doanso.access import queries as access
from doanso.access.models import RoleAssignment
from doanso.access.policy import personal, units_below
from doanso.access.roles import GRANTS, Scope
from doanso.access.unit_roles import term_words
from doanso.accounts.models import User
from doanso.lib import clock, vietnamese
from doanso.lib.paging import page_rows
from doanso.members import queries as members
from doanso.outreach import policy
from doanso.outreach.models import Door, Drive, Visit, VisitOutcome
from doanso.outreach.queries.doors import PLACE_EXISTS, free_doors, held_doors
from doanso.outreach.rules.doors import FINAL
from doanso.people import policy as people
from doanso.people.actions.doors import one_line, street_key, street_keys, street_prefix
from doanso.people.models import Contact
from doanso.people.queries import distinct_contacts
from doanso.units import queries as units
from doanso.units.models import Unit

PAGE = 50
# A drive has no recorder, so no permission follows from being its recorder.
SEE = replace(policy.VIEW, own_of="")
WALK = replace(policy.RECORD, own_of="")
MOST_PRINTED = 600
_HELPED = frozenset((VisitOutcome.HELPED, VisitOutcome.HAD_ALREADY))


def all_drives() -> QuerySet[Drive]:
    """Return all drives with what a row shows, to be narrowed by a policy."""
    return Drive.objects.select_related("unit", "made_by")


@dataclass(frozen=True, slots=True)
class DriveRow:
    """A drive in the list."""

    drive: Drive
    unit: str
    days: str
    progress: "DriveProgress"
    state: str
    # Visitors read a drive's progress, and nothing about holders.
    opens: bool


RUNNING, AHEAD, OVER = "running", "ahead", "over"


def drive_state(drive: Drive, today: date) -> str:
    """Return whether the drive runs today, is ahead, or over."""
    if drive.ended_at is not None or drive.until <= today:
        return OVER
    return AHEAD if drive.since > today else RUNNING


def find_drives(actor: User, *, unit: Unit | None, over: bool, page: int) -> tuple[list[DriveRow], bool]:
    """Return a page of the drives the actor may see or visits in, and whether there are more."""
    now, today = clock.now(), clock.today()
    running = Q(ended_at=None, until__gt=today)
    opens = SEE.allows_anywhere(actor)
    in_sight = visible_drives(actor) if opens else all_drives().filter(unit_id__in=visited_units(actor))
    matches = in_sight.filter(~running if over else running)
    if unit is not None:
        matches = matches.filter(unit_id__in=units_below([unit.pk]))
    order = ("-until", "-since", "name", "pk") if over else ("until", "since", "name", "pk")
    drives, more = page_rows(matches.order_by(*order), page, PAGE)
    called = units.named_units_by_id(drive.unit_id for drive in drives)
    progress = progress_of_drives([drive.pk for drive in drives], now=now, today=today)
    lines = []
    for drive in drives:
        days = term_words(drive.since, drive.until)
        lines.append(
            DriveRow(
                drive, called[drive.unit_id].short_name, days, progress[drive.pk], drive_state(drive, today), opens
            )
        )
    return lines, more


def visible_drives(actor: User) -> QuerySet[Drive]:
    """Return the drives the actor may see."""
    return SEE.filter(actor, all_drives())


def visited_units(user: User) -> set[UUID]:
    """Return the wards in whose drives a user visits: where they hold the role, or a branch of which they do."""
    roots = WALK.roots(user)
    return set(units_below(roots)) | set(members.home_units(roots).values()) if roots else set()


def may_visit(user: User, unit: Unit) -> bool:
    """Return whether a user visits for the ward."""
    return unit.pk in visited_units(user)


def find_drive_to_visit(user: User, drive_id: UUID) -> Drive | None:
    """Return the drive, if the user may visit in it."""
    return all_drives().filter(pk=drive_id, unit_id__in=visited_units(user)).first()


def visitors_of_unit(unit: Unit) -> list[User]:
    """Return the users who visit for the unit by a role held there or in a branch, by name; one statement."""
    roles = [role for role, verbs in GRANTS.items() if verbs.get(policy.RECORD.name) is Scope.SUBTREE]
    below = units_below([unit.pk])
    assigned = access.current_or_future_role_assignments(
        RoleAssignment.objects.filter(unit_id__in=below, role__in=roles)
    )
    users = User.objects.filter(is_active=True, pk__in=assigned.values("user_id"))
    return list(users.order_by("sort_key", "pk"))


class DriveProgress(NamedTuple):
    """The progress of a drive or a street of it, in doors. `gone` ones count nowhere else; `left` ones may be checked out."""

    total: int = 0
    done: int = 0
    helped: int = 0
    refused: int = 0
    nobody: int = 0
    follow_ups: int = 0
    due: int = 0
    held: int = 0
    gone: int = 0

    @property
    def left(self) -> int:
        """Return the number of doors with something left to do."""
        return self.total - self.done


def sum_progress(parts: Iterable[DriveProgress]) -> DriveProgress:
    """Return the sum of the progress of several streets, or of several states of one street's doors."""
    columns = zip(*parts, strict=True)
    return DriveProgress(*map(sum, columns))


def _read_progress(doors: QuerySet[Door], *columns: str, now: datetime, today: date) -> dict[Any, DriveProgress]:
    """Return the progress of these doors by the columns; one statement.

    The database groups doors by their state and Python adds the groups up: nine filtered counts in one statement, each with the
    joins of `PLACE_EXISTS`, take several times as long to build as this one takes to run.
    """
    states = {
        "present": ExpressionWrapper(PLACE_EXISTS, output_field=BooleanField()),
        "is_due": ExpressionWrapper(Q(follow_up_on__lte=today), output_field=BooleanField()),
        "is_held": ExpressionWrapper(held_doors(now), output_field=BooleanField()),
    }
    grouped = doors.annotate(**states).values_list(*columns, "outcome", *states).annotate(Count("pk")).order_by()
    parts: dict[Any, list[DriveProgress]] = {}
    for *key, outcome, present, is_due, is_held, count in grouped:
        parts.setdefault(tuple(key), []).append(_progress_of(outcome, count, present, is_due, is_held))
    return {key: sum_progress(progress) for key, progress in parts.items()}


def _progress_of(
    outcome: str, count: int, present: bool | None, is_due: bool | None, is_held: bool | None
) -> DriveProgress:
    """Return the progress of this many doors of one state; a state whose columns are empty is NULL."""
    if not present:
        return DriveProgress(gone=count)
    is_follow_up = outcome == VisitOutcome.FOLLOW_UP
    return DriveProgress(
        total=count,
        done=count if outcome in FINAL else 0,
        helped=count if outcome in _HELPED else 0,
        refused=count if outcome == VisitOutcome.REFUSED else 0,
        nobody=count if outcome == VisitOutcome.NOT_HOME else 0,
        follow_ups=count if is_follow_up else 0,
        due=count if is_follow_up and is_due else 0,
        held=count if is_held else 0,
    )


def progress_of_drives(drive_ids: Collection[UUID], *, now: datetime, today: date) -> dict[UUID, DriveProgress]:
    """Return the progress of these drives; one statement."""
    doors = Door.objects.filter(drive_id__in=drive_ids)
    by_drive = _read_progress(doors, "drive_id", now=now, today=today)
    return {drive_id: by_drive.get((drive_id,), DriveProgress()) for drive_id in drive_ids}


@dataclass(frozen=True, slots=True)
class DriveStreetRow:
    """A street of a neighbourhood, and its progress."""

    neighbourhood_id: UUID | None
    neighbourhood: str
    street: str
    key: str
    progress: DriveProgress


STREET = Coalesce("household__street", "business__street")
"""Expression on doors: the street of the home or shop."""


def street_rows(drive: Drive, *, now: datetime, today: date) -> list[DriveStreetRow]:
    """Return the drive's streets by neighbourhood and name; one statement."""
    doors = Door.objects.filter(drive=drive).annotate(street=STREET)
    columns = ("neighbourhood_id", "neighbourhood__name", "street")
    lines: dict[tuple[UUID | None, str], DriveStreetRow] = {}
    for (area_id, area, street), progress in _read_progress(doors, *columns, now=now, today=today).items():
        key = street_key(street or "")
        line = DriveStreetRow(area_id, area or "", street or "", key, progress)
        if (existing := lines.get((area_id, key))) is not None:
            # The street is spelt in two ways.
            line = replace(existing, progress=sum_progress((existing.progress, progress)))
        lines[area_id, key] = line
    return sorted(lines.values(), key=lambda line: (*area_order(line.neighbourhood), line.key))


def area_order(name: str) -> tuple[int, str]:
    """Return the sort key of a neighbourhood's name: Khu phố 2 before Khu phố 10."""
    digits = "".join(filter(str.isdigit, name))
    return int(digits) if digits else 10**6, vietnamese.sort_key(name)


@dataclass(frozen=True, slots=True)
class DoorHolderRow:
    """The number of doors a user has, and when the first of them is due back."""

    user_id: UUID
    name: str
    doors: int
    due_back_at: datetime


def holder_rows(drive: Drive, *, now: datetime) -> list[DoorHolderRow]:
    """Return the present holders of the drive's doors, by name; one statement."""
    rows = Door.objects.filter(held_doors(now), PLACE_EXISTS, drive=drive)
    columns = ("taken_by_id", "taken_by__display_name", "count", "first")
    grouped = rows.values("taken_by_id", "taken_by__display_name").annotate(count=Count("pk"), first=Min("due_back_at"))
    held_rows = grouped.order_by("taken_by__sort_key", "taken_by_id").values_list(*columns)
    return [DoorHolderRow(*row) for row in held_rows]


def named_holders(actor: User, drive: Drive, *, now: datetime) -> list[DoorHolderRow]:
    """Return `holder_rows` with names as the actor may read them."""
    reads = personal(actor)
    return [replace(holder, name=reads.name(holder.name, drive.unit_id)) for holder in holder_rows(drive, now=now)]


def holders_of_doors(unit: Unit, *, now: datetime, today: date) -> list[tuple[User, int]]:
    """Return the users with doors in the unit's drives, or visits arranged there, with the number, by name; two statements."""
    running = Door.objects.filter(PLACE_EXISTS, drive__unit=unit, drive__ended_at=None, drive__until__gt=today)
    counts = dict(running.filter(held_doors(now)).values_list("taken_by_id").annotate(Count("pk")).order_by())
    last = Visit.objects.filter(door=OuterRef("pk"), outcome=VisitOutcome.FOLLOW_UP, taken_back_at=None).order_by(
        "-happened_on", "-recorded_at"
    )
    arranged = running.filter(free_doors(now), outcome=VisitOutcome.FOLLOW_UP).annotate(
        by=Subquery(last.values("recorded_by_id")[:1])
    )
    for key, count in arranged.values_list("by").annotate(Count("pk")).order_by():
        if key is not None:
            counts[key] = counts.get(key, 0) + count
    people = User.objects.filter(pk__in=counts).order_by("sort_key", "pk")
    return [(user, counts[user.pk]) for user in people]


@dataclass(frozen=True, slots=True)
class DoorFilter:
    """Filter of a drive's doors."""

    neighbourhood_id: UUID | None = None
    street_key: str = ""
    state: str = ""
    holder_id: UUID | None = None


def filtered_doors(drive: Drive, narrowed: DoorFilter, *, now: datetime, today: date) -> QuerySet[Door]:
    """Return the drive's doors that match the filter, in walking order."""
    matches = Door.objects.filter(drive=drive)
    if narrowed.street_key:
        first, end = street_keys(narrowed.street_key)
        matches = matches.filter(Q(neighbourhood_id=narrowed.neighbourhood_id), walk_key__gte=first, walk_key__lt=end)
    elif narrowed.neighbourhood_id is not None:
        matches = matches.filter(neighbourhood_id=narrowed.neighbourhood_id)
    if narrowed.holder_id is not None:
        matches = matches.filter(held_doors(now), taken_by_id=narrowed.holder_id)
    states = {
        "left": Q(PLACE_EXISTS) & ~Q(outcome__in=FINAL),
        "done": Q(outcome__in=FINAL),
        "due": Q(PLACE_EXISTS, outcome=VisitOutcome.FOLLOW_UP, follow_up_on__lte=today),
        "follow-up": Q(PLACE_EXISTS, outcome=VisitOutcome.FOLLOW_UP),
        "held": Q(PLACE_EXISTS) & held_doors(now),
        "gone": ~PLACE_EXISTS,
    }
    matches = matches.filter(states.get(narrowed.state, Q()))
    return matches.select_related("household", "business", "neighbourhood", "taken_by").order_by("walk_key", "pk")


@dataclass(frozen=True, slots=True)
class DoorRow:
    """A door in a list: place, state and holder, as the reader may see it."""

    door: Door
    place: str
    sign: str
    exists: bool
    helped: bool
    due: bool
    holder: str
    residents: tuple[str, ...] = ()


def _line(door: Door, holder: str, today: date, residents: Sequence[str] = ()) -> DoorRow:
    place = door.household or door.business
    assert place is not None  # noqa: S101 -- a constraint of the table
    exists = place.gone_at is None and place.erased_at is None
    return DoorRow(
        door=door,
        place=place.address or one_line(place.street, place.house_number),
        sign=door.business.name if door.business is not None else "",
        exists=exists and (door.business is None or door.business.merged_into_id is None),
        helped=door.outcome in (VisitOutcome.HELPED, VisitOutcome.HAD_ALREADY),
        due=door.follow_up_on is not None and door.follow_up_on <= today,
        holder=holder,
        residents=tuple(residents),
    )


def door_rows(
    actor: User, drive: Drive, narrowed: DoorFilter, *, page: int, now: datetime, today: date
) -> tuple[list[DoorRow], bool]:
    """Return a page of the drive's doors, and whether there are more; two or three statements."""
    page_doors, more = page_rows(filtered_doors(drive, narrowed, now=now, today=today), page, PAGE)
    reads = personal(actor)
    lines = []
    for door in page_doors:
        has = door.taken_by if door.due_back_at is not None and door.due_back_at > now else None
        lines.append(_line(door, reads.name(has.display_name, drive.unit_id) if has is not None else "", today))
    return lines, more


@dataclass(slots=True)
class DoorSheet:
    """The doors of a street of a neighbourhood, for printing."""

    street: str
    neighbourhood: str
    lines: list[DoorRow] = field(default_factory=list)


def may_print_names(actor: User, drive: Drive) -> bool:
    """Return whether the actor may read the people whom the unit registered."""
    return people.VIEW.allows_for(actor, drive.unit)


def door_sheets(
    drive: Drive, narrowed: DoorFilter, *, names: bool, now: datetime, today: date
) -> tuple[list[DoorSheet], bool]:
    """Return the doors with something left to do, sheet by sheet, and whether there are more than are printed at once."""
    sheet_filter = replace(narrowed, state=narrowed.state or "left")
    printed_doors = list(filtered_doors(drive, sheet_filter, now=now, today=today)[: MOST_PRINTED + 1])
    living = resident_names(printed_doors) if names else {}
    by_street: dict[tuple[str, str], DoorSheet] = {}
    for door in printed_doors[:MOST_PRINTED]:
        place = door.household or door.business
        area = door.neighbourhood.name if door.neighbourhood is not None else ""
        key = (street_prefix(door.walk_key), area)
        sheet = by_street.setdefault(key, DoorSheet(place.street if place is not None else "", area))
        at_home = living.get(door.household_id, ()) if door.household_id is not None else ()
        sheet.lines.append(_line(door, "", today, at_home))
    return list(by_street.values()), len(printed_doors) > MOST_PRINTED


def resident_names(doors: Iterable[Door]) -> dict[UUID, list[str]]:
    """Return names of residents by home; for readers of the unit's people."""
    homes = {door.household_id for door in doors if door.household_id is not None}
    names_by_home: dict[UUID, list[str]] = {}
    living = Contact.objects.filter(household_id__in=homes, erased_at=None).order_by("sort_key", "pk")
    for contact in distinct_contacts(list(living)):
        if contact.household_id is not None:
            names_by_home.setdefault(contact.household_id, []).append(contact.name)
    return names_by_home
