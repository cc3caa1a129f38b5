"""The house list of a street and the stall list of a market, as kinds of lists that the importer knows."""

from doanso.places.place_lists.addresses import AddressesList
from doanso.places.place_lists.stalls import StallsList

__all__ = ["AddressesList", "StallsList"]
