"""What waits in the inbox of an administrator: erasures by age that need a yes."""

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind
from doanso.setup import policy, queries

KINDS = (
    InboxKind(
        "setup.erasures",
        order=5,
        page="setup:erasures",
        rows=lambda owner: queries.waiting_erasures() if policy.administrator_role(owner.actor) is not None else None,
        label=ngettext_lazy("erasure that waits for your yes", "erasures that wait for your yes"),
        button=pgettext_lazy("inbox", "Decide"),
        icon="shield-lock",
        address=lambda owner, since: reverse("setup:erasures"),
        since="waiting_since",
    ),
)
