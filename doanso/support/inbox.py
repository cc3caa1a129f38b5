"""What waits in the inbox: people at stands, disputes, remarks on receipts, and confirmations to have a look at.

An inspector sees what units have left undone: disputes without a decision, and people of samples who were not asked yet.
"""

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, inspected_rows
from doanso.support import policy, queries
from doanso.support.models import Dispute, Recheck
from doanso.support.queries import stands

KINDS = (
    InboxKind(
        "support.stand_entries",
        order=5,
        page="support:stands",
        rows=lambda owner: stands.own_waiting_entries(owner.actor),
        label=ngettext_lazy("person waiting at your stand", "people waiting at your stand"),
        button=pgettext_lazy("inbox", "Open the stand"),
        icon="users-group",
        address=lambda owner, since: reverse("support:stands"),
    ),
    InboxKind(
        "support.open_stands",
        order=60,
        page="support:stands",
        rows=lambda owner: stands.own_forgotten_stands(owner.actor),
        label=ngettext_lazy("stand of an earlier day to end", "stands of earlier days to end"),
        button=pgettext_lazy("inbox", "End it"),
        icon="flag",
        address=lambda owner, since: reverse("support:stands"),
        since="happened_on",
    ),
    InboxKind(
        "support.disputes",
        order=20,
        page="support:list",
        rows=lambda owner: queries.waiting_decisions(owner.actor)["disputed"],
        label=ngettext_lazy("dispute to decide", "disputes to decide"),
        button=pgettext_lazy("inbox", "Decide"),
        icon="message-circle",
        address=lambda owner, since: f"{reverse('support:list')}?state=disputed",
        since="opened_on",
    ),
    InboxKind(
        "support.remarks",
        order=30,
        page="support:list",
        rows=lambda owner: queries.waiting_decisions(owner.actor)["remarked"],
        label=ngettext_lazy("slip to correct", "slips to correct"),
        button=pgettext_lazy("inbox", "Correct"),
        icon="pencil",
        address=lambda owner, since: f"{reverse('support:list')}?state=remarked",
    ),
    InboxKind(
        "support.flagged",
        order=50,
        page="support:list",
        rows=lambda owner: queries.waiting_decisions(owner.actor)["flagged"],
        label=ngettext_lazy("confirmation to have a look at", "confirmations to have a look at"),
        button=pgettext_lazy("inbox", "Have a look"),
        icon="flag",
        address=lambda owner, since: f"{reverse('support:list')}?state=flagged",
        since="made_on",
    ),
    InboxKind(
        "support.undecided",
        order=21,
        page="support:list",
        rows=lambda owner: inspected_rows(owner, policy.VIEW, Dispute.objects.filter(decided_at=None)),
        label=ngettext_lazy("dispute that no unit has decided", "disputes that no unit has decided"),
        button=pgettext_lazy("inbox", "See them"),
        icon="message-circle",
        address=lambda owner, since: f"{reverse('support:list')}?state=disputed",
        since="opened_on",
    ),
    InboxKind(
        "support.unasked",
        order=55,
        page="support:rounds",
        rows=lambda owner: inspected_rows(owner, policy.VIEW, Recheck.objects.filter(outcome="")),
        label=ngettext_lazy("person of a sample not asked yet", "people of samples not asked yet"),
        button=pgettext_lazy("inbox", "See the rounds"),
        icon="phone",
        address=lambda owner, since: reverse("support:rounds"),
    ),
)
