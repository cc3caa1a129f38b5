"""What inspectors read of doors and traders before they state a reason: a sign often is its owner's name, and a house number
identifies a family.
"""

from collections.abc import Iterable

from doanso.access.policy import Personal
from doanso.places.models import Address, Place, Tenancy


def mask_addresses(shown: Personal, place: Place, addresses: Iterable[Address]) -> None:
    """Set in memory what the reader may see of the doors of a place. Such rows are not saved."""
    if shown.shows(place.unit_id):
        return
    for address in addresses:
        if address.business_id is not None:
            address.label = shown.name(address.label, place.unit_id)
        if address.household_id is not None or address.business_id is not None:
            address.number = ""


def mask_tenancies(shown: Personal, place: Place, tenancies: Iterable[Tenancy | None]) -> None:
    """Set in memory what the reader may see of who trades in a market. Such rows are not saved."""
    if shown.shows(place.unit_id):
        return
    for tenancy in tenancies:
        if tenancy is not None:
            tenancy.trader = shown.name(tenancy.trader, place.unit_id)
            tenancy.business.name = shown.name(tenancy.business.name, place.unit_id)
