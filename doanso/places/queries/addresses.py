"""Reads of a street's house list: its pages, its counts, and the streets of the register that can be added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from doanso.accounts.models import User
from doanso.cashless import policy as cashless_policy
from doanso.cashless.models import ShopState
from doanso.cashless.queries.shops import all_shops
from doanso.cashless.queries.statuses import ShopStatus
from doanso.lib import vietnamese
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.people.actions.doors import street_key, street_keys
from doanso.people.models import Business, Household
from doanso.places.models import Address, AddressCheck, AddressKind, Criterion, Place, SurveyOutcome
from doanso.places.queries.criteria import criteria_of
from doanso.places.queries.register_units import register_unit
from doanso.places.rules import registers as rules
from doanso.places.rules import survey
from doanso.places.rules.registers import in_range
from doanso.places.rules.survey import SurveyQuestion
from doanso.places.values.registers import RegisterFacts, ServiceNeed, needs_of

PAGE = 100
SURVEY_PAGE = 50
MOST_OFFERED = 500
FORMER, UNASKED, LEFT = "former", "unasked", "left"
"""States of the filter: taken out of the list, nobody asked there yet, and not in the survey's answers of a day."""


@dataclass(frozen=True, slots=True)
class AddressFilter:
    """What the list's filter chooses; empty values choose everything."""

    text: str = ""
    kind: str = ""
    segment_id: UUID | None = None
    state: str = ""


class QuestionMark(NamedTuple):
    """What is known of one question at an address: yes, no or nothing (None), and since when."""

    question: SurveyQuestion
    yes: bool | None
    on: date | None


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An address with what is known of it."""

    address: Address
    marks: Sequence[QuestionMark] = ()
    status: ShopStatus | None = None

    @property
    def shop_state(self) -> str:
        """Return the state of the shop in words, "" for what is no shop."""
        if self.address.business_id is None:
            return ""
        return str(ShopState(self.status.state if self.status is not None else ShopState.NONE).label)


def filtered_addresses(place: Place, filters: AddressFilter, on: date) -> QuerySet[Address]:
    """Return the addresses that the filter chooses, as one walks."""
    listed = Address.objects.filter(place=place).select_related("segment")
    listed = listed.filter(until__lte=on) if filters.state == FORMER else listed.filter(in_effect(on))
    if filters.segment_id is not None:
        listed = listed.filter(segment=filters.segment_id)
    if filters.kind:
        listed = listed.filter(kind=filters.kind)
    if filters.text.strip():
        listed = listed.filter(folded__contains=vietnamese.fold(filters.text))
    if filters.state == UNASKED:
        listed = listed.filter(~Exists(AddressCheck.objects.filter(address=OuterRef("pk"), checked_on__lte=on)))
    return listed.order_by("walk_key", "pk")


def address_rows(
    place: Place, filters: AddressFilter, on: date, number: int, size: int = PAGE
) -> tuple[list[AddressRow], bool]:
    """Return a page of the list with what is known of each address, and whether more follow; at most nine statements."""
    addresses, more = page_rows(filtered_addresses(place, filters, on), number, size)
    return address_lines(place, addresses, criteria_of(place.criteria_set), on), more


def address_lines(
    place: Place, addresses: Sequence[Address], criteria: Sequence[Criterion], on: date
) -> list[AddressRow]:
    """Return the addresses with what is known of each as of a day."""
    if not addresses:
        return []
    facts = RegisterFacts(place, on, [address.pk for address in addresses])
    needs = {need.service: need for need in needs_of(criteria).values()}
    days = facts.service_days(needs.values())
    questions = survey.questions_of(criteria)
    return [
        AddressRow(
            address,
            [_mark(question, address, facts, needs, days) for question in questions if question.kind == address.kind],
            facts.statuses.get(address.business_id) if address.business_id is not None else None,
        )
        for address in addresses
    ]


def _mark(
    question: SurveyQuestion,
    address: Address,
    facts: RegisterFacts,
    needs: Mapping[str, ServiceNeed],
    days: Mapping[tuple[UUID, ServiceNeed], date],
) -> QuestionMark:
    need = needs.get(question.code)
    day = days.get((address.pk, need)) if need is not None else None
    if day is not None:
        return QuestionMark(question, True, day)
    answer = facts.answers.get(address.pk, {}).get(question.code)
    return QuestionMark(question, answer.yes if answer is not None else None, answer.on if answer is not None else None)


@dataclass(frozen=True, slots=True)
class ListCount:
    """How many of a kind are in the list, how many were on the day of the survey, and what changed since.

    `shops` is the number of shops behind the doors where some were merged since they were listed: each counts once.
    """

    kind: str
    now: int
    surveyed: int | None = None
    added: int = 0
    removed: int = 0
    shops: int | None = None

    @property
    def label(self) -> str:
        """Return the kind in words."""
        return str(AddressKind(self.kind).label)


def list_counts(place: Place, on: date) -> list[ListCount]:
    """Return the counts of each kind; one statement, three or more where shops of the list were merged."""
    day = place.surveyed_on
    conditions = {"now": in_effect(on), "merged": in_effect(on) & Q(business__merged_into__isnull=False)}
    if day is not None:
        conditions |= {
            "surveyed": in_effect(day),
            "added": Q(since__gt=day, since__lte=on),
            "removed": Q(until__gt=day, until__lte=on, since__lte=day),
        }
    rows = Address.objects.filter(place=place).order_by().values("kind")
    counted: dict[str, dict[str, Any]] = {
        row["kind"]: dict(row)
        for row in rows.annotate(**{name: Count("pk", filter=condition) for name, condition in conditions.items()})
    }
    counts = [_list_count(kind, counted.get(kind, {}), frozen=day is not None) for kind in AddressKind.values]
    if not any(row["merged"] for row in counted.values()):
        return counts
    shops = len(RegisterFacts(place, on).shop_doors)
    return [
        replace(count, shops=shops) if count.kind == AddressKind.BUSINESS and shops < count.now else count
        for count in counts
    ]


def _list_count(kind: str, row: Mapping[str, Any], *, frozen: bool) -> ListCount:
    surveyed = row.get("surveyed", 0) if frozen else None
    return ListCount(kind, row.get("now", 0), surveyed, row.get("added", 0), row.get("removed", 0))


# --- The register of the unit ------------------------------------------------------------------------------------------


@dataclass(slots=True)
class RegisterStreet:
    """A street of the unit's register, with the number of its homes and shops."""

    street: str
    key: str
    homes: int = 0
    shops: int = 0


@dataclass(frozen=True, slots=True)
class OfferedDoor:
    """A home or shop of the register that can be put into the list; `listed` is true where it is in it already."""

    kind: str
    id: UUID
    number: str
    street: str
    label: str
    neighbourhood: str
    listed: bool

    @property
    def value(self) -> str:
        """Return the value that the form sends for it."""
        return f"{self.kind}:{self.id}"


@dataclass(frozen=True, slots=True)
class DoorRange:
    """Which doors of a street are offered: between two numbers, on one side, homes or shops."""

    key: str = ""
    first: int | None = None
    last: int | None = None
    side: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """The doors offered, in walking order; `is_cut` where there are more than fit one page."""

    doors: list[OfferedDoor] = field(default_factory=list)
    is_cut: bool = False

    @property
    def free(self) -> int:
        """Return how many are not in the list yet."""
        return sum(not door.listed for door in self.doors)


def register_streets(place: Place) -> list[RegisterStreet]:
    """Return the streets of the unit's register, most doors first; two statements."""
    unit = register_unit(place)
    homes = Household.objects.filter(unit=unit, erased_at=None, gone_at=None).exclude(place_key="")
    shops = Business.objects.filter(unit=unit, erased_at=None, merged_into=None, gone_at=None).exclude(walk_key="")
    streets: dict[str, RegisterStreet] = {}
    for rows, name in ((homes, "homes"), (shops, "shops")):
        for street, count in rows.order_by().values_list("street").annotate(count=Count("pk")):
            key = street_key(street)
            line = streets.setdefault(key, RegisterStreet(street, key))
            setattr(line, name, getattr(line, name) + count)
    return sorted(streets.values(), key=lambda line: (-(line.homes + line.shops), line.key))


def offered_doors(place: Place, wanted: DoorRange) -> Offer:
    """Return the register's doors of a street in a range, as one walks; four statements."""
    unit = register_unit(place)
    first, end = street_keys(wanted.key)
    along = {"unit": unit, "erased_at": None, "gone_at": None, "walk_key__gte": first, "walk_key__lt": end}
    doors: list[tuple[str, OfferedDoor]] = []
    if wanted.kind != AddressKind.BUSINESS:
        listed = set(_listed(place).exclude(household=None).values_list("household_id", flat=True))
        columns = ("walk_key", "pk", "house_number", "street", "neighbourhood__name")
        for walk, pk, number, street, area in (
            Household.objects.filter(**along).order_by("walk_key").values_list(*columns)
        ):
            home = OfferedDoor(AddressKind.HOUSEHOLD, pk, number, street, "", area or "", pk in listed)
            doors.append((walk, home))
    if wanted.kind != AddressKind.HOUSEHOLD:
        listed = set(_listed(place).exclude(business=None).values_list("business_id", flat=True))
        shop_columns = ("walk_key", "pk", "house_number", "street", "name", "neighbourhood__name")
        shops = Business.objects.filter(merged_into=None, **along).order_by("walk_key").values_list(*shop_columns)
        for walk, pk, number, street, name, area in shops:
            doors.append((walk, OfferedDoor(AddressKind.BUSINESS, pk, number, street, name, area or "", pk in listed)))
    chosen = [
        door
        for _walk, door in sorted(doors, key=lambda entry: (entry[0], entry[1].kind))
        if in_range(door.number, first=wanted.first, last=wanted.last, side=wanted.side)
    ]
    free = [door for door in chosen if not door.listed]
    return Offer([door for door in chosen if door.listed or door in free[:MOST_OFFERED]], len(free) > MOST_OFFERED)


def _listed(place: Place) -> QuerySet[Address]:
    return Address.objects.filter(place=place, until=None)


# --- One address ---------------------------------------------------------------------------------------------------------


class CheckLine(NamedTuple):
    """What one survey check says, for a page: its day, who entered it, and answers in words."""

    on: date
    by: str
    outcome: str
    answers: Sequence[tuple[str, bool]]


def one_address(place: Place, address_id: UUID) -> Address | None:
    """Return an address of the place, with what its page shows."""
    return (
        Address.objects.filter(place=place, pk=address_id)
        .select_related("segment", "added_by", "removed_by", "business")
        .first()
    )


def points_without_page(place: Place, names: Iterable[str], on: date) -> list[Address]:
    """Return the public points of the house list that have none of these names; one statement."""
    written = {vietnamese.fold(name) for name in names}
    listed = Address.objects.filter(in_effect(on), place=place, kind=AddressKind.POINT).order_by("walk_key", "pk")
    return [address for address in listed if vietnamese.fold(address.label) not in written]


def keys_in_list(place: Place, keys: Sequence[str]) -> list[UUID]:
    """Return those of the keys that are addresses in the place's list today, in the list's order; one statement."""
    wanted = []
    for key in keys[: rules.MOST_AT_ONCE]:
        try:
            wanted.append(UUID(key))
        except ValueError:
            continue
    listed = Address.objects.filter(place=place, pk__in=wanted, until=None)
    return list(listed.order_by("walk_key", "pk").values_list("pk", flat=True))


def checks_of_address(address: Address, questions: Sequence[SurveyQuestion]) -> list[CheckLine]:
    """Return the survey checks of an address, newest first; one statement."""
    heads = {question.code: str(question.short) for question in (*questions, *survey.QUESTIONS.values())}
    checks = address.checks.select_related("recorded_by").order_by("-checked_on", "-pk")[:50]
    return [
        CheckLine(
            check.checked_on,
            check.recorded_by.display_name,
            str(SurveyOutcome(check.outcome).label),
            [(heads[code], yes) for code, yes in check.answers.items() if code in heads],
        )
        for check in checks
    ]


def shop_url(actor: User, business_id: UUID | None) -> str:
    """Return the address of a shop's own page for who may open it, else "": a branch that was given a criterion sees the place,
    and not the ward's shops. One statement for a shop.
    """
    if business_id is None:
        return ""
    seen = cashless_policy.VIEW.filter(actor, all_shops()).filter(business_id=business_id)
    return reverse("cashless:shop", args=[business_id]) if seen.exists() else ""
