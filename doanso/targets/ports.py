"""Port of an indicator's page: what apps above contribute to it."""

from dataclasses import dataclass
from datetime import date

from doanso.accounts.models import User
from doanso.lib.panels import PanelRegistry
from doanso.targets.models import Indicator
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class IndicatorPage:
    """The indicator on the page, with its programme, the unit whose figure is shown, and the day of the figure."""

    indicator: Indicator
    unit: Unit
    on: date


indicator_panels: PanelRegistry[User, IndicatorPage] = PanelRegistry()
"""Buttons (`actions`), cards of the wide column (`main`) and of the narrow one (`side`)."""
