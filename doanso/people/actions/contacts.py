"""What units write down about people: one by one, or by the hundred thousand."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError

from doanso.lib import clock, database, sealing, vietnamese
from doanso.lib.names import name_problem
from doanso.lib.problems import refuse
from doanso.lib.uuid7 import uuid7
from doanso.people.models import Contact, Person
from doanso.people.queries import lookup, seal_context, tail_lookup, told, traits_of
from doanso.people.rules.doors import door_key
from doanso.people.rules.names import near_key
from doanso.people.rules.sameness import Traits

if TYPE_CHECKING:
    from doanso.accounts.models import User


class Particulars(NamedTuple):
    """What a unit writes down about a person.

    Phone and citizen number stand in the form `lib.phone` and `lib.citizen_id` give them; empty means not told.
    """

    name: str
    gender: str = ""
    birth_date: date | None = None
    birth_year: int | None = None
    phone: str = ""
    citizen_id: str = ""
    email: str = ""
    address: str = ""
    neighbourhood_id: UUID | None = None
    household_id: UUID | None = None


class NewContact(NamedTuple):
    """A contact to make; without a person, a new one is made with it. One the unit has of the person is refreshed."""

    unit_id: UUID
    particulars: Particulars
    person_id: UUID | None = None
    # The person was made a moment ago, so no unit has anything of them yet.
    just_made: bool = False
    # What is compared of them, where the caller has worked it out already.
    traits: Traits | None = None


class ContactKey(NamedTuple):
    """A contact that was written, and whose it is."""

    id: UUID
    person_id: UUID


_SEALED = ("phone", "citizen_id", "email")
_PLAIN = ("name", "gender", "birth_date", "birth_year", "address", "neighbourhood_id")
# No form of members asks for them, so leaving them out takes nothing away.
_PLACES = ("neighbourhood_id", "household_id")
FIELDS = ("name", "gender", "birth_date", "birth_year", "phone", "citizen_id", "email", "address", *_PLACES)


def birth_year_of(particulars: Particulars) -> int | None:
    """The year, from the date where there is one."""
    return particulars.birth_date.year if particulars.birth_date else particulars.birth_year


def particulars_of(contact: Contact) -> Particulars:
    """A contact as somebody would tell of it, its numbers opened."""
    return Particulars(
        name=contact.name,
        gender=contact.gender,
        birth_date=contact.birth_date,
        birth_year=contact.birth_year,
        phone=told(contact, "phone"),
        citizen_id=told(contact, "citizen_id"),
        email=told(contact, "email"),
        address=contact.address,
        neighbourhood_id=contact.neighbourhood_id,
        household_id=contact.household_id,
    )


def differences(contact: Contact, particulars: Particulars, *, keep_untold: bool) -> list[str]:
    """Names of the fields in which the contact differs; with `keep_untold`, an empty value never differs."""
    changed = []
    for name in FIELDS:
        value: Any = birth_year_of(particulars) if name == "birth_year" else getattr(particulars, name)
        if not value and (keep_untold or name in _PLACES):
            continue
        if name in _SEALED:
            same = getattr(contact, f"{name}_lookup") == _hashed(name, value)
        elif name == "name":
            same = vietnamese.same_name(contact.name, value)
        else:
            same = getattr(contact, name) == value
        if not same:
            changed.append(name)
    # Only a year was told and the register knows the day within it: nothing new.
    if keep_untold and "birth_year" in changed and particulars.birth_date is not None:
        changed.remove("birth_year")
        if "birth_date" not in changed:
            changed.append("birth_date")
    return changed


def _write(contact: Contact, particulars: Particulars, names: Collection[str]) -> list[str]:
    """Set these fields on the object; the columns to save."""
    columns: list[str] = []
    for name in names:
        if name in _SEALED:
            value = getattr(particulars, name)
            setattr(contact, f"{name}_sealed", _sealed(name, value))
            setattr(contact, f"{name}_lookup", _hashed(name, value))
            columns += [f"{name}_sealed", f"{name}_lookup"]
        elif name == "name":
            refuse(name_problem(particulars.name))
            contact.name = particulars.name
            contact.folded = vietnamese.fold(particulars.name)
            contact.sort_key = vietnamese.sort_key(particulars.name)
            columns += ["name", "folded", "sort_key"]
        elif name in {"birth_date", "birth_year"}:
            contact.birth_date = particulars.birth_date
            contact.birth_year = birth_year_of(particulars)
            columns += ["birth_date", "birth_year"]
        else:
            setattr(contact, name, getattr(particulars, name))
            columns.append(name)
    if {"name", "birth_date", "birth_year", "phone"} & set(names):
        contact.tail_lookup = tail_lookup(told(contact, "phone"), contact.birth_year)
        contact.near_key = near_key(contact.folded, contact.birth_year)
        columns += ["tail_lookup", "near_key"]
    if "address" in names:
        contact.door_key = door_key(contact.address)
        columns.append("door_key")
    return list(dict.fromkeys(columns))


_CONTACT_COLUMNS = (
    *("id", "person", "unit", "name", "folded", "sort_key", "gender", "birth_date", "birth_year", "address"),
    *("phone_sealed", "phone_lookup", "citizen_id_sealed", "citizen_id_lookup", "email_sealed", "email_lookup"),
    *("neighbourhood", "household", "tail_lookup", "near_key", "door_key", "created_at", "updated_at"),
)


def _sealed(name: str, value: str) -> bytes:
    return sealing.seal(value, context=seal_context(name)) if value else b""


def _hashed(name: str, value: str) -> str:
    return lookup(name, value) if value else ""


def add_contacts(entries: Sequence[NewContact]) -> list[ContactKey]:
    """Write down many people at once, making the persons that are missing; keys in the order of the entries.

    Plain values and no objects: lists of a hundred thousand come this way.
    """
    now = clock.now()
    persons: list[tuple[UUID, datetime]] = []
    contacts = []
    keys = []
    there = _kept_already(entries)
    for entry in entries:
        person_id = entry.person_id
        if person_id is None:
            person_id = uuid7()
            persons.append((person_id, now))
        elif (known := there.get((person_id, entry.unit_id))) is not None:
            keys.append(ContactKey(known.pk, person_id))
            continue
        facts = entry.particulars
        refuse(name_problem(facts.name))
        traits = entry.traits or traits_of(facts, entry.unit_id)
        key = ContactKey(uuid7(), person_id)
        keys.append(key)
        contacts.append(
            (
                *(key.id, person_id, entry.unit_id),
                *(facts.name, traits.folded, vietnamese.sort_key(facts.name)),
                *(facts.gender, facts.birth_date, traits.birth_year, facts.address),
                *(_sealed("phone", facts.phone), traits.phone),
                *(_sealed("citizen_id", facts.citizen_id), _hashed("citizen_id", facts.citizen_id)),
                *(_sealed("email", facts.email), _hashed("email", facts.email)),
                *(facts.neighbourhood_id, facts.household_id),
                *(traits.tail, near_key(traits.folded, traits.birth_year), door_key(facts.address), now, now),
            )
        )
    database.insert_rows(Person, ("id", "created_at"), persons)
    database.insert_rows(Contact, _CONTACT_COLUMNS, contacts)
    change_contacts(
        [
            (there[entry.person_id, entry.unit_id], entry.particulars)
            for entry in entries
            if entry.person_id is not None and (entry.person_id, entry.unit_id) in there
        ]
    )
    return keys


def _kept_already(entries: Sequence[NewContact]) -> dict[tuple[UUID, UUID], Contact]:
    """The contacts that the units have of these persons, for people who come back."""
    persons = {entry.person_id for entry in entries if entry.person_id is not None and not entry.just_made}
    if not persons:
        return {}
    rows = Contact.objects.filter(person_id__in=persons, unit_id__in={entry.unit_id for entry in entries})
    return {(contact.person_id, contact.unit_id): contact for contact in rows}


def change_contact(*, contact: Contact, particulars: Particulars, keep_untold: bool = False) -> list[str]:
    """Write what differs; names of the changed fields, none when nothing did."""
    changed = differences(contact, particulars, keep_untold=keep_untold)
    if changed:
        columns = _write(contact, particulars, changed)
        contact.updated_at = clock.now()
        contact.save(update_fields=[*columns, "updated_at"])
    return changed


def change_contacts(pairs: Sequence[tuple[Contact, Particulars]]) -> list[list[str]]:
    """`change_contact` for many, keeping what was not told."""
    now = clock.now()
    columns: set[str] = set()
    touched = []
    answers = []
    for contact, particulars in pairs:
        changed = differences(contact, particulars, keep_untold=True)
        answers.append(changed)
        if changed:
            columns.update(_write(contact, particulars, changed))
            contact.updated_at = now
            touched.append(contact)
    if touched:
        Contact.objects.bulk_update(touched, [*sorted(columns), "updated_at"], batch_size=500)
    return answers


def carry_contact(*, contact: Contact, unit_id: UUID, at: datetime) -> Contact:
    """The person's contact in another unit, as a transfer at that moment hands it over; one there already is refreshed."""
    names = [f"{name}_{part}" for name in _SEALED for part in ("sealed", "lookup")]
    names += ["folded", "sort_key", "tail_lookup", "near_key", "door_key"]
    # The neighbourhood is one of the unit left behind.
    values = {name: getattr(contact, name) for name in (*_PLAIN, *names) if name != "neighbourhood_id"}
    carried, made = Contact.objects.get_or_create(
        person_id=contact.person_id, unit_id=unit_id, defaults={**values, "created_at": at, "updated_at": at}
    )
    if not made:
        for name, value in values.items():
            setattr(carried, name, value)
        carried.updated_at = at
        carried.save(update_fields=[*values, "updated_at"])
    return carried


def uncarry_contact(*, contact: Contact, at: datetime) -> None:
    """The transfer of that moment never was: the contact made by it goes, unless the unit has tied more to it since."""
    if contact.created_at != at:
        return
    try:
        with transaction.atomic():
            contact.delete()
    except ProtectedError:
        # A help that the unit gave, for one: then it is the unit's own contact by now.
        return


def link_sign_in(*, person: Person, user: "User | None") -> None:
    """The person signs in with this account from now on, or with none."""
    person.user = user
    person.save(update_fields=["user"])
