"""The link of a stand, and the words of its waiting entries: encrypted, and shown again only while they are needed."""

import json
from typing import NamedTuple
from uuid import UUID, uuid5

from doanso.lib import encryption
from doanso.lib.access_codes import AccessCodeKind, new_link
from doanso.support.models import Stand, StandTurn

_LINK_CONTEXT = "support.stand.link"
_PERSON_CONTEXT = "support.stand.person"
_NEXT_CONTEXT = "support.stand.next"
link_lookup = AccessCodeKind("support.stand").link_lookup


class StandEntry(NamedTuple):
    """What a resident entered about themselves, agreeing to be written down."""

    name: str
    birth_year: int
    phone: str = ""


def new_keys() -> tuple[bytes, str]:
    """Return a new link encrypted, and its hash."""
    link = new_link()
    return encryption.encrypt(link, context=_LINK_CONTEXT), link_lookup(link)


def link_of(stand: Stand) -> str:
    """Return the link of a stand, to print it; empty where there is none or it was destroyed."""
    return encryption.decrypt(stand.link_encrypted, context=_LINK_CONTEXT) if stand.link_encrypted else ""


def encrypt_entry(entry: StandEntry) -> bytes:
    """Return an entry encrypted."""
    return encryption.encrypt(json.dumps([*entry], ensure_ascii=False), context=_PERSON_CONTEXT)


def entry_of(turn: StandTurn) -> StandEntry | None:
    """Return what a waiting turn holds; None for an unnamed one, and once it was deleted."""
    if not turn.person_encrypted:
        return None
    return StandEntry(*json.loads(encryption.decrypt(turn.person_encrypted, context=_PERSON_CONTEXT)))


def next_key(key: UUID, entry: StandEntry | None) -> UUID:
    """Return the key of another person's entry in a form that was sent before; the same one for the same entry."""
    words = json.dumps([*entry], ensure_ascii=False) if entry is not None else ""
    return uuid5(key, encryption.look_up(words, context=_NEXT_CONTEXT))
