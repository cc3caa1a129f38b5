"""What waits in the inbox: documents to sign, to look at, to issue, to open and to answer."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.documents import policy
from doanso.documents.models import Document, DocumentState, RoutingStep, StepState
from doanso.documents.queries.received import answers_due_soon, ends_unseen
from doanso.documents.rules.deliveries import NEAR
from doanso.lib import clock


def _to_sign(owner: InboxOwner) -> InboxRows:
    if not policy.VIEW_STEP.allows_anywhere(owner.actor):
        return None
    steps = RoutingStep.objects.filter(state=StepState.OPEN, is_signer=True, user=owner.actor)
    return policy.VIEW_STEP.filter(owner.actor, steps)


def _to_review(owner: InboxOwner) -> InboxRows:
    if not policy.VIEW_STEP.allows_anywhere(owner.actor):
        return None
    return RoutingStep.objects.filter(policy.desk_condition(owner.actor), state=StepState.OPEN, is_signer=False)


def _to_issue(owner: InboxOwner) -> InboxRows:
    if not policy.ISSUE.allows_anywhere(owner.actor):
        return None
    return policy.ISSUE.filter(owner.actor, Document.objects.filter(state=DocumentState.SIGNED))


def _unopened(owner: InboxOwner) -> InboxRows:
    if not policy.RECEIVE.allows_anywhere(owner.actor):
        return None
    # One whose answer is due soon is counted as such.
    later = Q(answer_by=None) | Q(answer_by__gt=clock.today() + NEAR)
    return policy.received_deliveries(owner.actor).filter(later, opened_at=None)


def _to_answer(owner: InboxOwner) -> InboxRows:
    if not policy.RECEIVE.allows_anywhere(owner.actor):
        return None
    return answers_due_soon(policy.received_deliveries(owner.actor), clock.today())


def _ended(owner: InboxOwner) -> InboxRows:
    if not policy.RECEIVE.allows_anywhere(owner.actor):
        return None
    return ends_unseen(policy.received_deliveries(owner.actor)).filter(opened_at__isnull=False)


KINDS = (
    InboxKind(
        "documents.to-sign",
        order=12,
        page="documents:desk",
        rows=_to_sign,
        label=ngettext_lazy("document to sign", "documents to sign"),
        button=pgettext_lazy("inbox", "Read and sign"),
        icon="signature",
        address=lambda owner, since: f"{reverse('documents:desk')}#sign-head",
    ),
    InboxKind(
        "documents.to-review",
        order=14,
        page="documents:desk",
        rows=_to_review,
        label=ngettext_lazy("document to look at", "documents to look at"),
        button=pgettext_lazy("inbox", "Read and comment"),
        icon="eye-check",
        address=lambda owner, since: f"{reverse('documents:desk')}#decide-head",
    ),
    InboxKind(
        "documents.to-issue",
        order=16,
        page="documents:desk",
        rows=_to_issue,
        label=ngettext_lazy("signed document to number and issue", "signed documents to number and issue"),
        button=pgettext_lazy("inbox", "Number and issue"),
        icon="rubber-stamp",
        address=lambda owner, since: f"{reverse('documents:desk')}#issue-head",
    ),
    InboxKind(
        "documents.to-answer",
        order=18,
        page="documents:received",
        rows=_to_answer,
        label=ngettext_lazy("document to answer", "documents to answer"),
        button=pgettext_lazy("inbox", "Answer"),
        icon="bell",
        address=lambda owner, since: f"{reverse('documents:received')}?state=open",
        due="answer_by",
    ),
    InboxKind(
        "documents.unopened",
        order=140,
        page="documents:received",
        rows=_unopened,
        label=ngettext_lazy("document that nobody has opened", "documents that nobody has opened"),
        button=pgettext_lazy("inbox", "Open"),
        icon="mail",
        address=lambda owner, since: f"{reverse('documents:received')}?state=new",
    ),
    InboxKind(
        "documents.ended",
        order=150,
        page="documents:received",
        rows=_ended,
        label=ngettext_lazy("document that holds no more", "documents that hold no more"),
        button=pgettext_lazy("inbox", "Have a look"),
        icon="alert-triangle",
        address=lambda owner, since: reverse("documents:received"),
    ),
)
