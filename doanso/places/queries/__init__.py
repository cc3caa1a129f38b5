"""Reads of places."""

from doanso.places.queries.places import all_places, segments_of, state_token

__all__ = ["all_places", "segments_of", "state_token"]
