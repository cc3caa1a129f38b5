"""What waits in the inbox: compared lists that nobody has answered and written yet."""

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, decidable_rows
from doanso.imports import policy, queries
from doanso.imports.models import ImportState

KINDS = (
    InboxKind(
        "imports.compared",
        order=110,
        page="imports:list",
        rows=lambda owner: decidable_rows(
            owner.actor, policy.RUN, queries.all_imports().filter(state=ImportState.COMPARED)
        ),
        label=ngettext_lazy("list to answer for and to write", "lists to answer for and to write"),
        button=pgettext_lazy("inbox", "Go on"),
        icon="file-spreadsheet",
        address=lambda owner, since: reverse("imports:list"),
    ),
)
