"""What waits in the inbox: requests about personal data, and pairs that may be one person."""

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, decidable_rows
from doanso.people import policy, queries
from doanso.people.models import DuplicateState, RequestState

KINDS = (
    InboxKind(
        "people.requests",
        order=10,
        page="people:requests",
        rows=lambda owner: decidable_rows(
            owner.actor,
            policy.HANDLE_REQUESTS,
            queries.all_requests().filter(state__in=[RequestState.OPEN, RequestState.TAKEN]),
        ),
        label=ngettext_lazy("request about personal data", "requests about personal data"),
        button=pgettext_lazy("inbox", "Answer"),
        icon="shield-lock",
        address=lambda owner, since: reverse("people:requests"),
        due="due_on",
        since="opened_on",
    ),
    InboxKind(
        "people.duplicates",
        order=60,
        page="people:pairs",
        rows=lambda owner: decidable_rows(
            owner.actor, policy.SETTLE, queries.all_duplicates().filter(state=DuplicateState.OPEN)
        ),
        label=ngettext_lazy("pair that may be one person", "pairs that may be one person"),
        button=pgettext_lazy("inbox", "Compare"),
        icon="users-group",
        address=lambda owner, since: reverse("people:pairs"),
    ),
)
