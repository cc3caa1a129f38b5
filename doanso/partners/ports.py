"""Port of partners: what apps above do with a partner, on its page."""

from dataclasses import dataclass, field
from datetime import date

from doanso.accounts.models import User
from doanso.lib.panels import PanelBuilder, PanelPlace, PanelRegistry
from doanso.partners.models import Partner


@dataclass(slots=True)
class PartnerPage:
    """The partner on the page and the business day; `parts` keeps what one app reads once for several of its panels."""

    partner: Partner
    on: date
    parts: dict[str, object] = field(default_factory=dict)


partner_panels: PanelRegistry[User, PartnerPage] = PanelRegistry()
"""Cards of a partner's page, each of the app that works with it: its markets, its booths at an event."""


def register_partner_panel(name: str, place: PanelPlace, order: int, build: PanelBuilder[User, PartnerPage]) -> None:
    """Register a card of a partner's page; called once in the owner's `AppConfig.ready`.

    The card has its own statements, a fixed number, and shows by its own policy what the reader may see.
    """
    partner_panels.register(name, place, order, build)
