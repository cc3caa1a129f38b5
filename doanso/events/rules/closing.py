"""Figures of an event as its report has them: plain values, their stored form and their hash; and when an event may be closed."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.canonical import canonical
from doanso.lib.problems import Problem

HASH_VERSION = 1
LONGEST_WORDS = 2000
"""Characters of the text on incidents, and of the remarks."""
REPORT_SOON = timedelta(days=60)
"""How long after an event its missing report waits in the inbox."""


@dataclass(frozen=True, slots=True)
class NamedCount:
    """A name and how many: the hour of an arrival ("07"), a gate."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class PartnerFigures:
    """A partner as the report names it."""

    name: str
    role: str
    goal: str


@dataclass(frozen=True, slots=True)
class BoothTotal:
    """What a booth did of one kind: our records, those that their visitors confirmed, and the partner's own total.

    None where nothing is recorded here, or nothing is reported.
    """

    label: str
    recorded: int | None
    confirmed: int | None
    reported: int | None

    @property
    def difference(self) -> int | None:
        """The partner's total less what visitors confirmed; None unless both are known."""
        if self.confirmed is None or self.reported is None:
            return None
        return self.reported - self.confirmed


@dataclass(frozen=True, slots=True)
class ClosingBooth:
    """A booth as the report names it."""

    number: int
    name: str
    owner: str
    goal: int | None
    counted: str
    totals: tuple[BoothTotal, ...]


@dataclass(frozen=True, slots=True)
class ClosingDraw:
    """The draw that was held: the hashes of its published file and of its frozen list, and how many tickets won."""

    fingerprint: str
    list_hash: str
    tickets: int
    winners: int


@dataclass(frozen=True, slots=True)
class ClosingFigures:
    """The figures of an event; hours and gates count arrivals.

    `most_inside` is the greatest number of people inside at once, `most_inside_at` the local time ("08:40") at which it was
    reached first.
    """

    registered: int
    cancelled: int
    came: int
    came_members: int
    came_without_ticket: int
    most_inside: int
    most_inside_at: str
    hours: tuple[NamedCount, ...]
    gates: tuple[NamedCount, ...]
    partners: tuple[PartnerFigures, ...]
    booths: tuple[ClosingBooth, ...]
    shifts: int
    wanted: int
    volunteers: int
    photos: int
    draw: ClosingDraw | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the stored form."""
        return asdict(self)


def from_json(stored: Mapping[str, Any]) -> ClosingFigures:
    """Build figures from what `as_json` returned."""
    rows = {
        "hours": tuple(NamedCount(**row) for row in stored["hours"]),
        "gates": tuple(NamedCount(**row) for row in stored["gates"]),
        "partners": tuple(PartnerFigures(**row) for row in stored["partners"]),
        "booths": tuple(
            ClosingBooth(**{**row, "totals": tuple(BoothTotal(**total) for total in row["totals"])})
            for row in stored["booths"]
        ),
        "draw": ClosingDraw(**stored["draw"]) if stored["draw"] is not None else None,
    }
    return ClosingFigures(**{**stored, **rows})


def _total_values(total: BoothTotal) -> tuple[str | int | None, ...]:
    return total.label, total.recorded, total.confirmed, total.reported


def content_hash(event_id: UUID, day: date, figures: ClosingFigures) -> str:
    """Return the SHA-256 in hex of the canonical text of figures, scheme 1."""
    draw = figures.draw
    text = canonical(
        "events.closing",
        HASH_VERSION,
        event_id,
        day,
        *(figures.registered, figures.cancelled, figures.came, figures.came_members, figures.came_without_ticket),
        *(figures.most_inside, figures.most_inside_at),
        tuple((row.name, row.count) for row in figures.hours),
        tuple((row.name, row.count) for row in figures.gates),
        tuple((row.name, row.role, row.goal) for row in figures.partners),
        tuple(
            (
                row.number,
                row.name,
                row.owner,
                row.goal,
                row.counted,
                tuple(_total_values(total) for total in row.totals),
            )
            for row in figures.booths
        ),
        *(figures.shifts, figures.wanted, figures.volunteers, figures.photos),
        (draw.fingerprint, draw.list_hash, draw.tickets, draw.winners) if draw is not None else None,
    )
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class FrozenFigures:
    """Figures as a report has them, with their hash and the moment at which they were read."""

    figures: ClosingFigures
    content_hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Sighting:
    """A check-in that was not undone: of whom, coming or going, and when in local time."""

    ticket: UUID
    comes: bool
    at: time


def most_inside(sightings: Iterable[Sighting]) -> tuple[int, str]:
    """Return the greatest number of tickets inside at once and when it was first reached; sightings come in their order.

    Somebody who is seen coming twice is inside once.
    """
    inside: set[UUID] = set()
    most, reached = 0, ""
    for sighting in sightings:
        if sighting.comes:
            inside.add(sighting.ticket)
        else:
            inside.discard(sighting.ticket)
        if len(inside) > most:
            most, reached = len(inside), f"{sighting.at:%H:%M}"
    return most, reached


def has_ended(day: date, ends: time, *, today: date, now: time) -> bool:
    """Return whether an event's hours are over."""
    return day < today or (day == today and ends <= now)


def unfit_to_close_problem(state: str, *, ended: bool) -> Problem | None:
    """Return why an event has no report: it was not announced, is postponed or cancelled, or is not over yet."""
    if state != "open":
        return Problem("closing_state", _("Only an event that was announced and held has a report."))
    if not ended:
        return Problem("closing_early", _("The report is written once the event is over."))
    return None
