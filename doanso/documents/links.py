"""The link by which a receiver outside opens a document: 128 random bits, found by a keyed hash, sealed to show it again."""

from doanso.documents.models import Delivery
from doanso.lib import sealing

_SEAL = "documents.delivery.link"
_LOOK_UP = "documents.delivery.lookup"


def link_lookup(link: str) -> str:
    """The hash by which a delivery is found."""
    return sealing.look_up(link, context=_LOOK_UP)


def seal_link(link: str) -> bytes:
    """The link as it is kept."""
    return sealing.seal(link, context=_SEAL)


def link_of(delivery: Delivery) -> str:
    """The link of a receiver outside, to hand it over again."""
    return sealing.unseal(delivery.link_sealed, context=_SEAL) if delivery.link_sealed else ""
