"""Panels that the parts of this app and apps above contribute to a place's page."""

from dataclasses import dataclass
from datetime import date

from doanso.accounts.models import User
from doanso.lib.panels import PanelRegistry
from doanso.places.models import Place


@dataclass(frozen=True, slots=True)
class PlacePage:
    """The place on the page, and the day of its values."""

    place: Place
    on: date


place_panels: PanelRegistry[User, PlacePage] = PanelRegistry()
"""Buttons (`actions`), and cards of the wide column (`main`) and of the narrow one (`side`)."""
