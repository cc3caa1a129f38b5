"""Phone and e-mail of a partner's contact, decrypted."""

from typing import NamedTuple

from doanso.lib import encryption
from doanso.partners.models import PartnerContact

PHONE, EMAIL = "partners.contact.phone", "partners.contact.email"
"""Contexts of the encryption; part of the stored values, so they never change."""


class ContactNumbers(NamedTuple):
    """How a contact is reached; empty where unknown."""

    phone: str
    email: str


def contact_numbers(contact: PartnerContact) -> ContactNumbers:
    """Return phone and e-mail, for readers who may see them."""
    return ContactNumbers(
        encryption.decrypt(contact.phone_encrypted, context=PHONE) if contact.phone_encrypted else "",
        encryption.decrypt(contact.email_encrypted, context=EMAIL) if contact.email_encrypted else "",
    )
