"""Links of tickets and phone numbers of their holders: encrypted, and shown again only to whom they concern."""

import hashlib
import re
from typing import TypedDict

from doanso.events.models import Registration, RegistrationSource
from doanso.lib import encryption
from doanso.lib.access_codes import AccessCodeKind, is_link, new_link

_LINK_CONTEXT = "events.registration.link"
_PHONE_CONTEXT = "events.registration.phone"
link_lookup = AccessCodeKind("events.registration").link_lookup

_ADDRESS = re.compile(r"/t/([A-Za-z0-9_-]+)/?$", re.ASCII)

TEXT_VERSION = "2023-2"
"""Version of what somebody who registers agrees to (`events/consent.html`); a changed text gets another one."""


class TicketKeys(TypedDict):
    """What a registration keeps of its link."""

    link_encrypted: bytes
    link_lookup: str
    gate_code: str


def new_keys(link: str | None = None) -> TicketKeys:
    """Return the keys of a new ticket, or of one whose link a phone made."""
    link = link or new_link()
    return {
        "link_encrypted": encryption.encrypt(link, context=_LINK_CONTEXT),
        "link_lookup": link_lookup(link),
        "gate_code": gate_code(link),
    }


def gate_code(link: str) -> str:
    """Return 24 hex digits by which phones know a ticket: no key is needed, for nobody can guess 128 random bits."""
    return hashlib.sha256(f"doanso ticket 1|{link}".encode()).hexdigest()[:24]


def link_in(text: str) -> str:
    """Return the link in a ticket's address, as a reader of codes types it; empty for any other text."""
    address = _ADDRESS.search(text.strip())
    return address[1] if address is not None and is_link(address[1]) else ""


def follows_check_ins(source: str, name: str) -> bool:
    """Return whether a ticket's state follows from its check-ins: nobody registered for it beforehand."""
    return source == RegistrationSource.GATE or (source == RegistrationSource.PAPER and not name)


def link_of(registration: Registration) -> str:
    """Return the link of a ticket."""
    return encryption.decrypt(registration.link_encrypted, context=_LINK_CONTEXT)


def encrypt_phone(phone: str) -> bytes:
    """Return a phone number encrypted; nothing for none."""
    return encryption.encrypt(phone, context=_PHONE_CONTEXT) if phone else b""


def phone_of(registration: Registration) -> str:
    """Return the phone number of a holder; empty without one, and once it was deleted."""
    if not registration.phone_encrypted:
        return ""
    return encryption.decrypt(registration.phone_encrypted, context=_PHONE_CONTEXT)
