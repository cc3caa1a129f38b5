"""Values from house lists and stall lists: households by support and survey, shops and stalls by their checks.

One reader serves all formulas of a place, so that its lists are read once for all criteria.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from doanso.adoption.models import AdoptionStage, Usage
from doanso.adoption.queries import SEEN
from doanso.cashless.models import ScanResult
from doanso.cashless.queries.statuses import ShopStatus, shop_states
from doanso.lib.dated_rows import in_effect
from doanso.outreach.models import VisitSupportRecord
from doanso.people.queries import canonical_businesses
from doanso.places.formulas import LIST_PAGE, Formula, Value, register_formula
from doanso.places.models import Criterion, KnownFrom, Place
from doanso.places.models.registers import Address, AddressCheck, AddressKind, SurveyOutcome, Tenancy
from doanso.places.rules import survey
from doanso.places.rules.registers import CODE_DAYS, USED_DAYS
from doanso.places.rules.survey import DatedAnswer
from doanso.places.values.remembered import remembered
from doanso.support.models import SupportRecord

CODES_FORMULA = "shops.code_safe"


class ListedDoor(NamedTuple):
    """An address in the list, with what it is."""

    id: UUID
    kind: str
    household_id: UUID | None
    business_id: UUID | None
    merged_into_id: UUID | None


class ServiceNeed(NamedTuple):
    """A service, and the level from which a person of a household counts."""

    service: str
    level: int


class RegisterFacts:
    """What the records say of a place's list as of a day. Each part is read when it is first needed, in one statement or a few.

    With `address_ids` only of these addresses, for a page of the list.
    """

    def __init__(self, place: Place, on: date, address_ids: Collection[UUID] | None = None) -> None:
        self.place = place
        self.on = on
        self._address_ids = address_ids

    def _listed(self) -> QuerySet[Address]:
        listed = Address.objects.filter(in_effect(self.on), place=self.place)
        return listed if self._address_ids is None else listed.filter(pk__in=self._address_ids)

    @cached_property
    def doors(self) -> list[ListedDoor]:
        """Return the addresses in the list on the day."""
        columns = ("pk", "kind", "household_id", "business_id", "business__merged_into_id")
        return [ListedDoor(*row) for row in self._listed().values_list(*columns)]

    @cached_property
    def shop_doors(self) -> list[list[ListedDoor]]:
        """Return the doors of each shop of the house list: two that were merged since are one shop, and count once."""
        doors = [door for door in self.doors if door.business_id is not None]
        merged = canonical_businesses(door.merged_into_id for door in doors if door.merged_into_id is not None)
        by_shop: dict[UUID | None, list[ListedDoor]] = defaultdict(list)
        for door in doors:
            into = door.merged_into_id
            by_shop[merged[into] if into is not None else door.business_id].append(door)
        return list(by_shop.values())

    @cached_property
    def answers(self) -> dict[UUID, dict[str, DatedAnswer]]:
        """Return the newest answer to each question up to the day, by address and question."""
        checks = AddressCheck.objects.filter(checked_on__lte=self.on, outcome=SurveyOutcome.ASKED)
        if self._address_ids is None:
            checks = checks.filter(address__place=self.place)
        else:
            checks = checks.filter(address__in=self._address_ids)
        answers: dict[UUID, dict[str, DatedAnswer]] = defaultdict(dict)
        rows = checks.order_by("checked_on", "pk").values_list("address_id", "checked_on", "answers")
        for address_id, checked_on, by_question in rows:
            answers[address_id].update((code, DatedAnswer(checked_on, bool(yes))) for code, yes in by_question.items())
        return answers

    @cached_property
    def _traders(self) -> list[UUID]:
        """Return the shop at each stall where somebody trades on the day; one statement, none for a page of the house list."""
        if self._address_ids is not None:
            return []
        tenants = Tenancy.objects.filter(in_effect(self.on), in_effect(self.on, "stall__"), stall__place=self.place)
        return list(tenants.order_by("pk").values_list("business_id", flat=True))

    @cached_property
    def statuses(self) -> Mapping[UUID, ShopStatus]:
        """Return the status of the shops of the house list and at the stalls on the day, by business."""
        listed = {door.business_id for door in self.doors if door.business_id is not None}
        return shop_states(listed.union(self._traders), self.on)

    @cached_property
    def shop_statuses(self) -> list[ShopStatus | None]:
        """Return the status of each shop of the house list, and of each stall at which somebody trades.

        A trader of two stalls stands twice, because a market counts stalls.
        """
        listed = [doors[0].business_id for doors in self.shop_doors]
        return [self.statuses.get(key) for key in (*listed, *self._traders) if key is not None]

    def record_days(self, needs: Collection[ServiceNeed]) -> dict[tuple[UUID, ServiceNeed], list[date]]:
        """Return the days on which records say that somebody of a household has a service, by household and need.

        What an officer saw last of each person's use, and support records in effect, of people who live there and of visits to
        the home; one that names no stage counts as reached, because it records a finished guide. Three statements.
        """
        days: dict[tuple[UUID, ServiceNeed], list[date]] = defaultdict(list)
        if not needs:
            return days
        by_service: dict[str, list[ServiceNeed]] = defaultdict(list)
        for need in needs:
            by_service[need.service].append(need)
        for (household_id, _person_id, service), (day, level) in self._newest_uses(by_service).items():
            for need in by_service[service]:
                if level >= need.level:
                    days[household_id, need].append(day)
        for household_id, service, day, reached in self._support_given(by_service):
            for need in by_service[service]:
                if reached is None or reached >= need.level:
                    days[household_id, need].append(day)
        return days

    def _homes(self) -> QuerySet[Address, Any]:
        return self._listed().filter(kind=AddressKind.HOUSEHOLD).values("household_id")

    def _newest_uses(self, services: Collection[str]) -> dict[tuple[UUID, UUID, str], tuple[date, int]]:
        """Return the day and the stage that an officer saw last, by household, person and service; one statement."""
        # By service alone SQLite would begin with everybody's use of it in the city; others' rows are left out below.
        used = (
            Usage.objects.filter(
                SEEN,
                happened_on__lte=self.on,
                person__contacts__household_id__in=self._homes(),
                person__contacts__erased_at=None,
            )
            .order_by("happened_on", "recorded_at", "pk")
            .values_list("person__contacts__household_id", "person_id", "service_id", "happened_on", "stage__level")
        )
        newest: dict[tuple[UUID, UUID, str], tuple[date, int]] = {}
        for household_id, person_id, service, day, level in used:
            if service in services:
                newest[household_id, person_id, service] = (day, level)
        return newest

    def _support_given(self, services: Collection[str]) -> Iterable[tuple[UUID, str, date, int | None]]:
        """Yield household, service, day and stage of support records of the homes' people and of visits; two statements."""
        homes = self._homes()
        helped = (
            SupportRecord.objects.filter(
                contact__household_id__in=homes,
                contact__erased_at=None,
                service__in=services,
                happened_on__lte=self.on,
                taken_back_at=None,
                refused_at=None,
            )
            .order_by()
            .values_list("contact__household_id", "service_id", "happened_on", "visit_help__after__level")
        )
        # A resident who was not named is known by the visit alone.
        visited = (
            VisitSupportRecord.objects.filter(
                visit__household_id__in=homes,
                visit__taken_back_at=None,
                support_record__service__in=services,
                support_record__happened_on__lte=self.on,
                support_record__taken_back_at=None,
                support_record__refused_at=None,
            )
            .order_by()
            .values_list(
                "visit__household_id", "support_record__service_id", "support_record__happened_on", "after__level"
            )
        )
        return chain(helped, visited)

    def service_days(self, needs: Collection[ServiceNeed]) -> "ServiceDays":
        """Return since when each household has each of these services, by its survey and the records."""
        records = self.record_days(needs)
        known: ServiceDays = {}
        for door in self.doors:
            if door.household_id is None:
                continue
            answers = self.answers.get(door.id, {})
            for need in needs:
                day = survey.household_day(answers.get(need.service), records.get((door.household_id, need), ()))
                if day is not None:
                    known[door.id, need] = day
        return known


type ServiceDays = dict[tuple[UUID, ServiceNeed], date]


def needs_of(criteria: Iterable[Criterion]) -> dict[UUID, ServiceNeed]:
    """Return the need of each criterion about a service, by the criterion; one statement where there is any."""
    stages = {
        criterion.pk: (str(criterion.parameters.get("service", "")), str(criterion.parameters.get("stage", "")))
        for criterion in criteria
        if criterion.formula == survey.SERVICE_FORMULA
    }
    if not stages:
        return {}
    rows = AdoptionStage.objects.filter(service__in={service for service, _stage in stages.values()})
    levels = {
        (service, code): level for service, code, level in rows.order_by().values_list("service_id", "code", "level")
    }
    # Without a known stage any use at all counts.
    return {key: ServiceNeed(service, levels.get((service, stage), 1)) for key, (service, stage) in stages.items()}


def _days(criterion: Criterion, default: int) -> int:
    days = criterion.parameters.get("days")
    return int(days) if str(days or "").isdecimal() and int(days) > 0 else default


def _share(days: Sequence[date], whole: int) -> Value:
    """Return a share of the list, `days` being those of what counts; unknown where the list is empty."""
    if not whole:
        return Value()
    return Value(len(days), whole, KnownFrom.RECORDS, known_on=max(days, default=None))


def _used(status: ShopStatus | None, on: date, days: int) -> bool:
    """Return whether customers paid by transfer lately, by a check that is not too old."""
    return (
        status is not None
        and status.accepts
        and bool(status.used_recently)
        and status.checked_on is not None
        and status.checked_on > on - timedelta(days=days)
    )


def _accepting_value(statuses: Sequence[ShopStatus | None], whole: int, _criterion: Criterion, _on: date) -> Value:
    days = [status.checked_on for status in statuses if status is not None and status.accepts]
    return _share([day for day in days if day is not None], whole)


def _cashless_value(statuses: Sequence[ShopStatus | None], whole: int, criterion: Criterion, on: date) -> Value:
    value = _accepting_value(statuses, whole, criterion, on)
    used = sum(_used(status, on, _days(criterion, USED_DAYS)) for status in statuses)
    return replace(value, second_numerator=used) if whole else value


def _used_value(statuses: Sequence[ShopStatus | None], whole: int, criterion: Criterion, on: date) -> Value:
    days = _days(criterion, USED_DAYS)
    checked = [status.checked_on for status in statuses if status is not None and _used(status, on, days)]
    return _share([day for day in checked if day is not None], whole)


def _codes_value(facts: RegisterFacts, criterion: Criterion) -> Value:
    """Return the share of those that display a code whose code was read lately and is the registered one."""
    shown = [status for status in facts.shop_statuses if status is not None and status.accepts]
    since = facts.on - timedelta(days=_days(criterion, CODE_DAYS))
    days = [
        day
        for status in shown
        if (day := status.code_checked_on) is not None and day > since and status.code_scan in _RIGHT
    ]
    return _share(days, len(shown))


_RIGHT = (ScanResult.SAME, ScanResult.ANNOUNCED)
_OF_SHOPS: Mapping[str, Callable[[Sequence[ShopStatus | None], int, Criterion, date], Value]] = {
    "shops.cashless": _cashless_value,
    "shops.accepting": _accepting_value,
    "shops.used": _used_value,
}


def read_registers(place: Place, criteria: Sequence[Criterion], on: date) -> dict[UUID, Value]:
    """Return the values that the place's lists give as of a day, in at most eleven statements, in one while nothing changes."""
    key = (on, *(criterion.pk for criterion in criteria))
    return remembered(place, key, lambda: compute_registers(place, criteria, on))


def compute_registers(place: Place, criteria: Sequence[Criterion], on: date) -> dict[UUID, Value]:
    """Compute the values.

    Shops are those of the house list and those that trade at the stalls; a place has one of the two.
    """
    facts = RegisterFacts(place, on)
    needs = needs_of(criteria)
    known = facts.service_days(needs.values()) if needs else {}
    homes = [door for door in facts.doors if door.kind == AddressKind.HOUSEHOLD]
    values: dict[UUID, Value] = {}
    for criterion in criteria:
        if criterion.pk in needs:
            need = needs[criterion.pk]
            days = [known[door.id, need] for door in homes if (door.id, need) in known]
            values[criterion.pk] = _share(days, len(homes))
        elif criterion.formula == CODES_FORMULA:
            values[criterion.pk] = _codes_value(facts, criterion)
        elif criterion.formula in _OF_SHOPS:
            statuses = facts.shop_statuses
            values[criterion.pk] = _OF_SHOPS[criterion.formula](statuses, len(statuses), criterion, on)
        else:
            counted = [[door] for door in homes] if criterion.formula == survey.CHANNEL_FORMULA else facts.shop_doors
            values[criterion.pk] = _answered_value(facts, survey.question_code(criterion), counted)
    return values


def _answered_value(facts: RegisterFacts, code: str, counted: Sequence[Sequence[ListedDoor]]) -> Value:
    """Return the share of homes or shops that said yes; of a shop with several doors the newest answer decides."""
    days = []
    for doors in counted:
        answers = [answer for door in doors if (answer := facts.answers.get(door.id, {}).get(code)) is not None]
        newest = max(answers, key=lambda answer: (answer.on, answer.yes), default=None)
        if newest is not None and newest.yes:
            days.append(newest.on)
    return _share(days, len(counted))


def register() -> None:
    """Register the formulas of house lists and stall lists."""
    homes, shops = _("households of the list"), _("shops or stalls of the list")
    homes_step = _("Visit the homes, or enter the survey sheets.")
    shops_step = _("Visit the shops, and record what they take.")
    on_street: dict[str, Any] = {
        "read": read_registers,
        "places": ("digital-street",),
        "url_name": "places:sheets",
    }
    at_shops: dict[str, Any] = {
        "read": read_registers,
        "parameters": {"days": _("for how many days a check is valid")},
        "url_name": "places:sheets",
    }
    for formula in (
        Formula(
            survey.SERVICE_FORMULA,
            _("Households in which somebody uses a service"),
            parameters={"service": _("service"), "stage": _("stage from which it counts")},
            numerator=_("households in which an adult uses it"),
            denominator=homes,
            next_step=homes_step,
            **on_street,
        ),
        Formula(
            survey.CHANNEL_FORMULA,
            _("Households in the neighbourhood's channel"),
            numerator=_("households in the channel"),
            denominator=homes,
            next_step=_("Enter the survey sheets."),
            **on_street,
        ),
        Formula(
            "shops.cashless",
            _("Shops that take cashless payment, and shops where it is used"),
            numerator=_("shops that display a code"),
            denominator=shops,
            second=_("shops where customers paid by transfer in the last 30 days"),
            next_step=shops_step,
            **at_shops,
        ),
        Formula(
            "shops.accepting",
            _("Shops or stalls that take cashless payment"),
            numerator=_("shops or stalls that display a code"),
            denominator=shops,
            next_step=shops_step,
            **at_shops,
        ),
        Formula(
            "shops.used",
            _("Shops or stalls where customers pay by transfer"),
            numerator=_("shops or stalls where customers paid by transfer in the last 30 days"),
            denominator=shops,
            next_step=_("Visit the shops, and ask whether customers paid by transfer."),
            **at_shops,
        ),
        Formula(
            CODES_FORMULA,
            _("Displayed codes that were read and compared lately"),
            numerator=_("codes that were read and compared"),
            denominator=_("shops or stalls that display a code"),
            next_step=_("Register each code, then scan it with the doorstep app."),
            **(at_shops | {"url_name": LIST_PAGE}),
        ),
        Formula(
            survey.ONLINE_FORMULA,
            _("Shops on a digital map, a marketplace or a page of their own"),
            numerator=_("shops that are there with right name, address and hours"),
            denominator=_("shops of the list"),
            next_step=_("Enter the survey sheets."),
            **on_street,
        ),
    ):
        register_formula(formula)
