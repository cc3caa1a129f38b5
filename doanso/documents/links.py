"""Links for receivers outside: 128 random bits, looked up by a keyed hash, and encrypted so that they can be shown again."""

from doanso.documents.models import Delivery
from doanso.lib import encryption

_SEAL = "documents.delivery.link"
_LOOK_UP = "documents.delivery.lookup"


def link_lookup(link: str) -> str:
    """Return the keyed hash by which a delivery is found."""
    return encryption.look_up(link, context=_LOOK_UP)


def seal_link(link: str) -> bytes:
    """Return the encrypted link to store."""
    return encryption.encrypt(link, context=_SEAL)


def link_of(delivery: Delivery) -> str:
    """Return the link of a delivery to somebody outside, or ""."""
    return encryption.decrypt(delivery.link_encrypted, context=_SEAL) if delivery.link_encrypted else ""
