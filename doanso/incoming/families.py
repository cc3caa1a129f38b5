"""The ledger's families of an office's documents: those it issued, and those it received from outside.

An incoming document is counted on the day of its entry, and as stored when its file was entered with it. A delivery from a unit
of the system is the document that was counted where it was issued; resolving or returning an entry removes nothing.
"""

from collections.abc import Sequence
from operator import attrgetter
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy

from doanso.documents.families import GRADE, PAPERS, PAPERS_STORED, DocumentFamily, describe, paper_fact
from doanso.incoming.models import Arrival
from doanso.ledger.inputs import FactInput
from doanso.ledger.ports import RawFact

PAPER = "documents.paper"


class PaperFamily(DocumentFamily):
    """Issued documents and documents from outside."""

    subject_kind = "paper"
    source_kind = PAPER

    def __init__(self, name: str, documents: Q, arrivals: Q) -> None:
        super().__init__(name, documents)
        self.arrivals = arrivals

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of both by id; no document and entry have the same id."""
        arrivals = Arrival.objects.filter(self.arrivals, delivery=None).order_by("pk")
        if after is not None:
            arrivals = arrivals.filter(pk__gt=after)
        arrival_facts = [
            paper_fact(arrival, arrival.arrived_on, arrival.arrived_on, arrival.taken_at)
            for arrival in arrivals[:limit]
        ]
        return sorted([*super().facts(after=after, limit=limit), *arrival_facts], key=attrgetter("source_id"))[:limit]


FAMILIES = (
    PaperFamily(PAPERS, Q(), Q()),
    PaperFamily(PAPERS_STORED, Q(final__isnull=False), Q(blob__isnull=False)),
)


DESCRIPTIONS = (
    describe(
        PAPERS,
        gettext_lazy("Papers of the office"),
        unit_of_count=gettext_lazy("papers"),
        position=64,
        text=gettext_lazy("Documents issued and documents from outside that are in the book, without secret ones"),
    ),
    describe(
        PAPERS_STORED,
        gettext_lazy("Papers of the office whose file is stored"),
        unit_of_count=gettext_lazy("papers"),
        position=65,
        whole=PAPERS,
    ),
)


def counted_arrival(arrival: Arrival) -> list[FactInput]:
    """Return the facts of a new entry: none if it is a delivery, `PAPERS_STORED` only with its file."""
    if arrival.delivery_id is not None:
        return []
    return [
        FactInput(
            family=name,
            source_id=arrival.pk,
            subject_ref=arrival.pk,
            happened_on=arrival.arrived_on,
            arrived_on=arrival.arrived_on,
            grade=GRADE,
            unit_id=arrival.unit_id,
        )
        for name in ((PAPERS, PAPERS_STORED) if arrival.blob_id else (PAPERS,))
    ]
