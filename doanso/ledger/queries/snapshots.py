"""Snapshots of units, and what was booked late because days were closed."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models import F, Max, Q, Sum, Value
from django.db.models.functions import Coalesce

from doanso.ledger.models import Book, Entry, MeasureKind, Snapshot, SnapshotFigure
from doanso.ledger.queries.figures import Figure
from doanso.lib.dated_rows import in_effect

_ADDED = Coalesce(Sum("amount", filter=Q(amount__gt=0)), Value(0))
_TAKEN_AWAY = Coalesce(-Sum("amount", filter=Q(amount__lt=0)), Value(0))


def last_days_closed(book_id: UUID, unit_ids: Collection[UUID]) -> dict[UUID, date]:
    """Return the last day that each unit has closed by itself; units that closed nothing are absent."""
    closings = Snapshot.objects.filter(book=book_id, closes=True, unit__in=list(unit_ids)).order_by()
    return dict(closings.values_list("unit_id").annotate(last=Max("last_day")))


def snapshot_of_closing(book_id: UUID, unit_id: UUID, last_day: date) -> Snapshot | None:
    """Return the snapshot in which a unit closed its days up to that one."""
    return Snapshot.objects.filter(book=book_id, unit=unit_id, closes=True, last_day=last_day).first()


@dataclass(frozen=True, slots=True)
class SnapshotPair:
    """The figures of a measure in a snapshot: of its own days, and of all days up to its last."""

    in_days: Figure = field(default_factory=Figure)
    to_date: Figure = field(default_factory=Figure)


class SnapshotPairs(dict[str, SnapshotPair]):
    """Snapshot figures by measure code; a measure that was not counted then reads as zero."""

    def __missing__(self, code: str) -> SnapshotPair:
        return SnapshotPair()


def snapshot_figures(snapshot: Snapshot) -> SnapshotPairs:
    """Return the figures of a snapshot, in one statement."""
    parts: dict[str, dict[bool, Figure]] = {}
    rows = SnapshotFigure.objects.filter(snapshot=snapshot).order_by("measure", "whole")
    for code, of_all_days, g0, g1, g2, g3, g4 in rows.values_list("measure__code", "whole", *SnapshotFigure.COLUMNS):
        parts.setdefault(code, {})[of_all_days] = Figure((g0, g1, g2, g3, g4))
    return SnapshotPairs(
        {code: SnapshotPair(pair.get(False, Figure()), pair.get(True, Figure())) for code, pair in parts.items()}
    )


def late_entries(*, book: Book, unit_id: UUID, first: date, last: date) -> dict[str, tuple[int, int]]:
    """Return what was booked on these days although it belongs to closed ones, by measure: (added, taken away).

    Entries of units below count as in the figure: a state for the units above on the last day, all else for those on its day.
    """
    is_state = Q(measure__kind=MeasureKind.STATE)
    placed = (is_state & in_effect(last, "unit__paths_up__")) | (~is_state & in_effect(F("day"), "unit__paths_up__"))
    late = Entry.objects.filter(
        placed,
        measure__book=book,
        unit__paths_up__ancestor=unit_id,
        day__range=(first, last),
        late_from__isnull=False,
    )
    rows = late.exclude(amount=0).values_list("measure__code").annotate(added=_ADDED, taken=_TAKEN_AWAY).order_by()
    return {code: (added, taken) for code, added, taken in rows}


def later_corrections(
    *, book: Book, unit_ids: Collection[UUID], first: date, last: date
) -> dict[UUID, dict[str, tuple[int, int]]]:
    """Return what belongs to these days and was booked after they were closed, by unit and measure: (added, taken away).

    Entries of units below count for each unit above them, by the tree of the last day. One statement.
    """
    late = Entry.objects.filter(measure__book=book, day__gt=last, late_from__range=(first, last)).exclude(amount=0)
    # A unit founded after the last day, which keeps the records of an ended one, counts by the tree of its first day.
    founded_later = Q(unit__since__gt=last, unit__paths_up__since=F("unit__since"))
    placed = in_effect(last, "unit__paths_up__")
    late = late.filter(founded_later | placed, unit__paths_up__ancestor_id__in=list(unit_ids)).order_by()
    sums = late.values_list("unit__paths_up__ancestor_id", "measure__code").annotate(added=_ADDED, taken=_TAKEN_AWAY)
    counts: dict[UUID, dict[str, tuple[int, int]]] = {}
    for unit_id, code, added, taken in sums:
        counts.setdefault(unit_id, {})[code] = (added, taken)
    return counts
