"""What waits on somebody's desk: steps to decide, documents to sign, drafts, and what the clerk numbers and issues."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Document, DocumentState, Issuing, Step, StepState

MOST = 50
"""So many of each sort stand on the desk; more than that nobody works through from one page."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document that waits for the reader, since when, and in whose place where somebody stands in."""

    document: Document
    since: datetime
    instead_of: str = ""
    is_returned: bool = False


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that waits for one person, oldest first."""

    to_decide: list[Waiting]
    to_sign: list[Waiting]
    drafts: list[Waiting]
    to_issue: list[Waiting]
    stuck: list[Issuing]
    under_way: list[Step]
    unopened: int


def desk_of(actor: User) -> Desk:
    """The reader's desk, in a fixed number of statements."""
    steps = list(
        Step.objects.filter(policy.desk_condition(actor), state=StepState.OPEN)
        .select_related("document__unit", "user")
        .order_by("opened_at", "id")[:MOST]
    )
    waiting = [
        Waiting(one.document, one.opened_at or one.document.changed_at, _instead(one, actor))
        for one in steps
        if not one.is_signer
    ]
    # Nobody stands in for a signature.
    to_sign = [
        Waiting(one.document, one.opened_at or one.document.changed_at)
        for one in steps
        if one.is_signer and one.user_id == actor.pk
    ]
    returned = Step.objects.filter(document=OuterRef("pk"), state=StepState.RETURNED, version=OuterRef("version"))
    drafts = (
        policy.DRAFT.filter(actor, Document.objects.filter(state=DocumentState.DRAFT))
        .select_related("unit", "made_by")
        .annotate(is_returned=Exists(returned))
        .order_by("-changed_at", "-id")[:MOST]
    )
    to_issue = (
        policy.ISSUE.filter(actor, Document.objects.filter(state=DocumentState.SIGNED))
        .select_related("unit")
        .order_by("changed_at", "id")[:MOST]
    )
    stuck = (
        Issuing.objects.filter(
            document__in=policy.ISSUE.filter(actor, Document.objects.filter(state=DocumentState.ISSUING))
        )
        .select_related("document__unit", "certificate")
        .order_by("asked_at")[:MOST]
    )
    under_way = (
        Step.objects.filter(
            state=StepState.OPEN,
            document__in=policy.DRAFT.filter(actor, Document.objects.all()).values("pk"),
        )
        .select_related("document__unit", "user")
        .order_by("opened_at", "id")[:MOST]
    )
    return Desk(
        to_decide=waiting,
        to_sign=to_sign,
        drafts=[Waiting(one, one.changed_at, is_returned=one.is_returned) for one in drafts],
        to_issue=[Waiting(one, one.changed_at) for one in to_issue],
        stuck=list(stuck),
        under_way=list(under_way),
        unopened=min(policy.received(actor).filter(opened_at=None)[: MOST + 1].count(), MOST),
    )


def _instead(step: Step, actor: User) -> str:
    return step.user.display_name if step.user_id != actor.pk else ""
