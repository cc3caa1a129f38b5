"""Frozen sets: which entries, tree and figures stood behind a unit's days, kept so that they can be counted anew for ever.

The switch is one short transaction behind everybody's gate: it says which days are closed, and writes down the tree and the
figures as they stand. The long work, which entries those are and their hashes, is done after it (`seal`) and comes out the
same whenever it is done: on closed days nothing is booked any more, and of open ones only entries up to `mark` are taken.
"""

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from doanso.ledger import locking, queries
from doanso.ledger.closing import closed_until
from doanso.ledger.models import Book, Entry, Frozen, FrozenEntries, FrozenFigure, Measure, MeasureKind
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import name as unit_name

_DAY = timedelta(days=1)
PAGE, _GRADES = 2000, 5
_SAID = (
    *("seq", "unit", "measure", "subject", "day", "happened_on", "arrived_on", "grade", "sign"),
    *("moved_day", "late_from", "source_kind", "source_id", "takes_back"),
)


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit in a frozen tree: from when until when (half open, None: beyond the set's days) it stood there, and until
    which day its own entries are in sets that closed them; those of later days are in the set itself."""

    unit_id: UUID
    since: date
    until: date | None
    closed: date | None

    def row(self) -> list[str | None]:
        """As it is kept."""
        days = (self.since, self.until, self.closed)
        return [str(self.unit_id), *(None if day is None else day.isoformat() for day in days)]

    @classmethod
    def of(cls, row: Sequence[str | None]) -> "Branch":
        """As it was kept."""
        unit, since, until, closed = row
        return cls(
            UUID(unit),
            date.fromisoformat(str(since)),
            None if until is None else date.fromisoformat(until),
            None if closed is None else date.fromisoformat(closed),
        )


def branches(frozen: Frozen) -> list[Branch]:
    """The tree of a frozen set."""
    return [Branch.of(row) for row in frozen.tree]


# --- The switch -------------------------------------------------------------------------------------------------------


def close(*, book_id: UUID, unit: Unit, last_day: date) -> Frozen:
    """Close the unit's days up to the last one, with those of every unit that stood below it and left them open."""
    with locking.alone():
        book = Book.objects.select_for_update().get(pk=book_id)
        _require_over(book, last_day)
        there = (
            Frozen.objects.filter(book=book, unit=unit, closes=True, last_day__gte=last_day)
            .order_by("last_day")
            .first()
        )
        if there is not None and there.last_day == last_day:
            return there
        if there is not None:
            message = _("%(unit)s has closed these days already, up to %(day)s.")
            raise Refused(
                Problem(
                    "period-closed",
                    message % {"unit": unit_name(unit).short_name, "day": there.last_day.strftime("%d/%m/%Y")},
                )
            )
        made = _to_close(book, unit, last_day)
        Frozen.objects.bulk_create(made)
        Book.objects.filter(pk=book.pk).update(closed_until=max(last_day, book.closed_until or last_day))
        _write_down(book, made)
        return made[0]


def freeze(*, book_id: UUID, unit: Unit, since: date, last_day: date) -> Frozen:
    """Keep the unit's days as they stand, closing none."""
    with locking.alone():
        book = Book.objects.get(pk=book_id)
        made = Frozen(
            book=book, unit=unit, since=since, last_day=last_day, closes=False, mark=_mark(), made_at=clock.now()
        )
        made.save(force_insert=True)
        _write_down(book, [made])
    return made


def drop(frozen_id: UUID) -> bool:
    """Remove a set that closes nothing, with its figures and entries; what names it protects it. Whether it was there and
    nobody held it."""
    with transaction.atomic():
        # Whoever seals it holds its row, and for long.
        known = Frozen.objects.select_for_update(of=("self",), skip_locked=True)
        frozen = known.filter(pk=frozen_id).first()
        if frozen is None:
            return False
        if frozen.closes:
            raise ValueError("Days that were closed stay closed.")
        FrozenEntries.objects.filter(frozen=frozen).delete()
        FrozenFigure.objects.filter(frozen=frozen).delete()
        frozen.delete()
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


def _to_close(book: Book, unit: Unit, last_day: date) -> list[Frozen]:
    """The unit's own set first, then one for each unit that stood below it on a day that it has not closed by itself."""
    now, mark = clock.now(), _mark()
    paths = list(
        UnitPath.objects.filter(Q(until=None) | Q(until__gt=book.first_day), ancestor=unit, since__lte=last_day)
        .order_by("depth", "unit_id", "since")
        .values_list("unit_id", "since", "until")
    )
    if not paths or not UnitPath.objects.filter(ancestor_id=book.root_id, unit=unit, since__lte=last_day).exists():
        raise ValueError(f"{unit.code} never stood in book {book.code} up to {last_day}.")
    own = queries.closed_by_itself(book.pk, {one[0] for one in paths})
    made: dict[UUID, Frozen] = {}
    for unit_id, _since, until in paths:
        closed = own.get(unit_id)
        stood_until = last_day if until is None else min(last_day, until - _DAY)
        if unit_id in made or (closed is not None and closed >= stood_until):
            continue
        if unit.pk not in made and unit_id != unit.pk:
            break
        made[unit_id] = Frozen(
            book=book,
            unit_id=unit_id,
            since=book.first_day if closed is None else closed + _DAY,
            last_day=last_day,
            closes=True,
            with_parent=None if unit_id == unit.pk else made[unit.pk],
            mark=mark,
            made_at=now,
        )
    if unit.pk not in made:
        message = _("%(unit)s has closed all the days on which it stood.")
        raise Refused(Problem("period-closed", message % {"unit": unit_name(unit).short_name}))
    return list(made.values())


def _write_down(book: Book, made: Sequence[Frozen]) -> None:
    """The tree and the figures of new sets, as they stand behind the gate; as many statements for one as for many."""
    ids = [one.unit_id for one in made]
    paths: dict[UUID, list[tuple[UUID, date, date | None]]] = defaultdict(list)
    for above, unit_id, since, until in UnitPath.objects.filter(ancestor_id__in=ids).values_list(
        "ancestor_id", "unit_id", "since", "until"
    ):
        paths[above].append((unit_id, since, until))
    closed = closed_until(book.pk, {unit_id for below in paths.values() for unit_id, *_ in below})
    for one in made:
        one.tree = [
            Branch(unit_id, since, None if until is None or until > one.last_day else until, closed.get(unit_id)).row()
            for unit_id, since, until in sorted(paths[one.unit_id], key=lambda row: (str(row[0]), row[1]))
            if since <= one.last_day
        ]
    Frozen.objects.bulk_update(made, ["tree"], batch_size=200)
    measures = {one.code: one.pk for one in Measure.objects.filter(book=book)}
    days = {day for one in made for day in (one.last_day, one.since - _DAY)}
    as_of = {day: queries.figures(book=book, unit_ids=ids, on=day) for day in days}
    figures = []
    for one in made:
        for code, measure_id in measures.items():
            whole = as_of[one.last_day][one.unit_id, code].grades
            before = as_of[one.since - _DAY][one.unit_id, code].grades
            figures += [
                _figure(one, measure_id, whole, whole_set=True),
                _figure(one, measure_id, [new - old for new, old in zip(whole, before, strict=True)], whole_set=False),
            ]
    FrozenFigure.objects.bulk_create(figures, batch_size=1000)


def _figure(frozen: Frozen, measure_id: int, grades: Sequence[int], *, whole_set: bool) -> FrozenFigure:
    counts = dict(zip(FrozenFigure.COLUMNS, grades, strict=True))
    return FrozenFigure(frozen=frozen, measure_id=measure_id, whole=whole_set, **counts)


# --- The long work ----------------------------------------------------------------------------------------------------


def pack(seqs: Iterable[int]) -> bytes:
    """Rising numbers in few bytes: the steps between them, seven bits a byte, compressed."""
    found, last = bytearray(), 0
    for seq in seqs:
        step, last = seq - last, seq
        while step > 0x7F:
            found.append(step & 0x7F | 0x80)
            step >>= 7
        found.append(step)
    return zlib.compress(bytes(found), 6)


def unpack(packed: bytes) -> list[int]:
    """The numbers that `pack` took."""
    found, last, step, shift = [], 0, 0, 0
    for byte in zlib.decompress(packed):
        step |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            last += step
            found.append(last)
            step = shift = 0
    return found


def seal_all() -> int:
    """Seal every set that was left half way, as by a worker that was killed; how many."""
    found = Frozen.objects.filter(sealed_at=None, with_parent=None).order_by("made_at", "pk")
    heads = list(found.values_list("pk", flat=True))
    return sum(_seal_group(head) for head in heads)


def seal(frozen: Frozen) -> None:
    """Write down which entries are in a set and in those closed together with it, and hash each. Done again it does
    nothing; two at once do it once. Frozen.DoesNotExist where the set was dropped meanwhile."""
    # A hash names what earlier closings keep, so those come first; what was kept for a report no other set names.
    earlier = Frozen.objects.filter(
        book=frozen.book_id, closes=True, sealed_at=None, with_parent=None, made_at__lt=frozen.made_at
    ).order_by("made_at", "pk")
    for head in [*earlier.values_list("pk", flat=True), frozen.with_parent_id or frozen.pk]:
        _seal_group(head)
    frozen.refresh_from_db()


def _seal_group(head: UUID) -> bool:
    """Seal a set and those that were closed with it, all at once: the hash of each names the entries of those below it.
    Whether anything was left to do: one that was dropped since it was found needs nothing."""
    with transaction.atomic():
        # Who closed it first holds the work of all that were closed together.
        if Frozen.objects.select_for_update().filter(pk=head).first() is None:
            return False
        waiting = list(Frozen.objects.filter(Q(pk=head) | Q(with_parent=head), sealed_at=None).order_by("pk"))
        if not waiting:
            return False
        _write_entries(waiting)
        hashes = _Hashes(waiting[0].book_id)
        for one in waiting:
            one.hash = hashes.of(one)
            one.sealed_at = clock.now()
        Frozen.objects.bulk_update(waiting, ["hash", "sealed_at"], batch_size=200)
    return True


def _write_entries(made: Sequence[Frozen]) -> None:
    """The entries that these sets add, unit by unit and measure by measure."""
    rows: list[FrozenEntries] = []
    closing = [one for one in made if one.closes]
    # All that close together end on one day, so their entries are read in one go, each unit's from its own first day.
    for last_day, mark in sorted({(one.last_day, one.mark) for one in closing}):
        same = {one.unit_id: one for one in closing if (one.last_day, one.mark) == (last_day, mark)}
        since = {unit_id: one.since for unit_id, one in same.items()}
        for unit_id, measure_id, lines in _read(same[next(iter(same))].book_id, since, last_day, mark):
            rows.append(_entries(same[unit_id], unit_id, measure_id, lines))
    for one in made:
        if not one.closes:
            since = {}
            for branch in branches(one):
                since[branch.unit_id] = one.book.first_day if branch.closed is None else branch.closed + _DAY
            for unit_id, measure_id, lines in _read(one.book_id, since, one.last_day, one.mark):
                rows.append(_entries(one, unit_id, measure_id, lines))
    FrozenEntries.objects.bulk_create(rows, batch_size=500)


def _read(
    book_id: UUID, since: Mapping[UUID, date], last_day: date, mark: int
) -> Iterator[tuple[UUID, int, list[tuple[Any, ...]]]]:
    """The entries of these units from each one's first day to the last, by unit and measure, in order of `seq`."""
    wanted = {unit_id: day for unit_id, day in since.items() if day <= last_day}
    measures = list(Measure.objects.filter(book=book_id).values_list("id", flat=True))
    if not wanted or not measures:
        return
    units = list(wanted)
    for first in range(0, len(units), 200):
        some = units[first : first + 200]
        where = (
            f"measure_id IN ({database.marks(measures)}) AND unit_id IN ({database.marks(some)})"
            " AND day >= %s AND day <= %s AND seq <= %s ORDER BY unit_id, measure_id, seq"
        )
        days = [min(wanted[one] for one in some), last_day, mark]
        rows = database.read_rows(Entry, _SAID, where, [*measures, *some, *days])
        for (unit_id, measure_id), lines in groupby(rows, key=lambda row: (row[1], row[2])):
            own = [row for row in lines if row[4] >= wanted[unit_id]]
            if own:
                yield unit_id, measure_id, own


def _entries(frozen: Frozen, unit_id: UUID, measure_id: int, lines: Sequence[tuple[Any, ...]]) -> FrozenEntries:
    return FrozenEntries(
        frozen=frozen,
        unit_id=unit_id,
        measure_id=measure_id,
        count=len(lines),
        seqs=pack(row[0] for row in lines),
        hash=_hash_of(lines),
    )


def _hash_of(lines: Iterable[Sequence[Any]]) -> str:
    """Of all that entries say, in order of `seq`."""
    found = hashlib.sha256()
    for row in lines:
        found.update("|".join(map(str, row)).encode())
        found.update(b"\n")
    return found.hexdigest()


class _Hashes:
    """The hashes of whole sets: what they say of themselves, their figures, and the entries of every unit in their tree."""

    def __init__(self, book_id: UUID) -> None:
        self._codes = dict(Measure.objects.filter(book=book_id).values_list("id", "code"))

    def of(self, frozen: Frozen) -> str:
        figures = FrozenFigure.objects.filter(frozen=frozen).order_by("measure_id", "whole")
        said = {
            "book": str(frozen.book_id),
            "unit": str(frozen.unit_id),
            "days": [frozen.since.isoformat(), frozen.last_day.isoformat()],
            "closes": frozen.closes,
            "mark": frozen.mark,
            "tree": frozen.tree,
            "figures": [
                [self._codes[measure_id], whole, *grades]
                for measure_id, whole, *grades in figures.values_list("measure_id", "whole", *FrozenFigure.COLUMNS)
            ],
            "entries": sorted(
                [str(one.unit_id), self._codes[one.measure_id], one.count, one.hash]
                for one in kept_entries(frozen, packed=False)
            ),
        }
        return hashlib.sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def kept_entries(frozen: Frozen, *, packed: bool = True) -> list[FrozenEntries]:
    """The entries of every unit in a set's tree, as the sets that closed them and the set itself keep them."""
    closed = {branch.unit_id: branch.closed for branch in branches(frozen)}
    found = FrozenEntries.objects.filter(
        Q(frozen=frozen, frozen__closes=False)
        | Q(
            frozen__closes=True,
            frozen__book=frozen.book_id,
            frozen__since__lte=frozen.last_day,
            unit_id__in=list(closed),
        )
    )
    rows = found.order_by("unit_id", "measure_id", "frozen__last_day").select_related("frozen").defer("frozen__tree")
    if not packed:
        rows = rows.defer("frozen__tree", "seqs")
    return [
        one
        for one in rows
        if not one.frozen.closes or ((until := closed[one.unit_id]) is not None and one.frozen.last_day <= until)
    ]


# --- Counting anew ----------------------------------------------------------------------------------------------------

type Days = dict[tuple[date, int], int]
"""What entries add up to, by day and grade."""


class Recounting:
    """Frozen sets counted anew from their entries by id. What was read of a set of entries is kept: many sets share it."""

    def __init__(self) -> None:
        self._days: dict[int, Days] = {}
        self.changed: list[tuple[FrozenEntries, int]] = []

    def _read(self, rows: Sequence[FrozenEntries]) -> None:
        """Read the entries of these by id, and note those whose content is not what was frozen."""
        batch: list[FrozenEntries] = []
        for one in rows:
            if one.pk not in self._days:
                batch.append(one)
            if sum(each.count for each in batch) >= PAGE * 10:
                self._read_batch(batch)
                batch = []
        self._read_batch(batch)

    def _read_batch(self, batch: Sequence[FrozenEntries]) -> None:
        owner = {seq: one.pk for one in batch for seq in unpack(bytes(one.seqs))}
        lines: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
        seqs = sorted(owner)
        for first in range(0, len(seqs), PAGE):
            page = seqs[first : first + PAGE]
            for row in database.read_rows(Entry, _SAID, f"seq IN ({database.marks(page)}) ORDER BY seq", page):
                lines[owner[row[0]]].append(row)
        for one in batch:
            if _hash_of(lines[one.pk]) != one.hash:
                self.changed.append((one, len(lines[one.pk])))
            days: Days = defaultdict(int)
            for row in lines[one.pk]:
                days[row[4], row[7]] += row[8]
            self._days[one.pk] = days

    def figures(self, frozen: Frozen) -> dict[tuple[int, bool], tuple[int, ...]]:
        """The figures of a set, per measure and (of its own days, or of all up to its last)."""
        kinds = dict(Measure.objects.filter(book=frozen.book_id).values_list("id", "kind"))
        rows = kept_entries(frozen)
        self._read(rows)
        spans: dict[UUID, list[Branch]] = defaultdict(list)
        for branch in branches(frozen):
            spans[branch.unit_id].append(branch)
        found = {(measure_id, whole): [0] * _GRADES for measure_id in kinds for whole in (True, False)}
        for one in rows:
            is_state = kinds[one.measure_id] == MeasureKind.STATE
            for whole, before in ((True, None), (False, frozen.since - _DAY)):
                counts = found[one.measure_id, whole]
                for (day, grade), number in self._days[one.pk].items():
                    times = _counts(spans[one.unit_id], day, frozen.last_day, is_state=is_state)
                    if before is not None:
                        times -= _counts(spans[one.unit_id], day, before, is_state=is_state)
                    counts[grade] += times * number
        return {key: tuple(counts) for key, counts in found.items()}


def _counts(spans: Sequence[Branch], day: date, on: date, *, is_state: bool) -> int:
    """Whether what a unit booked on a day is in the figure above as of another one; see `folding.spread`."""
    if day > on:
        return 0
    at = on if is_state else day
    return int(any(one.since <= at and (one.until is None or at < one.until) for one in spans))


@dataclass(frozen=True, slots=True)
class Deviation:
    """Something in a frozen set that is no longer as it was frozen."""

    where: str
    expected: str
    found: str


def deviations(frozen: Frozen, recounting: Recounting | None = None) -> Iterator[Deviation]:
    """What of a set can't be reproduced: nothing, unless somebody changed the ledger behind the product's back."""
    counting = recounting or Recounting()
    already = len(counting.changed)
    codes = dict(Measure.objects.filter(book=frozen.book_id).values_list("id", "code"))
    units = dict(Unit.objects.values_list("id", "code"))
    where = f"{units[frozen.unit_id]}, {frozen.since.isoformat()} to {frozen.last_day.isoformat()}"
    found = counting.figures(frozen)
    for one, number in counting.changed[already:]:
        at = f"{where}, entries of {units[one.unit_id]} in {codes[one.measure_id]}"
        yield Deviation(at, f"{one.count} as frozen", f"{number}, with other content")
    stored = FrozenFigure.objects.filter(frozen=frozen).values_list("measure_id", "whole", *FrozenFigure.COLUMNS)
    for measure_id, whole, *grades in stored:
        if tuple(grades) != found[measure_id, whole]:
            at = f"{where}, figure {codes[measure_id]}{' of all days' if whole else ''}"
            yield Deviation(at, f"grades {grades}", str(list(found[measure_id, whole])))
    if frozen.closes:
        yield from _booked_later(frozen, where, codes)
    if _Hashes(frozen.book_id).of(frozen) != frozen.hash:
        yield Deviation(where, f"hash {frozen.hash[:12]}", "another one")


def _booked_later(frozen: Frozen, where: str, codes: Mapping[int, str]) -> Iterator[Deviation]:
    """Entries on days that were closed, which no deed writes."""
    days = (frozen.since, frozen.last_day)
    late = Entry.objects.filter(measure__in=list(codes), unit=frozen.unit_id, day__range=days, seq__gt=frozen.mark)
    for seq, measure_id, day in late.values_list("seq", "measure_id", "day"):
        yield Deviation(f"{where}, entry {seq} in {codes[measure_id]}", "none after the closing", day.isoformat())
