"""The export of a unit's whole data, on the page of that unit."""

from django.urls import reverse

from doanso.access.ports import UnitPage
from doanso.accounts.models import User
from doanso.lib.panels import Panel
from doanso.members import policy as members_policy


def unit_export(actor: User, page: UnitPage) -> Panel | None:
    """Return the button for those who may export the unit; no statement."""
    if not page.allows(members_policy.EXPORT):
        return None
    return Panel("reports/unit_export_button.html", {"url": reverse("reports:unit-export", args=[page.named.code])})
