"""What waits in the inbox: members' own declarations, and members who ask for help."""

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.adoption import policy, queries
from doanso.adoption.queries import declarations, difficulties


def _declarations(owner: InboxOwner) -> InboxRows:
    if not policy.ATTEST.roots(owner.actor):
        return None
    return declarations.declarations_of_stays(queries.attestable_stays(owner.actor))


def _difficulties(owner: InboxOwner) -> InboxRows:
    if not policy.ATTEST.roots(owner.actor):
        return None
    return difficulties.open_difficulties(queries.attestable_stays(owner.actor), asks_help=True)


KINDS = (
    InboxKind(
        "adoption.declarations",
        order=70,
        page="adoption:declarations",
        rows=_declarations,
        label=ngettext_lazy("declaration of a member to attest", "declarations of members to attest"),
        button=pgettext_lazy("inbox", "Look and attest"),
        icon="clipboard-check",
        address=lambda owner, since: reverse("adoption:declarations"),
        since="usage__happened_on",
    ),
    InboxKind(
        "adoption.difficulties",
        order=80,
        page="adoption:overview",
        rows=_difficulties,
        label=ngettext_lazy("member who asks for help", "members who ask for help"),
        button=pgettext_lazy("inbox", "See who"),
        icon="help-circle",
        address=lambda owner, since: f"{reverse('adoption:difficulties', kwargs={'code': owner.unit.code})}?help=asked",
        since="reported_on",
    ),
)
