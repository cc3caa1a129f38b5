"""Panels of support: what a member gave, on the page of that member; what waits for a decision, on the page of a unit."""

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access.policy import records_below
from doanso.access.ports import UnitPage, WaitingRows
from doanso.accounts.models import User
from doanso.lib import formats
from doanso.lib.panels import Panel
from doanso.members.queries.details import MemberDetails
from doanso.support import policy, queries


def records_given(actor: User, details: MemberDetails) -> Panel | None:
    """Return the number of support records in which the member helped, of those the reader may see; one statement."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    filters = queries.SupportRecordFilter(helper=details.member.pk)
    count = queries.filtered_records(actor, filters).order_by().count()
    return Panel(
        "parts/figure_line.html",
        {
            "icon": "heart-handshake",
            "label": _("Help given"),
            "value": formats.number(count),
            "url": f"{reverse('support:list')}?helper={details.member.pk}",
        },
    )


def waiting_disputes(actor: User, page: UnitPage) -> WaitingRows | None:
    """Return the disputes of the unit and below that the reader can decide; None where the reader decides nothing."""
    if not policy.DECIDE.allows_anywhere(actor):
        return None
    return WaitingRows(
        icon="alert-triangle",
        label=_("Disputed help"),
        rows=queries.waiting_decisions(actor)["disputed"].filter(unit_id__in=records_below([page.unit.pk])),
        url=f"{reverse('support:list')}?state=disputed&unit={page.named.code}",
    )
