"""Recount snapshots from their entries and report what no longer agrees with the snapshot."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from doanso.ledger.models import Entry, Measure, MeasureKind, Snapshot, SnapshotEntries, SnapshotFigure
from doanso.ledger.snapshots import (
    HASHED_COLUMNS,
    PAGE,
    SnapshotHashes,
    SnapshotUnit,
    hash_of_entries,
    snapshot_entries,
    snapshot_units,
    unpack,
)
from doanso.lib import database
from doanso.units.models import Unit

_DAY = timedelta(days=1)
_GRADES = 5

type GradeDays = dict[tuple[date, int], int]
"""Sums of entries by day and grade."""


class SnapshotRecount:
    """Recount of snapshots from their entries by id. Sums are cached, since many snapshots share entries.

    `changed` lists stored entries whose content differs from that in the snapshot, each with the number of entries read.
    """

    def __init__(self) -> None:
        self._days: dict[int, GradeDays] = {}
        self.changed: list[tuple[SnapshotEntries, int]] = []

    def _read(self, rows: Sequence[SnapshotEntries]) -> None:
        """Read the entries of these rows by id, and note those whose content differs from that in the snapshot."""
        batch: list[SnapshotEntries] = []
        for stored in rows:
            if stored.pk not in self._days:
                batch.append(stored)
            if sum(entries.count for entries in batch) >= PAGE * 10:
                self._read_batch(batch)
                batch = []
        self._read_batch(batch)

    def _read_batch(self, batch: Sequence[SnapshotEntries]) -> None:
        owner = {seq: stored.pk for stored in batch for seq in unpack(bytes(stored.seqs))}
        rows_by_owner: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        seqs = sorted(owner)
        for first in range(0, len(seqs), PAGE):
            page = seqs[first : first + PAGE]
            for row in database.read_rows(
                Entry, HASHED_COLUMNS, f"seq IN ({database.placeholders(page)}) ORDER BY seq", page
            ):
                rows_by_owner[owner[row[0]]].append(row)
        for stored in batch:
            rows = rows_by_owner[stored.pk]
            if hash_of_entries(rows) != stored.hash:
                self.changed.append((stored, len(rows)))
            days: GradeDays = defaultdict(int)
            for row in rows:
                days[row[4], row[7]] += row[8]
            self._days[stored.pk] = days

    def figures(self, snapshot: Snapshot) -> dict[tuple[int, bool], tuple[int, ...]]:
        """Return the figures of a snapshot by (measure, flag); the flag is True for all days up to its last, False for its own
        days."""
        kinds = dict(Measure.objects.filter(book=snapshot.book_id).values_list("id", "kind"))
        rows = snapshot_entries(snapshot)
        self._read(rows)
        spans: dict[UUID, list[SnapshotUnit]] = defaultdict(list)
        for unit in snapshot_units(snapshot):
            spans[unit.unit_id].append(unit)
        figures = {(measure_id, all_days): [0] * _GRADES for measure_id in kinds for all_days in (True, False)}
        for stored in rows:
            is_state = kinds[stored.measure_id] == MeasureKind.STATE
            for all_days, before in ((True, None), (False, snapshot.since - _DAY)):
                counts = figures[stored.measure_id, all_days]
                for (day, grade), number in self._days[stored.pk].items():
                    times = _counts(spans[stored.unit_id], day, snapshot.last_day, is_state=is_state)
                    if before is not None:
                        times -= _counts(spans[stored.unit_id], day, before, is_state=is_state)
                    counts[grade] += times * number
        return {key: tuple(counts) for key, counts in figures.items()}


def _counts(spans: Sequence[SnapshotUnit], day: date, on: date, *, is_state: bool) -> int:
    """Return 1 if what a unit booked on a day is in the figure above as of another day, else 0; see `rollup.spread`."""
    if day > on:
        return 0
    path_day = on if is_state else day
    return int(any(span.since <= path_day and (span.until is None or path_day < span.until) for span in spans))


@dataclass(frozen=True, slots=True)
class Deviation:
    """A difference between a snapshot and its entries: where, what was expected and what was present."""

    where: str
    expected: str
    actual: str


def deviations(snapshot: Snapshot, recounting: SnapshotRecount | None = None) -> Iterator[Deviation]:
    """Yield what of a snapshot cannot be reproduced: nothing, unless the database was changed by other means than the ledger."""
    counting = recounting or SnapshotRecount()
    seen_before = len(counting.changed)
    codes = dict(Measure.objects.filter(book=snapshot.book_id).values_list("id", "code"))
    units = dict(Unit.objects.values_list("id", "code"))
    where = f"{units[snapshot.unit_id]}, {snapshot.since.isoformat()} to {snapshot.last_day.isoformat()}"
    recounted = counting.figures(snapshot)
    for changed, number in counting.changed[seen_before:]:
        subject = f"entries of {units[changed.unit_id]} in {codes[changed.measure_id]}"
        yield Deviation(f"{where}, {subject}", f"{changed.count} as frozen", f"{number}, with other content")
    stored = SnapshotFigure.objects.filter(snapshot=snapshot).values_list(
        "measure_id", "whole", *SnapshotFigure.COLUMNS
    )
    for measure_id, all_days, *grades in stored:
        if tuple(grades) != recounted[measure_id, all_days]:
            subject = f"figure {codes[measure_id]}{' of all days' if all_days else ''}"
            yield Deviation(f"{where}, {subject}", f"grades {grades}", str(list(recounted[measure_id, all_days])))
    if snapshot.closes:
        yield from _booked_later(snapshot, where, codes)
    if SnapshotHashes(snapshot.book_id).of(snapshot) != snapshot.hash:
        yield Deviation(where, f"hash {snapshot.hash[:12]}", "another one")


def _booked_later(snapshot: Snapshot, where: str, codes: Mapping[int, str]) -> Iterator[Deviation]:
    """Yield entries that were written on closed days, which no action does."""
    days = (snapshot.since, snapshot.last_day)
    late = Entry.objects.filter(measure__in=list(codes), unit=snapshot.unit_id, day__range=days, seq__gt=snapshot.mark)
    for seq, measure_id, day in late.values_list("seq", "measure_id", "day"):
        yield Deviation(f"{where}, entry {seq} in {codes[measure_id]}", "none after the closing", day.isoformat())
