"""Links of tickets and phone numbers of their holders: encrypted, and shown again only to whom they concern."""

from doanso.events.models import Registration
from doanso.lib import encryption
from doanso.lib.access_codes import AccessCodeKind, new_link

_LINK_CONTEXT = "events.registration.link"
_PHONE_CONTEXT = "events.registration.phone"
link_lookup = AccessCodeKind("events.registration").link_lookup

TEXT_VERSION = "2023-1"
"""Version of what somebody who registers agrees to (`events/consent.html`); a changed text gets another one."""


def new_keys() -> tuple[bytes, str]:
    """Return a new link encrypted, and its hash."""
    link = new_link()
    return encryption.encrypt(link, context=_LINK_CONTEXT), link_lookup(link)


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
