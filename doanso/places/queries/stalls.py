"""Reads of a market's stalls and traders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from doanso.cashless.models import ShopState
from doanso.cashless.queries.statuses import ShopStatus, shop_states
from doanso.lib import vietnamese
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.places.models import Place, Stall, Tenancy
from doanso.places.rules.registers import CODE_DAYS

PAGE = 100
EMPTY, FORMER = "empty", "former"


@dataclass(frozen=True, slots=True)
class StallFilter:
    """What the list's filter chooses; empty values choose everything."""

    text: str = ""
    segment_id: UUID | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class StallRow:
    """A stall with who trades there, and the shop's status."""

    stall: Stall
    tenancy: Tenancy | None = None
    status: ShopStatus | None = None
    code_due: bool = False

    @property
    def state(self) -> str:
        """Return the shop's state in words, "" for an empty stall."""
        if self.tenancy is None:
            return ""
        return str(ShopState(self.status.state if self.status is not None else ShopState.NONE).label)


@dataclass(frozen=True, slots=True)
class StallCounts:
    """How many stalls the market has, how many are traded at, and how many there were on the day of the survey."""

    stalls: int
    traded: int
    surveyed: int | None
    added: int = 0
    removed: int = 0


def all_stalls(place: Place) -> QuerySet[Stall]:
    """Return the stalls of a market, in order."""
    return Stall.objects.filter(place=place).select_related("segment").order_by("walk_key", "pk")


def filtered_stalls(place: Place, filters: StallFilter, on: date) -> QuerySet[Stall]:
    """Return the stalls that the filter chooses, section by section."""
    stalls = all_stalls(place)
    stalls = stalls.filter(until__lte=on) if filters.state == FORMER else stalls.filter(in_effect(on))
    tenancies = Tenancy.objects.filter(in_effect(on), stall=OuterRef("pk"))
    if filters.segment_id is not None:
        stalls = stalls.filter(segment=filters.segment_id)
    if filters.text.strip():
        folded = vietnamese.fold(filters.text)
        by_shop = tenancies.filter(business__folded__contains=folded)
        stalls = stalls.filter(Q(folded__contains=folded) | Exists(by_shop))
    if filters.state == EMPTY:
        stalls = stalls.filter(~Exists(tenancies))
    return stalls


def stall_rows(
    place: Place, filters: StallFilter, on: date, number: int, size: int = PAGE
) -> tuple[list[StallRow], bool]:
    """Return a page of stalls with traders and the status of their shops, and whether more follow; five statements."""
    stalls, more = page_rows(filtered_stalls(place, filters, on), number, size)
    return stall_lines(stalls, on), more


def stall_lines(stalls: Sequence[Stall], on: date) -> list[StallRow]:
    """Return the stalls with who trades there on a day, and the status of their shops."""
    rows = Tenancy.objects.filter(in_effect(on), stall__in=[stall.pk for stall in stalls]).select_related("business")
    tenancies = {tenancy.stall_id: tenancy for tenancy in rows}
    statuses = shop_states({tenancy.business_id for tenancy in tenancies.values()}, on)
    return [_row(stall, tenancies.get(stall.pk), statuses, on) for stall in stalls]


def _row(stall: Stall, tenancy: Tenancy | None, statuses: Mapping[UUID, ShopStatus], on: date) -> StallRow:
    status = statuses.get(tenancy.business_id) if tenancy is not None else None
    due = status is not None and status.accepts
    if due and status is not None and status.code_checked_on is not None:
        due = status.code_checked_on <= on - timedelta(days=CODE_DAYS)
    return StallRow(stall, tenancy, status, due)


def stall_counts(place: Place, on: date) -> StallCounts:
    """Return the counts of the market's stalls; two statements."""
    day = place.surveyed_on
    counted = Stall.objects.filter(place=place).aggregate(
        now=Count("pk", filter=in_effect(on)),
        surveyed=Count("pk", filter=in_effect(day or on)),
        added=Count("pk", filter=Q(since__gt=day or on, since__lte=on)),
        removed=Count("pk", filter=Q(until__gt=day or on, until__lte=on, since__lte=day or on)),
    )
    traded = Tenancy.objects.filter(in_effect(on), in_effect(on, "stall__"), stall__place=place)
    surveyed = counted["surveyed"] if day is not None else None
    return StallCounts(counted["now"], traded.count(), surveyed, counted["added"], counted["removed"])


def tenancies_of(stall: Stall) -> list[Tenancy]:
    """Return all tenancies of a stall, newest first."""
    return list(
        stall.tenancies.select_related("business", "recorded_by").order_by(F("until").desc(nulls_first=True), "-since")
    )
