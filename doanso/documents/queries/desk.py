"""The desk: documents that wait for a person, and those of their units that wait for others."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from doanso.access.policy import current_role_assignments
from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Delivery, Document, DocumentState, RoutingStep, StepState
from doanso.documents.queries.documents import kind_names
from doanso.documents.queries.received import awaited, ends_unseen
from doanso.lib import clock
from doanso.units import queries as units
from doanso.units.models import Unit

MOST = 50
"""The most entries of each sort on the desk; more cannot be worked through on one page."""
_MOST_READ = 4 * MOST
"""The most rows of a statement that serves several sorts."""
_DOCUMENT_FIELDS = ("unit_id", "kind", "summary", "urgency", "changed_at", "state")


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
class Desk:
    """Everything that waits for one person, and the unit's documents that wait for others."""

    to_decide: list[DeskEntry]
    to_sign: list[DeskEntry]
    drafts: list[DeskEntry]
    to_issue: list[DeskEntry]
    on_its_way: list[DeskEntry]
    with_others: list[DeskEntry]
    to_answer: list[DeskDelivery]
    ended: list[DeskDelivery]

    @property
    def is_empty(self) -> bool:
        """Return whether nothing waits for the reader."""
        deliveries = self.to_answer or self.ended
        return not (self.to_decide or self.to_sign or deliveries or self.drafts or self.to_issue or self.on_its_way)


def desk_of(actor: User) -> Desk:
    """Return the reader's desk, each sort oldest first, in a fixed number of statements."""
    own_steps, others_steps = _read_open_steps(actor)
    drafts = _read_drafts(actor)
    to_issue, on_its_way = _read_signed_documents(actor)
    to_answer = _read_deliveries_to_answer(actor)
    ended = _read_ended_deliveries(actor)
    documents = [
        *(step.document for step in (*own_steps, *others_steps)),
        *(delivery.document for delivery in (*to_answer, *ended)),
        *(*drafts, *to_issue, *on_its_way),
    ]
    names = _unit_names(actor, {document.unit_id for document in documents})
    kinds = kind_names()

    def entry(document: Document, since: datetime | None = None, **details: str | bool) -> DeskEntry:
        kind = kinds.get(document.kind, document.kind)
        unit = names.get(document.unit_id, "")
        return DeskEntry(document, since or document.changed_at, kind, unit, **details)  # type: ignore[arg-type]

    def delivered(delivery: Delivery) -> DeskDelivery:
        document = delivery.document
        return DeskDelivery(delivery, kinds.get(document.kind, document.kind), names.get(document.unit_id, ""))

    return Desk(
        to_decide=[
            entry(row.document, row.opened_at, person=row.user.display_name if row.user_id != actor.pk else "")
            for row in own_steps
            if not row.is_signer
        ],
        # A signer has no stand-in.
        to_sign=[entry(row.document, row.opened_at) for row in own_steps if row.is_signer and row.user_id == actor.pk],
        drafts=[entry(row, person=row.made_by.display_name, is_returned=row.is_returned) for row in drafts],  # type: ignore[attr-defined]
        to_issue=[entry(row) for row in to_issue],
        on_its_way=[entry(row, row.issuing.asked_at, problem=row.issuing.problem) for row in on_its_way],
        with_others=[entry(row.document, row.opened_at, person=row.user.display_name) for row in others_steps],
        to_answer=[delivered(row) for row in to_answer],
        ended=[delivered(row) for row in ended],
    )


def _read_open_steps(actor: User) -> tuple[list[RoutingStep], list[RoutingStep]]:
    """Return the open steps that the actor may decide, and those of documents the actor drafts that wait for others.

    They are `policy.desk_condition` and the steps of drafted documents, read in one statement beside that of stand-ins.
    """
    deputed = policy.deputed_desks(actor)
    own = Q(user=actor)
    for user_id, unit_id in deputed:
        own |= Q(user=user_id, document__unit=unit_id)
    steps = list(
        RoutingStep.objects.filter(own | policy.DRAFT_STEP.condition(actor), state=StepState.OPEN)
        .select_related("document", "user")
        .only(
            "opened_at",
            "is_signer",
            "user__display_name",
            *(f"document__{name}" for name in _DOCUMENT_FIELDS),
        )
        .order_by("opened_at", "id")[:_MOST_READ]
    )
    own_steps = [step for step in steps if step.user_id == actor.pk or (step.user_id, step.document.unit_id) in deputed]
    unit_ids = {step.document.unit_id for step in steps}
    viewed = policy.permitted_units(actor, policy.VIEW_AT, unit_ids)
    drafted = policy.permitted_units(actor, policy.DRAFT_AT, unit_ids)
    return (
        [step for step in own_steps if step.document.unit_id in viewed][:MOST],
        [step for step in steps if step.user_id != actor.pk and step.document.unit_id in drafted][:MOST],
    )


def _read_drafts(actor: User) -> list[Document]:
    """Return the drafts of the actor's units, returned ones first."""
    returned = RoutingStep.objects.filter(
        document=OuterRef("pk"), state=StepState.RETURNED, version=OuterRef("version")
    )
    return list(
        policy.DRAFT.filter(actor, Document.objects.filter(state=DocumentState.DRAFT))
        .select_related("made_by")
        .only(*_DOCUMENT_FIELDS, "made_by__display_name")
        .annotate(is_returned=Exists(returned))
        .order_by("-is_returned", "-changed_at", "-id")[:MOST]
    )


def _read_signed_documents(actor: User) -> tuple[list[Document], list[Document]]:
    """Return the signed documents that wait for the clerk, and those that are being sealed and sent, in one statement."""
    documents = list(
        policy.ISSUE.filter(actor, Document.objects.filter(state__in=(DocumentState.SIGNED, DocumentState.ISSUING)))
        .select_related("issuing")
        .only(*_DOCUMENT_FIELDS, "issuing__asked_at", "issuing__problem")
        .order_by("changed_at", "id")[:_MOST_READ]
    )
    on_its_way = [document for document in documents if document.state == DocumentState.ISSUING]
    on_its_way.sort(key=lambda document: document.issuing.asked_at)
    return [document for document in documents if document.state == DocumentState.SIGNED][:MOST], on_its_way[:MOST]


def _read_deliveries_to_answer(actor: User) -> list[Delivery]:
    return list(
        awaited(policy.received(actor), clock.today())
        .select_related("document", "assigned_to")
        .only(
            "answer_by",
            "reminders",
            "reminded_on",
            "assigned_to__display_name",
            "document__notation",
            *(f"document__{name}" for name in _DOCUMENT_FIELDS),
        )
        .order_by("answer_by", "id")[:MOST]
    )


def _read_ended_deliveries(actor: User) -> list[Delivery]:
    return list(
        ends_unseen(policy.received(actor))
        .select_related("document")
        .only(
            "sent_at",
            "document__notation",
            "document__ended_reason",
            *(f"document__{name}" for name in _DOCUMENT_FIELDS),
        )
        .order_by("document__changed_at", "id")[:MOST]
    )


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
