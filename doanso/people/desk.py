"""Reads for the pages of people: the list, a person's card, requests with their days, pairs side by side."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock, encryption, formats, phone
from doanso.lib.paging import page_rows
from doanso.people import policy, ports, queries
from doanso.people.actions import particulars_of
from doanso.people.models import (
    Business,
    Consent,
    Contact,
    Duplicate,
    Merge,
    Person,
    Request,
    RequestState,
)
from doanso.people.rules.similarity import REASON_WORDS
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

PAGE = 50
ALIKE = 10
WAITING = (RequestState.OPEN, RequestState.TAKEN)


def visible_units(actor: User) -> list[NamedUnit]:
    """Return the units whose people the actor may see, in tree order; branches keep no contacts of their own."""
    by_id: dict[UUID, NamedUnit] = {}
    for root in Unit.objects.filter(pk__in=policy.VIEW.roots(actor)):
        for unit in units.subtree(root):
            if unit.kind != "branch":
                by_id.setdefault(unit.id, unit)
    return list(by_id.values())


# --- People -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One row of the list."""

    contact: Contact
    unit: str
    phone: str
    # Other records of the unit of the same person, since merged.
    same_as: Sequence[Contact]


def contact_page(actor: User, *, text: str, unit: NamedUnit | None, page: int) -> tuple[list[PersonLine], bool]:
    """Return a page of contacts, in the order of Vietnamese lists, and whether more follow."""
    contacts = policy.VIEW.filter(actor, Contact.objects.filter(erased_at=None))
    if unit is not None:
        contacts = contacts.filter(unit_id__in=records_below([unit.id]))
    if text:
        contacts = queries.search(contacts, text).order_by("rank", "sort_key", "pk")  # type: ignore[misc]  # annotated there
    else:
        contacts = contacts.order_by("sort_key", "pk")
    rows, more = page_rows(contacts, page, PAGE)
    unit_names = units.named_units_by_id({contact.unit_id for contact in rows})
    other_records = queries.other_records(rows)
    lines = [
        PersonLine(
            contact,
            unit_names[contact.unit_id].short_name,
            phone.mask_phone(queries.decrypt_field(contact, "phone")),
            other_records.get(contact.pk, ()),
        )
        for contact in rows
    ]
    return lines, more


@dataclass(frozen=True, slots=True)
class ContactCard:
    """One unit's data about a person, with the person's consents and requests."""

    contact: Contact
    unit: NamedUnit
    facts: list[tuple[str, str]]
    consents: list["ConsentLine"]
    requests: list[Request]
    # Whether another unit knows them too; which one, and its data, are confidential.
    known_elsewhere: bool
    # Other records of the unit of the same person, since merged.
    same_as: Sequence[Contact]


@dataclass(frozen=True, slots=True)
class ConsentLine:
    """A purpose the person agreed to."""

    consent: Consent
    name: str


def contact_facts(contact: Contact) -> list[tuple[str, str]]:
    """Return a contact's data, for readers who may see it."""
    born = formats.day(contact.birth_date) if contact.birth_date else str(contact.birth_year or "")
    place = contact.neighbourhood.name if contact.neighbourhood else ""
    return [
        (_("Name"), contact.name),
        (_("Birth"), born),
        (_("Gender"), contact.get_gender_display()),
        (_("Phone"), queries.decrypt_field(contact, "phone")),
        (_("Neighbourhood"), place),
        (_("Address"), contact.address),
    ]


def contact_card(contact: Contact) -> ContactCard:
    """Return a person's card, as the contact's unit reads it."""
    persons = queries.same_person(queries.canonical([contact.person_id])[contact.person_id])
    consents = list(Consent.objects.filter(person_id__in=persons).order_by("withdrawn_at", "-taken_on", "purpose"))
    titles = purpose_names()
    return ContactCard(
        contact=contact,
        unit=units.named_unit(contact.unit),
        facts=contact_facts(contact),
        consents=[ConsentLine(consent, titles.get(consent.purpose, consent.purpose)) for consent in consents],
        requests=list(Request.objects.filter(person_id__in=persons, unit_id=contact.unit_id).order_by("-opened_at")),
        known_elsewhere=Contact.objects.filter(person_id__in=persons, erased_at=None)
        .exclude(unit_id=contact.unit_id)
        .exists(),
        same_as=queries.other_records([contact]).get(contact.pk, ()),
    )


def purpose_names() -> dict[str, str]:
    """Return today's names of the purposes, by code."""
    return {str(purpose["code"]): str(purpose["name"]) for purpose in queries.consent_text(clock.today()).purposes}


# --- Requests ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestLine:
    """A request with the name of its person, as far as the reader may see that."""

    request: Request
    name: str
    unit: str
    overdue: bool
    answer_overdue: bool
    days_left: int


def request_page(actor: User, *, waiting: bool, page: int) -> tuple[list[RequestLine], bool]:
    """Return a page of requests, earliest due first, and whether more follow."""
    matching = policy.VIEW_REQUESTS.filter(actor, Request.objects.select_related("handler"))
    matching = matching.filter(state__in=WAITING) if waiting else matching.exclude(state__in=WAITING)
    ordered = matching.order_by("due_on", "pk") if waiting else matching.order_by("-resolved_at", "pk")
    rows, more = page_rows(ordered, page, PAGE)
    return request_lines(actor, rows), more


def request_lines(actor: User, rows: Sequence[Request]) -> list[RequestLine]:
    """Return the rows as they are shown; the same number of statements for one and for many."""
    names = _names_of(actor, {request.person_id for request in rows})
    unit_names = units.named_units_by_id({request.unit_id for request in rows})
    today = clock.today()
    return [
        RequestLine(
            request=request,
            name=names.get(request.person_id, ""),
            unit=unit_names[request.unit_id].short_name,
            overdue=request.state in WAITING and request.due_on < today,
            answer_overdue=request.state == RequestState.OPEN and request.answer_by < today,
            days_left=(request.due_on - today).days,
        )
        for request in rows
    ]


def _names_of(actor: User, person_ids: Collection[UUID]) -> dict[UUID, str]:
    contacts = policy.VIEW.filter(actor, Contact.objects.filter(person_id__in=person_ids, erased_at=None))
    return dict(contacts.order_by("-pk").values_list("person_id", "name"))


def request_words(request: Request) -> str:
    """Return the request in the person's own words."""
    sealed = bytes(request.detail_encrypted)
    return encryption.decrypt(sealed, context=queries.DETAIL) if sealed else ""


@dataclass(frozen=True, slots=True)
class CopyPart:
    """One part of a person's copy."""

    title: str
    lines: list[tuple[str, str]]


def copy_of(actor: User, request: Request) -> list[CopyPart]:
    """Return everything stored about the person who asked, in readable words; handing it out is recorded."""
    persons = queries.same_person(queries.canonical([request.person_id])[request.person_id])
    contacts = list(
        Contact.objects.filter(person_id__in=persons, erased_at=None).select_related("neighbourhood").order_by("pk")
    )
    consents = list(Consent.objects.filter(person_id__in=persons).order_by("taken_on", "pk"))
    requests_made = list(Request.objects.filter(person_id__in=persons).order_by("opened_at"))
    all_records: list[Contact | Consent | Request] = [*contacts, *consents, *requests_made]
    unit_names = units.named_units_by_id({record.unit_id for record in all_records})
    titles = purpose_names()
    numbers = {"citizen_id": _("Personal number"), "email": _("E-mail")}
    parts = [
        CopyPart(
            _("Written down by %(unit)s") % {"unit": unit_names[contact.unit_id].name},
            [
                *contact_facts(contact),
                *((title, queries.decrypt_field(contact, name)) for name, title in numbers.items()),
            ],
        )
        for contact in contacts
    ]
    parts.append(
        CopyPart(
            _("What you agreed to"),
            [
                (titles.get(consent.purpose, consent.purpose), consent_words(consent, unit_names[consent.unit_id]))
                for consent in consents
            ],
        )
    )
    parts.append(
        CopyPart(
            _("What you asked for"),
            [
                (
                    request.get_kind_display(),
                    f"{formats.day(request.opened_on)}, {request.get_state_display()}. {request_words(request)}".strip(),
                )
                for request in requests_made
            ],
        )
    )
    shops = Business.objects.filter(owner_id__in=persons, erased_at=None).order_by("pk")
    parts.append(CopyPart(_("Shops you own"), [(shop.name, shop.address) for shop in shops]))
    for records in ports.personal_records():
        title = str(COPY_TITLES.get(records.name, records.name))
        parts.append(CopyPart(title, list(records.copy(persons))))
    record(actor=actor, action="people.copy_out", obj=request, unit=request.unit_id)
    return [part for part in parts if any(text for _title, text in part.lines)]


COPY_TITLES = {
    "members": gettext_lazy("Membership of the Union"),
    "adoption": gettext_lazy("Use of services"),
    "support": gettext_lazy("Help you were given"),
    "targets": gettext_lazy("Lists kept for a target"),
    "referrals": gettext_lazy("Friend and relative (1+2)"),
}


def consent_words(consent: Consent, unit: NamedUnit) -> str:
    """Return when, how and to whom a person agreed."""
    words = _("on %(day)s, %(channel)s, to %(unit)s, text %(version)s") % {
        "day": formats.day(consent.taken_on),
        "channel": consent.get_channel_display().lower(),
        "unit": unit.name,
        "version": consent.text_version,
    }
    if consent.by_guardian:
        words += "; " + _("by the guardian %(name)s") % {"name": consent.guardian_name or formats.NONE}
    if consent.withdrawn_at is not None:
        words += "; " + _("taken back on %(day)s") % {"day": formats.day(consent.withdrawn_at)}
    return words


# --- Pairs ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PairSide:
    """One side of a pair: the contacts of each unit."""

    name: str
    records: list[tuple[NamedUnit, list[tuple[str, str]]]]
    since: date | None
    is_merged: bool


@dataclass(frozen=True, slots=True)
class PairLine:
    """A pair in the queue."""

    pair: Duplicate
    names: tuple[str, str]
    unit: str
    reasons: list[str]
    is_shop: bool


def pair_page(actor: User, *, state: str, page: int) -> tuple[list[PairLine], bool]:
    """Return a page of the queue, the likeliest first, and whether more follow."""
    matching = policy.SETTLE.filter(actor, Duplicate.objects.filter(state=state)).order_by("-score", "id")
    shown, more = page_rows(matching, page, PAGE)
    persons = {key for pair in shown for key in (pair.one_id, pair.other_id) if key is not None}
    shops = {key for pair in shown for key in (pair.one_business_id, pair.other_business_id) if key is not None}
    named: dict[UUID | None, str] = {
        **dict(Contact.objects.filter(person_id__in=persons).order_by("-pk").values_list("person_id", "name")),
        **dict(Business.objects.filter(pk__in=shops).values_list("pk", "name")),
    }
    unit_names = units.named_units_by_id({pair.unit_id for pair in shown})
    lines = [
        PairLine(
            pair=pair,
            names=(
                named.get(pair.one_id or pair.one_business_id, ""),
                named.get(pair.other_id or pair.other_business_id, ""),
            ),
            unit=unit_names[pair.unit_id].short_name,
            reasons=[str(REASON_WORDS[code]) for code in pair.reasons if code in REASON_WORDS],
            is_shop=pair.one_business_id is not None,
        )
        for pair in shown
    ]
    return lines, more


def pair_sides(pair: Duplicate) -> list[PairSide]:
    """Return both sides of the pair, with everything that units wrote, for readers above both units."""
    if pair.one_business_id is not None:
        shops = Business.objects.filter(pk__in=[pair.one_business_id, pair.other_business_id])
        return [_shop_side(entry) for entry in shops.select_related("unit", "neighbourhood").order_by("pk")]
    persons = Person.objects.filter(pk__in=[pair.one_id, pair.other_id]).order_by("pk")
    contacts: dict[UUID, list[Contact]] = {}
    rows = Contact.objects.filter(person_id__in=[pair.one_id, pair.other_id], erased_at=None)
    for contact in rows.select_related("unit", "neighbourhood").order_by("pk"):
        contacts.setdefault(contact.person_id, []).append(contact)
    unit_names = units.named_units_by_id({entry.unit_id for group in contacts.values() for entry in group})
    return [
        PairSide(
            name=next((entry.name for entry in contacts.get(person.pk, ())), ""),
            records=[(unit_names[entry.unit_id], contact_facts(entry)) for entry in contacts.get(person.pk, ())],
            since=clock.business_day(person.created_at),
            is_merged=person.merged_into_id is not None,
        )
        for person in persons
    ]


def differing_labels(sides: Sequence[PairSide]) -> set[str]:
    """Return the labels of values that both sides have and that differ."""
    values_by_side: list[dict[str, set[str]]] = []
    for side in sides:
        values_by_label: dict[str, set[str]] = {}
        for _unit, facts in side.records:
            for label, value in facts:
                if value:
                    values_by_label.setdefault(label, set()).add(value)
        values_by_side.append(values_by_label)
    first, second = values_by_side
    return {label for label in first.keys() & second.keys() if first[label] != second[label]}


def _shop_side(shop: Business) -> PairSide:
    sealed = bytes(shop.phone_encrypted)
    number = encryption.decrypt(sealed, context=queries.encryption_context("phone")) if sealed else ""
    facts = [
        (_("Name"), shop.name),
        (_("Trade"), shop.kind_of_trade),
        (_("Phone"), number),
        (_("Neighbourhood"), shop.neighbourhood.name if shop.neighbourhood else ""),
        (_("Address"), shop.address),
    ]
    return PairSide(
        name=shop.name,
        records=[(units.named_unit(shop.unit), facts)],
        since=clock.business_day(shop.created_at),
        is_merged=shop.merged_into_id is not None,
    )


@dataclass(frozen=True, slots=True)
class SimilarPerson:
    """A person who may be the same, for officers above all units."""

    person_id: UUID
    name: str
    unit: str
    reasons: list[str]


def similar_persons(contact: Contact) -> list[SimilarPerson]:
    """Return persons who may be the same as this one, the likeliest first; resolved pairs are left out."""
    particulars = particulars_of(contact)
    own = queries.canonical([contact.person_id])[contact.person_id]
    group = queries.same_person(own)
    candidates = queries.match_candidates(particulars=particulars, limit=ALIKE, unit_id=contact.unit_id, apart_from=own)
    resolved = Duplicate.objects.exclude(state__in=["open", "later"])
    apart = set(resolved.filter(one_id__in=group).values_list("other_id", flat=True))
    apart |= set(resolved.filter(other_id__in=group).values_list("one_id", flat=True))
    ids = [entry.person_id for entry in candidates if entry.person_id not in apart]
    rows = Contact.objects.filter(person_id__in=ids, erased_at=None).order_by("-pk")
    contact_of = {entry.person_id: entry for entry in rows}
    unit_names = units.named_units_by_id({entry.unit_id for entry in rows})
    return [
        SimilarPerson(
            person_id=entry.person_id,
            name=contact_of[entry.person_id].name,
            unit=unit_names[contact_of[entry.person_id].unit_id].short_name,
            reasons=[str(REASON_WORDS[code]) for code in entry.reasons],
        )
        for entry in candidates
        if entry.person_id in contact_of
    ]


def merge_of(pair: Duplicate) -> Merge | None:
    """Return the merge by which the pair was resolved and which can still be taken back."""
    return Merge.objects.filter(duplicate=pair, undone_at=None).select_related("merged_by").first()
