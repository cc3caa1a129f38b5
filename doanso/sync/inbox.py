"""What waits in the inbox: records of phones that were not accepted."""

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind
from doanso.sync import queries

KINDS = (
    InboxKind(
        "sync.records",
        order=90,
        page="sync:list",
        rows=lambda owner: queries.waiting_records(owner.actor),
        label=ngettext_lazy("record of a phone to look at", "records of phones to look at"),
        button=pgettext_lazy("inbox", "Put right"),
        icon="cloud-up",
        address=lambda owner, since: reverse("sync:list"),
    ),
)
