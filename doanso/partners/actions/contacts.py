"""Contacts of a partner: added, changed, ended, and removed for good."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock, encryption
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.phone import normalise
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.partners import rules
from doanso.partners.actions.locking import lock_partner
from doanso.partners.contact_data import EMAIL, PHONE, contact_numbers
from doanso.partners.models import Partner, PartnerContact

KEPT = timedelta(days=365)
"""How long contacts are kept after they, or the work with their partner, ended."""
_MOST_AT_ONCE = 500
_CALL_CENTRE = re.compile(r"1[89]00\d{4,6}")


@dataclass(frozen=True, slots=True)
class ContactInput:
    """What is written down of a contact; `phone` as people write it."""

    name: str
    post: str = ""
    phone: str = ""
    email: str = ""
    since: date | None = None
    note: str = ""


@transaction.atomic
def add_contact(*, actor: User, partner: Partner, inputs: ContactInput, key: UUID | None = None) -> PartnerContact:
    """Add a contact, from today unless another day is given."""
    fresh = lock_partner(actor, partner.pk)
    known = partial(sent_before, PartnerContact, key, partner_id=fresh.pk)
    if (existing := known()) is not None:
        return existing
    refuse(rules.ended_problem(fresh.ended_on))
    contact = PartnerContact(pk=key or uuid7(), partner=fresh, since=inputs.since or clock.today(), made_at=clock.now())
    _fill(contact, inputs)
    save_once(save=partial(contact.save, force_insert=True), known=known)
    record(actor=actor, action="partners.add_contact", obj=fresh, unit=fresh.unit_id)
    return contact


@transaction.atomic
def change_contact(*, actor: User, contact: PartnerContact, inputs: ContactInput) -> PartnerContact:
    """Change what is written down of a contact."""
    partner = lock_partner(actor, contact.partner_id)
    fresh = PartnerContact.objects.get(pk=contact.pk)
    before = (fresh.name, fresh.post, *contact_numbers(fresh), fresh.since, fresh.note)
    fresh.since = inputs.since or fresh.since
    _fill(fresh, inputs)
    after = (fresh.name, fresh.post, *contact_numbers(fresh), fresh.since, fresh.note)
    names = ("name", "post", "phone", "email", "since", "note")
    changed = [name for name, old, new in zip(names, before, after, strict=True) if old != new]
    if changed:
        fresh.save(update_fields=["name", "post", "phone_encrypted", "email_encrypted", "since", "note"])
        record(actor=actor, action="partners.change_contact", obj=partner, unit=partner.unit_id, changed=changed)
    return fresh


def _fill(contact: PartnerContact, inputs: ContactInput) -> None:
    name, post = " ".join(inputs.name.split()), " ".join(inputs.post.split())
    refuse(rules.contact_problem(name, contact.since, contact.until, clock.today()))
    refuse(rules.open_text_problem(post, rules.LONGEST_PERSON, "post"))
    refuse(rules.open_text_problem(inputs.note, rules.LONGEST_CONTACT_NOTE, "note"))
    contact.name, contact.post, contact.note = name, post, inputs.note.strip()
    phone = _phone(inputs.phone)
    contact.phone_encrypted = encryption.encrypt(phone, context=PHONE) if phone else b""
    email = inputs.email.strip()
    contact.email_encrypted = encryption.encrypt(email, context=EMAIL) if email else b""


def _phone(written: str) -> str:
    """Return a phone number; those of call centres (1800 and 1900) are kept as they are."""
    digits = re.sub(r"[\s.()-]", "", written)
    if not digits or _CALL_CENTRE.fullmatch(digits):
        return digits
    try:
        return normalise(written).value
    except Refused as refused:
        raise Refused(Problem(refused.problem.code, refused.problem.message, "phone")) from refused


@transaction.atomic
def end_contact(*, actor: User, contact: PartnerContact) -> PartnerContact:
    """Write down that from today on this person is no longer the contact."""
    partner = lock_partner(actor, contact.partner_id)
    fresh = PartnerContact.objects.get(pk=contact.pk)
    if fresh.until is not None:
        raise Refused(Problem("contact_ended", _("This person is no longer the contact.")))
    fresh.until = max(clock.today(), fresh.since)
    fresh.save(update_fields=["until"])
    record(actor=actor, action="partners.end_contact", obj=partner, unit=partner.unit_id)
    return fresh


@transaction.atomic
def remove_contact(*, actor: User, contact: PartnerContact) -> None:
    """Remove a contact for good, with name and numbers: entered by mistake, or the person asks for it."""
    partner = lock_partner(actor, contact.partner_id)
    PartnerContact.objects.filter(pk=contact.pk).delete()
    record(actor=actor, action="partners.remove_contact", obj=partner, unit=partner.unit_id)


@transaction.atomic
def forget_contacts(*, dry_run: bool = False, note: str = "") -> int:
    """Remove contacts a year after they, or the work with their partner, ended; return how many. Run once a day.

    At most 500 at once; a dry run removes none and counts all.
    """
    since = clock.today() - KEPT
    old = PartnerContact.objects.filter(Q(until__lt=since) | Q(partner__ended_on__lt=since))
    if dry_run:
        return old.count()
    contacts = list(old.select_related("partner").order_by("partner", "pk")[:_MOST_AT_ONCE])
    PartnerContact.objects.filter(pk__in=[contact.pk for contact in contacts]).delete()
    record_many(
        AuditEventInput(None, "partners.remove_contact", contact.partner, contact.partner.unit_id, note=note)
        for contact in contacts
    )
    return len(contacts)
