"""Reads of an event's closing: its figures as they are now, and its reports."""

from collections import Counter
from collections.abc import Iterator
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum

from doanso.documents.models import Document, DocumentState
from doanso.events.models import (
    Attendance,
    CheckIn,
    CheckInDirection,
    Event,
    EventClosing,
    EventState,
    RegistrationSource,
    ShiftVolunteer,
)
from doanso.events.queries.booths import BoothComparison, booth_figures
from doanso.events.queries.draws import fingerprint_of, public_draw
from doanso.events.queries.photos import photo_counts
from doanso.events.queries.registrations import counts_of
from doanso.events.rules import closing
from doanso.events.rules.closing import (
    BoothTotal,
    ClosingBooth,
    ClosingDraw,
    ClosingFigures,
    NamedCount,
    PartnerFigures,
    Sighting,
)
from doanso.lib import clock
from doanso.units import queries as units


def figures_of(event: Event) -> ClosingFigures:
    """Return the figures of an event as they are now; the page, the report and its hash all read them here.

    A fixed number of statements; the sightings of all who came are read.
    """
    counts = counts_of(event)
    came = list(
        Attendance.objects.filter(event=event, first_seen_at__isnull=False).values_list(
            "first_seen_at", "registration__source", "registration__member_id"
        )
    )
    sightings, gates = _sightings(event)
    most, most_at = closing.most_inside(sightings)
    hours = Counter(f"{clock.local(first_seen):%H}" for first_seen, _source, _member in came if first_seen is not None)
    shifts = event.shifts.filter(removed_at=None).aggregate(count=Count("pk"), wanted=Sum("wanted"))
    return ClosingFigures(
        registered=counts.registered,
        cancelled=counts.cancelled,
        came=len(came),
        came_members=sum(member is not None for _first, _source, member in came),
        came_without_ticket=sum(source == RegistrationSource.GATE for _first, source, _member in came),
        most_inside=most,
        most_inside_at=most_at,
        hours=_named(hours),
        gates=_named(gates),
        partners=_partners(event),
        booths=_booths(event),
        shifts=shifts["count"],
        wanted=shifts["wanted"] or 0,
        volunteers=ShiftVolunteer.objects.filter(shift__event=event, shift__removed_at=None).count(),
        photos=photo_counts(event).kept,
        draw=_draw(event),
    )


def _sightings(event: Event) -> tuple[list[Sighting], Counter[str]]:
    """Return the check-ins in their order, and how many tickets were first seen at each gate."""
    rows = (
        CheckIn.objects.filter(attendance__event=event, undone_at=None)
        .order_by("seen_at", "pk")
        .values_list("attendance_id", "direction", "seen_at", "gate")
    )
    sightings, first_gates = [], dict[UUID, str]()
    for ticket, direction, seen_at, gate in rows:
        first_gates.setdefault(ticket, gate)
        sightings.append(Sighting(ticket, direction == CheckInDirection.IN, clock.local(seen_at).time()))
    return sightings, Counter(gate for gate in first_gates.values() if gate)


def _named(counter: Counter[str]) -> tuple[NamedCount, ...]:
    return tuple(NamedCount(name, count) for name, count in sorted(counter.items()))


def _partners(event: Event) -> tuple[PartnerFigures, ...]:
    parts = event.partners.select_related("partner").order_by("partner__folded", "pk")
    return tuple(PartnerFigures(part.partner.name, part.role, part.goal) for part in parts)


def _booths(event: Event) -> tuple[ClosingBooth, ...]:
    return tuple(
        ClosingBooth(
            figures.booth.number,
            figures.booth.name,
            figures.owner,
            figures.booth.goal,
            figures.booth.goal_count,
            tuple(_totals(figures)),
        )
        for figures in booth_figures(event)
    )


def _totals(figures: BoothComparison) -> Iterator[BoothTotal]:
    """Yield what a booth stamps, and what its partner counts beside that."""
    for row in figures.kinds:
        yield BoothTotal(row.label, row.stamped, row.confirmed, row.reported)
    report = figures.report
    if report is not None and report.other is not None:
        yield BoothTotal(report.other_words, None, None, report.other)


def _draw(event: Event) -> ClosingDraw | None:
    """Return the draw of an event; None while nothing was drawn."""
    fingerprint, draw = fingerprint_of(event), public_draw(event)
    if draw is None or not fingerprint:
        return None
    winners = draw.results.filter(replaced_by=None).count()
    return ClosingDraw(fingerprint, draw.list_hash, draw.ticket_count, winners)


def closing_of(event: Event) -> EventClosing | None:
    """Return the closing in force or being written; one statement."""
    rows = EventClosing.objects.select_related("document", "frozen_by")
    return rows.filter(event=event, taken_back_on=None).first()


def former_closings(event: Event) -> list[EventClosing]:
    """Return the reports that were withdrawn, newest first; one statement."""
    rows = EventClosing.objects.select_related("document").filter(event=event, taken_back_on__isnull=False)
    return list(rows.order_by("-made_at", "-pk"))


def frozen_figures(row: EventClosing) -> ClosingFigures | None:
    """Return the figures of a report; None before it is written."""
    return closing.from_json(row.figures) if row.figures is not None else None


def is_intact(row: EventClosing, event: Event) -> bool:
    """Return whether frozen figures still have the hash under which they were kept."""
    figures = frozen_figures(row)
    return figures is not None and closing.content_hash(event.pk, event.day, figures) == row.content_hash


def has_ended(event: Event) -> bool:
    """Return whether the hours of an event are over."""
    today, now = clock.business_day_and_time()
    return closing.has_ended(event.day, event.ends, today=today, now=now)


def issued_reports(event: Event) -> QuerySet[Document]:
    """Return the reports that the event's unit, or the unit that carries on its work, has issued since the day.

    Without those of other events.
    """
    office = units.successor_on(event.unit, clock.today())
    others = EventClosing.objects.filter(taken_back_on=None, document__isnull=False).exclude(event=event)
    rows = Document.objects.filter(
        unit__in={event.unit_id, office.pk}, kind="report", state=DocumentState.ISSUED, dated__gte=event.day
    )
    return rows.exclude(pk__in=others.values("document")).order_by("-dated", "-issued_at", "-pk")


def events_without_report() -> QuerySet[Event]:
    """Return events of the last weeks that were held and whose report is not issued."""
    today = clock.today()
    rows = Event.objects.filter(state=EventState.OPEN, day__lt=today, day__gte=today - closing.REPORT_SOON)
    closed = EventClosing.objects.filter(taken_back_on=None, counted_on__isnull=False)
    return rows.filter(~Q(pk__in=closed.values("event_id")))
