"""Links for receivers outside: 128 random bits, looked up by a keyed hash, and sealed so that they can be shown again."""

from doanso.documents.models import Delivery
from doanso.lib import sealing

_SEAL = "documents.delivery.link"
_LOOK_UP = "documents.delivery.lookup"


def link_lookup(link: str) -> str:
    """Return the keyed hash by which a delivery is found."""
    return sealing.look_up(link, context=_LOOK_UP)


def seal_link(link: str) -> bytes:
    """Return the sealed link to store."""
    return sealing.seal(link, context=_SEAL)


def link_of(delivery: Delivery) -> str:
    """Return the link of a delivery to somebody outside, or ""."""
    return sealing.unseal(delivery.link_sealed, context=_SEAL) if delivery.link_sealed else ""
