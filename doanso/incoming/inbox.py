"""What waits in the inbox: entries of the book of incoming documents that nobody handles yet, and those the user handles."""

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.incoming import policy
from doanso.incoming.models import Arrival, ArrivalState


def _to_assign(owner: InboxOwner) -> InboxRows:
    if not policy.KEEP_BOOK.allows_anywhere(owner.actor):
        return None
    return policy.KEEP_BOOK.filter(owner.actor, Arrival.objects.filter(state=ArrivalState.RECEIVED))


def _to_handle(owner: InboxOwner) -> InboxRows:
    if not policy.KEEP_BOOK.allows_anywhere(owner.actor):
        return None
    own = Arrival.objects.filter(state=ArrivalState.ASSIGNED, assigned_to=owner.actor)
    return policy.KEEP_BOOK.filter(owner.actor, own)


KINDS = (
    InboxKind(
        "incoming.to-handle",
        order=17,
        page="incoming:arrivals",
        rows=_to_handle,
        label=ngettext_lazy("document that came and was given to you", "documents that came and were given to you"),
        button=pgettext_lazy("inbox", "Handle it"),
        icon="book",
        address=lambda owner, since: f"{reverse('incoming:arrivals')}?state=assigned",
        due="answer_by",
        since="arrived_on",
    ),
    InboxKind(
        "incoming.to-assign",
        order=19,
        page="incoming:arrivals",
        rows=_to_assign,
        label=ngettext_lazy("document that came and nobody handles", "documents that came and nobody handles"),
        button=pgettext_lazy("inbox", "Say who handles it"),
        icon="book",
        address=lambda owner, since: f"{reverse('incoming:arrivals')}?state=received",
        due="answer_by",
        since="arrived_on",
    ),
)
