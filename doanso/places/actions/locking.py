"""The lock of a place, and the step to another state."""

from doanso.accounts.models import User
from doanso.lib import clock
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


def move_to(place: Place, actor: User, state: str, *, reason: str = "", fields: tuple[str, ...] = ()) -> Place:
    """Write a place's next state and the reason for it, with other changed fields."""
    place.state, place.state_reason, place.changed_on = state, reason.strip(), clock.today()
    return save_version(place, actor, fields=("state", "state_reason", "changed_on", *fields))


def save_version(place: Place, actor: User, *, fields: tuple[str, ...]) -> Place:
    """Write changed fields of a place under a new version."""
    place.version += 1
    place.changed_by = actor
    place.save(update_fields=["version", "changed_by", *fields])
    return place
