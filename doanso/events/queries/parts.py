"""Reads of an event's parts for its pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.events.models import Booth, Event, EventPartner, EventState, Shift
from doanso.events.queries.booths import BoothComparison, booths_of, figures_of_booths
from doanso.events.queries.volunteers import VolunteerRow, volunteers_and_units
from doanso.lib import clock
from doanso.partners.queries import PartnerLink, partner_links
from doanso.units import queries as units


@dataclass(frozen=True, slots=True)
class EventPartnerRow:
    """A partner's part with the page of the partner, where the reader may open it, and its booths."""

    part: EventPartner
    partner: PartnerLink
    booths: Sequence[Booth]


@dataclass(frozen=True, slots=True)
class BoothRow:
    """A booth with whose it is; from the day of the event on with what it has done."""

    booth: Booth
    owner: str
    figures: BoothComparison | None = None


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A shift with the unit that fills it, who is on duty, and who was taken off."""

    shift: Shift
    unit: str
    volunteers: Sequence[VolunteerRow]
    former: Sequence[VolunteerRow]

    @property
    def is_short(self) -> bool:
        """Whether volunteers are missing."""
        return len(self.volunteers) < self.shift.wanted

    @property
    def missing(self) -> int:
        """How many volunteers are missing."""
        return max(self.shift.wanted - len(self.volunteers), 0)


def partner_and_booth_rows(
    actor: User, event: Event, own: str | None = None
) -> tuple[list[EventPartnerRow], list[BoothRow]]:
    """Return an event's partners by name and its booths by number; three statements.

    `own` is the short name of the event's unit; it is read where it is not given.
    """
    parts = list(event.partners.select_related("partner").order_by("partner__folded", "pk"))
    links: Mapping[UUID, PartnerLink] = partner_links(actor, {part.partner_id for part in parts})
    booths = booths_of(event)
    own = own or units.named_unit(event.unit).short_name
    owners = {part.pk: links[part.partner_id].short_name for part in parts}
    return (
        [
            EventPartnerRow(
                part, links[part.partner_id], [booth for booth in booths if booth.event_partner_id == part.pk]
            )
            for part in parts
        ],
        [
            BoothRow(booth, owners.get(booth.event_partner_id, own) if booth.event_partner_id else own)
            for booth in booths
        ],
    )


def add_booth_figures(event: Event, rows: Sequence[BoothRow]) -> list[BoothRow]:
    """Return the booths with what they have done; none before the day of an announced event. Two statements."""
    if event.state != EventState.OPEN or clock.today() < event.day:
        return list(rows)
    own = next((row.owner for row in rows if row.booth.event_partner_id is None), "")
    figures = {row.booth.pk: row for row in figures_of_booths([row.booth for row in rows], own)}
    return [replace(row, figures=figures.get(row.booth.pk)) for row in rows]


def shift_rows(actor: User, shifts: QuerySet[Shift]) -> list[ShiftRow]:
    """Return shifts by their hours, with volunteers; a fixed number of statements."""
    rows = list(shifts.select_related("event", "unit").order_by("begins", "ends", "post", "pk"))
    volunteers, names = volunteers_and_units(actor, rows)
    return [
        ShiftRow(
            shift,
            names[shift.unit_id].short_name,
            [row for row in volunteers[shift.pk] if row.volunteer.removed_at is None],
            [row for row in volunteers[shift.pk] if row.volunteer.removed_at is not None],
        )
        for shift in rows
    ]


def service_choices() -> list[tuple[str, str]]:
    """Return the services that a booth may help with, as choices; one statement."""
    return list(Service.objects.order_by("position").values_list("pk", "name"))


def booth_choices(event: Event) -> list[tuple[str, str]]:
    """Return the booths of an event as choices; one statement."""
    rows = event.booths.order_by("number").values_list("pk", "number", "name")
    return [(str(key), f"{number}. {name}") for key, number, name in rows]


def part_rows(event: Event, sort: str) -> QuerySet[Any]:
    """Return an event's lines of a sort: timetable, partners, booths, budget or materials."""
    rows: QuerySet[Any] = getattr(event, sort).all()
    return rows.select_related("partner") if sort == "partners" else rows
