"""The lock under which an event changes, and what its actions have in common."""

from uuid import UUID

from doanso.accounts.models import User
from doanso.events import policy
from doanso.events.models import Event
from doanso.lib import clock


def lock_event(actor: User, event_id: UUID) -> Event:
    """Lock and return an event that the actor keeps; raise PermissionDenied for any other."""
    event = lock_event_row(event_id)
    policy.MANAGE.require(actor, event)
    return event


def lock_event_row(event_id: UUID) -> Event:
    """Lock and return an event; the caller checks who asks."""
    return Event.objects.select_for_update(of=("self",)).select_related("unit").get(pk=event_id)


def save_event(event: Event, *names: str) -> None:
    """Save these fields as a new version."""
    event.version += 1
    event.changed_at = clock.now()
    event.save(update_fields=[*names, "version", "changed_at"])
