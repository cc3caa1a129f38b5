"""The keys of a helper card: made once, looked up by keyed hash, decrypted only to print the card again."""

import hashlib
import secrets
from dataclasses import dataclass
from uuid import UUID

from doanso.lib import encryption
from doanso.lib.access_codes import new_link
from doanso.outreach.models import Card
from doanso.outreach.rules import cards as rules

_KEYS = "outreach.card.keys"
_SECRET = "outreach.card.secret"  # noqa: S105 -- the name of a context
_CODE = "outreach.card.code"
_PHONE_DIGITS = 16


@dataclass(frozen=True, slots=True)
class CardKeys:
    """The text of the card's QR, and the six digits that only its holder has."""

    secret: str
    code: str


def secret_lookup(secret: str) -> str:
    """Return the hash by which a card is found."""
    return encryption.look_up(secret, context=_SECRET)


def code_lookup(card_id: UUID, code: str) -> str:
    """Return the hash of six digits; it is salted by the card, so that equal digits of two cards differ."""
    return encryption.look_up(f"{card_id}:{code}", context=_CODE)


def phone_hash(secret: str) -> str:
    """Return the start of the plain hash by which a phone without a network knows whose card it has read."""
    return hashlib.sha256(secret.encode()).hexdigest()[:_PHONE_DIGITS]


def put_new_keys(card: Card) -> CardKeys:
    """Give the card new keys: encrypted, and with their look-up hashes."""
    secret = new_link()
    code = f"{secrets.randbelow(10**rules.CODE_LENGTH):0{rules.CODE_LENGTH}}"
    card.keys_encrypted = encryption.encrypt(f"{secret} {code}", context=_KEYS)
    card.secret_lookup = secret_lookup(secret)
    card.code_lookup = code_lookup(card.pk, code)
    card.phone_hash = phone_hash(secret)
    return CardKeys(secret, code)


def keys_of(card: Card) -> CardKeys:
    """Return the keys, to print the card again."""
    secret, code = encryption.decrypt(card.keys_encrypted, context=_KEYS).split()
    return CardKeys(secret, code)
