"""The next events that concern a reader: of own units, of the units above, and where own units are on duty."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q

from doanso.accounts.models import User
from doanso.events import policy
from doanso.events.models import Event, EventState, Shift
from doanso.events.wording import days_left, hours_words
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect
from doanso.units.models import UnitPath

_WITHIN = timedelta(days=21)
_MOST = 4


@dataclass(frozen=True, slots=True)
class UpcomingEvent:
    """An event of the next weeks; `wanted` and `filled` count the people of the reader's units in its shifts."""

    event: Event
    hours: str
    left: str
    is_readable: bool
    wanted: int
    filled: int

    @property
    def missing(self) -> int:
        """How many people are missing in the shifts of the reader's units."""
        return max(self.wanted - self.filled, 0)


def upcoming_events(actor: User) -> list[UpcomingEvent]:
    """Return the next announced events that concern the actor, today's first; four statements, besides the actor's roles."""
    today = clock.today()
    ahead = Event.objects.filter(state=EventState.OPEN, day__gte=today, day__lte=today + _WITHIN)
    shifts = policy.VIEW.filter(actor, Shift.objects.filter(removed_at=None, event__in=ahead.values("pk")))
    readable = set(policy.VIEW.filter(actor, ahead).values_list("pk", flat=True))
    concerns = Q(pk__in=readable) | Q(pk__in=shifts.values("event")) | Q(unit__in=_above(actor, today))
    events = list(ahead.filter(concerns).order_by("day", "begins", "pk")[:_MOST])
    wanted, filled = dict.fromkeys((event.pk for event in events), 0), dict.fromkeys((event.pk for event in events), 0)
    for shift in shifts.filter(event__in=events).annotate(
        filled=Count("volunteers", filter=Q(volunteers__removed_at=None))
    ):
        wanted[shift.event_id] += shift.wanted
        filled[shift.event_id] += shift.filled
    return [
        UpcomingEvent(
            event,
            hours_words(event.begins, event.ends),
            days_left(event.day, today),
            event.pk in readable,
            wanted[event.pk],
            filled[event.pk],
        )
        for event in events
    ]


def _above(actor: User, today: date) -> object:
    """Return the units above those of which the actor reads events, as a subquery."""
    roots = sorted(policy.VIEW_AT.roots(actor))
    return UnitPath.objects.filter(in_effect(today), unit__in=roots).values("ancestor")
