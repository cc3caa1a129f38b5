"""Records of phones that wait for a decision, on the page of a unit."""

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access.policy import records_below
from doanso.access.ports import UnitPage
from doanso.accounts.models import User
from doanso.lib import formats
from doanso.lib.panels import Panel
from doanso.sync import policy, queries


def waiting_records(actor: User, page: UnitPage) -> Panel | None:
    """Return how many records of the unit and below wait; None where none does or the reader doesn't decide; one statement."""
    if not policy.DECIDE.allows_anywhere(actor):
        return None
    count = queries.waiting(actor).filter(unit_id__in=records_below([page.unit.pk])).order_by().count()
    if not count:
        return None
    return Panel(
        "parts/figure_line.html",
        {
            "icon": "cloud-up",
            "label": _("Records from phones"),
            "value": formats.number(count),
            "url": f"{reverse('sync:list')}?unit={page.named.code}",
        },
    )
