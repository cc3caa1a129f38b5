"""Actions on a market's stalls and their traders. Each locks the market first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.cashless import actions as cashless
from doanso.lib import clock, vietnamese
from doanso.lib.database import insert_objects
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.people import actions as people
from doanso.people.models import Business
from doanso.places.actions.addresses import RegisterChange, lock_managed
from doanso.places.models import Place, Segment, Stall, Tenancy
from doanso.places.queries.register_units import following_unit, register_unit
from doanso.places.rules import registers as rules
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class TraderInput:
    """Who trades at a stall, by the board's list: the trader's name, the sign, a phone in the form of `lib.phone`.

    Without a sign the shop is named after its trader, as people do. `business_id` is a known shop of the unit. With nothing at
    all the stall is empty.
    """

    trader: str = ""
    sign: str = ""
    phone: str = ""
    business_id: UUID | None = None

    @property
    def shop_name(self) -> str:
        """Return the name of the shop."""
        return self.sign.strip() or self.trader.strip()


@dataclass(frozen=True, slots=True)
class StallInput:
    """A stall of the board's list: section, number, goods, and its trader; None leaves the trader as it is."""

    number: str
    segment_id: UUID | None = None
    goods: str = ""
    trader: TraderInput | None = None

    @property
    def key(self) -> str:
        """Return the key by which the stall is recognised in the market."""
        return rules.number_key(self.number)


@dataclass(frozen=True, slots=True)
class StallsResult:
    """How many stalls are new, how many got another trader, section or goods, and how many stay as they were."""

    added: int = 0
    changed: int = 0
    known: int = 0


def stall_label(place: Place, number: str) -> str:
    """Return where a stall's shop stands, as its page and the phones show it."""
    return f"{place.name} · sạp {number}"


@transaction.atomic
def put_stalls(
    *, actor: User, place: Place, inputs: Sequence[StallInput], change: RegisterChange | None = None
) -> StallsResult:
    """Bring stalls to what the board's list says: add new ones, change goods, section and trader of known ones.

    A stall that is not named stays. New shops are written into the unit's register, and shops of new tenancies are followed for
    cashless payment. As many statements for one stall as for five hundred. After the survey the change needs a reason.
    """
    fresh = lock_managed(actor, place)
    change = change or RegisterChange()
    refuse(rules.many_problem(len(inputs)))
    on = change.first_day(fresh)
    for entry in inputs:
        _require_words(entry)
    entries = {entry.key: entry for entry in inputs}
    sections = dict(Segment.objects.filter(place=fresh).values_list("pk", "number"))
    if {entry.segment_id for entry in inputs} - {None} - set(sections):
        raise Refused(Problem("segment_unknown", _("Choose a section of this market."), "segment"))
    stalls, ended_on = _present_stalls(fresh, entries)
    shops = _shops(fresh, entries)
    changed = [stalls[key] for key, entry in entries.items() if key in stalls and _differs(stalls[key], entry)]
    added = [
        # A number that comes back counts once on every day.
        Stall(
            pk=uuid7(), place=fresh, number=entry.number.strip(), number_key=key, since=max(on, ended_on.get(key, on))
        )
        for key, entry in entries.items()
        if key not in stalls
    ]
    for stall in added:
        stall.added_reason, stall.added_by, stall.added_at = change.reason.strip(), actor, clock.now()
    for stall in (*added, *changed):
        _set_words(stall, entries[stall.number_key], sections)
    insert_objects(added)
    Stall.objects.bulk_update(changed, ["segment", "goods", "walk_key", "folded"], batch_size=200)
    stalls |= {stall.number_key: stall for stall in added}
    traded = {
        stalls[key].pk: (entry.trader, shops.get(key)) for key, entry in entries.items() if entry.trader is not None
    }
    moved = _write_tenancies(actor, traded, on, change.reason)
    follow = [
        cashless.FollowInput(shops[key], stall_label(fresh, stall.number))
        for key, stall in stalls.items()
        if key in shops and stall.pk in moved
    ]
    if follow:
        cashless.follow_shops(actor=actor, unit=following_unit(fresh), businesses=follow)
    touched = ({stall.pk for stall in changed} | moved) - {stall.pk for stall in added}
    if added or touched:
        record(actor=actor, action="places.put_stalls", obj=fresh, unit=fresh.unit_id)
    return StallsResult(len(added), len(touched), len(inputs) - len(added) - len(touched))


def _require_words(entry: StallInput) -> None:
    if not entry.key:
        raise Refused(Problem("stall_number", _("Write the stall's number, for example A12."), "number"))
    trader = entry.trader or TraderInput()
    refuse(
        rules.words_problem(
            {
                "number": (entry.number, rules.LONGEST_NUMBER),
                "goods": (entry.goods, rules.LONGEST_GOODS),
                "trader": (trader.trader, rules.LONGEST_TRADER),
                "sign": (trader.sign, rules.LONGEST_LABEL),
            }
        )
    )


def _present_stalls(place: Place, keys: Iterable[str]) -> tuple[dict[str, Stall], dict[str, date]]:
    """Return the place's present stalls of these numbers, and the day on which the last former one ended, by number."""
    stalls: dict[str, Stall] = {}
    ended_on: dict[str, date] = {}
    for stall in Stall.objects.filter(place=place, number_key__in=keys):
        if stall.until is None:
            stalls[stall.number_key] = stall
        else:
            ended_on[stall.number_key] = max(stall.until, ended_on.get(stall.number_key, stall.until))
    return stalls, ended_on


def _set_words(stall: Stall, entry: StallInput, sections: Mapping[UUID, int]) -> None:
    """Take section and goods from the list, where it states them, and what is derived of them."""
    stall.segment_id = entry.segment_id or stall.segment_id
    stall.goods = entry.goods.strip() or stall.goods
    section = sections.get(stall.segment_id, 0) if stall.segment_id is not None else 0
    stall.walk_key = rules.stall_key(section, stall.number)
    stall.folded = vietnamese.fold(f"{stall.number} {stall.goods}")


def _differs(stall: Stall, entry: StallInput) -> bool:
    goods = entry.goods.strip()
    return (bool(goods) and goods != stall.goods) or entry.segment_id not in {None, stall.segment_id}


def shop_input(place: Place, entry: StallInput) -> people.BusinessInput | None:
    """Return the shop that a row of the board's list means; None where it names nobody, or a known shop."""
    trader = entry.trader
    if trader is None or trader.business_id is not None or not trader.shop_name:
        return None
    return people.BusinessInput(
        name=trader.shop_name,
        kind_of_trade=entry.goods.strip()[:80],
        phone=trader.phone,
        address=stall_label(place, entry.number.strip()),
    )


def _shops(place: Place, entries: Mapping[str, StallInput]) -> dict[str, UUID]:
    """Return the shop of each stall that has a trader; new ones are written into the unit's register."""
    unit = register_unit(place)
    shops = {
        key: entry.trader.business_id
        for key, entry in entries.items()
        if entry.trader is not None and entry.trader.business_id is not None
    }
    if shops:
        own = Business.objects.filter(pk__in=shops.values(), unit=unit, erased_at=None).count()
        if own < len(set(shops.values())):
            raise Refused(Problem("shop_unknown", _("This shop is not in your unit's register any more."), "shop"))
    rows = {key: inputs for key, entry in entries.items() if (inputs := shop_input(place, entry)) is not None}
    matches = people.match_or_create_businesses(unit_id=unit.pk, inputs=list(rows.values()))
    found = {key: match.business_id for key, match in zip(rows, matches, strict=True)}
    elsewhere = {match.business_id for match in matches if match.known_elsewhere}
    if elsewhere:
        found |= _own_shops(unit, {key: rows[key] for key, shop in found.items() if shop in elsewhere}, found)
    return shops | found


def _own_shops(unit: Unit, rows: Mapping[str, people.BusinessInput], found: Mapping[str, UUID]) -> dict[str, UUID]:
    """Return shops of the unit's own register for those rows that mean a shop of another unit, by name and phone.

    The trader's shop there is that unit's: it has its own state and code, and nobody here checks it.
    """
    own = set(Business.objects.filter(pk__in=found.values(), unit=unit).values_list("pk", flat=True))
    foreign = {key: replace(inputs, phone="") for key, inputs in rows.items() if found[key] not in own}
    matches = people.match_or_create_businesses(unit_id=unit.pk, inputs=list(foreign.values()))
    return {key: match.business_id for key, match in zip(foreign, matches, strict=True)}


def _write_tenancies(
    actor: User, traded: Mapping[UUID, tuple[TraderInput, UUID | None]], on: date, reason: str
) -> set[UUID]:
    """End and begin tenancies so that the wanted shops trade at these stalls; return the stalls that changed.

    A trader's name that was corrected, with the same shop, changes the tenancy in place. At one stall nobody begins before the
    former one has ended.
    """
    current: dict[UUID, Tenancy] = {}
    free_from: dict[UUID, date] = {}
    for known in Tenancy.objects.filter(stall__in=traded):
        if known.until is None:
            current[known.stall_id] = known
        else:
            free_from[known.stall_id] = max(known.until, free_from.get(known.stall_id, known.until))
    ended, renamed, begun = [], [], []
    moved: set[UUID] = set()
    for stall_id, (trader, business_id) in traded.items():
        tenancy = current.get(stall_id)
        if tenancy is not None and tenancy.business_id == business_id:
            if trader.trader.strip() and trader.trader.strip() != tenancy.trader:
                tenancy.trader = trader.trader.strip()
                renamed.append(tenancy)
                moved.add(stall_id)
            continue
        if tenancy is not None:
            tenancy.until, tenancy.reason = max(on, tenancy.since), reason.strip()
            free_from[stall_id] = max(tenancy.until, free_from.get(stall_id, tenancy.until))
            ended.append(tenancy)
        if business_id is not None:
            begun.append(Tenancy(pk=uuid7(), stall_id=stall_id, business_id=business_id, trader=trader.trader.strip()))
        if tenancy is not None or business_id is not None:
            moved.add(stall_id)
    Tenancy.objects.bulk_update(ended, ["until", "reason"], batch_size=200)
    Tenancy.objects.bulk_update(renamed, ["trader"], batch_size=200)
    for tenancy in begun:
        tenancy.since = max(on, free_from.get(tenancy.stall_id, on))
        tenancy.recorded_by, tenancy.recorded_at = actor, clock.now()
    insert_objects(begun)
    return moved


@transaction.atomic
def close_stall(*, actor: User, place: Place, stall_id: UUID, change: RegisterChange) -> None:
    """Take a stall out of the market from a day on, with the tenancy there; one that never had a trader is deleted before the
    survey.
    """
    fresh = lock_managed(actor, place)
    stall = Stall.objects.filter(pk=stall_id, place=fresh, until=None).first()
    if stall is None:
        raise Refused(Problem("stall_gone", _("This stall is not in the market any more.")))
    on = change.last_day(fresh, stall.since)
    tenancies = Tenancy.objects.filter(stall=stall)
    record(actor=actor, action="places.close_stall", obj=fresh, unit=fresh.unit_id)
    if not fresh.is_frozen and not tenancies.exists():
        stall.delete()
        return
    for tenancy in tenancies.filter(until=None):
        tenancy.until, tenancy.reason = max(on, tenancy.since), change.reason.strip()
        tenancy.save(update_fields=["until", "reason"])
    stall.until, stall.removed_by, stall.removed_at = max(on, stall.since), actor, clock.now()
    stall.removed_reason = change.reason.strip()
    stall.save(update_fields=["until", "removed_by", "removed_at", "removed_reason"])
