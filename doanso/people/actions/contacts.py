"""Contacts, the data units store about people: one by one, or by the hundred thousand."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from doanso.lib import clock, database, encryption, vietnamese
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.people.models import Contact, Person
from doanso.people.particulars import Particulars
from doanso.people.queries import decrypt_field, encryption_context, lookup_hash, tail_lookup, traits_of
from doanso.people.rules.doors import door_key
from doanso.people.rules.names import near_key
from doanso.people.rules.similarity import Traits

if TYPE_CHECKING:
    from doanso.accounts.models import User


class NewContact(NamedTuple):
    """A contact to create; without a person, one is created with it. An existing contact of the unit and person is refreshed."""

    unit_id: UUID
    particulars: Particulars
    person_id: UUID | None = None
    # The person was created a moment ago, so no unit has a contact yet.
    just_made: bool = False
    # The values to compare, where the caller has computed them already.
    traits: Traits | None = None


class ContactKey(NamedTuple):
    """The key of a contact that was written, and that of its person."""

    id: UUID
    person_id: UUID


_ENCRYPTED = ("phone", "citizen_id", "email")
# No form of members asks for them, so leaving them out removes nothing.
_PLACES = ("neighbourhood_id", "household_id")
_EMPTY = Particulars("")._asdict()
FIELDS = ("name", "gender", "birth_date", "birth_year", "phone", "citizen_id", "email", "address", *_PLACES)


def birth_year_of(particulars: Particulars) -> int | None:
    """Return the year of birth, from the date where there is one."""
    return particulars.birth_date.year if particulars.birth_date else particulars.birth_year


def particulars_of(contact: Contact) -> Particulars:
    """Return a contact's particulars, its numbers decrypted."""
    return Particulars(
        name=contact.name,
        gender=contact.gender,
        birth_date=contact.birth_date,
        birth_year=contact.birth_year,
        phone=decrypt_field(contact, "phone"),
        citizen_id=decrypt_field(contact, "citizen_id"),
        email=decrypt_field(contact, "email"),
        address=contact.address,
        neighbourhood_id=contact.neighbourhood_id,
        household_id=contact.household_id,
    )


def differences(contact: Contact, particulars: Particulars, *, keep_untold: bool) -> list[str]:
    """Return the names of the fields in which the contact differs; with `keep_untold`, an empty value never differs.

    A year alone never differs from a known day then: writing it would empty the day, which was not given.
    """
    changed = []
    for name in FIELDS:
        value: Any = birth_year_of(particulars) if name == "birth_year" else getattr(particulars, name)
        if not value and (keep_untold or name in _PLACES):
            continue
        if name == "birth_year" and keep_untold and particulars.birth_date is None and contact.birth_date is not None:
            continue
        if name in _ENCRYPTED:
            same = getattr(contact, f"{name}_lookup") == _hashed(name, value)
        elif name == "name":
            same = vietnamese.same_name(contact.name, value)
        else:
            same = getattr(contact, name) == value
        if not same:
            changed.append(name)
    # A given day includes its year.
    if keep_untold and "birth_year" in changed and particulars.birth_date is not None:
        changed.remove("birth_year")
        if "birth_date" not in changed:
            changed.append("birth_date")
    return changed


def _write(contact: Contact, particulars: Particulars, names: Collection[str]) -> list[str]:
    """Set these fields on the object; return the columns to save."""
    columns: list[str] = []
    for name in names:
        if name in _ENCRYPTED:
            value = getattr(particulars, name)
            setattr(contact, f"{name}_encrypted", _encrypted(name, value))
            setattr(contact, f"{name}_lookup", _hashed(name, value))
            columns += [f"{name}_encrypted", f"{name}_lookup"]
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
        contact.tail_lookup = tail_lookup(decrypt_field(contact, "phone"), contact.birth_year)
        contact.near_key = near_key(contact.folded, contact.birth_year)
        columns += ["tail_lookup", "near_key"]
    if "address" in names:
        contact.door_key = door_key(contact.address)
        columns.append("door_key")
    return list(dict.fromkeys(columns))


_CONTACT_COLUMNS = (
    *("id", "person", "unit", "name", "folded", "sort_key", "gender", "birth_date", "birth_year", "address"),
    *(
        "phone_encrypted",
        "phone_lookup",
        "citizen_id_encrypted",
        "citizen_id_lookup",
        "email_encrypted",
        "email_lookup",
    ),
    *("neighbourhood", "household", "tail_lookup", "near_key", "door_key", "created_at", "updated_at"),
)


def _encrypted(name: str, value: str) -> bytes:
    return encryption.encrypt(value, context=encryption_context(name)) if value else b""


def _hashed(name: str, value: str) -> str:
    return lookup_hash(name, value) if value else ""


def add_contacts(entries: Sequence[NewContact]) -> list[ContactKey]:
    """Write many contacts at once, creating missing persons; return keys in the order of the entries.

    Plain values and no objects: lists of a hundred thousand come this way.
    """
    now = clock.now()
    persons: list[tuple[UUID, datetime]] = []
    contacts = []
    keys = []
    existing_contacts = _existing_contacts(entries)
    for entry in entries:
        person_id = entry.person_id
        if person_id is None:
            person_id = uuid7()
            persons.append((person_id, now))
        elif (existing := existing_contacts.get((person_id, entry.unit_id))) is not None:
            keys.append(ContactKey(existing.pk, person_id))
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
                *(_encrypted("phone", facts.phone), traits.phone),
                *(_encrypted("citizen_id", facts.citizen_id), _hashed("citizen_id", facts.citizen_id)),
                *(_encrypted("email", facts.email), _hashed("email", facts.email)),
                *(facts.neighbourhood_id, facts.household_id),
                *(traits.tail, near_key(traits.folded, traits.birth_year), door_key(facts.address), now, now),
            )
        )
    database.insert_rows(Person, ("id", "created_at"), persons)
    database.insert_rows(Contact, _CONTACT_COLUMNS, contacts)
    change_contacts(
        [
            (existing_contacts[entry.person_id, entry.unit_id], entry.particulars)
            for entry in entries
            if entry.person_id is not None and (entry.person_id, entry.unit_id) in existing_contacts
        ]
    )
    return keys


def _existing_contacts(entries: Sequence[NewContact]) -> dict[tuple[UUID, UUID], Contact]:
    """Return the contacts that the units have of these persons, for people who come back."""
    persons = {entry.person_id for entry in entries if entry.person_id is not None and not entry.just_made}
    if not persons:
        return {}
    rows = Contact.objects.filter(person_id__in=persons, unit_id__in={entry.unit_id for entry in entries})
    return {(contact.person_id, contact.unit_id): contact for contact in rows}


def change_contact(*, contact: Contact, particulars: Particulars, keep_untold: bool = False) -> list[str]:
    """Write what differs from the locked row; return the names of the changed fields.

    Locks the contact. Refuses one that was erased.
    """
    with transaction.atomic():
        [changed] = _change([(contact, particulars)], keep_untold=keep_untold)
    return changed


def change_contacts(pairs: Sequence[tuple[Contact, Particulars]]) -> list[list[str]]:
    """Do as `change_contact` for many in the caller's transaction; empty values change nothing."""
    return _change(pairs, keep_untold=True)


# What refers to a contact may be written meanwhile: its key stays.
_LOCKED_CONTACTS = PreparedQuery(
    lambda keys: Contact.objects.select_for_update(no_key=True).filter(pk__in=keys, erased_at=None).order_by("pk")
)


def lock_contacts(contact_ids: Iterable[UUID]) -> dict[UUID, Contact]:
    """Lock these contacts in the order of their keys and read them fresh; erased ones are left out."""
    return {contact.pk: contact for contact in _LOCKED_CONTACTS(list(set(contact_ids)))}


def lock_unerased(person_ids: Collection[UUID]) -> None:
    """Lock these known persons in the order of their keys before data about them are written; refuse erased ones.

    Callers that match people by name hold that name's lock instead.
    """
    persons = Person.objects.select_for_update(no_key=True).filter(pk__in=person_ids).order_by("pk")
    if any(erased_at is not None for _key, erased_at in persons.values_list("pk", "erased_at")):
        raise Refused(erased_problem())


def lock_contacts_of(person_ids: Iterable[UUID]) -> None:
    """Lock all contacts of these persons, for callers that call the ledger before changing some of them."""
    lock_contacts(Contact.objects.filter(person_id__in=set(person_ids)).values_list("pk", flat=True))


def erased_problem() -> Problem:
    """Return the problem that the person was erased meanwhile."""
    message = _("What told who this person was has been erased just now; nothing more is written down about them.")
    return Problem("person_erased", message)


def _change(
    pairs: Sequence[tuple[Contact, Particulars]], *, keep_untold: bool, moment: datetime | None = None
) -> list[list[str]]:
    """Compare with the locked rows and write per row only the columns that change; the given objects are updated."""
    if not pairs:
        return []
    now = moment or clock.now()
    locked = lock_contacts(contact.pk for contact, _particulars in pairs)
    writing: list[tuple[Contact, list[str]]] = []
    answers = []
    for contact, particulars in pairs:
        fresh = locked.get(contact.pk)
        if fresh is None:
            raise Refused(erased_problem())
        changed = differences(fresh, particulars, keep_untold=keep_untold)
        answers.append(changed)
        if changed:
            writing.append((fresh, [*_write(fresh, particulars, changed), "updated_at"]))
            fresh.updated_at = now
        for field in Contact._meta.concrete_fields:
            setattr(contact, field.attname, getattr(fresh, field.attname))
    database.save_changed(writing)
    return answers


_CARRIED = (
    *("name", "folded", "sort_key", "gender", "birth_date", "birth_year", "address"),
    *(f"{name}_{part}" for name in _ENCRYPTED for part in ("encrypted", "lookup")),
    *("tail_lookup", "near_key", "door_key"),
)
"""Without neighbourhood and household, which are those of the unit left behind."""


def carry_contact(
    *, contact: Contact, unit_id: UUID, moment: datetime, replace: bool = False, add: bool = True
) -> Contact:
    """Copy the person's contact to another unit, as a transfer at that moment does; in an existing one, fill what is empty.

    What the other unit wrote down itself stays, unless `replace`: then the values of this unit take its place. Empty values
    replace nothing. Without `add`, columns that are empty there stay empty. Locks both contacts. Refused where one of them was
    erased.
    """
    contacts = Contact.objects.filter(person_id=contact.person_id, unit_id__in=[contact.unit_id, unit_id])
    source = lock_contacts(contacts.values_list("pk", flat=True)).get(contact.pk)
    if source is None:
        raise Refused(erased_problem())
    values = {name: getattr(source, name) for name in _CARRIED}
    carried, is_new = Contact.objects.get_or_create(
        person_id=contact.person_id, unit_id=unit_id, defaults={**values, "created_at": moment, "updated_at": moment}
    )
    if not is_new:
        source_particulars = particulars_of(source)._replace(neighbourhood_id=None, household_id=None)
        target_particulars = particulars_of(carried)
        filled = {name for name in _EMPTY if getattr(target_particulars, name)}
        kept_out = set() if add else _EMPTY.keys() - filled
        if not replace:
            kept_out |= filled
            if (
                source_particulars.birth_date is not None
                and target_particulars.birth_date is None
                and target_particulars.birth_year == source_particulars.birth_date.year
            ):
                # The day within the known year.
                kept_out.remove("birth_year")
            elif target_particulars.birth_year is not None:
                kept_out.add("birth_date")
        source_particulars = source_particulars._replace(**{name: _EMPTY[name] for name in kept_out})
        _change([(carried, source_particulars)], keep_untold=True, moment=moment)
    return carried


def uncarry_contact(*, contact: Contact, moment: datetime) -> None:
    """Undo the copy of a transfer that is taken back: delete its contact, unless the unit has tied more to it since."""
    if contact.created_at != moment:
        return
    try:
        with transaction.atomic():
            contact.delete()
    except ProtectedError:
        # For example a support record that the unit made: then it is the unit's own contact by now.
        return


def link_sign_in(*, person: Person, user: "User | None") -> None:
    """Set or remove the account with which the person signs in. Locks the person; an erased one is refused."""
    with transaction.atomic():
        lock_unerased([person.pk])
        person.user = user
        person.save(update_fields=["user"])
