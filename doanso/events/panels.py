"""What this app contributes to a partner's page: the events it takes part in."""

from collections.abc import Sequence

from doanso.accounts.models import User
from doanso.events import policy
from doanso.events.models import Event, EventPartner
from doanso.events.queries.booths import BoothComparison, StampFigures, partner_figures, sum_comparisons
from doanso.events.queries.events import event_rows
from doanso.lib.panels import Panel
from doanso.partners.ports import PartnerPage


def events_of_partner(actor: User, page: PartnerPage) -> Panel | None:
    """Return the events that a partner takes part in, as far as the reader sees them, the latest first; five statements."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    seen = policy.VIEW.filter(actor, Event.objects.all())
    parts = list(
        EventPartner.objects.filter(partner=page.partner, event__in=seen.values("pk"))
        .select_related("event")
        .order_by("-event__day", "-event_id")[:20]
    )
    if not parts:
        return None
    figures = partner_figures(page.partner.pk, [part.event_id for part in parts])
    rows = zip(parts, event_rows([part.event for part in parts]), strict=True)
    return Panel(
        "events/partner_events.html",
        {"rows": [{"part": part, "row": row, "sums": _shown(figures.get(part.event_id, []))} for part, row in rows]},
    )


def _shown(figures: Sequence[BoothComparison]) -> list[StampFigures]:
    """Return the sums of a partner's booths at an event that say anything."""
    return [row for row in sum_comparisons(figures) if row.stamped or row.reported is not None]
