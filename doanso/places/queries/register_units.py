"""The unit whose register a place's lists are made of."""

from doanso.places.models import Place
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind


def register_unit(place: Place) -> Unit:
    """Return the unit whose homes and shops the place's register is made of: the ward, also of a branch's street."""
    home: Unit | None = place.unit
    while home is not None and home.kind == UnitKind.BRANCH:
        home = units.parent(home)
    return home or place.unit
