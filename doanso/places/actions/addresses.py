"""Actions on a street's house list: add from the register or by hand, put into segments, remove. Each locks the place first."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.cashless import actions as cashless
from doanso.lib import clock, vietnamese
from doanso.lib.database import insert_objects
from doanso.lib.problems import Problem, Refused, refuse
from doanso.people import actions as people
from doanso.people.actions.doors import one_line, tidy_number, walk_key
from doanso.people.models import Business, Household
from doanso.places import policy
from doanso.places.actions.locking import lock_place
from doanso.places.models import Address, AddressCheck, AddressKind, Place, Segment
from doanso.places.queries.register_units import following_unit, register_unit
from doanso.places.rules import registers as rules
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class AddressInput:
    """A door to put into the list: a known home or shop by its key, or what the list says of it.

    `label` is a shop's sign or a public point's name, empty for a home.
    """

    kind: str
    number: str = ""
    street: str = ""
    label: str = ""
    neighbourhood_id: UUID | None = None
    segment_id: UUID | None = None
    household_id: UUID | None = None
    business_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class RegisterChange:
    """The day of a change of a register, and its reason, which is required after the survey; today without a day."""

    on: date | None = None
    reason: str = ""

    def first_day(self, place: Place) -> date:
        """Return the first day of what is added to a place; raise `Refused` where the day or the reason is wrong.

        What is listed before the survey, without a day, belongs to the place from its beginning.
        """
        today = clock.today()
        on = self.on or today
        refuse(rules.change_problem(on, self.reason, surveyed_on=place.surveyed_on, today=today))
        return min(place.started_on, on) if self.on is None and not place.is_frozen else on

    def last_day(self, place: Place, begun_on: date) -> date:
        """Return the day from which something is out of a place's list; raise `Refused` where the day or the reason is wrong.

        `begun_on` is its first day, before which it can't end once the survey is closed.
        """
        today = clock.today()
        on = self.on or today
        bound = begun_on if place.is_frozen else None
        refuse(rules.change_problem(on, self.reason, surveyed_on=place.surveyed_on, today=today, begun_on=bound))
        return on


class AddressesResult(NamedTuple):
    """How many addresses were added, and how many were in the list already."""

    added: int
    known: int


def lock_managed(actor: User, place: Place) -> Place:
    """Lock the place for a change of its registers, and read it again; the actor must manage it."""
    fresh = lock_place(place)
    policy.MANAGE.require(actor, fresh)
    return fresh


def require_segment(place: Place, segment_id: UUID | None) -> None:
    """Refuse a segment that is not the place's own."""
    if segment_id is not None and not Segment.objects.filter(pk=segment_id, place=place).exists():
        raise Refused(Problem("segment_unknown", _("Choose a segment of this place."), "segment"))


@transaction.atomic
def add_addresses(
    *, actor: User, place: Place, inputs: Sequence[AddressInput], change: RegisterChange | None = None
) -> AddressesResult:
    """Put doors into the house list; those that are in it already stay as they are.

    New homes and shops are written into the unit's register, and all shops are followed for cashless payment. As many statements
    for one door as for five hundred. After the survey the change needs a reason.
    """
    fresh = lock_managed(actor, place)
    change = change or RegisterChange()
    refuse(rules.many_problem(len(inputs)))
    since = change.first_day(fresh)
    for entry in inputs:
        _require_words(entry)
    segments = {entry.segment_id for entry in inputs if entry.segment_id is not None}
    if len(segments) != Segment.objects.filter(pk__in=segments, place=fresh).count():
        raise Refused(Problem("segment_unknown", _("Choose a segment of this place."), "segment"))
    doors = _with_keys(register_unit(fresh), inputs)
    listed, ended_on = _known_doors(fresh, doors)
    fresh_doors: dict[object, AddressInput] = {}
    for door in doors:
        key = _key(door)
        if key not in listed:
            fresh_doors.setdefault(key, door)
    now = clock.now()
    addresses = [
        Address(
            place=fresh,
            segment_id=door.segment_id,
            kind=door.kind,
            number=tidy_number(door.number),
            street=door.street.strip(),
            label=door.label.strip(),
            folded=vietnamese.fold(f"{door.label} {one_line(door.street, door.number)}".strip()),
            walk_key=walk_key(door.street, door.number),
            household_id=door.household_id,
            business_id=door.business_id,
            # A door that comes back counts once on every day.
            since=max(since, ended_on.get(key, since)),
            added_reason=change.reason.strip(),
            added_by=actor,
            added_at=now,
        )
        for key, door in fresh_doors.items()
    ]
    insert_objects(addresses)
    shops = [
        cashless.FollowInput(door.business_id, f"{one_line(door.street, door.number)} · {fresh.name}")
        for door in fresh_doors.values()
        if door.business_id is not None
    ]
    if shops:
        cashless.follow_shops(actor=actor, unit=following_unit(fresh), businesses=shops)
    if addresses:
        record(actor=actor, action="places.add_addresses", obj=fresh, unit=fresh.unit_id)
    return AddressesResult(len(addresses), len(inputs) - len(addresses))


def _require_words(entry: AddressInput) -> None:
    if entry.kind not in AddressKind.values:
        raise Refused(Problem("kind_unknown", _("Choose home, shop or public point."), "kind"))
    refuse(
        rules.words_problem(
            {
                "number": (entry.number, rules.LONGEST_NUMBER),
                "street": (entry.street, rules.LONGEST_STREET),
                "label": (entry.label, rules.LONGEST_LABEL),
            }
        )
    )
    known = entry.household_id or entry.business_id
    if entry.kind == AddressKind.HOUSEHOLD and not known and not entry.number.strip():
        message = _("Write the house number; without it the same home cannot be known again.")
        raise Refused(Problem("number_missing", message, "number"))
    if entry.kind != AddressKind.HOUSEHOLD and not known and not entry.label.strip():
        raise Refused(Problem("label_missing", _("Write the name on the sign."), "label"))


def _with_keys(unit: Unit, inputs: Sequence[AddressInput]) -> list[AddressInput]:
    """Return the doors with the home or the shop of the unit's register that each is."""
    _require_own(unit, inputs)
    homes = [entry for entry in inputs if entry.kind == AddressKind.HOUSEHOLD and entry.household_id is None]
    shops = [entry for entry in inputs if entry.kind == AddressKind.BUSINESS and entry.business_id is None]
    home_inputs = [people.DoorInput(home.number, home.street, home.neighbourhood_id) for home in homes]
    home_matches = people.match_or_create_households(unit_id=unit.pk, inputs=home_inputs)
    home_ids = {id(home): match.household_id for home, match in zip(homes, home_matches, strict=True)}
    shop_inputs = [
        people.BusinessInput(
            name=shop.label.strip(),
            address=one_line(shop.street, shop.number),
            neighbourhood_id=shop.neighbourhood_id,
            house_number=shop.number,
            street=shop.street,
        )
        for shop in shops
    ]
    shop_matches = people.match_or_create_businesses(unit_id=unit.pk, inputs=shop_inputs)
    shop_ids = {id(shop): match.business_id for shop, match in zip(shops, shop_matches, strict=True)}
    return [
        _at(entry, home_ids.get(id(entry), entry.household_id), shop_ids.get(id(entry), entry.business_id))
        for entry in inputs
    ]


def _at(entry: AddressInput, household_id: UUID | None, business_id: UUID | None) -> AddressInput:
    is_home, is_shop = entry.kind == AddressKind.HOUSEHOLD, entry.kind == AddressKind.BUSINESS
    return replace(
        entry,
        label="" if is_home else entry.label,
        household_id=household_id if is_home else None,
        business_id=business_id if is_shop else None,
    )


def _require_own(unit: Unit, inputs: Sequence[AddressInput]) -> None:
    """Refuse a home or a shop that is not in the unit's register, or not any more."""
    homes = {entry.household_id for entry in inputs if entry.household_id is not None}
    shops = {entry.business_id for entry in inputs if entry.business_id is not None}
    own_homes = Household.objects.filter(pk__in=homes, unit=unit, erased_at=None).count() if homes else 0
    own_shops = Business.objects.filter(pk__in=shops, unit=unit, erased_at=None).count() if shops else 0
    if own_homes < len(homes) or own_shops < len(shops):
        raise Refused(
            Problem("door_unknown", _("One of these homes or shops is not in your unit's register any more."))
        )


def _key(door: AddressInput) -> object:
    return door.household_id or door.business_id or ("point", vietnamese.fold(door.label), tidy_number(door.number))


def _known_doors(place: Place, doors: Collection[AddressInput]) -> tuple[set[object], dict[object, date]]:
    """Return the keys of those doors that are in the list, and the end of each that was in it before; one statement."""
    homes = [door.household_id for door in doors if door.household_id is not None]
    shops = [door.business_id for door in doors if door.business_id is not None]
    wanted = Q(household__in=homes) | Q(business__in=shops) | Q(kind=AddressKind.POINT)
    columns = ("household_id", "business_id", "label", "number", "until")
    listed: set[object] = set()
    ended_on: dict[object, date] = {}
    for household_id, business_id, label, number, until in Address.objects.filter(wanted, place=place).values_list(
        *columns
    ):
        key = household_id or business_id or ("point", vietnamese.fold(label), number)
        if until is None:
            listed.add(key)
        else:
            ended_on[key] = max(until, ended_on.get(key, until))
    return listed, ended_on


@transaction.atomic
def remove_addresses(
    *, actor: User, place: Place, address_ids: Collection[UUID], change: RegisterChange | None = None
) -> int:
    """Take doors out of the list from a day on; return how many.

    Before the survey a door at which nobody asked yet is deleted, because it never counted. After it the change needs a reason,
    and the door stays in the list of former ones.
    """
    fresh = lock_managed(actor, place)
    change = change or RegisterChange()
    refuse(rules.many_problem(len(address_ids)))
    chosen = list(Address.objects.filter(pk__in=address_ids, place=fresh, until=None).order_by("pk"))
    if not chosen:
        raise Refused(Problem("address_gone", _("These doors are not in the list any more.")))
    on = change.last_day(fresh, max(address.since for address in chosen))
    asked: set[UUID] = set(AddressCheck.objects.filter(address__in=chosen).values_list("address_id", flat=True))
    kept = [address for address in chosen if fresh.is_frozen or address.pk in asked]
    Address.objects.filter(pk__in={address.pk for address in chosen} - {address.pk for address in kept}).delete()
    for address in kept:
        address.until, address.removed_by, address.removed_at = max(on, address.since), actor, clock.now()
        address.removed_reason = change.reason.strip()
    Address.objects.bulk_update(kept, ["until", "removed_by", "removed_at", "removed_reason"], batch_size=200)
    record(actor=actor, action="places.remove_addresses", obj=fresh, unit=fresh.unit_id)
    return len(chosen)


@transaction.atomic
def move_to_segment(*, actor: User, place: Place, address_ids: Collection[UUID], segment_id: UUID | None) -> int:
    """Put doors into a segment of the street; return how many. It changes no value, so it needs no reason."""
    fresh = lock_managed(actor, place)
    refuse(rules.many_problem(len(address_ids)))
    require_segment(fresh, segment_id)
    moved = Address.objects.filter(pk__in=address_ids, place=fresh).update(segment=segment_id)
    record(actor=actor, action="places.move_addresses", obj=fresh, unit=fresh.unit_id, changed=["segments"])
    return moved
