"""A visit as a phone or a form reports it: plain values, checked for everything that needs no register."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib import phone
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.schema.json_objects import JsonObject
from doanso.outreach.models import HelpKind, How, VisitOutcome
from doanso.outreach.rules import visits as rules
from doanso.people.actions import Particulars
from doanso.people.models import Gender
from doanso.support.actions import ConsentInput
from doanso.support.models import HelperKind
from doanso.support.record_payloads import FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR, read_consent

# Used for every visit: an enumeration builds its list of values anew each time.
_OUTCOMES, _HOWS, _KINDS = frozenset(VisitOutcome.values), frozenset(How.values), frozenset(HelperKind.values)
_HELP_KINDS = frozenset(HelpKind.values)
_GENDERS, _SIGNED_IN = frozenset(("", *Gender.values)), frozenset({How.SIGN_IN.value})


class PlacePayload(NamedTuple):
    """A home or a shop: a known one by its key, or a new one with its address."""

    key: UUID
    new: bool
    number: str
    street: str
    neighbourhood_id: UUID | None
    name: str = ""


class HelpPayload(NamedTuple):
    """One support record: the service, and the person's stage before and after."""

    key: UUID
    service: str
    kind: str
    before: str
    after: str
    obstacle: str


class ReceiptPayload(NamedTuple):
    """The receipt that the phone made and showed."""

    key: UUID
    link: str
    code: str


class GuestPayload(NamedTuple):
    """A receiver of support: a person by name, the shop itself, or somebody who does not want to be named."""

    helps: tuple[HelpPayload, ...]
    person: Particulars | None = None
    contact_id: UUID | None = None
    business: bool = False
    consent: ConsentInput | None = None
    receipt: ReceiptPayload | None = None


class SecondPayload(NamedTuple):
    """The second of the pair, and the proof that they were present."""

    teammate_id: UUID | None
    name: str
    kind: str
    how: str
    proof: str


class VisitPayload(NamedTuple):
    """One visit at one door."""

    happened_on: date
    began_at: datetime
    ended_at: datetime
    outcome: str
    drive_id: UUID | None = None
    door_id: UUID | None = None
    household: PlacePayload | None = None
    business: PlacePayload | None = None
    follow_up_on: date | None = None
    in_area: bool | None = None
    team_id: UUID | None = None
    first_id: UUID | None = None
    second: SecondPayload | None = None
    guests: tuple[GuestPayload, ...] = ()


def read_visit(body: Mapping[str, Any]) -> VisitPayload:
    """Return the visit of an `outreach.visit` 1 body; raise `Refused` with the invalid field."""
    fields = JsonObject(body)
    drive_id, door_id = fields.uuid_or_none("drive"), fields.uuid_or_none("door")
    household = _place(fields.object_or_none("household"), shop=False)
    business = _place(fields.object_or_none("business"), shop=True)
    if household is not None and business is not None:
        raise Refused(
            Problem("two_places", _("A visit is to a home or to a shop: tell the other one apart."), "business")
        )
    pair = fields.object("pair")
    team_id, first = pair.uuid_or_none("team"), pair.object("first")
    first_id = first.uuid_or_none("teammate")
    first.choice("how", _SIGNED_IN)
    first.finish()
    second = _second(pair.object_or_none("second"))
    pair.finish()
    visit = VisitPayload(
        drive_id=drive_id,
        door_id=door_id,
        household=household,
        business=business,
        happened_on=fields.day("happened_on"),
        began_at=fields.moment("began_at"),
        ended_at=fields.moment("ended_at"),
        outcome=fields.choice("outcome", _OUTCOMES),
        follow_up_on=fields.day_or_none("follow_up_on"),
        in_area=fields.flag_or_none("in_area"),
        team_id=team_id,
        first_id=first_id,
        second=second,
        guests=tuple(_guest(entry) for entry in fields.object_list("people", rules.MOST_PEOPLE)),
    )
    fields.finish()
    problem = rules.outcome_problem(
        visit.outcome,
        people=len(visit.guests),
        helps=sum(len(entry.helps) for entry in visit.guests),
        happened_on=visit.happened_on,
        follow_up_on=visit.follow_up_on,
    )
    if problem is None and visit.business is None and any(entry.business for entry in visit.guests):
        problem = Problem("no_business", _("There is no shop at this door that could have been helped."), "people")
    refuse(problem)
    return visit


def _place(fields: JsonObject | None, *, shop: bool) -> PlacePayload | None:
    if fields is None:
        return None
    place = PlacePayload(
        key=fields.uuid("id"),
        new=fields.flag("new"),
        name=fields.text("name", 160) if shop else "",
        number=fields.text("number", 40),
        street=fields.text("street", 120),
        neighbourhood_id=fields.uuid_or_none("neighbourhood"),
    )
    fields.finish()
    refuse(name_problem(place.name, "business.name"))
    if place.new and shop and not place.name:
        raise Refused(Problem("name_missing", _("Write down what stands on the shop's sign."), "business.name"))
    return place


def _second(fields: JsonObject | None) -> SecondPayload | None:
    if fields is None:
        return None
    second = SecondPayload(
        teammate_id=fields.uuid_or_none("teammate"),
        name=fields.text("name", 120),
        kind=fields.choice("kind", _KINDS),
        how=fields.choice("how", _HOWS),
        proof=fields.text("proof", rules.SIGNATURE_LENGTH),
    )
    fields.finish()
    return second


def _guest(fields: JsonObject) -> GuestPayload:
    contact_id, person, guardian = _person(fields.object_or_none("person"))
    guest = GuestPayload(
        contact_id=contact_id,
        person=person,
        business=fields.flag("business"),
        consent=read_consent(fields.object_or_none("consent"), guardian),
        receipt=_receipt(fields.object_or_none("receipt")),
        helps=tuple(_help(entry) for entry in fields.object_list("helps", rules.MOST_HELPS)),
    )
    fields.finish()
    if guest.person is None and not guest.business and (guest.consent is not None or guest.receipt is not None):
        message = _("Whoever does not want to be written down has neither consent nor receipt.")
        raise Refused(Problem("nobody_to_name", message, "people"))
    if guest.person is not None and guest.business:
        raise Refused(Problem("two_receivers", _("A shop is not its owner: record the two as two helps."), "people"))
    return guest


def _person(fields: JsonObject | None) -> tuple[UUID | None, Particulars | None, str]:
    if fields is None:
        return None, None, ""
    contact_id = fields.uuid_or_none("contact")
    name, birth_year = (
        fields.text("name", 120, least=1),
        fields.integer_or_none("birth_year", FIRST_BIRTH_YEAR, LAST_BIRTH_YEAR),
    )
    gender, number = fields.choice("gender", _GENDERS), fields.text("phone", 20)
    guardian = fields.text("guardian", 120)
    fields.finish()
    refuse(name_problem(name, "people") or name_problem(guardian, "people"))
    if number:
        number = phone.normalise(number).value
    return contact_id, Particulars(name=name, birth_year=birth_year, gender=gender, phone=number), guardian


def _receipt(fields: JsonObject | None) -> ReceiptPayload | None:
    if fields is None:
        return None
    receipt = ReceiptPayload(fields.uuid("id"), fields.text("link", 30, least=22), fields.text("code", 8, least=8))
    fields.finish()
    return receipt


def _help(fields: JsonObject) -> HelpPayload:
    help_done = HelpPayload(
        key=fields.uuid("id"),
        service=fields.text("service", 40, least=1),
        kind=fields.choice("kind", _HELP_KINDS),
        before=fields.text("before", 40),
        after=fields.text("after", 40),
        obstacle=fields.text("obstacle", 40),
    )
    fields.finish()
    return help_done
