"""Reads of drives: how far each is, street by street, and who has which doors. Always as many statements, however many doors."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from doanso.access import queries as access
from doanso.access.models import Holding
from doanso.access.policy import units_below
from doanso.access.roles import GRANTS, Scope
from doanso.accounts.models import User
from doanso.lib import vietnamese
from doanso.members import queries as members
from doanso.outreach import policy
from doanso.outreach.models import Door, Drive, Outcome
from doanso.outreach.queries.doors import STANDING, held
from doanso.outreach.queries.teams import SEE
from doanso.outreach.rules.doors import FINAL
from doanso.people.actions.doors import street_key, street_keys
from doanso.people.models import Business, Contact, Household
from doanso.units.models import Unit

PAGE = 50
# Nobody recorded a drive, so nobody goes there by its being their own.
WALK = replace(policy.RECORD, own_of="")
MOST_PRINTED = 600


def every() -> QuerySet[Drive]:
    """All drives with what a line shows, to be narrowed by a policy."""
    return Drive.objects.select_related("unit", "made_by")


def visible(actor: User) -> QuerySet[Drive]:
    """The drives the actor may see."""
    return SEE.filter(actor, every())


def walking_units(user: User) -> set[UUID]:
    """The wards in whose drives somebody goes from door to door: where they hold the role, or a branch of which they do."""
    roots = WALK.roots(user)
    return set(units_below(roots)) | set(members.home_units(roots).values()) if roots else set()


def may_walk(user: User, unit: Unit) -> bool:
    """Whether somebody goes from door to door for the ward."""
    return unit.pk in walking_units(user)


def to_walk(user: User, drive_id: UUID) -> Drive | None:
    """The drive, if the user may go from door to door in it."""
    return every().filter(pk=drive_id, unit_id__in=walking_units(user)).first()


def visitors(unit: Unit) -> list[User]:
    """Who goes from door to door for the unit by a role held there or in a branch, by name; one statement."""
    roles = [role for role, verbs in GRANTS.items() if verbs.get(policy.RECORD.name) is Scope.SUBTREE]
    below = units_below([unit.pk])
    here = access.standing(Holding.objects.filter(unit_id__in=below, role__in=roles))
    users = User.objects.filter(is_active=True, pk__in=here.values("user_id"))
    return list(users.order_by("sort_key", "pk"))


class Standing(NamedTuple):
    """How far a drive is, in doors. `gone` ones count nowhere else; what is `left` may be somebody's at the moment."""

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
        """Doors with something to do yet."""
        return self.total - self.done


def _counts(now: datetime, today: date) -> dict[str, Count]:
    def of(*conditions: Q, **lookups: Any) -> Count:
        return Count("pk", filter=Q(STANDING, *conditions, **lookups))

    return {
        "total": of(),
        "done": of(outcome__in=FINAL),
        "helped": of(outcome__in=(Outcome.HELPED, Outcome.HAD_ALREADY)),
        "refused": of(outcome=Outcome.REFUSED),
        "nobody": of(outcome=Outcome.NOT_HOME),
        "follow_ups": of(outcome=Outcome.FOLLOW_UP),
        "due": of(outcome=Outcome.FOLLOW_UP, follow_up_on__lte=today),
        "held": of(held(now)),
        "gone": Count("pk", filter=~STANDING),
    }


def standings(drive_ids: Collection[UUID], *, now: datetime, today: date) -> dict[UUID, Standing]:
    """How far these drives are; one statement."""
    counts = _counts(now, today)
    rows = Door.objects.filter(drive_id__in=drive_ids).values("drive_id").annotate(**counts).order_by()
    found = {row.pop("drive_id"): Standing(**row) for row in rows}
    return {key: found.get(key, Standing()) for key in drive_ids}


@dataclass(frozen=True, slots=True)
class StreetLine:
    """A street of a neighbourhood, and how far it is."""

    neighbourhood_id: UUID | None
    neighbourhood: str
    street: str
    key: str
    standing: Standing


_STREET = Coalesce("household__street", "business__street")


def streets(drive: Drive, *, now: datetime, today: date) -> list[StreetLine]:
    """The drive's streets by neighbourhood and name; one statement."""
    rows = Door.objects.filter(drive=drive).values("neighbourhood_id", "neighbourhood__name", street=_STREET)
    lines: dict[tuple[UUID | None, str], StreetLine] = {}
    for row in rows.annotate(**_counts(now, today)).order_by():
        area, name, street = row.pop("neighbourhood_id"), row.pop("neighbourhood__name") or "", row.pop("street") or ""
        key = street_key(street)
        standing = Standing(**row)
        known = lines.get((area, key))
        if known is not None:
            # Spelt in two ways.
            standing = Standing(*map(sum, zip(known.standing, standing, strict=True)))
            street = known.street
        lines[area, key] = StreetLine(area, name, street, key, standing)
    return sorted(lines.values(), key=lambda one: (*_area_order(one.neighbourhood), one.key))


def _area_order(name: str) -> tuple[int, str]:
    digits = "".join(filter(str.isdigit, name))
    return int(digits) if digits else 10**6, vietnamese.sort_key(name)


@dataclass(frozen=True, slots=True)
class HolderLine:
    """Who has how many doors, and when the first of them goes back."""

    user_id: UUID
    name: str
    doors: int
    due_back_at: datetime


def holders(drive: Drive, *, now: datetime) -> list[HolderLine]:
    """Who has doors of the drive at the moment, by name; one statement."""
    rows = Door.objects.filter(held(now), STANDING, drive=drive)
    columns = ("taken_by_id", "taken_by__display_name", "count", "first")
    grouped = rows.values("taken_by_id", "taken_by__display_name").annotate(count=Count("pk"), first=Min("due_back_at"))
    found = grouped.order_by("taken_by__sort_key", "taken_by_id").values_list(*columns)
    return [HolderLine(*row) for row in found]


@dataclass(frozen=True, slots=True)
class DoorFilter:
    """Which doors of a drive are looked at."""

    neighbourhood_id: UUID | None = None
    street_key: str = ""
    state: str = ""
    holder_id: UUID | None = None


def doors(drive: Drive, narrowed: DoorFilter, *, now: datetime, today: date) -> QuerySet[Door]:
    """The drive's doors that answer the filter, as one walks."""
    found = Door.objects.filter(drive=drive)
    if narrowed.street_key:
        first, end = street_keys(narrowed.street_key)
        found = found.filter(walk_key__gte=first, walk_key__lt=end, neighbourhood_id=narrowed.neighbourhood_id)
    elif narrowed.neighbourhood_id is not None:
        found = found.filter(neighbourhood_id=narrowed.neighbourhood_id)
    if narrowed.holder_id is not None:
        found = found.filter(held(now), taken_by_id=narrowed.holder_id)
    states = {
        "left": Q(STANDING) & ~Q(outcome__in=FINAL),
        "done": Q(outcome__in=FINAL),
        "due": Q(STANDING, outcome=Outcome.FOLLOW_UP, follow_up_on__lte=today),
        "follow-up": Q(STANDING, outcome=Outcome.FOLLOW_UP),
        "held": Q(STANDING) & held(now),
        "gone": ~STANDING,
    }
    found = found.filter(states.get(narrowed.state, Q()))
    return found.select_related("household", "business", "neighbourhood", "taken_by").order_by("walk_key", "pk")


@dataclass(slots=True)
class RegisterLine:
    """A street of the register: how many homes and shops it has, and how many of them the drive has already."""

    neighbourhood_id: UUID | None
    neighbourhood: str
    street: str
    key: str
    homes: int = 0
    shops: int = 0
    there: int = 0

    @property
    def value(self) -> str:
        """What the form sends for it."""
        return f"{self.neighbourhood_id or ''}:{self.key}"


@dataclass(frozen=True, slots=True)
class Register:
    """The streets of a unit's homes and shops."""

    lines: list[RegisterLine] = field(default_factory=list)

    @property
    def doors(self) -> int:
        """All of them."""
        return sum(one.homes + one.shops for one in self.lines)


def register(drive: Drive) -> Register:
    """What the drive can be filled with, street by street; three statements."""
    homes = Household.objects.filter(unit_id=drive.unit_id, erased_at=None, gone_at=None).exclude(place_key="")
    shops = Business.objects.filter(unit_id=drive.unit_id, erased_at=None, merged_into=None, gone_at=None)
    lines: dict[tuple[UUID | None, str], RegisterLine] = {}
    inside = Door.objects.filter(STANDING, drive=drive).annotate(street=_STREET)
    for rows, name in ((homes, "homes"), (shops.exclude(walk_key=""), "shops"), (inside, "there")):
        _count_streets(rows, name, lines)
    return Register(sorted(lines.values(), key=lambda one: (*_area_order(one.neighbourhood), one.key)))


def _count_streets(rows: QuerySet[Any], name: str, lines: dict[tuple[UUID | None, str], RegisterLine]) -> None:
    grouped = rows.values("neighbourhood_id", "neighbourhood__name", "street").annotate(count=Count("pk")).order_by()
    for row in grouped:
        key = street_key(row["street"] or "")
        fresh = RegisterLine(row["neighbourhood_id"], row["neighbourhood__name"] or "", row["street"] or "", key)
        line = lines.setdefault((row["neighbourhood_id"], key), fresh)
        setattr(line, name, getattr(line, name) + row["count"])


def residents(doors: Iterable[Door]) -> dict[UUID, list[str]]:
    """Who lives behind these doors, by the key of the home; for whoever may read the unit's people."""
    homes = {door.household_id for door in doors if door.household_id is not None}
    found: dict[UUID, list[str]] = {}
    living = Contact.objects.filter(household_id__in=homes, erased_at=None).order_by("sort_key", "pk")
    for home, name in living.values_list("household_id", "name"):
        if home is not None:
            found.setdefault(home, []).append(name)
    return found
