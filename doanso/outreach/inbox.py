"""What waits in the inbox: homes that asked for a visit by today."""

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.lib import clock
from doanso.outreach import policy
from doanso.outreach.queries.follow_ups import follow_ups


def _follow_ups(owner: InboxOwner) -> InboxRows:
    if owner.role_assignment.unit_id not in policy.MANAGE.roots(owner.actor):
        return None
    return follow_ups(owner.actor, owner.unit, clock.today())


KINDS = (
    InboxKind(
        "outreach.follow-ups",
        order=100,
        page="outreach:today",
        rows=_follow_ups,
        label=ngettext_lazy("home that asked for a visit by today", "homes that asked for a visit by today"),
        button=pgettext_lazy("inbox", "Say who goes"),
        icon="home-heart",
        address=lambda owner, since: f"{reverse('outreach:follow-ups')}?unit={owner.unit.code}",
        due="follow_up_on",
    ),
)
