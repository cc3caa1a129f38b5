"""The keys of a slot of 1+2: made once, found by keyed hash, opened to show them to the member again."""

import base64
import secrets
from dataclasses import dataclass

from doanso.lib import sealing
from doanso.outreach.models import Slot
from doanso.outreach.rules import referrals as rules

_KEYS = "outreach.slot.keys"
_LINK = "outreach.slot.link"
_CODE = "outreach.slot.code"


@dataclass(frozen=True, slots=True)
class Keys:
    """What is handed over: a link, and a code for typing where the member's year of birth goes with it."""

    link: str
    code: str


def link_lookup(link: str) -> str:
    """The hash by which a slot is found."""
    return sealing.look_up(link, context=_LINK)


def code_lookup(code: str, birth_year: int) -> str:
    """The hash of a code together with the member's year of birth, so that either alone is the same miss."""
    return sealing.look_up(f"{code}:{birth_year}", context=_CODE)


def put_new_keys(slot: Slot, birth_year: int | None) -> Keys:
    """Give a new slot its keys; without the member's year of birth only the link leads to it."""
    link = base64.urlsafe_b64encode(secrets.token_bytes(rules.LINK_BYTES)).rstrip(b"=").decode()
    code = rules.new_code()
    slot.keys_sealed = sealing.seal(f"{link} {code}", context=_KEYS)
    slot.link_lookup = link_lookup(link)
    slot.code_lookup = code_lookup(code, birth_year) if birth_year else ""
    return _shown(link, code, slot)


def keys_of(slot: Slot) -> Keys | None:
    """The keys to show again; None once they were erased."""
    if not slot.keys_sealed:
        return None
    link, code = sealing.unseal(slot.keys_sealed, context=_KEYS).split()
    return _shown(link, code, slot)


def _shown(link: str, code: str, slot: Slot) -> Keys:
    return Keys(link, rules.spaced(code) if slot.code_lookup else "")
