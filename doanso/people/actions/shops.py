"""Meeting shops, stalls and firms, as people are met."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from doanso.lib import clock, database, sealing, vietnamese
from doanso.lib.names import name_problem
from doanso.lib.problems import refuse
from doanso.lib.uuid7 import uuid7
from doanso.people.actions.meeting import MOST_PAIRS, lock_names
from doanso.people.models import Business, Duplicate, DuplicateState
from doanso.people.queries import canonical_businesses, lookup, seal_context
from doanso.people.rules import doors, shops
from doanso.people.rules.shops import ShopTraits


@dataclass(frozen=True, slots=True)
class BusinessTold:
    """What a unit tells of a shop; the phone in the form `lib.phone` gives it. A shop is not its owner.

    `key` is the one a phone gave it when it was found at the door.
    """

    name: str
    kind_of_trade: str = ""
    phone: str = ""
    address: str = ""
    neighbourhood_id: UUID | None = None
    owner_id: UUID | None = None
    house_number: str = ""
    street: str = ""
    key: UUID | None = None


class MetBusiness(NamedTuple):
    """Which shop a row meant. `doubtful`: one looks alike, and an officer is asked."""

    business_id: UUID
    is_new: bool
    known_elsewhere: bool
    doubtful: bool


class _Known(NamedTuple):
    id: UUID
    traits: ShopTraits


def traits_of_shop(told: BusinessTold, unit_id: UUID) -> ShopTraits:
    """What is compared of a shop a unit tells of."""
    return ShopTraits(
        folded=vietnamese.fold(told.name),
        phone=lookup("phone", told.phone) if told.phone else "",
        neighbourhood_id=told.neighbourhood_id,
        address=vietnamese.fold(told.address),
        unit_id=unit_id,
    )


def _look_alikes(asked: Sequence[ShopTraits]) -> list[_Known]:
    names = {one.folded for one in asked}
    phones = {one.phone for one in asked if one.phone}
    columns = ("id", "unit", "folded", "phone_lookup", "neighbourhood", "address")
    rows = database.read_rows(Business, columns, f"folded IN ({database.marks(names)})", [*names])
    if phones:
        where = f"NOT (phone_lookup = '') AND phone_lookup IN ({database.marks(phones)})"
        rows += database.read_rows(Business, columns, where, [*phones])
    found = {}
    for key, unit_id, folded, phone, neighbourhood_id, address in rows:
        traits = ShopTraits(folded, phone, neighbourhood_id, vietnamese.fold(address), unit_id)
        found[key] = _Known(key, traits)
    return list(found.values())


def meet_businesses(*, unit_id: UUID, told: Sequence[BusinessTold], locked: bool = False) -> list[MetBusiness]:
    """Find or make the shop each row means, in the order of the rows; as many statements for one as for five hundred.

    The same shop: its name and phone agree anywhere, or its name and place within the unit. `locked`: the caller holds the
    locks of these names.
    """
    if not told:
        return []
    asked = [traits_of_shop(one, unit_id) for one in told]
    if not locked:
        lock_names(((one.folded, None) for one in asked), sort="business")
    known = _look_alikes(asked)
    today = canonical_businesses(one.id for one in known)
    by_name: dict[str, list[_Known]] = {}
    by_phone: dict[str, list[_Known]] = {}

    def index(one: _Known) -> None:
        by_name.setdefault(one.traits.folded, []).append(one)
        if one.traits.phone:
            by_phone.setdefault(one.traits.phone, []).append(one)

    for it in known:
        index(it)
    answers, rows, pairs = [], [], []
    now = clock.now()
    for one, traits in zip(told, asked, strict=True):
        alike = {it.id: it for it in (*by_name.get(traits.folded, ()), *by_phone.get(traits.phone, ()))}
        same = [it for it in alike.values() if shops.is_same(traits, it.traits)]
        if same:
            chosen = min(same, key=lambda it: (it.traits.unit_id != unit_id, it.id))
            elsewhere = any(it.traits.unit_id != unit_id for it in same)
            answers.append(MetBusiness(chosen.id, False, elsewhere, False))
            continue
        refuse(name_problem(one.name, "business_name"))
        made = _Known(one.key or uuid7(), traits)
        rows.append(_row(made, one, now))
        doubtful = [it for it in alike.values() if shops.worth_asking(traits, it.traits)]
        pairs += [(*sorted((made.id, today.get(it.id, it.id))), shops.reasons(traits, it.traits)) for it in doubtful]
        index(made)
        answers.append(MetBusiness(made.id, True, False, bool(doubtful)))
    database.insert_rows(Business, _COLUMNS, rows)
    columns = ("id", "one_business", "other_business", "unit", "state", "score", "reasons", "found_at")
    database.insert_rows(
        Duplicate,
        columns,
        [
            (uuid7(), one, other, unit_id, DuplicateState.OPEN, shops.SCORE * len(reasons), reasons, now)
            for one, other, reasons in pairs
        ],
        keep_known=True,
    )
    return answers


def rename_businesses(names: Mapping[UUID, str]) -> None:
    """Write down what stands on these shops' signs, in the caller's transaction and after its policy."""
    found = list(Business.objects.select_for_update().filter(pk__in=names, erased_at=None).order_by("pk"))
    for shop in found:
        shop.name, shop.folded, shop.updated_at = names[shop.pk], vietnamese.fold(names[shop.pk]), clock.now()
    Business.objects.bulk_update(found, ["name", "folded", "updated_at"], batch_size=100)


class ForeseenBusiness(NamedTuple):
    """Which shop a row would mean; None where none is known for certain. `alike`: shops of the unit that may be meant."""

    business_id: UUID | None
    alike: tuple[UUID, ...]


def foresee_businesses(*, unit_id: UUID, told: Sequence[BusinessTold]) -> list[ForeseenBusiness]:
    """What `meet_businesses` would find now; writes nothing, in as many statements for one row as for many."""
    if not told:
        return []
    asked = [traits_of_shop(one, unit_id) for one in told]
    by_name: dict[str, list[_Known]] = {}
    by_phone: dict[str, list[_Known]] = {}
    for it in _look_alikes(asked):
        by_name.setdefault(it.traits.folded, []).append(it)
        if it.traits.phone:
            by_phone.setdefault(it.traits.phone, []).append(it)
    found = []
    for traits in asked:
        alike = {it.id: it for it in (*by_name.get(traits.folded, ()), *by_phone.get(traits.phone, ()))}
        same = [it for it in alike.values() if shops.is_same(traits, it.traits)]
        if same:
            chosen = min(same, key=lambda it: (it.traits.unit_id != unit_id, it.id))
            found.append(ForeseenBusiness(chosen.id, ()))
            continue
        own = [it for it in alike.values() if it.traits.unit_id == unit_id and shops.worth_asking(traits, it.traits)]
        found.append(ForeseenBusiness(None, tuple(it.id for it in own[:MOST_PAIRS])))
    return found


_COLUMNS = (
    *("id", "unit", "name", "folded", "kind_of_trade", "phone_sealed", "phone_lookup", "address", "neighbourhood"),
    *("owner", "house_number", "street", "walk_key", "created_at", "updated_at"),
)


def _row(made: _Known, told: BusinessTold, now: Any) -> tuple[Any, ...]:
    traits = made.traits
    sealed = sealing.seal(told.phone, context=seal_context("phone")) if told.phone else b""
    number, street = doors.tidy_number(told.house_number)[:40], told.street.strip()[:120]
    walk_key = doors.walk_key(street, number) if street or number else ""
    return (
        *(made.id, traits.unit_id, told.name, traits.folded, told.kind_of_trade, sealed, traits.phone, told.address),
        *(told.neighbourhood_id, told.owner_id, number, street, walk_key, now, now),
    )
