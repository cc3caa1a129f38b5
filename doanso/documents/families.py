"""The ledger's families of issued documents: all, signed ones, those issued online, those stored.

Each document counts once (lượt) on the day of its number in the unit that issued it; recalling or replacing it does not undo
that. A digital document has at least one receiver, so it is issued online. Secret documents have no record but a number, so
numerator and denominator both leave them out.

An issued document is also counted among the office's documents, with those from outside: `incoming.families` reads both.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.documents.models import Document, DocumentState, Medium
from doanso.ledger.inputs import FactInput
from doanso.ledger.models import MeasureKind
from doanso.ledger.ports import CountingChoice, FamilyDescription, MeasureKey, RawFact
from doanso.lib.problems import Problem, Refused

DOCUMENT = "documents.document"
OUTGOING, SIGNED, ISSUED, STORED = "documents.outgoing", "documents.signed", "documents.issued", "documents.stored"
PAPERS, PAPERS_STORED = "documents.papers", "documents.papers-stored"
GRADE = 1
"""Grade of an officer's own record of the office's work; that a signature is valid is verified, and no other evidence is
meant.
"""
_COUNTED = Q(state__in=(DocumentState.ISSUED, DocumentState.RECALLED, DocumentState.REPLACED))


class Paper(Protocol):
    """A document or an entry of the book of incoming documents."""

    pk: UUID
    unit_id: UUID


def paper_fact(paper: Paper, happened_on: date, arrived_on: date, recorded_at: datetime | None) -> RawFact:
    """Return the fact of a document or entry, which is its own subject."""
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


class DocumentFamily:
    """Issued documents that fulfil a condition."""

    kind = MeasureKind.TIMES
    subject_kind = "document"
    source_kind = DOCUMENT
    grade_words: Mapping[int, str | Promise] = {GRADE: gettext_lazy("Stands in the register of documents")}

    def __init__(self, name: str, sort: Q) -> None:
        self.name = name
        self.sort = sort

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Refuse parameters, because the family has none."""
        if parameters:
            message = _("“%(family)s” takes no parameters.") % {"family": self.name}
            raise Refused(Problem("measure_parameters", message, next(iter(parameters))))
        return MeasureKey()

    def facts(self, *, after: UUID | None, limit: int) -> Sequence[RawFact]:
        """Return the next page of facts, read from the documents' own table."""
        documents = Document.objects.filter(_COUNTED, self.sort).order_by("pk")
        if after is not None:
            documents = documents.filter(pk__gt=after)
        return [
            paper_fact(document, _day(document.dated), _day(document.issued_on), document.issued_at)
            for document in documents[:limit]
        ]


FAMILIES = (
    DocumentFamily(OUTGOING, Q()),
    DocumentFamily(SIGNED, Q(medium=Medium.DIGITAL)),
    DocumentFamily(ISSUED, Q(medium=Medium.DIGITAL)),
    DocumentFamily(STORED, Q(final__isnull=False)),
)


def facts_of(document: Document) -> list[FactInput]:
    """Return the facts of a document that was just issued, in every family it belongs to."""
    belongs = {
        OUTGOING: True,
        SIGNED: _is_digital(document),
        ISSUED: _is_digital(document),
        STORED: bool(document.final_id),
        PAPERS: True,
        PAPERS_STORED: bool(document.final_id),
    }
    return [
        FactInput(
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


def _is_digital(document: Document) -> bool:
    return document.medium == Medium.DIGITAL


def _day(day: date | None) -> date:
    if day is None:
        raise ValueError("A document that was issued has its days.")
    return day


def describe(
    family: str,
    title: str | Promise,
    *,
    position: int,
    unit_of_count: str | Promise = "",
    whole: str = "",
    text: str | Promise = "",
) -> FamilyDescription:
    """Return the description of a family without parameters; `whole` is the family that it may be a share of."""
    return FamilyDescription(
        family=family,
        title=title,
        kinds=("rule", "share", "count") if whole else ("count",),
        choices=lambda: [CountingChoice(title=str(title))],
        unit_of_count=unit_of_count or gettext_lazy("documents"),
        denominators=(whole,) if whole else (),
        denominator_text=text,
        group="office",
        position=position,
    )


DESCRIPTIONS = (
    describe(
        OUTGOING,
        gettext_lazy("Documents issued"),
        position=60,
        text=gettext_lazy("Documents issued, without secret ones"),
    ),
    describe(SIGNED, gettext_lazy("Documents issued that carry digital signatures"), position=61, whole=OUTGOING),
    describe(ISSUED, gettext_lazy("Documents issued online"), position=62, whole=OUTGOING),
    describe(STORED, gettext_lazy("Documents issued whose file is stored"), position=63, whole=OUTGOING),
)
