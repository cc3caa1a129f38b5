"""Data of the book of incoming documents for pages of `documents`: the entry of a delivery, files in searches."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from doanso.accounts.models import User
from doanso.documents.models import Delivery
from doanso.documents.ports import BookEntry, DeliveryEntry, SearchResult
from doanso.incoming import policy, queries
from doanso.incoming.models import Arrival


class IncomingBookPort:
    """Implements `documents.ports.IncomingBook`."""

    def delivery_entry(self, *, actor: User, delivery: Delivery) -> DeliveryEntry:
        """Return the entry of a delivery in the receiving unit's book, or the address where the reader may enter it."""
        arrival = queries.arrival_of(delivery)
        may_enter = delivery.unit is not None and policy.KEEP_BOOK.allows_for(actor, delivery.unit)
        return DeliveryEntry(
            url=reverse("incoming:arrival", args=[arrival.pk]) if arrival is not None else "",
            enter_url=reverse("incoming:take-in-delivery", args=[delivery.pk]) if may_enter else "",
        )

    def searchable_files(self, *, actor: User) -> "QuerySet[Arrival, UUID | None]":
        """Return the ids of the files in the books that the reader keeps."""
        return _readable(actor).exclude(blob=None).values_list("blob_id", flat=True)

    def search_results(self, *, actor: User, file_ids: Collection[UUID]) -> Mapping[UUID, SearchResult]:
        """Return the entries of these files by file id."""
        return {
            arrival.blob_id: SearchResult(
                address=reverse("incoming:arrival", args=[arrival.pk]),
                summary=arrival.summary,
                details=[part for part in (arrival.notation, arrival.issuer) if part],
                dated=arrival.dated,
            )
            for arrival in _readable(actor).filter(blob_id__in=file_ids)
            if arrival.blob_id is not None
        }

    def latest_entries(self, *, actor: User, most: int) -> list[BookEntry]:
        """Return the latest entries of the books that the reader keeps, newest first."""
        return [_entry(arrival) for arrival in _readable(actor).order_by("-arrived_on", "-pk")[:most]]

    def entries_by_number(self, *, actor: User, number_ids: Collection[UUID]) -> Mapping[UUID, BookEntry]:
        """Return the entries with these numbers that the reader may see, by number id."""
        arrivals = _readable(actor).filter(number_id__in=list(number_ids))
        return {arrival.number_id: _entry(arrival) for arrival in arrivals}


def _entry(arrival: Arrival) -> BookEntry:
    return BookEntry(
        number_id=arrival.number_id,
        summary=arrival.summary,
        notation=arrival.notation,
        issuer=arrival.issuer,
        dated=arrival.dated or arrival.arrived_on,
        url=reverse("incoming:arrival", args=[arrival.pk]),
    )


def _readable(actor: User) -> QuerySet[Arrival]:
    return policy.KEEP_BOOK.filter(actor, Arrival.objects.all())
