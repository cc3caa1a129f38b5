"""Records of phones that wait for a decision, on the page of a unit."""

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access.policy import records_below
from doanso.access.ports import UnitPage, WaitingRows
from doanso.accounts.models import User
from doanso.sync import policy, queries


def waiting_records(actor: User, page: UnitPage) -> WaitingRows | None:
    """Return the records of the unit and below that wait; None where the reader doesn't decide."""
    if not policy.DECIDE.allows_anywhere(actor):
        return None
    return WaitingRows(
        icon="cloud-up",
        label=_("Records from phones"),
        rows=queries.waiting_records(actor).filter(unit_id__in=records_below([page.unit.pk])),
        url=f"{reverse('sync:list')}?unit={page.named.code}",
    )
