"""The desk: documents that wait for a person, and those of their units that wait for others."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from doanso.access.policy import current_role_assignments
from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Delivery, Document, DocumentState, RoutingStep, StepState
from doanso.documents.queries.documents import kind_names
from doanso.documents.queries.received import answers_due_soon, ends_unseen
from doanso.lib import clock
from doanso.lib.paging import page_rows
from doanso.units import queries as units
from doanso.units.models import Unit

PAGE = 50
"""The most entries of each sort on one page of the desk; the next page goes on with each of them."""
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
class DeskPart[Entry: (DeskEntry, DeskDelivery)]:
    """The entries of one sort on a page, the rank of the first of them, and whether the next page has more."""

    entries: Sequence[Entry]
    first: int
    has_more: bool

    @property
    def last(self) -> int:
        """Return the rank of the last entry on the page."""
        return self.first + len(self.entries) - 1

    @property
    def is_cut(self) -> bool:
        """Return whether other pages show more of this sort."""
        return self.has_more or self.first > 1


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
    def own_parts(self) -> Sequence[DeskPart[DeskEntry] | DeskPart[DeskDelivery]]:
        """Return the parts that wait for the reader."""
        documents = (self.to_decide, self.to_sign, self.drafts, self.to_issue, self.on_its_way)
        return (*documents, self.to_answer, self.ended)

    @property
    def is_empty(self) -> bool:
        """Return whether nothing on the page waits for the reader."""
        return not any(part.entries for part in self.own_parts)

    @property
    def has_more(self) -> bool:
        """Return whether a further page follows."""
        return any(part.has_more for part in (*self.own_parts, self.with_others))


def desk_of(actor: User, *, number: int = 1) -> Desk:
    """Return page `number` of the reader's desk, in a fixed number of statements.

    Each sort is read by itself, oldest first, drafts newest first: many of one sort never keep another from the page.
    """
    own = Q(user=actor)
    for user_id, unit_id in policy.deputed_desks(actor):
        own |= Q(user=user_id, document__unit=unit_id)
    # A signer has no stand-in.
    to_sign, more_to_sign = _read_open_steps(number, Q(user=actor), is_signer=True)
    to_decide, more_to_decide = _read_open_steps(number, own, is_signer=False)
    others, more_others = _read_open_steps(number, policy.DRAFT_STEP.condition(actor) & ~Q(user=actor))
    unit_ids = {step.document.unit_id for step in (*to_sign, *to_decide)}
    # Without a role at the unit a person decides nothing about its documents: this and the above are `policy.desk_condition`.
    viewed = policy.permitted_units(actor, policy.VIEW_AT, unit_ids)
    to_sign, to_decide = ([step for step in steps if step.document.unit_id in viewed] for steps in (to_sign, to_decide))
    drafts, more_drafts = _read_drafts(actor, number)
    to_issue, more_to_issue = _read_signed(actor, number)
    on_its_way, more_on_its_way = _read_issuing(actor, number)
    to_answer, more_to_answer = _read_deliveries_to_answer(actor, number)
    ended, more_ended = _read_ended_deliveries(actor, number)
    first = (number - 1) * PAGE + 1
    documents = [
        *(step.document for step in (*to_sign, *to_decide, *others)),
        *(delivery.document for delivery in (*to_answer, *ended)),
        *(*drafts, *to_issue, *on_its_way),
    ]
    names = _unit_names(actor, {document.unit_id for document in documents})
    kinds = kind_names()

    def entry(document: Document, since: datetime | None = None, **details: str | bool) -> DeskEntry:
        kind = kinds.get(document.kind, document.kind)
        unit = names.get(document.unit_id, "")
        return DeskEntry(document, since or document.changed_at, kind, unit, **details)  # type: ignore[arg-type]

    def step_entry(step: RoutingStep) -> DeskEntry:
        person = step.user.display_name if step.user_id != actor.pk else ""
        return entry(step.document, step.opened_at, person=person)

    def delivered(delivery: Delivery) -> DeskDelivery:
        document = delivery.document
        return DeskDelivery(delivery, kinds.get(document.kind, document.kind), names.get(document.unit_id, ""))

    return Desk(
        to_decide=DeskPart([step_entry(row) for row in to_decide], first, more_to_decide),
        to_sign=DeskPart([step_entry(row) for row in to_sign], first, more_to_sign),
        drafts=DeskPart(
            [entry(row, person=row.made_by.display_name, is_returned=row.is_returned) for row in drafts],  # type: ignore[attr-defined]
            first,
            more_drafts,
        ),
        to_issue=DeskPart([entry(row) for row in to_issue], first, more_to_issue),
        on_its_way=DeskPart(
            [entry(row, row.issuing.asked_at, problem=row.issuing.problem) for row in on_its_way],
            first,
            more_on_its_way,
        ),
        with_others=DeskPart([step_entry(row) for row in others], first, more_others),
        to_answer=DeskPart([delivered(row) for row in to_answer], first, more_to_answer),
        ended=DeskPart([delivered(row) for row in ended], first, more_ended),
    )


def _read_open_steps(number: int, condition: Q, **narrowed: object) -> tuple[list[RoutingStep], bool]:
    steps = (
        RoutingStep.objects.filter(condition, state=StepState.OPEN, **narrowed)
        .select_related("document", "user")
        .only(
            "opened_at",
            "user__display_name",
            *(f"document__{name}" for name in _DOCUMENT_FIELDS),
        )
    )
    return page_rows(steps.order_by("opened_at", "id"), number, PAGE)


def _read_drafts(actor: User, number: int) -> tuple[list[Document], bool]:
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
    return page_rows(drafts.order_by("-is_returned", "-changed_at", "-id"), number, PAGE)


def _read_signed(actor: User, number: int) -> tuple[list[Document], bool]:
    """Return the signed documents that wait for the clerk."""
    signed = policy.ISSUE.filter(actor, Document.objects.filter(state=DocumentState.SIGNED)).only(*_DOCUMENT_FIELDS)
    return page_rows(signed.order_by("changed_at", "id"), number, PAGE)


def _read_issuing(actor: User, number: int) -> tuple[list[Document], bool]:
    """Return the documents that are being sealed and sent."""
    issuing = (
        policy.ISSUE.filter(actor, Document.objects.filter(state=DocumentState.ISSUING))
        .select_related("issuing")
        .only(*_DOCUMENT_FIELDS, "issuing__asked_at", "issuing__problem")
    )
    return page_rows(issuing.order_by("issuing__asked_at", "id"), number, PAGE)


def _read_deliveries_to_answer(actor: User, number: int) -> tuple[list[Delivery], bool]:
    to_answer = (
        answers_due_soon(policy.received_deliveries(actor), clock.today())
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
    return page_rows(to_answer.order_by("answer_by", "id"), number, PAGE)


def _read_ended_deliveries(actor: User, number: int) -> tuple[list[Delivery], bool]:
    ended = (
        ends_unseen(policy.received_deliveries(actor))
        .select_related("document")
        .only(
            "sent_at",
            "document__notation",
            "document__ended_reason",
            *(f"document__{name}" for name in _DOCUMENT_FIELDS),
        )
    )
    return page_rows(ended.order_by("document__changed_at", "id"), number, PAGE)


def _unit_names(actor: User, unit_ids: Iterable[UUID]) -> Mapping[UUID, str]:
    """Return short names of units; the actor's own units are known from the roles, so their rows are not read again."""
    wanted = set(unit_ids)
    own: dict[UUID, Unit] = {
        role_assignment.unit_id: role_assignment.unit for role_assignment in current_role_assignments(actor)
    }
    if wanted <= own.keys():
        named = units.named_units(own[unit_id] for unit_id in wanted) if wanted else []
        return {unit.id: unit.short_name for unit in named}
    return {unit_id: unit.short_name for unit_id, unit in units.named_units_by_id(wanted).items()}
