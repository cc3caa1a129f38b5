"""This app's part of an owner's erasure and copy: the trader's name at stalls of their shops, and signs in house lists that are
their name.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib import formats, vietnamese
from doanso.people.actions.doors import one_line
from doanso.people.models import Contact
from doanso.places.models import Address, Tenancy


def copy(person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Return a line for each stall at which they trade or traded by the board's list."""
    tenancies = Tenancy.objects.filter(business__owner__in=person_ids).select_related("stall__place")
    for tenancy in tenancies.order_by("since", "pk"):
        words = {
            "stall": tenancy.stall.number,
            "market": tenancy.stall.place.name,
            "trader": tenancy.trader,
            "day": formats.day(tenancy.since),
        }
        yield _("Stall of a market"), _("Stall %(stall)s, %(market)s: %(trader)s, since %(day)s") % words


def erase(person_ids: Collection[UUID]) -> None:
    """Empty the trader's name at their stalls with the words about its change, and the signs of their shops in house lists that
    hold their name; the doors, the stalls, the days and the shops stay.
    """
    tenancies = Tenancy.objects.filter(business__owner__in=person_ids)
    tenancies.exclude(trader="").update(trader="")
    tenancies.exclude(reason="").update(reason=formats.NONE)
    contacts = Contact.objects.filter(person__in=person_ids, erased_at=None).exclude(folded="")
    names = set(contacts.values_list("folded", flat=True))
    signs = Address.objects.filter(business__owner__in=person_ids).exclude(label="")
    named = [address for address in signs if any(name in vietnamese.fold(address.label) for name in names)]
    for address in named:
        address.label, address.folded = "", vietnamese.fold(one_line(address.street, address.number))
    Address.objects.bulk_update(named, ["label", "folded"], batch_size=200)
