"""Codes of members' cards under the key of each phone: a phone knows a card by its code, and holds no card number."""

import hashlib
import hmac
from uuid import UUID

from doanso.events import rules
from doanso.lib import encryption

_CONTEXT = "events.cards"
_KEY_DIGITS = 32


def cards_key(device_id: UUID) -> str:
    """Return the phone's own key of card codes, 32 hexadecimal digits."""
    return encryption.look_up(str(device_id), context=_CONTEXT)[:_KEY_DIGITS]


def card_code(key: bytes, number: str) -> str:
    """Return the code of a card's number under a phone's key (its raw bytes); empty without a number."""
    text = rules.card_text(number)
    return hmac.digest(key, f"card|{text}".encode(), hashlib.sha256).hex()[: rules.CODE_DIGITS] if text else ""
