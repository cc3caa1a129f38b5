"""Closed days, on which nothing is booked any more.

What belongs to a closed day is booked on the first open one, marked with the day it belongs to. All bookings that an action makes
for one subject's states in a book, or for the claims in one line, are placed together on the latest of these days, and not before
the days that earlier actions had to wait for. Before that day the past stays as it was booked, from it on it follows the facts;
on no day is the subject counted twice, or counted in a share's numerator alone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Max

from doanso.ledger.models import Snapshot
from doanso.ledger.rules import Crossing
from doanso.lib import database
from doanso.units.models import Unit, UnitPath

_DAY = timedelta(days=1)
LastClosedDay = Callable[[UUID], date | None]
"""Returns the last closed day of a unit; None if it has closed nothing."""
Bearer = Callable[[UUID, date], UUID]
"""Returns the unit at which a unit's entries are booked on a day: another one if the unit has ended by then."""


class Posting(NamedTuple):
    """One entry to write: measure, subject, content, amount, the entry it takes back, and the day it belongs to."""

    measure_id: int
    subject_id: int
    crossing: Crossing
    amount: int
    takes_back: int | None
    day: date

    def row(self, day: date, unit_id: UUID) -> tuple[Any, ...]:
        """Return the entry's columns after its book, booked on that day at that unit."""
        late_from = None if day == self.day else self.day
        _amount, _unit, _day, *rest = self.crossing
        return (self.measure_id, self.subject_id, unit_id, day, *rest, self.amount, self.takes_back, late_from)


def may_be_closed(day: date, closed_until: date | None) -> bool:
    """Return whether the unit's own last closed day has to be read."""
    return closed_until is not None and day <= closed_until


def place_on_open_days(
    postings: Sequence[Posting],
    *,
    independent: bool,
    late: Collection[date],
    last_closed: LastClosedDay,
    bearer: Bearer,
    last_day: date,
) -> list[tuple[Any, ...]]:
    """Return the rows that one group of subjects books and that must agree on every day, each on an open day.

    `independent`: every source counts by itself (Times). `late` are the days on which earlier actions booked what belongs to
    earlier days, corrections included: until then the past is as it was booked, not as the facts say. `bearer` returns the unit
    at which a unit's entries are booked on a day. Where the book has no open day left, nothing is booked.
    """
    if independent:
        dated = [(posting, *_first_open(posting, posting.day, last_closed, bearer)) for posting in postings]
        return [posting.row(day, unit_id) for posting, day, unit_id in dated if day <= last_day]
    if not postings:
        return []
    first = min(posting.day for posting in postings)
    floor, before = max((day for day in late if day > first), default=date.min), None
    while floor != before:
        before = floor
        dated = [(posting, *_first_open(posting, max(posting.day, floor), last_closed, bearer)) for posting in postings]
        floor = max([floor, *(day for posting, day, _unit in dated if day != posting.day)])
    return [posting.row(day, unit_id) for posting, day, unit_id in dated] if floor <= last_day else []


def _first_open(posting: Posting, day: date, last_closed: LastClosedDay, bearer: Bearer) -> tuple[date, UUID]:
    """Return the first open day from `day` on, and the unit at which the posting is booked then."""
    while True:
        unit_id = bearer(posting.crossing.unit_id, day)
        until = last_closed(unit_id)
        if until is None or day > until:
            return day, unit_id
        day = until + _DAY


class _EndedUnit(NamedTuple):
    """An ended unit, its end, and the units that may bear its later entries, the preferred one first."""

    until: date
    bearers: list[UUID]


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """The last closed day of each unit, and the units that bear the entries of ended ones, read at once for all postings of an
    action."""

    _until: dict[tuple[UUID, UUID], date] = field(default_factory=dict)
    _ended: dict[UUID, _EndedUnit] = field(default_factory=dict)
    _spans: dict[tuple[UUID, UUID], list[tuple[date, date | None]]] = field(default_factory=dict)

    @classmethod
    def of(cls, postings: Iterable[tuple[UUID, UUID, Posting]]) -> "ClosedDays":
        """Read the closed days for the units of these postings, each with its book and the book's root; no statement without
        postings."""
        units: dict[UUID, set[UUID]] = defaultdict(set)
        roots = set()
        for book_id, root_id, posting in postings:
            units[book_id].add(posting.crossing.unit_id)
            roots.add(root_id)
        ended = _ended({unit_id for ids in units.values() for unit_id in ids})
        until: dict[tuple[UUID, UUID], date] = {}
        for book_id, ids in units.items():
            bearers = {bearer for unit_id in ids if unit_id in ended for bearer in ended[unit_id].bearers}
            until |= {(book_id, unit): day for unit, day in closed_until(book_id, ids | bearers).items()}
        return cls(until, ended, _spans(roots, ended))

    def until(self, book_id: UUID, unit_id: UUID) -> date | None:
        """Return the last closed day of a unit in a book."""
        return self._until.get((book_id, unit_id))

    def bearer(self, root_id: UUID, unit_id: UUID, day: date) -> UUID:
        """Return the unit that bears entries of a unit on a day.

        It is the unit itself; from its end on, the unit that keeps its records, or else one that was above it. It must be below
        the root on that day.
        """
        ended = self._ended.get(unit_id)
        if ended is None or day < ended.until:
            return unit_id
        for bearer in ended.bearers:
            spans = self._spans.get((root_id, bearer), ())
            if any(since <= day and (until is None or day < until) for since, until in spans):
                return bearer
        return unit_id


def _ended(unit_ids: Collection[UUID]) -> dict[UUID, _EndedUnit]:
    """Return those of these units that have ended."""
    if not unit_ids:
        return {}
    where = f"until IS NOT NULL AND id IN ({database.placeholders(unit_ids)})"
    ended = {
        unit_id: _EndedUnit(until, [] if keeper_id is None else [keeper_id])
        for unit_id, until, keeper_id in database.read_rows(Unit, ("id", "until", "keeper"), where, list(unit_ids))
    }
    if ended:
        above = UnitPath.objects.filter(unit__in=list(ended), depth__gt=0).order_by("-until", "depth")
        for unit_id, ancestor_id in above.values_list("unit_id", "ancestor_id"):
            ended[unit_id].bearers.append(ancestor_id)
    return ended


def _spans(
    roots: Collection[UUID], ended: dict[UUID, _EndedUnit]
) -> dict[tuple[UUID, UUID], list[tuple[date, date | None]]]:
    """Return the days on which units that may bear ended units' entries were below the books' roots."""
    spans: dict[tuple[UUID, UUID], list[tuple[date, date | None]]] = defaultdict(list)
    bearers = {bearer for unit in ended.values() for bearer in unit.bearers}
    if bearers:
        paths = UnitPath.objects.filter(ancestor__in=list(roots), unit__in=list(bearers))
        for root_id, unit_id, since, until in paths.values_list("ancestor_id", "unit_id", "since", "until"):
            spans[root_id, unit_id].append((since, until))
    return dict(spans)


def closed_until(book_id: UUID, unit_ids: Collection[UUID]) -> dict[UUID, date]:
    """Return the last closed day of each unit, by itself or under a unit above it; units that closed nothing are absent.

    What a unit above has closed is closed for every unit that was below it on those days, also for one that was founded or
    entered for them afterwards. One statement.
    """
    closings = Snapshot.objects.filter(book_id=book_id, closes=True, unit__paths_down__unit_id__in=list(unit_ids))
    spans = ("unit__paths_down__unit_id", "unit_id", "unit__paths_down__since", "unit__paths_down__until")
    rows = closings.order_by().values_list(*spans).annotate(last=Max("last_day"))
    closed: dict[UUID, date] = {}
    for unit_id, above, since, until, last in rows:
        if since > last:
            continue
        day = last if above == unit_id or until is None else min(last, until - _DAY)
        closed[unit_id] = max(day, closed.get(unit_id, day))
    return closed
