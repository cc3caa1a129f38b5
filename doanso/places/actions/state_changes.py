"""Writing a place's row: its next state, and a new version with any change."""

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.places.models import Place


def change_state(place: Place, actor: User, state: str, *, reason: str = "", fields: tuple[str, ...] = ()) -> Place:
    """Write a place's next state and the reason for it, with other changed fields."""
    place.state, place.state_reason, place.changed_on = state, reason.strip(), clock.today()
    return save_version(place, actor, fields=("state", "state_reason", "changed_on", *fields))


def save_version(place: Place, actor: User, *, fields: tuple[str, ...]) -> Place:
    """Write changed fields of a place under a new version."""
    place.version += 1
    place.changed_by = actor
    place.save(update_fields=["version", "changed_by", *fields])
    return place
