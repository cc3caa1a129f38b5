"""Whether a place's list is ready for its survey to end."""

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem
from doanso.places.kinds import kind_named
from doanso.places.models import Address, Place, Stall


def list_problem(place: Place) -> Problem | None:
    """Return what is missing: a market needs stalls, any other place a house list; one statement."""
    if kind_named(place.kind).is_market:
        if Stall.objects.filter(place=place, until=None).exists():
            return None
        return Problem(
            "stalls_missing", _("Put the market's stalls into its list first: every share counts against them.")
        )
    if Address.objects.filter(place=place, until=None).exists():
        return None
    return Problem("addresses_missing", _("Fill the house list first: every share counts against it."))
