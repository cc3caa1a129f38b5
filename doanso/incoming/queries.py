"""Reads of the book of incoming documents."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from doanso.accounts.models import User
from doanso.documents.models import Delivery
from doanso.incoming import policy
from doanso.incoming.models import Arrival, ArrivalState
from doanso.lib import vietnamese
from doanso.lib.paging import page_rows
from doanso.units.models import Unit

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class ArrivalPage:
    """One page of a unit's book, newest first."""

    lines: Sequence[Arrival]
    number: int
    more: bool


def all_arrivals() -> QuerySet[Arrival]:
    """Return all entries with the relations that their pages show, to be narrowed by a policy."""
    return Arrival.objects.select_related(
        "unit", "number", "blob__key", "delivery__document", "assigned_to", "settled_by", "taken_by"
    )


def arrival_of(delivery: Delivery) -> Arrival | None:
    """Return the entry of a delivery in the receiving unit's book, if it has one."""
    return Arrival.objects.filter(delivery=delivery).first() if delivery.unit_id is not None else None


def arrivals(actor: User, unit: Unit, *, state: str = "", words: str = "", number: int = 1) -> ArrivalPage:
    """Return page `number` of a unit's book in a fixed number of statements, narrowed to a state and to words."""
    matches = policy.KEEP_BOOK.filter(actor, Arrival.objects.filter(unit=unit))
    if state in ArrivalState.values:
        matches = matches.filter(state=state)
    if words.strip():
        folded = vietnamese.fold(words)
        matches = matches.filter(Q(folded__contains=folded) | Q(notation__icontains=words.strip()))
    matches = matches.select_related("number", "assigned_to").order_by("-arrived_on", "-id")
    rows, more = page_rows(matches, number, PAGE_SIZE)
    return ArrivalPage(rows, number, more)
