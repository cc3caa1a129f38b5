"""Port of partners: what apps above do with a partner, on its page."""

from dataclasses import dataclass, field
from datetime import date

from doanso.accounts.models import User
from doanso.lib.panels import PanelRegistry
from doanso.partners.models import Partner


@dataclass(slots=True)
class PartnerPage:
    """The partner on the page and the business day; `parts` keeps what one app reads once for several of its panels."""

    partner: Partner
    on: date
    parts: dict[str, object] = field(default_factory=dict)


partner_panels: PanelRegistry[User, PartnerPage] = PanelRegistry()
"""Cards of a partner's page, each of the app that works with it: its markets, its booths at an event."""
