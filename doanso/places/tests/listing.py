"""A street and a market of ward 4 with the shipped criteria, and what tests do to their lists."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from doanso.adoption.models import AdoptionStage, Service, Usage
from doanso.lib import clock
from doanso.people.actions import (
    BusinessInput,
    DoorInput,
    Particulars,
    match_or_create_businesses,
    match_or_create_households,
    match_or_create_people,
)
from doanso.people.models import Contact, Household
from doanso.places import formulas
from doanso.places.actions.addresses import AddressesResult, AddressInput, RegisterChange, add_addresses
from doanso.places.actions.stalls import StallInput, StallsResult, put_stalls
from doanso.places.actions.surveys import SurveyRow, enter_survey
from doanso.places.kinds import kind_named
from doanso.places.models import Address, CriteriaSet, Criterion, Place, PlaceState, Segment
from doanso.support.models import SupportRecord
from doanso.testing import TODAY, Tree
from doanso.units.models import Neighbourhood
from tools.fixture_replay import replayed

BEGAN, SURVEYED = date(2023, 9, 1), date(2023, 10, 2)


@dataclass
class Listing:
    """Ward 4's street "Lê Lợi" of two segments, and its market "Chợ Thạnh Trị" of two sections; An keeps both."""

    tree: Tree
    street: Place
    market: Place
    neighbourhood: Neighbourhood

    def add(self, *inputs: AddressInput, on: date | None = None, reason: str = "", **more: Any) -> AddressesResult:
        change = RegisterChange(on, reason)
        return add_addresses(actor=self.tree.an, place=self.street, inputs=inputs, change=change, **more)

    def put(self, *inputs: StallInput, on: date | None = None, reason: str = "") -> StallsResult:
        return put_stalls(actor=self.tree.an, place=self.market, inputs=inputs, change=RegisterChange(on, reason))

    def freeze(self, place: Place, on: date = SURVEYED) -> None:
        """Close the survey of a place on a day."""
        place.surveyed_on, place.state = on, PlaceState.SURVEYED
        place.save(update_fields=["surveyed_on", "state"])

    def segment(self, place: Place, number: int) -> Segment:
        return place.segments.get(number=number)

    def address(self, number: str) -> Address:
        return Address.objects.get(place=self.street, number=number)

    def criterion(self, place: Place, number: int) -> Criterion:
        return place.criteria_set.criteria.get(number=number)

    def value(self, place: Place, number: int, on: date = TODAY) -> formulas.Value:
        """Return the value of one criterion as of a day."""
        criterion = self.criterion(place, number)
        return formulas.read_values(place, [criterion], on)[criterion.pk]

    def resident(self, number: str, name: str = "Nguyễn Thị Mai", year: int = 1958) -> Contact:
        """Write somebody who lives at a house of the list into the ward's register."""
        particulars = Particulars(name, birth_year=year)
        [match] = match_or_create_people(unit_id=self.tree.units["p4"].pk, inputs=[particulars])
        contact = Contact.objects.get(person=match.person_id, unit=self.tree.units["p4"])
        contact.household = self.address(number).household
        contact.save(update_fields=["household"])
        return contact

    def use(self, contact: Contact, service: str, stage: str, on: date, grade: int = 1) -> Usage:
        """Record that an officer saw this person's stage of a service on a day."""
        return Usage.objects.create(
            person_id=contact.person_id,
            service_id=service,
            stage=AdoptionStage.objects.get(service=service, code=stage),
            unit=self.tree.units["p4"],
            happened_on=on,
            arrived_on=on,
            recorded_at=clock.now(),
            grade=grade,
        )

    def help(self, contact: Contact, service: str, on: date, **more: Any) -> SupportRecord:
        """Record that somebody was helped with a service on a day."""
        return SupportRecord.objects.create(
            unit=self.tree.units["p4"],
            named=True,
            person_id=contact.person_id,
            contact=contact,
            service_id=service,
            happened_on=on,
            arrived_on=on,
            recorded_at=clock.now(),
            grade=1,
            source="office",
            **more,
        )

    def ask(self, number: str, on: date, **answers: bool) -> None:
        """Enter what the survey heard at a house of the list."""
        row = SurveyRow(self.address(number).pk, answers=answers)
        enter_survey(actor=self.tree.an, place=self.street, checked_on=on, rows=[row])

    def home(self, number: str, street: str = "Lê Lợi") -> Household:
        """Write a home into the ward's register."""
        [match] = match_or_create_households(
            unit_id=self.tree.units["p4"].pk, inputs=[DoorInput(number, street, self.neighbourhood.pk)]
        )
        return Household.objects.get(pk=match.household_id)

    def shop(self, name: str, number: str, street: str = "Lê Lợi") -> Any:
        """Write a shop into the ward's register; return its key."""
        inputs = BusinessInput(name, house_number=number, street=street, address=f"{number} {street}")
        [match] = match_or_create_businesses(unit_id=self.tree.units["p4"].pk, inputs=[inputs])
        return match.business_id


def _make_services() -> None:
    """VNeID, portal and payment with the stages that the shipped criteria name."""
    ladders = {
        "vneid": ("none", "level1", "level2-registered", "level2-approved", "level2-active"),
        "portal": ("none", "account", "used"),
        "payment": ("none", "account", "used"),
    }
    for position, (code, stages) in enumerate(ladders.items(), start=1):
        Service.objects.create(code=code, name=code, short_name=code, icon="id", position=position)
        AdoptionStage.objects.bulk_create(
            AdoptionStage(service_id=code, code=stage, level=level, name=stage) for level, stage in enumerate(stages)
        )


def home(number: str, **more: Any) -> AddressInput:
    return AddressInput("household", number, "Lê Lợi", **more)


def shop(number: str, sign: str, **more: Any) -> AddressInput:
    return AddressInput("business", number, "Lê Lợi", sign, **more)


def _place(tree: Tree, kind: str, name: str, parts: tuple[str, ...]) -> Place:
    plan = kind_named(kind)
    criteria_set = CriteriaSet.objects.create(kind=kind, version=1, made_at=clock.now(), published_at=clock.now())
    Criterion.objects.bulk_create(
        Criterion(
            criteria_set=criteria_set,
            number=number,
            group=entry.group,
            title=entry.title,
            formula=entry.formula,
            parameters=dict(entry.parameters or {}),
            threshold_kind=entry.threshold_kind,
            threshold=entry.threshold,
            second_threshold=entry.second_threshold,
        )
        for number, entry in enumerate(plan.criteria, start=1)
    )
    place = Place.objects.create(
        kind=kind,
        name=name,
        folded=name.lower(),
        slug=kind,
        unit=tree.units["p4"],
        criteria_set=criteria_set,
        started_on=BEGAN,
        changed_on=BEGAN,
        made_by=tree.an,
        made_at=clock.now(),
        changed_by=tree.an,
    )
    Segment.objects.bulk_create(
        Segment(place=place, number=number, name=part) for number, part in enumerate(parts, start=1)
    )
    return place


@replayed
def make_listing(tree: Tree) -> Listing:
    _make_services()
    neighbourhood = Neighbourhood.objects.create(unit=tree.units["p4"], name="Khu phố 1", since=date(2020, 1, 1))
    street = _place(tree, "digital-street", "Đường Lê Lợi", ("Đoạn 1", "Đoạn 2"))
    market = _place(tree, "cashless-market", "Chợ Thạnh Trị", ("Khu A", "Khu B"))
    return Listing(tree, street, market, neighbourhood)


@pytest.fixture
def listing(tree: Tree) -> Listing:
    return make_listing(tree)
