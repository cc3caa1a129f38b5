"""Erase persons everywhere: on their own request, or long after a programme has ended.

Counted facts stay counted. Rows stay where a figure or the law depends on them, without a name, a number or a key by which the
person could be found again.
"""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.access import actions as access
from doanso.access.models import Role
from doanso.access.policy import current_role_assignments
from doanso.accounts import actions as accounts
from doanso.audit.actions import AuditEventInput, record_many
from doanso.imports import erasure as imports
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.people.actions.contacts import lock_contacts
from doanso.people.actions.locking import LockedToErase
from doanso.people.models import Business, Consent, Contact, Duplicate, Household, Person, Request
from doanso.people.ports import lock_for_erasure, personal_records
from doanso.people.queries import decrypt_field
from doanso.sync.actions import retention as phones

if TYPE_CHECKING:
    from doanso.accounts.models import User

_EMPTIED = {
    **dict.fromkeys(("name", "folded", "sort_key", "gender", "address", "tail_lookup", "near_key", "door_key"), ""),
    **dict.fromkeys(("phone_lookup", "citizen_id_lookup", "email_lookup"), ""),
    **dict.fromkeys(("phone_encrypted", "citizen_id_encrypted", "email_encrypted"), b""),
    **dict.fromkeys(("birth_date", "birth_year", "neighbourhood", "household"), None),
}


def erase_everywhere(
    *, actor: "User | None", locked: LockedToErase, action: str, lists: bool = True, note: str = ""
) -> set[UUID]:
    """Erase these persons, whom the caller locked with `lock_to_erase`, in its transaction; return all of their ids.

    An app may refuse for any of them (an active member, a list not yet resolved), and then nothing is erased. Without `lists`,
    lists that name them are kept until their own ninety days are over.

    After the names and the persons it locks the apps' records, and then the contacts, before an app destroys files: a concurrent
    action has either written its data before, or finds them erased.
    """
    persons, everybody = locked.persons, locked.person_ids
    _forget_users(actor, persons)
    lock_for_erasure(everybody)
    of_them = Contact.objects.filter(person_id__in=everybody, erased_at=None)
    contacts = list(lock_contacts(of_them.values_list("pk", flat=True)).values())
    if not {(contact.folded, contact.birth_year) for contact in contacts} <= locked.names:
        message = _("Somebody corrected what is written down about this person just now; look again.")
        raise Refused(Problem("corrected_meanwhile", message))
    for records in personal_records():
        records.erase(everybody)
    if lists:
        _forget_lists(actor, contacts)
    _forget_records(contacts)
    _empty_contacts(contacts)
    _empty_shops(everybody, contacts)
    Consent.objects.filter(person_id__in=everybody).update(guardian_name="")
    Request.objects.filter(person_id__in=everybody).update(detail_encrypted=b"", extension_reason="", decline_reason="")
    Duplicate.objects.filter(Q(one_id__in=everybody) | Q(other_id__in=everybody)).delete()
    Person.objects.filter(pk__in=everybody, erased_at=None).update(erased_at=clock.now(), user=None)
    record_many([AuditEventInput(actor, action, person, _home(person, contacts), note=note) for person in persons])
    ledger.forget_subjects(kind="person", refs=everybody)
    return everybody


def _forget_lists(actor: "User | None", contacts: Sequence[Contact]) -> None:
    imports.forget_lists(
        actor=actor,
        unit_ids={contact.unit_id for contact in contacts},
        search_terms=imports.PersonTraces(
            names={contact.folded for contact in contacts},
            numbers={number for contact in contacts for number in _numbers(contact)},
        ),
    )


def _forget_records(contacts: Sequence[Contact]) -> None:
    """Delete records of them that phones sent and that were never applied; applied ones belong to their owners' apps."""
    phones.forget_named(
        [
            phones.NamedPerson(
                unit_id=contact.unit_id,
                contact_id=contact.pk,
                folded=contact.folded,
                birth_year=contact.birth_date.year if contact.birth_date is not None else contact.birth_year,
                phone=decrypt_field(contact, "phone"),
            )
            for contact in contacts
        ]
    )


def _home(person: Person, contacts: Sequence[Contact]) -> UUID | None:
    return next((contact.unit_id for contact in contacts if contact.person_id == person.pk), None)


def _numbers(contact: Contact) -> list[str]:
    return [value for name in ("phone", "citizen_id") if (value := decrypt_field(contact, name))]


def _forget_users(actor: "User | None", persons: Sequence[Person]) -> None:
    for person in persons:
        if person.user is None:
            continue
        if any(role_assignment.role != Role.MEMBER for role_assignment in current_role_assignments(person.user)):
            message = _("This person holds a role; end it first, then erase.")
            raise Refused(Problem("holds_a_role", message))
        accounts.forget_user(actor=actor, user=person.user)
        access.forget_invitation(user=person.user)
        phones.forget_devices(actor=actor, user=person.user)


def _empty_contacts(contacts: Sequence[Contact]) -> None:
    now = clock.now()
    ids = [contact.pk for contact in contacts]
    Contact.objects.filter(pk__in=ids).update(**_EMPTIED, updated_at=now, erased_at=now)
    homes = {contact.household_id for contact in contacts if contact.household_id is not None}
    empty_homes = Household.objects.filter(pk__in=homes, contacts=None)
    empty = dict.fromkeys(("address", "house_number", "street", "place_key", "walk_key"), "")
    empty_homes.update(**empty, neighbourhood=None, erased_at=now)


def _empty_shops(person_ids: Collection[UUID], contacts: Sequence[Contact]) -> None:
    """Empty the owner's data in shops, which stay: the phone, and a name that is the owner's."""
    numbers = {contact.phone_lookup for contact in contacts if contact.phone_lookup}
    names = {contact.folded for contact in contacts if contact.folded}
    homes = {contact.address for contact in contacts if contact.address}
    Business.objects.filter(phone_lookup__in=numbers).update(phone_encrypted=b"", phone_lookup="")
    owned = list(Business.objects.filter(owner_id__in=person_ids))
    for shop in owned:
        if any(name in shop.folded for name in names):
            shop.name = shop.folded = ""
        if shop.address in homes:
            shop.address = ""
        shop.owner = None
        shop.save(update_fields=["name", "folded", "address", "owner"])
