"""Snapshots: the entries, tree and figures of a unit's days, stored so that they can be recounted permanently.

Taking one is a short transaction that holds the gate exclusively: it determines which days are closed, and stores the tree and
the figures. The long work, selecting the entries and hashing them, is done afterwards (`complete_snapshot`). Its result does not
depend on when it is done: nothing is booked on closed days, and of open days only entries up to `mark` are taken.
"""

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from doanso.ledger import locking, queries
from doanso.ledger.closing import closed_until
from doanso.ledger.models import Book, Entry, Measure, Snapshot, SnapshotEntries, SnapshotFigure
from doanso.lib import clock, database
from doanso.lib.database import hot_reads
from doanso.lib.dated_rows import not_over
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import named_unit

_DAY = timedelta(days=1)
PAGE, _GRADES = 2000, 5
HASHED_COLUMNS = (
    *("seq", "unit", "measure", "subject", "day", "happened_on", "arrived_on", "grade", "amount"),
    *("moved_day", "late_from", "source_kind", "source_id", "takes_back"),
)


@dataclass(frozen=True, slots=True)
class SnapshotUnit:
    """A unit in the tree of a snapshot.

    It was in the tree from `since` to `until` (half open, None: beyond the snapshot's days). Its own entries up to the day
    `closed` are in snapshots that closed them; those of later days are in the snapshot itself.
    """

    unit_id: UUID
    since: date
    until: date | None
    closed: date | None

    def row(self) -> list[str | None]:
        """Return the unit in its stored form."""
        days = (self.since, self.until, self.closed)
        return [str(self.unit_id), *(None if day is None else day.isoformat() for day in days)]

    @classmethod
    def of(cls, row: Sequence[str | None]) -> "SnapshotUnit":
        """Build the unit from its stored form."""
        unit, since, until, closed = row
        return cls(
            UUID(unit),
            date.fromisoformat(str(since)),
            None if until is None else date.fromisoformat(until),
            None if closed is None else date.fromisoformat(closed),
        )


def snapshot_units(snapshot: Snapshot) -> list[SnapshotUnit]:
    """Return the tree of a snapshot."""
    return [SnapshotUnit.of(row) for row in snapshot.tree]


# --- Closing and taking snapshots -------------------------------------------------------------------------------------


def close(*, book_id: UUID, unit: Unit, last_day: date) -> Snapshot:
    """Close the unit's days up to the last one, and the days that units below it left open. Return the unit's own snapshot."""
    with locking.exclusive_transaction():
        book = Book.objects.select_for_update().get(pk=book_id)
        _require_over(book, last_day)
        later = (
            Snapshot.objects.filter(book=book, unit=unit, closes=True, last_day__gte=last_day)
            .order_by("last_day")
            .first()
        )
        if later is not None and later.last_day == last_day:
            return later
        if later is not None:
            message = _("%(unit)s has closed these days already, up to %(day)s.")
            raise Refused(
                Problem(
                    "period-closed",
                    message % {"unit": named_unit(unit).short_name, "day": later.last_day.strftime("%d/%m/%Y")},
                )
            )
        snapshots = _snapshots_to_close(book, unit, last_day)
        Snapshot.objects.bulk_create(snapshots)
        Book.objects.filter(pk=book.pk).update(closed_until=max(last_day, book.closed_until or last_day))
        _store_tree_and_figures(book, snapshots)
        return snapshots[0]


def freeze(*, book_id: UUID, unit: Unit, since: date, last_day: date) -> Snapshot:
    """Take a snapshot of the unit's days without closing any."""
    with locking.exclusive_transaction():
        book = Book.objects.get(pk=book_id)
        snapshot = Snapshot(
            book=book, unit=unit, since=since, last_day=last_day, closes=False, mark=_mark(), made_at=clock.now()
        )
        snapshot.save(force_insert=True)
        _store_tree_and_figures(book, [snapshot])
    return snapshot


def drop(snapshot_id: UUID) -> bool:
    """Delete a snapshot that closes nothing, with its figures and entries; foreign keys to it protect it.

    Return False if it did not exist or another transaction held it.
    """
    with transaction.atomic():
        # Completion locks the snapshot's row for long.
        unlocked = Snapshot.objects.select_for_update(of=("self",), skip_locked=True)
        snapshot = unlocked.filter(pk=snapshot_id).first()
        if snapshot is None:
            return False
        if snapshot.closes:
            raise ValueError("Days that were closed stay closed.")
        SnapshotEntries.objects.filter(snapshot=snapshot).delete()
        SnapshotFigure.objects.filter(snapshot=snapshot).delete()
        snapshot.delete()
        return True


def _require_over(book: Book, last_day: date) -> None:
    if last_day >= clock.today():
        message = _("%(day)s is not over yet; close the figures when the last day has passed.")
        raise Refused(Problem("period-ahead", message % {"day": last_day.strftime("%d/%m/%Y")}))
    if not book.first_day <= last_day <= book.last_day:
        message = _("%(day)s is no day of this programme, which runs from %(first)s to %(last)s.")
        days = {"day": last_day, "first": book.first_day, "last": book.last_day}
        raise Refused(
            Problem("period-outside", message % {name: day.strftime("%d/%m/%Y") for name, day in days.items()})
        )


def _mark() -> int:
    return int(Entry.objects.aggregate(last=Max("seq"))["last"] or 0)


def _snapshots_to_close(book: Book, unit: Unit, last_day: date) -> list[Snapshot]:
    """Return the unit's own snapshot, then one for each unit that was below it on a day that it has not closed by itself."""
    now, mark = clock.now(), _mark()
    paths = list(
        UnitPath.objects.filter(not_over(book.first_day), ancestor=unit, since__lte=last_day)
        .order_by("depth", "unit_id", "since")
        .values_list("unit_id", "since", "until")
    )
    if not paths or not UnitPath.objects.filter(ancestor_id=book.root_id, unit=unit, since__lte=last_day).exists():
        raise ValueError(f"{unit.code} never stood in book {book.code} up to {last_day}.")
    own = queries.last_days_closed(book.pk, {unit_id for unit_id, *_days in paths})
    snapshots: dict[UUID, Snapshot] = {}
    for unit_id, _since, until in paths:
        closed = own.get(unit_id)
        stood_until = last_day if until is None else min(last_day, until - _DAY)
        if unit_id in snapshots or (closed is not None and closed >= stood_until):
            continue
        if unit.pk not in snapshots and unit_id != unit.pk:
            break
        snapshots[unit_id] = Snapshot(
            book=book,
            unit_id=unit_id,
            since=book.first_day if closed is None else closed + _DAY,
            last_day=last_day,
            closes=True,
            with_parent=None if unit_id == unit.pk else snapshots[unit.pk],
            mark=mark,
            made_at=now,
        )
    if unit.pk not in snapshots:
        message = _("%(unit)s has closed all the days on which it stood.")
        raise Refused(Problem("period-closed", message % {"unit": named_unit(unit).short_name}))
    return list(snapshots.values())


def _store_tree_and_figures(book: Book, snapshots: Sequence[Snapshot]) -> None:
    """Store the tree and the figures of new snapshots, as read behind the gate; the number of statements is constant."""
    ids = [snapshot.unit_id for snapshot in snapshots]
    paths: dict[UUID, list[tuple[UUID, date, date | None]]] = defaultdict(list)
    for above, unit_id, since, until in UnitPath.objects.filter(ancestor_id__in=ids).values_list(
        "ancestor_id", "unit_id", "since", "until"
    ):
        paths[above].append((unit_id, since, until))
    closed = closed_until(book.pk, {unit_id for below in paths.values() for unit_id, *_ in below})
    for snapshot in snapshots:
        last = snapshot.last_day
        snapshot.tree = [
            SnapshotUnit(unit_id, since, None if until is None or until > last else until, closed.get(unit_id)).row()
            for unit_id, since, until in sorted(paths[snapshot.unit_id], key=lambda row: (str(row[0]), row[1]))
            if since <= last
        ]
    database.save_changed((snapshot, ["tree"]) for snapshot in snapshots)
    measures = dict(Measure.objects.filter(book=book).values_list("code", "pk"))
    days = {day for snapshot in snapshots for day in (snapshot.last_day, snapshot.since - _DAY)}
    as_of = {day: queries.figures(book=book, unit_ids=ids, on=day) for day in days}
    figures = []
    for snapshot in snapshots:
        for code, measure_id in measures.items():
            all_days = as_of[snapshot.last_day][snapshot.unit_id, code].grades
            before = as_of[snapshot.since - _DAY][snapshot.unit_id, code].grades
            own_days = [new - old for new, old in zip(all_days, before, strict=True)]
            figures += [
                (snapshot.pk, measure_id, True, *all_days),
                (snapshot.pk, measure_id, False, *own_days),
            ]
    database.insert_rows(SnapshotFigure, ("snapshot", "measure", "whole", *SnapshotFigure.COLUMNS), figures)


# --- Completing -------------------------------------------------------------------------------------------------------


def pack(seqs: Iterable[int]) -> bytes:
    """Return ascending numbers packed into few bytes: their differences, seven bits a byte, compressed."""
    packed, last = bytearray(), 0
    for seq in seqs:
        step, last = seq - last, seq
        while step > 0x7F:
            packed.append(step & 0x7F | 0x80)
            step >>= 7
        packed.append(step)
    return zlib.compress(bytes(packed), 6)


def unpack(packed: bytes) -> list[int]:
    """Return the numbers that were packed by `pack`."""
    seqs, last, step, shift = [], 0, 0, 0
    for byte in zlib.decompress(packed):
        step |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            last += step
            seqs.append(last)
            step = shift = 0
    return seqs


def complete_snapshots() -> int:
    """Complete all incomplete groups of snapshots, such as a killed worker leaves, and return how many there were."""
    unsealed = Snapshot.objects.filter(completed_at=None, with_parent=None).order_by("made_at", "pk")
    heads = list(unsealed.values_list("pk", flat=True))
    return sum(_complete_group(head) for head in heads)


def complete_snapshot(snapshot: Snapshot) -> None:
    """Store which entries are in a snapshot and in those closed together with it, and hash each.

    Idempotent, also when run concurrently. Snapshot.DoesNotExist if the snapshot was dropped meanwhile.
    """
    # A hash covers the entries of earlier closings, so those are completed first; no other hash covers a report's snapshot.
    earlier = Snapshot.objects.filter(
        book=snapshot.book_id, closes=True, completed_at=None, with_parent=None, made_at__lt=snapshot.made_at
    ).order_by("made_at", "pk")
    for head in [*earlier.values_list("pk", flat=True), snapshot.with_parent_id or snapshot.pk]:
        _complete_group(head)
    snapshot.refresh_from_db()


def _complete_group(head: UUID) -> bool:
    """Complete a snapshot and those that were closed with it: each one's hash covers the entries of those below it.

    Return whether anything was left to do; nothing is if the snapshot was dropped meanwhile.
    """
    with transaction.atomic():
        # The lock of the first one serialises the completion of all that were closed together.
        if Snapshot.objects.select_for_update().filter(pk=head).first() is None:
            return False
        waiting = list(Snapshot.objects.filter(Q(pk=head) | Q(with_parent=head), completed_at=None).order_by("pk"))
        if not waiting:
            return False
        _write_entries(waiting)
        hashes = SnapshotHashes(waiting[0].book_id)
        for snapshot in waiting:
            snapshot.hash = hashes.of(snapshot)
            snapshot.completed_at = clock.now()
        database.save_changed((snapshot, ["hash", "completed_at"]) for snapshot in waiting)
    return True


def _write_entries(snapshots: Sequence[Snapshot]) -> None:
    """Store the entries that these snapshots add, unit by unit and measure by measure."""
    stored: list[SnapshotEntries] = []
    closing = [snapshot for snapshot in snapshots if snapshot.closes]
    # All snapshots closed together end on one day, so their entries are read at once, each unit's from its own first day on.
    for last_day, mark in sorted({(snapshot.last_day, snapshot.mark) for snapshot in closing}):
        by_unit = {
            snapshot.unit_id: snapshot for snapshot in closing if (snapshot.last_day, snapshot.mark) == (last_day, mark)
        }
        since = {unit_id: snapshot.since for unit_id, snapshot in by_unit.items()}
        for unit_id, measure_id, rows in _read_entries(next(iter(by_unit.values())).book_id, since, last_day, mark):
            stored.append(_packed_entries(by_unit[unit_id], unit_id, measure_id, rows))
    for snapshot in snapshots:
        if not snapshot.closes:
            since = {}
            for unit in snapshot_units(snapshot):
                since[unit.unit_id] = snapshot.book.first_day if unit.closed is None else unit.closed + _DAY
            for unit_id, measure_id, rows in _read_entries(snapshot.book_id, since, snapshot.last_day, snapshot.mark):
                stored.append(_packed_entries(snapshot, unit_id, measure_id, rows))
    SnapshotEntries.objects.bulk_create(stored, batch_size=500)


def _read_entries(
    book_id: UUID, since: Mapping[UUID, date], last_day: date, mark: int
) -> Iterator[tuple[UUID, int, list[tuple[Any, ...]]]]:
    """Yield the entries of these units from each one's first day to the last, by unit and measure, in order of `seq`."""
    wanted = {unit_id: day for unit_id, day in since.items() if day <= last_day}
    measures = list(Measure.objects.filter(book=book_id).values_list("id", flat=True))
    if not wanted or not measures:
        return
    units = list(wanted)
    for first in range(0, len(units), 200):
        page = units[first : first + 200]
        where = (
            f"measure_id IN ({database.placeholders(measures)}) AND unit_id IN ({database.placeholders(page)})"
            " AND day >= %s AND day <= %s AND seq <= %s ORDER BY unit_id, measure_id, seq"
        )
        days = [min(wanted[unit_id] for unit_id in page), last_day, mark]
        rows = database.read_rows(Entry, HASHED_COLUMNS, where, [*measures, *page, *days])
        for (unit_id, measure_id), group in groupby(rows, key=lambda row: (row[1], row[2])):
            own = [row for row in group if row[4] >= wanted[unit_id]]
            if own:
                yield unit_id, measure_id, own


def _packed_entries(
    snapshot: Snapshot, unit_id: UUID, measure_id: int, rows: Sequence[tuple[Any, ...]]
) -> SnapshotEntries:
    return SnapshotEntries(
        snapshot=snapshot,
        unit_id=unit_id,
        measure_id=measure_id,
        count=len(rows),
        seqs=pack(row[0] for row in rows),
        hash=hash_of_entries(rows),
    )


def hash_of_entries(rows: Iterable[Sequence[Any]]) -> str:
    """Return the hash of the content of entries, in order of `seq`."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update("|".join(map(str, row)).encode())
        digest.update(b"\n")
    return digest.hexdigest()


class SnapshotHashes:
    """Hashes of whole snapshots: their own columns, their figures, and the entries of every unit in their tree."""

    def __init__(self, book_id: UUID) -> None:
        self._codes = dict(Measure.objects.filter(book=book_id).values_list("id", "code"))

    def of(self, snapshot: Snapshot) -> str:
        figures = SnapshotFigure.objects.filter(snapshot=snapshot).order_by("measure_id", "whole")
        content = {
            "book": str(snapshot.book_id),
            "unit": str(snapshot.unit_id),
            "days": [snapshot.since.isoformat(), snapshot.last_day.isoformat()],
            "closes": snapshot.closes,
            "mark": snapshot.mark,
            "tree": snapshot.tree,
            "figures": [
                [self._codes[measure_id], of_all_days, *grades]
                for measure_id, of_all_days, *grades in figures.values_list(
                    "measure_id", "whole", *SnapshotFigure.COLUMNS
                )
            ],
            "entries": sorted(
                [str(stored.unit_id), self._codes[stored.measure_id], stored.number, stored.hash]
                for stored in _hashed_entries(snapshot)
            ),
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


class _HashedEntries(NamedTuple):
    """The entries of a unit in a measure, as they are part of a snapshot's hash."""

    unit_id: UUID
    measure_id: int
    number: int
    hash: str


def _hashed_entries(snapshot: Snapshot) -> list[_HashedEntries]:
    """Return what `snapshot_entries` returns, without the packed numbers; a closing reads it for each of its units."""
    closed = {unit.unit_id: unit.closed for unit in snapshot_units(snapshot)}
    rows = hot_reads.read_joined(
        [("e", SnapshotEntries, ("unit", "measure", "count", "hash")), ("s", Snapshot, ("closes", "last_day"))],
        "FROM ledger_snapshotentries e JOIN ledger_snapshot s ON s.id = e.snapshot_id"
        " WHERE (e.snapshot_id = %s AND NOT s.closes)"
        f" OR (s.closes AND s.book_id = %s AND s.since <= %s AND e.unit_id IN ({database.placeholders(closed) or 'NULL'}))",
        [snapshot.pk, snapshot.book_id, snapshot.last_day, *closed],
    )
    return [
        _HashedEntries(*entries)
        for *entries, closes, last_day in rows
        if not closes or ((until := closed[entries[0]]) is not None and database.as_date(last_day) <= until)
    ]


def snapshot_entries(snapshot: Snapshot) -> list[SnapshotEntries]:
    """Return the entries of every unit in a snapshot's tree: those in snapshots that closed them, and in the snapshot itself."""
    closed = {unit.unit_id: unit.closed for unit in snapshot_units(snapshot)}
    stored = SnapshotEntries.objects.filter(
        Q(snapshot=snapshot, snapshot__closes=False)
        | Q(
            snapshot__closes=True,
            snapshot__book=snapshot.book_id,
            snapshot__since__lte=snapshot.last_day,
            unit_id__in=list(closed),
        )
    )
    in_order = stored.order_by("unit_id", "measure_id", "snapshot__last_day")
    return [
        row
        for row in in_order.select_related("snapshot").defer("snapshot__tree")
        if not row.snapshot.closes or ((until := closed[row.unit_id]) is not None and row.snapshot.last_day <= until)
    ]
