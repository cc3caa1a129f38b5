"""What waits on somebody's desk: steps to decide, documents to sign, drafts, and what the clerk numbers and issues."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Delivery, Document, DocumentState, Issuing, Step, StepState
from doanso.documents.queries.documents import kind_names
from doanso.documents.queries.received import awaited, ends_unseen
from doanso.lib import clock
from doanso.units import queries as units

MOST = 50
"""So many of each sort stand on the desk; more than that nobody works through from one page."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document that waits: since when, with whom, in whose place where somebody stands in, or why it does not go on."""

    document: Document
    since: datetime
    kind: str
    unit: str
    who: str = ""
    is_returned: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Came:
    """A document that came: to be answered soon, or holding no more; from whom it came."""

    delivery: Delivery
    kind: str
    sender: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that waits for one person, and what of the unit waits for others."""

    to_decide: list[Waiting]
    to_sign: list[Waiting]
    drafts: list[Waiting]
    to_issue: list[Waiting]
    on_its_way: list[Waiting]
    with_others: list[Waiting]
    to_answer: list[Came]
    ended: list[Came]
    unopened: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for the reader."""
        deliveries = self.to_answer or self.ended
        return not (self.to_decide or self.to_sign or deliveries or self.drafts or self.to_issue or self.on_its_way)


def desk_of(actor: User) -> Desk:
    """The reader's desk, oldest first, in a fixed number of statements."""
    own_steps = list(
        Step.objects.filter(policy.desk_condition(actor), state=StepState.OPEN)
        .select_related("document", "user")
        .order_by("opened_at", "id")[:MOST]
    )
    returned = Step.objects.filter(document=OuterRef("pk"), state=StepState.RETURNED, version=OuterRef("version"))
    drafts = list(
        policy.DRAFT.filter(actor, Document.objects.filter(state=DocumentState.DRAFT))
        .select_related("made_by")
        .annotate(is_returned=Exists(returned))
        .order_by("-is_returned", "-changed_at", "-id")[:MOST]
    )
    to_issue = list(
        policy.ISSUE.filter(actor, Document.objects.filter(state=DocumentState.SIGNED)).order_by("changed_at", "id")[
            :MOST
        ]
    )
    issuing = list(
        Issuing.objects.filter(
            document__in=policy.ISSUE.filter(actor, Document.objects.filter(state=DocumentState.ISSUING)).values("pk")
        )
        .select_related("document")
        .order_by("asked_at")[:MOST]
    )
    own = policy.DRAFT.filter(actor, Document.objects.all()).values("pk")
    others_steps = list(
        Step.objects.filter(state=StepState.OPEN, document__in=own)
        .exclude(user=actor)
        .select_related("document", "user")
        .order_by("opened_at", "id")[:MOST]
    )
    to_answer = list(
        awaited(policy.received(actor), clock.today())
        .select_related("document", "assigned_to")
        .order_by("answer_by", "id")[:MOST]
    )
    ended = list(
        ends_unseen(policy.received(actor)).select_related("document").order_by("document__changed_at", "id")[:MOST]
    )
    documents_in_progress = (*(row.document for row in (*own_steps, *others_steps)), *(row.document for row in issuing))
    shown_documents = [*documents_in_progress, *drafts, *to_issue, *(row.document for row in (*to_answer, *ended))]
    names = units.names({row.unit_id for row in shown_documents}) if shown_documents else {}
    kinds = kind_names()

    def line(document: Document, since: datetime | None = None, **more: object) -> Waiting:
        unit = names[document.unit_id].short_name if document.unit_id in names else ""
        kind = kinds.get(document.kind, document.kind)
        return Waiting(document, since or document.changed_at, kind, unit, **more)  # type: ignore[arg-type]

    def came(delivery: Delivery) -> Came:
        document = delivery.document
        sender = names[document.unit_id].short_name if document.unit_id in names else ""
        return Came(delivery, kinds.get(document.kind, document.kind), sender)

    return Desk(
        to_decide=[
            line(row.document, row.opened_at, who=row.user.display_name if row.user_id != actor.pk else "")
            for row in own_steps
            if not row.is_signer
        ],
        # Nobody stands in for a signature.
        to_sign=[line(row.document, row.opened_at) for row in own_steps if row.is_signer and row.user_id == actor.pk],
        drafts=[line(row, who=row.made_by.display_name, is_returned=row.is_returned) for row in drafts],
        to_issue=[line(row) for row in to_issue],
        on_its_way=[line(row.document, row.asked_at, problem=row.problem) for row in issuing],
        with_others=[line(row.document, row.opened_at, who=row.user.display_name) for row in others_steps],
        to_answer=[came(row) for row in to_answer],
        ended=[came(row) for row in ended],
        unopened=policy.received(actor).filter(opened_at=None)[: MOST + 1].count(),
    )
