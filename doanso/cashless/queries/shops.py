"""The list of shops, one shop with its codes, checks and changes, and what the register offers to follow."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from doanso.access.policy import personal, records_below
from doanso.accounts.models import User
from doanso.cashless import policy
from doanso.cashless.models import (
    ACCEPTING,
    AlarmPhoto,
    CodeAlarm,
    CodeAlarmState,
    CodeChange,
    Shop,
    ShopCheck,
    ShopCode,
    ShopState,
)
from doanso.cashless.queries.codes import in_force_condition, is_in_force, pending_condition
from doanso.cashless.queries.merges import remaining_shops, same_shops
from doanso.cashless.rules import codes as rules
from doanso.cashless.rules.ladder import DUE_AFTER
from doanso.lib import clock, vietnamese
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.lib.search_words import word_condition
from doanso.people.models import Business
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

PAGE_SIZE = 50
MOST_OFFERED = 100
ALARM, CHANGING, DUE, NO_CODE = "alarm", "changing", "due", "no-code"


def due_condition() -> Q:
    """Return the condition of shops to be checked: a code hangs there, and nobody looked for thirty days."""
    return Q(state__in=ACCEPTING) & (Q(checked_on=None) | Q(checked_on__lte=clock.today() - DUE_AFTER))


def is_due(shop: Shop) -> bool:
    """Return whether a shop is to be checked, with the same result as `due_condition`."""
    accepts = shop.state in ACCEPTING
    return accepts and (shop.checked_on is None or shop.checked_on <= clock.today() - DUE_AFTER)


def all_shops() -> QuerySet[Shop]:
    """Return the followed shops, each once where businesses were merged, with business and unit, to be narrowed by a policy."""
    return remaining_shops().select_related("business", "unit")


def shops_and_merged() -> QuerySet[Shop]:
    """Return all followed shops, also those whose business was merged into another one, to be narrowed by a policy."""
    return Shop.objects.select_related("business", "unit")


def open_shops() -> QuerySet[Shop]:
    """Return those that are not closed."""
    return all_shops().filter(business__gone_at=None)


def units_to_see(actor: User) -> list[NamedUnit]:
    """Return the units whose shops the actor may see, in reading order; one statement."""
    return _below(policy.VIEW_AT.roots(actor))


def units_to_manage(actor: User) -> list[NamedUnit]:
    """Return the units for which the actor may follow shops, in reading order; one statement."""
    return _below(policy.MANAGE_AT.roots(actor))


def _below(roots: Collection[UUID]) -> list[NamedUnit]:
    below: dict[UUID, NamedUnit] = {}
    for tree in units.subtrees(sorted(roots)).values():
        below.update({unit.id: unit for unit in tree if unit.id not in below})
    return list(below.values())


@dataclass(frozen=True, slots=True)
class ShopFilter:
    """How the list is narrowed; `show` is `ALARM`, `CHANGING`, `DUE`, `NO_CODE` or empty."""

    text: str = ""
    state: str = ""
    show: str = ""
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class ShopRow:
    """One row: the shop, its code in force, whether a change is announced, and its open alarm."""

    shop: Shop
    code: ShopCode | None
    is_changing: bool
    alarm: CodeAlarm | None


@dataclass(frozen=True, slots=True)
class ShopPage:
    """One page of the list, by street and number."""

    rows: Sequence[ShopRow]
    number: int
    more: bool


def shop_page(actor: User, filters: ShopFilter, number: int) -> ShopPage:
    """Return a page of shops with code, change and alarm; four statements."""
    now = clock.now()
    rows, more = page_rows(_matching(actor, filters, now), number, PAGE_SIZE)
    return ShopPage(_rows(rows, now), number, more)


def all_rows(actor: User, filters: ShopFilter) -> Iterator[ShopRow]:
    """Yield every shop of the list, for an export; three statements for each thousand."""
    now = clock.now()
    for shops in batched(_matching(actor, filters, now), _EXPORT_PAGE):
        yield from _rows(shops, now)


_EXPORT_PAGE = 1000


def _matching(actor: User, filters: ShopFilter, now: datetime) -> QuerySet[Shop]:
    """Return the shops of the list in its order.

    Words are looked for where the reader sees names: a hit on one that is shown as initials would disclose it.
    """
    shops = policy.VIEW.filter(actor, open_shops())
    if filters.unit is not None:
        shops = shops.filter(unit__in=records_below([filters.unit.pk]))
    if filters.state:
        shops = shops.filter(state=filters.state)
    if filters.show:
        shops = shops.filter(_shown(filters.show, now))
    words = vietnamese.fold(filters.text).split()
    if words and not (shown := personal(actor)).everywhere:
        shops = shops.filter(unit__in=shown.unmasked)
    for word in words:
        shops = shops.filter(
            word_condition(word, "business__folded") | Q(folded__contains=word) | Q(business__walk_key__contains=word)
        )
    # What has waited longest stands first where it is to be checked.
    order = (F("checked_on").asc(nulls_first=True),) if filters.show == DUE else ()
    return shops.order_by(*order, "business__walk_key", "label", "pk")


def _shown(show: str, now: datetime) -> Q:
    if show == ALARM:
        return Q(Exists(CodeAlarm.objects.filter(shop=OuterRef("pk"), state=CodeAlarmState.OPEN)))
    if show == CHANGING:
        return Q(Exists(CodeChange.objects.filter(pending_condition(now), shop=OuterRef("pk"))))
    if show == NO_CODE:
        has_code = ShopCode.objects.filter(in_force_condition(now), shop=OuterRef("pk"))
        return Q(state__in=ACCEPTING) & ~Q(Exists(has_code))
    return due_condition()


def _rows(shops: Sequence[Shop], now: datetime) -> list[ShopRow]:
    keys = [shop.pk for shop in shops]
    codes = {code.shop_id: code for code in ShopCode.objects.filter(in_force_condition(now), shop__in=keys)}
    changing = set(CodeChange.objects.filter(pending_condition(now), shop__in=keys).values_list("shop_id", flat=True))
    alarms = CodeAlarm.objects.filter(shop__in=keys, state=CodeAlarmState.OPEN).order_by("-raised_at")
    by_shop = {alarm.shop_id: alarm for alarm in alarms}
    return [ShopRow(shop, codes.get(shop.pk), shop.pk in changing, by_shop.get(shop.pk)) for shop in shops]


@dataclass(frozen=True, slots=True)
class ShopCounts:
    """Counts over the shops that a reader sees: by state, and what needs somebody."""

    by_state: dict[str, int]
    alarms: int
    changing: int
    due: int

    @property
    def total(self) -> int:
        """The number of followed shops."""
        return sum(self.by_state.values())


def shop_counts(actor: User, unit: Unit | None = None) -> ShopCounts:
    """Return the counts, of a unit and below or of all; three statements."""
    shops = policy.VIEW.filter(actor, remaining_shops().filter(business__gone_at=None))
    if unit is not None:
        shops = shops.filter(unit__in=records_below([unit.pk]))
    counted = shops.order_by().values("state").annotate(count=Count("pk"), due=Count("pk", filter=due_condition()))
    rows = list(counted)
    alarms = CodeAlarm.objects.filter(shop__in=shops.values("pk"), state=CodeAlarmState.OPEN)
    changing = CodeChange.objects.filter(pending_condition(clock.now()), shop__in=shops.values("pk"))
    return ShopCounts(
        {str(state): 0 for state in ShopState.values} | {row["state"]: row["count"] for row in rows},
        alarms.values("shop").distinct().count(),
        changing.count(),
        sum(row["due"] for row in rows),
    )


# --- One shop ---------------------------------------------------------------------------------------------------------

MOST_CHECKS = 24


@dataclass(frozen=True, slots=True)
class ShopDetails:
    """What the page of a shop shows besides its row.

    `pending` is the announced change, `ended` those that are over, `merged_codes` the codes in force of shops that were merged
    with this one.
    """

    code: ShopCode | None
    merged_codes: Sequence[ShopCode]
    has_had_code: bool
    checks: Sequence[ShopCheck]
    pending: CodeChange | None
    ended: Sequence[CodeChange]
    alarms: Sequence[CodeAlarm]


def shop_details(shop: Shop) -> ShopDetails:
    """Return a shop's codes, newest checks, changes and alarms; five statements, more where it was merged with others."""
    now = clock.now()
    codes = list(shop.codes.select_related("consent_by"))
    others = set(same_shops([shop])[shop.pk]) - {shop.pk}
    changes = list(
        shop.changes.select_related("requested_by", "approved_by", "ended_by", "code").order_by("-requested_at")
    )
    announced = next((change for change in changes if rules.is_pending(change.state, change.effective_at, now)), None)
    checks = shop.checks.select_related("made_by", "taken_back_by").order_by("-happened_on", "-seen_at", "-pk")
    return ShopDetails(
        code=next((code for code in codes if is_in_force(code, now)), None),
        merged_codes=_codes_in_force(others, now),
        has_had_code=bool(codes),
        checks=list(checks[:MOST_CHECKS]),
        pending=announced,
        ended=[change for change in changes if change is not announced],
        alarms=list(shop.alarms.select_related("seen_by", "settled_by").order_by("-raised_at")),
    )


def _codes_in_force(shop_ids: Collection[UUID], now: datetime) -> list[ShopCode]:
    if not shop_ids:
        return []
    codes = ShopCode.objects.filter(in_force_condition(now), shop__in=shop_ids).select_related("shop__business")
    return list(codes.order_by("since", "pk"))


def all_alarms() -> QuerySet[CodeAlarm]:
    """Return all alarms with shop, change and who saw and settled them, to be narrowed by a policy."""
    return CodeAlarm.objects.select_related("shop__business", "shop__unit", "change", "seen_by", "settled_by")


def all_checks() -> QuerySet[ShopCheck]:
    """Return all checks with their shop, to be narrowed by a policy."""
    return ShopCheck.objects.select_related("shop__business", "made_by")


def all_changes() -> QuerySet[CodeChange]:
    """Return all changes with their shop, to be narrowed by a policy."""
    return CodeChange.objects.select_related("shop__business", "requested_by")


def checks_of_alarm(alarm: CodeAlarm) -> list[ShopCheck]:
    """Return the checks at which the account of an alarm was seen, newest first."""
    return list(alarm.checks.filter(taken_back_at=None).order_by("-seen_at"))


def all_photos() -> QuerySet[AlarmPhoto]:
    """Return all photos of alarms with alarm and file, to be narrowed by a policy."""
    return AlarmPhoto.objects.select_related("alarm", "blob", "blob__key")


def photos_of_alarm(alarm: CodeAlarm) -> list[AlarmPhoto]:
    """Return the photos of an alarm that were not erased, in the order in which they were added; one statement."""
    kept = AlarmPhoto.objects.filter(alarm=alarm, blob__erased_at=None).select_related("added_by")
    return list(kept.order_by("added_at", "pk"))


def code_of_day(shop: Shop, alarm: CodeAlarm) -> ShopCode | None:
    """Return the registered code with which an alarm is to be compared."""
    on = alarm.seen_on
    codes = shop.codes.filter(in_effect(on), erased_at=None)
    return codes.order_by("-since").first()


# --- The register -----------------------------------------------------------------------------------------------------


def businesses_to_follow(unit: Unit, text: str) -> list[Business]:
    """Return businesses of a unit's register that nobody follows, by street and number; at most `MOST_OFFERED`, one statement."""
    own = Business.objects.filter(
        unit__in=records_below([unit.pk]), shop=None, merged_into=None, erased_at=None, gone_at=None
    ).exclude(name="")
    for word in vietnamese.fold(text).split():
        own = own.filter(word_condition(word) | Q(walk_key__contains=word))
    return list(own.order_by(F("walk_key"), "name", "pk")[:MOST_OFFERED])
