"""The pack: the data that a phone needs without a network, and no more; see docs/sync.md. The number of statements is the same
for one door and for sixty.
"""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from doanso.access.policy import units_below
from doanso.accounts.models import User
from doanso.adoption import queries as adoption
from doanso.lib import clock, encryption, vietnamese
from doanso.lib.dated_rows import in_effect
from doanso.lib.problems import Problem, Refused
from doanso.members import queries as members
from doanso.outreach import guides, policy
from doanso.outreach.models import Door, Drive, Teammate
from doanso.outreach.ports import PackRequest, pack_parts
from doanso.outreach.queries import teams
from doanso.outreach.queries.doors import PLACE_EXISTS, held_doors
from doanso.outreach.rules.doors import FINAL
from doanso.people import queries as people
from doanso.people.actions.doors import door_key
from doanso.people.models import Business, Contact, Household
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.support.models import SupportRecord
from doanso.units import queries as units
from doanso.units.models import UPPER_KINDS, Unit, UnitKind

MOST_STREETS = 400
_KEY_DIGITS, _BITS_DIGITS = 32, 6
_MADE_NOW = frozenset(("now", "lease_until", "today"))


def unit_of(user: User, today: date) -> Unit:
    """Return the unit for which a user visits: that of their team, else the lowest at which they hold the role."""
    roots = policy.RECORD.roots(user)
    own_terms = Teammate.objects.filter(in_effect(today), user=user)
    own_terms = own_terms.filter(unit_id__in=units_below(roots)).order_by("since", "pk").select_related("unit")
    mate = own_terms.first() if roots else None
    if mate is not None:
        return mate.unit
    depth = {UnitKind.BRANCH: 2} | dict.fromkeys(UPPER_KINDS, 1)
    candidates = sorted(
        Unit.objects.filter(pk__in=roots), key=lambda unit: (depth.get(UnitKind(unit.kind), 0), unit.code)
    )
    if not candidates:
        message = _("Your role does not visit homes. Ask your officer for the role of a helper.")
        raise Refused(Problem("no_role", message))
    return candidates[0]


def ward_of(unit: Unit) -> Unit:
    """Return the ward of doors, drives and teams: a branch visits in its ward's name."""
    return Unit(pk=members.home_units([unit.pk])[unit.pk])


def pack(user: User, device_id: UUID, now: datetime, *, lease_until: datetime, receipt_base: str) -> dict[str, Any]:
    """Return the pack of one phone, ready for JSON."""
    today = clock.today()
    unit = unit_of(user, today)
    ward = ward_of(unit)
    its_teams = teams.teams_for_pack(user, ward, today)
    me = next((mate["id"] for team in its_teams for mate in team["teammates"] if mate["me"]), None)
    return {
        "now": now.isoformat(),
        "lease_until": lease_until.isoformat(),
        # The phone's days follow from the business day, which may be set.
        "today": today.isoformat(),
        "unit": {"id": str(unit.pk), "name": units.named_unit(unit).name},
        "user": {"name": user.get_full_name(), "teammate": me},
        "teams": its_teams,
        "neighbourhoods": [{"id": str(team.pk), "name": team.name} for team in units.neighbourhoods(ward)],
        "streets": _streets(ward),
        "services": _services(),
        "obstacles": [{"code": team.code, "name": team.name} for team in adoption.obstacles()],
        "consent": _consent(today),
        "drives": _drives(ward, today),
        "doors": doors_of(user, ward, device_id, now),
        "duplicates_key": duplicates_key(device_id),
        "receipt_base": receipt_base,
        **pack_parts(PackRequest(user, ward, device_id, today, unit)),
    }


def etag_of(pack_content: Mapping[str, Any]) -> str:
    """Return a hash that is equal for packs of equal content, whenever they were made."""
    content = {name: value for name, value in pack_content.items() if name not in _MADE_NOW}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def duplicates_key(device_id: UUID) -> str:
    """Return the phone's own key for the bits of people who were helped already."""
    return encryption.look_up(str(device_id), context="outreach.duplicates")[:_KEY_DIGITS]


def _streets(unit: Unit) -> list[str]:
    homes = Household.objects.filter(unit=unit, erased_at=None, gone_at=None).values_list("street")
    shops = Business.objects.filter(unit=unit, erased_at=None, merged_into=None).values_list("street")
    names = homes.exclude(street="").union(shops.exclude(street="")).order_by("street")[:MOST_STREETS]
    spelt: dict[str, str] = {}
    for (street,) in names:
        # The server folds the spellings of a street to one, so one of them is enough.
        spelt.setdefault(vietnamese.fold(street), street)
    return list(spelt.values())


def _services() -> list[dict[str, Any]]:
    entries = []
    for service in adoption.services():
        guide = guides.guide_to(service.pk)
        if not guide.to:
            continue
        entries.append(
            {
                "code": service.pk,
                "name": service.name,
                "short_name": service.short_name,
                "icon": service.icon,
                "to": list(guide.to),
                "rungs": [{"code": stage.code, "name": stage.name} for stage in service.stages.all()],
                "steps": list(service.steps),
                "say": list(guide.say),
                "beware": list(guide.beware),
            }
        )
    return entries


def _consent(today: date) -> dict[str, Any]:
    text = people.consent_text(today)
    purposes = [
        {"code": purpose["code"], "sentence": purpose["sentence"], "needed": purpose["code"] == RECORD_PURPOSE}
        for purpose in text.purposes
    ]
    return {"version": text.version, "title": text.title, "body": text.body, "purposes": purposes}


def _drives(unit: Unit, today: date) -> list[dict[str, Any]]:
    running = Drive.objects.filter(unit=unit, ended_at=None, since__lte=today, until__gt=today)
    done_doors = Count("doors", filter=Q(doors__outcome__in=FINAL))
    return [
        {
            "id": str(drive.pk),
            "name": drive.name,
            "since": drive.since.isoformat(),
            "until": drive.until.isoformat(),
            "goal": drive.goal,
            "done": drive.done,
        }
        for drive in running.annotate(done=done_doors).order_by("until", "name")
    ]


def doors_of(user: User, ward: Unit, device_id: UUID, now: datetime) -> list[dict[str, Any]]:
    """Return the ward's doors that a user has checked out, in walking order, with residents; five statements.

    Homes that were erased or are gone are left out.
    """
    own_doors = Door.objects.filter(PLACE_EXISTS, held_doors(now), taken_by=user, unit=ward)
    doors = list(own_doors.select_related("household", "business").order_by("drive", "walk_key", "pk"))
    residents = _residents([door.household_id for door in doors if door.household_id])
    # A contact of a merged person counts as well.
    helped = _helped(doors, residents, duplicates_key(device_id))
    shown: dict[UUID | None, list[Contact]] = defaultdict(list)
    for contact in people.distinct_contacts([contact for living in residents.values() for contact in living]):
        shown[contact.household_id].append(contact)
    return [_door(door, shown[door.household_id] if door.household_id else [], helped[door.pk]) for door in doors]


def _door(door: Door, residents: Sequence[Contact], helped: Sequence[str]) -> dict[str, Any]:
    place = door.household or door.business
    assert place is not None and door.due_back_at is not None  # noqa: S101, PT018 -- constraints of the table
    last = {"outcome": door.outcome, "on": door.visited_on.isoformat()} if door.visited_on else None
    return {
        "id": str(door.pk),
        "drive": str(door.drive_id),
        "kind": "household" if door.household is not None else "business",
        "place": str(place.pk),
        "name": door.business.name if door.business is not None else "",
        "number": place.house_number,
        "street": place.street,
        "neighbourhood": str(door.neighbourhood_id) if door.neighbourhood_id else None,
        "due_back_at": door.due_back_at.isoformat(),
        "last": last,
        "follow_up_on": door.follow_up_on.isoformat() if door.follow_up_on else None,
        "residents": [
            {"contact": str(resident.pk), "name": resident.name, "birth_year": resident.birth_year}
            for resident in residents
        ],
        "helped": list(helped),
    }


def _residents(household_ids: Sequence[UUID]) -> dict[UUID, list[Contact]]:
    by_household: dict[UUID, list[Contact]] = defaultdict(list)
    living = Contact.objects.filter(household_id__in=household_ids, erased_at=None).select_related("person")
    for contact in living.order_by("sort_key", "pk"):
        if contact.household_id is not None:
            by_household[contact.household_id].append(contact)
    return by_household


def _helped(doors: Sequence[Door], residents: Mapping[UUID, Sequence[Contact]], key: str) -> dict[UUID, list[str]]:
    """Return by door the bits of people already helped, among its residents and contacts of any unit at that door.

    Of other units' people the phone gets only bits, by which it recognises a name that is entered.
    """
    place_of = {door.pk: door_key(_place(door).address) for door in doors}
    same_door = Contact.objects.filter(door_key__in=set(place_of.values()) - {""}, erased_at=None)
    by_door_key: dict[str, list[Contact]] = defaultdict(list)
    for contact in same_door.select_related("person"):
        by_door_key[contact.door_key].append(contact)
    contacts = [contact for group in (*residents.values(), *by_door_key.values()) for contact in group]
    helped = _persons_helped({person for contact in contacts for person in _persons(contact)})
    secret = bytes.fromhex(key)
    bits_by_door = {}
    for door in doors:
        people_there = (
            *(residents.get(door.household_id, ()) if door.household_id else ()),
            *by_door_key[place_of[door.pk]],
        )
        bits_by_door[door.pk] = sorted(
            {_bits(secret, contact) for contact in people_there if _persons(contact) & helped}
        )
    return bits_by_door


def _place(door: Door) -> Household | Business:
    place = door.household or door.business
    assert place is not None  # noqa: S101 -- a constraint of the table
    return place


def _persons(contact: Contact) -> set[UUID]:
    """Return the contact's persons, merged ones included."""
    return {person_id for person_id in (contact.person_id, contact.person.merged_into_id) if person_id is not None}


def _persons_helped(persons: set[UUID]) -> set[UUID]:
    """Return those of the persons, and of persons merged into them, who were helped."""
    active_helps = SupportRecord.objects.filter(
        Q(person_id__in=persons) | Q(person__merged_into_id__in=persons), named=True, taken_back_at=None
    )
    pairs = active_helps.values_list("person_id", "person__merged_into_id").distinct()
    return {person_id for pair in pairs for person_id in pair if person_id is not None}


def _bits(secret: bytes, contact: Contact) -> str:
    text = f"{vietnamese.fold(contact.name)}|{contact.birth_year or ''}"
    return hmac.digest(secret, text.encode(), hashlib.sha256).hex()[:_BITS_DIGITS]
