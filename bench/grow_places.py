"""Data of `bench places`: a street of many addresses and a market of many stalls, with records as a year of work leaves them.

Of ten doors eight are homes, with a resident each: half of them use every service, a fifth was helped, a third was asked in the
survey. Shops and stalls have three checks each, the newest of them of this month.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

STREET_KIND, MARKET_KIND = "digital-street", "cashless-market"
BEGAN, SURVEYED = date(2023, 3, 1), date(2023, 4, 3)
CHECKED = (date(2023, 9, 4), date(2023, 10, 5), date(2023, 11, 6))
SERVICES = {"vneid": "level2-active", "portal": "account", "payment": "account"}


@transaction.atomic
def grow_street(actor: Any, unit: Any, name: str, addresses: int) -> Any:
    """Set up a surveyed street of a ward with a house list of this many doors; return the place."""
    place = _place(actor, unit, STREET_KIND, name, ("Đoạn 1", "Đoạn 2", "Đoạn 3", "Đoạn 4"))
    homes, shops = addresses * 8 // 10, addresses - addresses * 8 // 10
    businesses = _businesses(unit, name, shops)
    households = _households(unit, name, homes)
    _residents(actor, unit, households)
    rows = _addresses(actor, place, name, households, businesses)
    _survey(actor, rows)
    _checks(actor, unit, name, businesses)
    return _freeze(place)


@transaction.atomic
def grow_market(actor: Any, unit: Any, name: str, stalls: int) -> Any:
    """Set up a surveyed market of a ward with this many stalls, each with a trader; return the place."""
    from doanso.lib import clock
    from doanso.lib.database import insert_objects
    from doanso.lib.uuid7 import uuid7
    from doanso.places.models import Stall, Tenancy
    from doanso.places.rules.registers import number_key, stall_key

    place = _place(actor, unit, MARKET_KIND, name, ("Khu A", "Khu B"))
    sections = list(place.segments.order_by("number"))
    businesses = _businesses(unit, name, stalls)
    made, tenancies = [], []
    for position, business_id in enumerate(businesses):
        section = sections[position % len(sections)]
        number = f"{'AB'[section.number - 1]}{position // 2 + 1}"
        stall = Stall(
            pk=uuid7(),
            place=place,
            segment=section,
            number=number,
            number_key=number_key(number),
            goods="Rau quả",
            folded=f"{number} rau qua".lower(),
            walk_key=stall_key(section.number, number),
            since=BEGAN,
            added_by=actor,
            added_at=clock.now(),
        )
        made.append(stall)
        tenancies.append(
            Tenancy(
                pk=uuid7(),
                stall=stall,
                business_id=business_id,
                trader=f"Tiểu thương {position}",
                since=BEGAN,
                recorded_by=actor,
                recorded_at=clock.now(),
            )
        )
    insert_objects(made)
    insert_objects(tenancies)
    _checks(actor, unit, name, businesses)
    return _freeze(place)


def _place(actor: Any, unit: Any, kind: str, name: str, parts: tuple[str, ...]) -> Any:
    from doanso.places.actions import PlaceInput, SegmentInput, create_place

    segments = tuple(SegmentInput(part) for part in parts)
    return create_place(
        actor=actor, unit=unit, kind=kind, inputs=PlaceInput(name=name, started_on=BEGAN, segments=segments)
    )


def _freeze(place: Any) -> Any:
    from doanso.places.models import PlaceState

    place.surveyed_on, place.state = SURVEYED, PlaceState.IN_PROGRESS
    place.save(update_fields=["surveyed_on", "state"])
    return place


def _households(unit: Any, street: str, count: int) -> list[UUID]:
    from doanso.people.actions import DoorInput, match_or_create_households

    keys: list[UUID] = []
    for start in range(0, count, 500):
        doors = [DoorInput(str(number + 1), street) for number in range(start, min(start + 500, count))]
        keys += [match.household_id for match in match_or_create_households(unit_id=unit.pk, inputs=doors)]
    return keys


def _businesses(unit: Any, street: str, count: int) -> list[UUID]:
    from doanso.people.actions import BusinessInput, match_or_create_businesses

    keys: list[UUID] = []
    for start in range(0, count, 500):
        shops = [
            BusinessInput(
                f"{street} Quán {number}",
                house_number=f"{number + 1}B",
                street=street,
                address=f"{number + 1}B {street}",
            )
            for number in range(start, min(start + 500, count))
        ]
        keys += [match.business_id for match in match_or_create_businesses(unit_id=unit.pk, inputs=shops)]
    return keys


def _residents(actor: Any, unit: Any, households: list[UUID]) -> None:
    from doanso.adoption.models import AdoptionStage, Usage
    from doanso.lib import clock
    from doanso.lib.database import insert_objects
    from doanso.lib.uuid7 import uuid7
    from doanso.people.models import Contact, Person
    from doanso.support.models import SupportRecord

    stages = {code: AdoptionStage.objects.get(service=code, code=stage) for code, stage in SERVICES.items()}
    now = clock.now()
    people = [Person(pk=uuid7(), created_at=now) for _household in households]
    contacts = [
        Contact(
            pk=uuid7(),
            person=person,
            unit=unit,
            name=f"Người {number}",
            folded=f"nguoi {number}",
            sort_key=str(number),
            birth_year=1970,
            household_id=household,
            created_at=now,
            updated_at=now,
        )
        for number, (person, household) in enumerate(zip(people, households, strict=True))
    ]
    usages, helped = [], []
    for number, contact in enumerate(contacts):
        day = BEGAN + timedelta(days=number % 200)
        if number % 2:
            usages += [
                Usage(
                    pk=uuid7(),
                    person_id=contact.person_id,
                    service_id=code,
                    stage=stage,
                    unit=unit,
                    happened_on=day,
                    arrived_on=day,
                    recorded_at=now,
                    grade=1,
                    seen_by=actor,
                )
                for code, stage in stages.items()
            ]
        if number % 5 == 0:
            helped.append(
                SupportRecord(
                    pk=uuid7(),
                    unit=unit,
                    named=True,
                    person_id=contact.person_id,
                    contact=contact,
                    service_id="portal",
                    happened_on=day,
                    arrived_on=day,
                    recorded_at=now,
                    grade=1,
                    source="office",
                )
            )
    insert_objects(people)
    # Columns with a default of the database are left to it.
    Contact.objects.bulk_create(contacts, batch_size=500)
    insert_objects(usages)
    insert_objects(helped)


def _addresses(actor: Any, place: Any, street: str, households: list[UUID], businesses: list[UUID]) -> list[Any]:
    from doanso.lib import clock
    from doanso.lib.database import insert_objects
    from doanso.lib.uuid7 import uuid7
    from doanso.people.actions.doors import walk_key
    from doanso.places.models import Address

    segments = list(place.segments.order_by("number"))
    now = clock.now()
    doors = [(f"{number + 1}", "household", key) for number, key in enumerate(households)]
    doors += [(f"{number + 1}B", "business", key) for number, key in enumerate(businesses)]
    rows = [
        Address(
            pk=uuid7(),
            place=place,
            segment=segments[position % len(segments)],
            kind=kind,
            number=number,
            street=street,
            label=f"Quán {number}" if kind == "business" else "",
            folded=f"{number} {street}".lower(),
            walk_key=walk_key(street, number),
            household_id=key if kind == "household" else None,
            business_id=key if kind == "business" else None,
            since=BEGAN,
            added_by=actor,
            added_at=now,
        )
        for position, (number, kind, key) in enumerate(doors)
    ]
    insert_objects(rows)
    return rows


def _survey(actor: Any, addresses: list[Any]) -> None:
    from doanso.lib import clock
    from doanso.lib.database import insert_objects
    from doanso.lib.uuid7 import uuid7
    from doanso.places.models import AddressCheck

    now = clock.now()
    answers = {"household": {"channel": True, "vneid": False}, "business": {"online": True}}
    insert_objects(
        [
            AddressCheck(
                pk=uuid7(),
                address=address,
                checked_on=SURVEYED,
                outcome="asked",
                answers=answers[address.kind],
                recorded_by=actor,
                recorded_at=now,
            )
            for address in addresses[::3]
        ]
    )


def _checks(actor: Any, unit: Any, name: str, businesses: list[UUID]) -> None:
    from doanso.cashless.models import CheckOrigin, Shop, ShopCheck
    from doanso.lib import clock
    from doanso.lib.database import insert_objects
    from doanso.lib.uuid7 import uuid7

    now = clock.now()
    shops = [
        Shop(
            pk=uuid7(),
            business_id=key,
            unit=unit,
            label=name,
            state="used",
            used_recently=True,
            checked_on=CHECKED[-1],
            code_checked_on=CHECKED[-1],
            made_at=now,
            made_by=actor,
        )
        for key in businesses
    ]
    insert_objects(shops)
    insert_objects(
        [
            ShopCheck(
                pk=uuid7(),
                shop=shop,
                unit=unit,
                happened_on=day,
                seen_at=now,
                origin=CheckOrigin.DESK.value,
                state="used",
                used_recently=True,
                scan="same",
                first_name=actor.display_name,
                made_by=actor,
                made_at=now,
                arrived_on=day,
            )
            for shop in shops
            for day in CHECKED
        ]
    )
