"""The demo's streets and markets: one street recognised, one at six of nine criteria, one market recognised, one being set up.

All shops and people are invented; accounts are of the test kind that no bank gives out.
"""

from collections.abc import Sequence
from datetime import date

from doanso.accounts.models import User
from doanso.lib.dated_actions import DatedAction
from doanso.places.demo.markets import MarketStory
from doanso.places.demo.public import PublicStory
from doanso.places.demo.streets import StreetStory
from doanso.units.models import Unit, UnitKind

__all__ = ["year"]


def year(
    wards: Sequence[tuple[Unit, User]],
    *,
    city: Unit,
    officer: User,
    administrator: User,
    until: date,
    printed: str,
) -> list[DatedAction]:
    """Return the dated actions up to a day; `printed` is the ward whose secretary signs in, which still has work to do."""
    grassroots = [ward for ward in wards if ward[0].kind == UnitKind.GRASSROOTS] or list(wards)
    own = next((ward for ward in grassroots if ward[0].code == printed), grassroots[0])
    others = [ward for ward in grassroots if ward is not own] or [own]
    streets = StreetStory(officer, recognised=others[0], worked_on=own)
    markets = MarketStory(city, officer, administrator, recognised=others[-1], begun=own)
    public = PublicStory(recognised=streets.done, worked_on=streets.open)
    schedule = [*streets.schedule(), *markets.schedule(), *public.schedule()]
    return [entry for entry in schedule if entry[0] <= until]
