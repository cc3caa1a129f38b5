"""What of an event can be made again for a later year, and which events were made again."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Q

from doanso.accounts.models import User
from doanso.events import policy
from doanso.events.models import Booth, BudgetLine, Event, EventPartner, Material, Shift, TimetableLine
from doanso.partners.queries.choices import offered_partners
from doanso.units import queries as units


class EventPart(StrEnum):
    """A part of an event that is copied, or left out, when it is made again."""

    TIMETABLE = "timetable"
    PARTNERS = "partners"
    BOOTHS = "booths"
    SHIFTS = "shifts"
    BUDGET = "budget"
    MATERIALS = "materials"


@dataclass(frozen=True, slots=True)
class RepeatedParts:
    """The lines of an event that can be copied, and how many cannot: of partners that ended, or of units that are gone."""

    timetable: Sequence[TimetableLine]
    partners: Sequence[EventPartner]
    booths: Sequence[Booth]
    shifts: Sequence[Shift]
    budget: Sequence[BudgetLine]
    materials: Sequence[Material]
    ended_partners: int
    """Partners of the event that have ended, or that the reader may not name; their booths are left out too."""
    gone_shifts: int
    """Shifts of units that are not below the event's unit any more."""

    def count(self, part: EventPart) -> int:
        """Return how many lines of a part can be copied."""
        return len(getattr(self, part.value))


def repeated_parts(actor: User, event: Event) -> RepeatedParts:
    """Return what of an event can be made again by the actor; the statements do not grow with its lines."""
    parts = list(event.partners.order_by("pk"))
    offered = set(
        offered_partners(actor).filter(pk__in=[part.partner_id for part in parts]).values_list("pk", flat=True)
    )
    partners = [part for part in parts if part.partner_id in offered]
    kept = {None, *(part.pk for part in partners)}
    shifts = list(event.shifts.filter(removed_at=None).select_related("unit__keeper").order_by("pk"))
    below = set(units.subtree_ids(units.keeping_unit(event.unit)))
    live_shifts = [shift for shift in shifts if units.keeping_unit(shift.unit).pk in below]
    return RepeatedParts(
        timetable=list(event.timetable.order_by("at", "pk")),
        partners=partners,
        booths=[booth for booth in event.booths.order_by("number") if booth.event_partner_id in kept],
        shifts=live_shifts,
        budget=list(event.budget.order_by("pk")),
        materials=list(event.materials.order_by("pk")),
        ended_partners=len(parts) - len(partners),
        gone_shifts=len(shifts) - len(live_shifts),
    )


def related_years(actor: User, event: Event) -> Sequence[Event]:
    """Return the event of which one was made again, and those that were made of it, in the order of their days."""
    related = Event.objects.filter(Q(pk=event.made_from_id) | Q(made_from=event))
    return list(policy.VIEW.filter(actor, related).order_by("day", "pk"))
