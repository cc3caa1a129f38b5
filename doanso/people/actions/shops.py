"""Match shops, stalls and firms in the way people are matched."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from doanso.lib import clock, database, encryption, vietnamese
from doanso.lib.names import name_problem
from doanso.lib.problems import refuse
from doanso.lib.uuid7 import uuid7
from doanso.people.actions.matching import MOST_PAIRS, lock_names
from doanso.people.models import Business, Duplicate, DuplicateState
from doanso.people.queries import canonical_businesses, encryption_context, lookup_hash
from doanso.people.rules import doors, shops
from doanso.people.rules.shops import ShopTraits


@dataclass(frozen=True, slots=True)
class BusinessInput:
    """A shop to match; the phone is in the form of `lib.phone`. A shop is not its owner.

    `key` is the one that a phone gave it when it was found at the door.
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


class BusinessMatchResult(NamedTuple):
    """The shop that a row meant. `doubtful`: one is similar, and an officer is asked."""

    business_id: UUID
    is_new: bool
    known_elsewhere: bool
    doubtful: bool


class _KnownBusiness(NamedTuple):
    id: UUID
    traits: ShopTraits


def traits_of_shop(inputs: BusinessInput, unit_id: UUID) -> ShopTraits:
    """Return the values of a shop that are compared."""
    return ShopTraits(
        folded=vietnamese.fold(inputs.name),
        phone=lookup_hash("phone", inputs.phone) if inputs.phone else "",
        neighbourhood_id=inputs.neighbourhood_id,
        address=vietnamese.fold(inputs.address),
        unit_id=unit_id,
    )


def _look_alikes(all_traits: Sequence[ShopTraits]) -> list[_KnownBusiness]:
    names = {shop.folded for shop in all_traits}
    phones = {shop.phone for shop in all_traits if shop.phone}
    columns = ("id", "unit", "folded", "phone_lookup", "neighbourhood", "address")
    rows = database.read_rows(Business, columns, f"folded IN ({database.placeholders(names)})", [*names])
    if phones:
        where = f"NOT (phone_lookup = '') AND phone_lookup IN ({database.placeholders(phones)})"
        rows += database.read_rows(Business, columns, where, [*phones])
    matches = {}
    for key, unit_id, folded, phone, neighbourhood_id, address in rows:
        traits = ShopTraits(folded, phone, neighbourhood_id, vietnamese.fold(address), unit_id)
        matches[key] = _KnownBusiness(key, traits)
    return list(matches.values())


def match_or_create_businesses(
    *, unit_id: UUID, inputs: Sequence[BusinessInput], locked: bool = False
) -> list[BusinessMatchResult]:
    """Find or create the shop each row means, in the order of the rows; the number of statements is the same for one and for
    five hundred.

    Two rows mean the same shop if name and phone agree anywhere, or name and place within the unit. `locked`: the caller holds
    the locks of these names.
    """
    if not inputs:
        return []
    all_traits = [traits_of_shop(shop, unit_id) for shop in inputs]
    if not locked:
        lock_names(((shop.folded, None) for shop in all_traits), sort="business")
    candidates = _look_alikes(all_traits)
    today = canonical_businesses(shop.id for shop in candidates)
    by_name: dict[str, list[_KnownBusiness]] = {}
    by_phone: dict[str, list[_KnownBusiness]] = {}

    def index(shop: _KnownBusiness) -> None:
        by_name.setdefault(shop.traits.folded, []).append(shop)
        if shop.traits.phone:
            by_phone.setdefault(shop.traits.phone, []).append(shop)

    for candidate in candidates:
        index(candidate)
    answers, rows, pairs = [], [], []
    now = clock.now()
    for shop, traits in zip(inputs, all_traits, strict=True):
        alike = {
            candidate.id: candidate for candidate in (*by_name.get(traits.folded, ()), *by_phone.get(traits.phone, ()))
        }
        same = [candidate for candidate in alike.values() if shops.is_same(traits, candidate.traits)]
        if same:
            chosen = min(same, key=lambda candidate: (candidate.traits.unit_id != unit_id, candidate.id))
            elsewhere = any(candidate.traits.unit_id != unit_id for candidate in same)
            answers.append(BusinessMatchResult(chosen.id, False, elsewhere, False))
            continue
        refuse(name_problem(shop.name, "business_name"))
        new_business = _KnownBusiness(shop.key or uuid7(), traits)
        rows.append(_row(new_business, shop, now))
        doubtful = [candidate for candidate in alike.values() if shops.worth_asking(traits, candidate.traits)]
        pairs += [
            (*sorted((new_business.id, today.get(candidate.id, candidate.id))), shops.reasons(traits, candidate.traits))
            for candidate in doubtful
        ]
        index(new_business)
        answers.append(BusinessMatchResult(new_business.id, True, False, bool(doubtful)))
    database.insert_rows(Business, _COLUMNS, rows)
    columns = ("id", "one_business", "other_business", "unit", "state", "score", "reasons", "found_at")
    database.insert_rows(
        Duplicate,
        columns,
        [
            (uuid7(), shop, other, unit_id, DuplicateState.OPEN, shops.SCORE * len(reasons), reasons, now)
            for shop, other, reasons in pairs
        ],
        keep_known=True,
    )
    return answers


def rename_businesses(names: Mapping[UUID, str]) -> None:
    """Store the names on these shops' signs, in the caller's transaction and after its policy."""
    businesses = list(Business.objects.select_for_update().filter(pk__in=names, erased_at=None).order_by("pk"))
    for shop in businesses:
        shop.name, shop.folded, shop.updated_at = names[shop.pk], vietnamese.fold(names[shop.pk]), clock.now()
    Business.objects.bulk_update(businesses, ["name", "folded", "updated_at"], batch_size=100)


class BusinessMatchPreview(NamedTuple):
    """The shop that a row would mean; None where none is certain. `alike`: shops of the unit that may be meant."""

    business_id: UUID | None
    alike: tuple[UUID, ...]


def preview_businesses(*, unit_id: UUID, inputs: Sequence[BusinessInput]) -> list[BusinessMatchPreview]:
    """Return the matches that `match_or_create_businesses` would find now; writes nothing, in a fixed number of statements."""
    if not inputs:
        return []
    all_traits = [traits_of_shop(shop, unit_id) for shop in inputs]
    by_name: dict[str, list[_KnownBusiness]] = {}
    by_phone: dict[str, list[_KnownBusiness]] = {}
    for candidate in _look_alikes(all_traits):
        by_name.setdefault(candidate.traits.folded, []).append(candidate)
        if candidate.traits.phone:
            by_phone.setdefault(candidate.traits.phone, []).append(candidate)
    foreseen = []
    for traits in all_traits:
        alike = {
            candidate.id: candidate for candidate in (*by_name.get(traits.folded, ()), *by_phone.get(traits.phone, ()))
        }
        same = [candidate for candidate in alike.values() if shops.is_same(traits, candidate.traits)]
        if same:
            chosen = min(same, key=lambda candidate: (candidate.traits.unit_id != unit_id, candidate.id))
            foreseen.append(BusinessMatchPreview(chosen.id, ()))
            continue
        own = [
            candidate
            for candidate in alike.values()
            if candidate.traits.unit_id == unit_id and shops.worth_asking(traits, candidate.traits)
        ]
        foreseen.append(BusinessMatchPreview(None, tuple(candidate.id for candidate in own[:MOST_PAIRS])))
    return foreseen


_COLUMNS = (
    *("id", "unit", "name", "folded", "kind_of_trade", "phone_encrypted", "phone_lookup", "address", "neighbourhood"),
    *("owner", "house_number", "street", "walk_key", "created_at", "updated_at"),
)


def _row(new_business: _KnownBusiness, inputs: BusinessInput, now: Any) -> tuple[Any, ...]:
    traits = new_business.traits
    sealed = encryption.encrypt(inputs.phone, context=encryption_context("phone")) if inputs.phone else b""
    number, street = doors.tidy_number(inputs.house_number)[:40], inputs.street.strip()[:120]
    walk_key = doors.walk_key(street, number) if street or number else ""
    return (
        *(
            new_business.id,
            traits.unit_id,
            inputs.name,
            traits.folded,
            inputs.kind_of_trade,
            sealed,
            traits.phone,
            inputs.address,
        ),
        *(inputs.neighbourhood_id, inputs.owner_id, number, street, walk_key, now, now),
    )
