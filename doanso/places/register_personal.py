"""This app's part of an owner's erasure and copy: the trader's name at stalls of their shops. House lists name no people."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.places.models import Tenancy


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
    """Empty the trader's name at their stalls; the stalls, the days and the shops stay."""
    Tenancy.objects.filter(business__owner__in=person_ids).exclude(trader="").update(trader="")
