"""Reads of places and their segments."""

from datetime import date

from django.db.models import Q, QuerySet

from doanso.accounts.models import User
from doanso.places import policy
from doanso.places.models import Place, PlacePartner, Segment
from doanso.units import queries as units
from doanso.units.models import Unit


def all_places() -> QuerySet[Place]:
    """Return all places with unit and criteria set, to be narrowed by a policy."""
    return Place.objects.select_related("unit", "criteria_set")


def segments_of(place: Place) -> list[Segment]:
    """Return the segments of a street or the sections of a market, in order."""
    return list(place.segments.order_by("number"))


def state_token(place: Place) -> str:
    """Return what names the state and version of a place, so that an action can tell whether its user has read them."""
    return f"{place.version}.{place.state}"


def keeping_unit(place: Place) -> Unit:
    """Return the place's unit, or the one that keeps its records where that unit has ended."""
    return units.keeping_unit(place.unit)


def running_partners(place: Place) -> list[PlacePartner]:
    """Return the parts of partners that work with a place today and have not ended themselves."""
    return list(place.partners.filter(until=None, partner__ended_on=None).order_by("-is_board", "since", "pk"))


def related_years(actor: User, place: Place) -> list[Place]:
    """Return the place of which one was made again, and those that were made of it, in the order of their beginning."""
    related = Place.objects.filter(Q(pk=place.made_from_id) | Q(made_from=place))
    return list(policy.VIEW.filter(actor, related).order_by("started_on", "pk"))


def unit_of_day(place: Place, on: date) -> Unit:
    """Return the place's unit, or where that had ended by a day the unit that went on with its work then."""
    return units.successor_on(place.unit, on)
