"""What documents give the ledger: which were issued, which of them are signed, went out online, and lie in the store.

Each document is one time (lượt), counted on the day of its number, in the unit that issued it; being recalled or replaced later
does not undo that it was issued. A digital one goes to at least one receiver, so it is issued online. A secret document is in
none of them: of it there is no record but a number, so numerator and denominator leave it out alike.

The papers of an office are these and what came from outside, counted on the day of its entry in the book, in the store with the
file that came. What came from a unit here is the document that was counted there; sent back or settled, an entry stays one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.documents.models import Arrival, Document, DocumentState, Medium
from doanso.ledger.actions import Counted
from doanso.ledger.models import MeasureKind
from doanso.ledger.ports import MeasureKey, RawFact
from doanso.lib.problems import Problem, Refused

DOCUMENT, PAPER = "documents.document", "documents.paper"
OUTGOING, SIGNED, ISSUED, STORED = "documents.outgoing", "documents.signed", "documents.issued", "documents.stored"
PAPERS, PAPERS_STORED = "documents.papers", "documents.papers-stored"
GRADE = 1
"""An officer's own record of what the office did; that a signature holds is verified, and no other evidence is meant."""
_COUNTED = Q(state__in=(DocumentState.ISSUED, DocumentState.RECALLED, DocumentState.REPLACED))


def _fact(paper: Document | Arrival, happened_on: date, arrived_on: date, recorded_at: datetime | None) -> RawFact:
    """A paper is its own subject."""
    if recorded_at is None:
        raise ValueError(f"{paper.pk} is counted and was never recorded.")
    return RawFact(
        source_id=paper.pk,
        subject_ref=paper.pk,
        topic="",
        level=0,
        unit_id=paper.unit_id,
        happened_on=happened_on,
        arrived_on=arrived_on,
        recorded_at=recorded_at,
        grade=GRADE,
    )


class _Family:
    """Documents that were issued and are of one sort."""

    kind = MeasureKind.TIMES
    subject_kind = "document"
    source_kind = DOCUMENT

    def __init__(self, name: str, sort: Q) -> None:
        self.name = name
        self.sort = sort

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """There is nothing to choose."""
        if parameters:
            message = _("“%(family)s” takes no parameters.") % {"family": self.name}
            raise Refused(Problem("measure_parameters", message, next(iter(parameters))))
        return MeasureKey()

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """The next page of issued documents of this sort, from our own tables."""
        documents = Document.objects.filter(_COUNTED, self.sort).order_by("pk")
        if after is not None:
            documents = documents.filter(pk__gt=after)
        return [
            _fact(document, _day(document.dated), _day(document.issued_on), document.issued_at)
            for document in documents[:limit]
        ]


class _Papers(_Family):
    """Documents that were issued, and what came from outside."""

    subject_kind = "paper"
    source_kind = PAPER

    def __init__(self, name: str, sort: Q, arrived: Q) -> None:
        super().__init__(name, sort)
        self.arrived = arrived

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """The next page of both by their ids, which no two records of the office share."""
        arrivals = Arrival.objects.filter(self.arrived, delivery=None).order_by("pk")
        if after is not None:
            arrivals = arrivals.filter(pk__gt=after)
        arrival_facts = [
            _fact(arrival, arrival.arrived_on, arrival.arrived_on, arrival.taken_at) for arrival in arrivals[:limit]
        ]
        return sorted([*super().facts(after=after, limit=limit), *arrival_facts], key=attrgetter("source_id"))[:limit]


FAMILIES = (
    _Family(OUTGOING, Q()),
    _Family(SIGNED, Q(medium=Medium.DIGITAL)),
    _Family(ISSUED, Q(medium=Medium.DIGITAL)),
    _Family(STORED, Q(final__isnull=False)),
    _Papers(PAPERS, Q(), Q()),
    _Papers(PAPERS_STORED, Q(final__isnull=False), Q(blob__isnull=False)),
)


def counted(document: Document) -> list[Counted]:
    """A document that was just issued, in every family it belongs to."""
    belongs = {
        OUTGOING: True,
        SIGNED: _is_digital(document),
        ISSUED: _is_digital(document),
        STORED: bool(document.final_id),
        PAPERS: True,
        PAPERS_STORED: bool(document.final_id),
    }
    return [
        Counted(
            family=name,
            source_id=document.pk,
            subject_ref=document.pk,
            happened_on=_day(document.dated),
            arrived_on=_day(document.issued_on),
            grade=GRADE,
            unit_id=document.unit_id,
        )
        for name, does in belongs.items()
        if does
    ]


def came(arrival: Arrival) -> list[Counted]:
    """A document from outside that was just entered in the book; one without its file is not in the store."""
    if arrival.delivery_id is not None:
        return []
    return [
        Counted(
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


def _is_digital(document: Document) -> bool:
    return document.medium == Medium.DIGITAL


def _day(day: date | None) -> date:
    if day is None:
        raise ValueError("A document that was issued has its days.")
    return day
