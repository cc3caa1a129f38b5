"""The letterhead of a unit, among the actions of the unit's page."""

from django.urls import reverse

from doanso.access.ports import UnitPage
from doanso.accounts.models import User
from doanso.documents import policy
from doanso.lib.panels import Panel


def letterhead(actor: User, page: UnitPage) -> Panel | None:
    """Return the link for those who may set the unit's letterhead; no statement."""
    if not page.allows(policy.SET_LETTERHEAD_AT):
        return None
    return Panel("documents/letterhead_link.html", {"url": reverse("documents:letterhead", args=[page.named.code])})
