"""The desk: documents that wait for a person, and those of their units that wait for others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, Model, OuterRef, Q, QuerySet, Value, When, Window
from django.db.models.functions import Coalesce, RowNumber

from doanso.access.policy import current_role_assignments
from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Delivery, Document, DocumentState, RoutingStep, StepState
from doanso.documents.queries.documents import kind_names
from doanso.documents.queries.received import awaiting_answer, ends_unseen
from doanso.lib import clock
from doanso.units import queries as units
from doanso.units.models import Unit

PAGE = 50
"""The most entries of each sort on one page of the desk; the next page goes on with each of them."""
_DOCUMENT_FIELDS = ("unit_id", "kind", "summary", "urgency", "changed_at", "state")
_SIGN, _DECIDE, _OTHERS = "sign", "decide", "others"


@dataclass(frozen=True, slots=True)
class DeskEntry:
    """A document that waits: since when, for whom or in whose place, and its problem."""

    document: Document
    since: datetime
    kind: str
    unit: str
    person: str = ""
    is_returned: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DeskDelivery:
    """A delivery that must be answered soon, or whose document is no longer in effect; with the unit that sent it."""

    delivery: Delivery
    kind: str
    sender: str


@dataclass(frozen=True, slots=True)
class DeskPart[Entry: (DeskEntry, DeskDelivery)]:
    """The entries of one sort on a page, the rank of the first of them, and how many there are on all pages."""

    entries: Sequence[Entry]
    first: int = 0
    total: int = 0

    @property
    def last(self) -> int:
        """Return the rank of the last entry on the page."""
        return self.first + len(self.entries) - 1

    @property
    def is_cut(self) -> bool:
        """Return whether other pages show more of this sort."""
        return self.total > len(self.entries)


@dataclass(frozen=True, slots=True)
class Desk:
    """A page of everything that waits for one person, and of the unit's documents that wait for others."""

    to_decide: DeskPart[DeskEntry]
    to_sign: DeskPart[DeskEntry]
    drafts: DeskPart[DeskEntry]
    to_issue: DeskPart[DeskEntry]
    on_its_way: DeskPart[DeskEntry]
    with_others: DeskPart[DeskEntry]
    to_answer: DeskPart[DeskDelivery]
    ended: DeskPart[DeskDelivery]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing on the page waits for the reader."""
        own = (self.to_decide, self.to_sign, self.drafts, self.to_issue, self.on_its_way)
        return not any(part.entries for part in (*own, self.to_answer, self.ended))

    @property
    def has_more(self) -> bool:
        """Return whether a further page follows."""
        own = (self.to_decide, self.to_sign, self.drafts, self.to_issue, self.on_its_way, self.with_others)
        return any(part.last < part.total for part in (*own, self.to_answer, self.ended) if part.entries)


def desk_of(actor: User, *, number: int = 1) -> Desk:
    """Return page `number` of the reader's desk, in a fixed number of statements.

    Each sort has its own oldest entries first, drafts their newest: many of one sort never keep another from the page.
    """
    steps = _read_open_steps(actor, number)
    drafts = _read_drafts(actor, number)
    signed = _read_signed_documents(actor, number)
    to_answer = _read_deliveries_to_answer(actor, number)
    ended = _read_ended_deliveries(actor, number)
    documents = [*(step.document for step in steps), *(row.document for row in (*to_answer, *ended))]
    names = _unit_names(actor, {document.unit_id for document in (*documents, *drafts, *signed)})
    kinds = kind_names()

    def entry(document: Document, since: datetime | None = None, **details: str | bool) -> DeskEntry:
        kind = kinds.get(document.kind, document.kind)
        unit = names.get(document.unit_id, "")
        return DeskEntry(document, since or document.changed_at, kind, unit, **details)  # type: ignore[arg-type]

    def delivered(delivery: Delivery) -> DeskDelivery:
        document = delivery.document
        return DeskDelivery(delivery, kinds.get(document.kind, document.kind), names.get(document.unit_id, ""))

    def waiting(sort: str) -> DeskPart[DeskEntry]:
        rows = [row for row in steps if row.desk_part == sort]  # type: ignore[attr-defined]
        return _part(
            rows,
            [
                entry(row.document, row.opened_at, person=row.user.display_name if row.user_id != actor.pk else "")
                for row in rows
            ],
        )

    to_issue = [row for row in signed if row.state == DocumentState.SIGNED]
    on_its_way = [row for row in signed if row.state == DocumentState.ISSUING]
    return Desk(
        to_decide=waiting(_DECIDE),
        to_sign=waiting(_SIGN),
        drafts=_part(
            drafts,
            [entry(row, person=row.made_by.display_name, is_returned=row.is_returned) for row in drafts],  # type: ignore[attr-defined]
        ),
        to_issue=_part(to_issue, [entry(row) for row in to_issue]),
        on_its_way=_part(
            on_its_way, [entry(row, row.issuing.asked_at, problem=row.issuing.problem) for row in on_its_way]
        ),
        with_others=waiting(_OTHERS),
        to_answer=_part(to_answer, [delivered(row) for row in to_answer]),
        ended=_part(ended, [delivered(row) for row in ended]),
    )


def _part[Entry: (DeskEntry, DeskDelivery)](rows: Sequence[Any], entries: Sequence[Entry]) -> DeskPart[Entry]:
    """Return the part of ranked rows and what is shown of them."""
    return DeskPart(entries, rows[0].desk_rank, rows[0].desk_total) if rows else DeskPart(entries)


def _ranked[Row: Model](rows: QuerySet[Row], number: int, *order: Any, by: str = "") -> list[Row]:
    """Return the rows of page `number`, ranked within each value of `by`, with rank and number of all of its rows."""
    sort = [F(by)] if by else None
    after = (number - 1) * PAGE
    ranked = rows.annotate(
        desk_rank=Window(RowNumber(), partition_by=sort, order_by=list(order)),
        desk_total=Window(Count("*"), partition_by=sort),
    )
    return list(ranked.filter(desk_rank__gt=after, desk_rank__lte=after + PAGE).order_by("desk_rank"))


def _read_open_steps(actor: User, number: int) -> list[RoutingStep]:
    """Return the open steps that the actor may decide, to sign or to look at, and those that wait for others of documents the
    actor drafts; `desk_part` says which.
    """
    own, drafted = policy.desk_condition(actor), policy.DRAFT_STEP.condition(actor)
    steps = (
        RoutingStep.objects.filter(own | drafted, state=StepState.OPEN)
        .select_related("document", "user")
        .only(
            "opened_at",
            "is_signer",
            "user__display_name",
            *(f"document__{name}" for name in _DOCUMENT_FIELDS),
        )
        .annotate(
            desk_part=Case(
                # A signer has no stand-in.
                When(own & Q(is_signer=True, user=actor), then=Value(_SIGN)),
                When(own & Q(is_signer=False), then=Value(_DECIDE)),
                When(drafted & ~Q(user=actor), then=Value(_OTHERS)),
                default=Value(""),
            )
        )
        .exclude(desk_part="")
    )
    return _ranked(steps, number, F("opened_at").asc(), F("id").asc(), by="desk_part")


def _read_drafts(actor: User, number: int) -> list[Document]:
    """Return the drafts of the actor's units, returned ones first."""
    returned = RoutingStep.objects.filter(
        document=OuterRef("pk"), state=StepState.RETURNED, version=OuterRef("version")
    )
    drafts = (
        policy.DRAFT.filter(actor, Document.objects.filter(state=DocumentState.DRAFT))
        .select_related("made_by")
        .only(*_DOCUMENT_FIELDS, "made_by__display_name")
        .annotate(is_returned=Exists(returned))
    )
    return _ranked(drafts, number, F("is_returned").desc(), F("changed_at").desc(), F("id").desc())


def _read_signed_documents(actor: User, number: int) -> list[Document]:
    """Return the signed documents that wait for the clerk, and those that are being sealed and sent."""
    signed = (
        policy.ISSUE.filter(actor, Document.objects.filter(state__in=(DocumentState.SIGNED, DocumentState.ISSUING)))
        .select_related("issuing")
        .only(*_DOCUMENT_FIELDS, "issuing__asked_at", "issuing__problem")
    )
    return _ranked(signed, number, Coalesce("issuing__asked_at", "changed_at").asc(), F("id").asc(), by="state")


def _read_deliveries_to_answer(actor: User, number: int) -> list[Delivery]:
    to_answer = (
        awaiting_answer(policy.received(actor), clock.today())
        .select_related("document", "assigned_to")
        .only(
            "answer_by",
            "reminders",
            "reminded_on",
            "assigned_to__display_name",
            "document__notation",
            *(f"document__{name}" for name in _DOCUMENT_FIELDS),
        )
    )
    return _ranked(to_answer, number, F("answer_by").asc(), F("id").asc())


def _read_ended_deliveries(actor: User, number: int) -> list[Delivery]:
    ended = (
        ends_unseen(policy.received(actor))
        .select_related("document")
        .only(
            "sent_at",
            "document__notation",
            "document__ended_reason",
            *(f"document__{name}" for name in _DOCUMENT_FIELDS),
        )
    )
    return _ranked(ended, number, F("document__changed_at").asc(), F("id").asc())


def _unit_names(actor: User, unit_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return short names of units; the actor's own units are known from the roles, so their rows are not read again."""
    wanted = set(unit_ids)
    own: dict[UUID, Unit] = {
        role_assignment.unit_id: role_assignment.unit for role_assignment in current_role_assignments(actor)
    }
    if wanted <= own.keys():
        named = units.named(own[unit_id] for unit_id in wanted) if wanted else []
        return {unit.id: unit.short_name for unit in named}
    return {unit_id: unit.short_name for unit_id, unit in units.names(wanted).items()}
