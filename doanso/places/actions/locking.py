"""The lock of a place."""

from doanso.lib.problems import refuse
from doanso.places import queries, rules
from doanso.places.models import Place


def lock_place(place: Place) -> Place:
    """Lock a place's row and return it as it is now; taken before the names of people (`docs/locks.md`)."""
    return queries.all_places().select_for_update(of=("self",)).get(pk=place.pk)


def lock_as_read(place: Place, read: str) -> Place:
    """Lock a place's row; refuse if it is no longer what the user has read."""
    fresh = lock_place(place)
    refuse(rules.stale_problem(read, queries.state_token(fresh)))
    return fresh
