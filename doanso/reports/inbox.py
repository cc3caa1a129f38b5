"""What waits in the inbox: months that units below have sent."""

from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.reports.queries.periods import awaiting_decision, month_beginning
from doanso.targets.inbox import current_programme


def _sent_months(owner: InboxOwner) -> InboxRows:
    programme = current_programme(owner)
    return awaiting_decision(owner.actor, programme, owner.unit) if programme is not None else None


def _address(owner: InboxOwner, first_day: date | None) -> str:
    programme = current_programme(owner)
    if programme is None:
        return reverse("reports:periods")
    month = month_beginning(programme, first_day)
    return f"{reverse('reports:board', args=[programme.code])}?month={month.code}&unit={owner.unit.code}"


KINDS = (
    InboxKind(
        "reports.sent-months",
        order=40,
        page="reports:periods",
        rows=_sent_months,
        label=ngettext_lazy("unit below sent its month", "units below sent their month"),
        button=pgettext_lazy("inbox", "Look and accept"),
        icon="calendar-check",
        address=_address,
        since="first_day",
        detail=lambda owner, first_day: _("Month %(month)s") % {"month": f"{first_day:%m/%Y}"},
    ),
)
