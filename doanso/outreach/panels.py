"""Visits of a member, on the page of that member."""

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import formats
from doanso.lib.panels import Panel
from doanso.members.queries.details import MemberDetails
from doanso.outreach import policy
from doanso.outreach.queries import visits


def visits_made(actor: User, details: MemberDetails) -> Panel | None:
    """Return the number of visits in whose pair the member was, of those the reader may see; one statement."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    count = visits.find_visits(actor, visits.VisitQuery(member=details.member.pk)).order_by().count()
    return Panel(
        "parts/figure_line.html",
        {
            "icon": "home-heart",
            "label": _("Visits of a 1+1 pair"),
            "value": formats.number(count),
            "url": f"{reverse('outreach:visits')}?member={details.member.pk}",
        },
    )
