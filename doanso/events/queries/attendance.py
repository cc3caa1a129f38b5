"""Reads of who came to an event."""

from doanso.events.models import Attendance, Event


def confirmed_numbers(event: Event) -> list[int]:
    """Return the ticket numbers of those who came, in their order; one statement."""
    came = Attendance.objects.filter(event=event, first_seen_at__isnull=False)
    return list(came.order_by("registration__number").values_list("registration__number", flat=True))
