"""Days that are closed: nothing is booked on them any more.

What belongs to a closed day is booked on the first open one, marked with the day it belongs to. Of one subject's states
in a book, or of claims that stand in one line, everything that a deed books waits for the last of these days together, and
for those that earlier deeds waited for: up to it the past stays as it was booked, from it on it is as the facts say, and
on no day does the subject count twice, or in a share's numerator alone.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from doanso.ledger.models import Frozen
from doanso.ledger.rules import Crossing
from doanso.units.models import Unit, UnitPath

_DAY = timedelta(days=1)
Closed = Callable[[UUID], date | None]
"""The last closed day of a unit; None when it has closed nothing."""
Bearer = Callable[[UUID, date], UUID]
"""The unit of which something of a unit is booked on a day: another one when it has ended by then."""


class Posting(NamedTuple):
    """An entry to be: in which measure, of whom, what it says, its sign, which entry it takes back, and the day it belongs
    to."""

    measure_id: int
    subject_id: int
    crossing: Crossing
    sign: int
    takes_back: int | None
    day: date

    def row(self, day: date, unit_id: UUID) -> tuple[Any, ...]:
        """The entry's columns after its book, booked on that day of that unit."""
        late_from = None if day == self.day else self.day
        _sign, _unit, _day, *rest = self.crossing
        return (self.measure_id, self.subject_id, unit_id, day, *rest, self.sign, self.takes_back, late_from)


def may_be_closed(day: date, closed_until: date | None) -> bool:
    """Whether it is worth asking for the unit's own last closed day."""
    return closed_until is not None and day <= closed_until


def on_open_days(
    postings: Sequence[Posting],
    *,
    alone: bool,
    late: Collection[date],
    closed: Closed,
    bearer: Bearer,
    last_day: date,
) -> list[tuple[Any, ...]]:
    """The rows of what one group of subjects books and has to agree on every day, each on an open day.

    `alone`: every source counts by itself (Times). `late` are the days on which earlier deeds booked what belongs before
    them, corrections too: until then the past is as it was, not as the facts say. `bearer` says of whom a unit's entries
    are booked on a day. Where the book has no open day left, nothing is booked.
    """
    if alone:
        dated = [(one, *_first_open(one, one.day, closed, bearer)) for one in postings]
        return [one.row(day, unit_id) for one, day, unit_id in dated if day <= last_day]
    if not postings:
        return []
    first = min(one.day for one in postings)
    floor, before = max((day for day in late if day > first), default=date.min), None
    while floor != before:
        before = floor
        dated = [(one, *_first_open(one, max(one.day, floor), closed, bearer)) for one in postings]
        floor = max([floor, *(day for one, day, _unit in dated if day != one.day)])
    return [one.row(day, unit_id) for one, day, unit_id in dated] if floor <= last_day else []


def _first_open(one: Posting, day: date, closed: Closed, bearer: Bearer) -> tuple[date, UUID]:
    """The first open day from that one on, and of which unit it is booked then."""
    while True:
        unit_id = bearer(one.crossing.unit_id, day)
        until = closed(unit_id)
        if until is None or day > until:
            return day, unit_id
        day = until + _DAY


class _Ended(NamedTuple):
    """A unit that is no more from a day on, and who may bear what is booked of it then, the best first."""

    until: date
    bearers: list[UUID]


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Until when units have closed, and who stands for those that have ended, read at once for all that a deed books."""

    _until: dict[tuple[UUID, UUID], date] = field(default_factory=dict)
    _ended: dict[UUID, _Ended] = field(default_factory=dict)
    _spans: dict[tuple[UUID, UUID], list[tuple[date, date | None]]] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Iterable[tuple[UUID, UUID, Posting]]) -> "ClosedDays":
        """For the units of these postings, by book and its root; no statement when there are none."""
        units: dict[UUID, set[UUID]] = defaultdict(set)
        roots = set()
        for book_id, root_id, posting in asked:
            units[book_id].add(posting.crossing.unit_id)
            roots.add(root_id)
        ended = _ended({one for ids in units.values() for one in ids})
        until: dict[tuple[UUID, UUID], date] = {}
        for book_id, ids in units.items():
            bearers = {bearer for one in ids if one in ended for bearer in ended[one].bearers}
            until |= {(book_id, unit): day for unit, day in closed_until(book_id, ids | bearers).items()}
        return cls(until, ended, _spans(roots, ended))

    def until(self, book_id: UUID, unit_id: UUID) -> date | None:
        """The last closed day of a unit in a book."""
        return self._until.get((book_id, unit_id))

    def bearer(self, root_id: UUID, unit_id: UUID, day: date) -> UUID:
        """The unit itself; from its end on whoever keeps its records, or stood above it, and is below the root that day."""
        ended = self._ended.get(unit_id)
        if ended is None or day < ended.until:
            return unit_id
        for bearer in ended.bearers:
            spans = self._spans.get((root_id, bearer), ())
            if any(since <= day and (until is None or day < until) for since, until in spans):
                return bearer
        return unit_id


def _ended(unit_ids: Collection[UUID]) -> dict[UUID, _Ended]:
    """Those of these units that have ended."""
    rows = Unit.objects.filter(pk__in=list(unit_ids), until__isnull=False) if unit_ids else Unit.objects.none()
    found = {
        unit_id: _Ended(until, [] if keeper_id is None else [keeper_id])
        for unit_id, until, keeper_id in rows.values_list("pk", "until", "keeper_id")
        if until is not None
    }
    if found:
        above = UnitPath.objects.filter(unit__in=list(found), depth__gt=0).order_by("-until", "depth")
        for unit_id, ancestor_id in above.values_list("unit_id", "ancestor_id"):
            found[unit_id].bearers.append(ancestor_id)
    return found


def _spans(
    roots: Collection[UUID], ended: dict[UUID, _Ended]
) -> dict[tuple[UUID, UUID], list[tuple[date, date | None]]]:
    """When those who may bear ended units' entries stood below the books' roots."""
    found: dict[tuple[UUID, UUID], list[tuple[date, date | None]]] = defaultdict(list)
    bearers = {bearer for one in ended.values() for bearer in one.bearers}
    if bearers:
        paths = UnitPath.objects.filter(ancestor__in=list(roots), unit__in=list(bearers))
        for root_id, unit_id, since, until in paths.values_list("ancestor_id", "unit_id", "since", "until"):
            found[root_id, unit_id].append((since, until))
    return dict(found)


def closed_until(book_id: UUID, unit_ids: Collection[UUID]) -> dict[UUID, date]:
    """The last closed day of each unit, by itself or under a unit above it; those that have closed nothing are absent.

    What a unit above has closed is closed for every unit that stood below it in those days, also for one that was
    founded or entered for them afterwards.
    """
    paths = list(
        UnitPath.objects.filter(unit_id__in=list(unit_ids)).values_list("unit_id", "ancestor_id", "since", "until")
    )
    closings = Frozen.objects.filter(book_id=book_id, closes=True, unit_id__in={one[1] for one in paths})
    last: dict[UUID, date] = {}
    for unit_id, day in closings.values_list("unit_id", "last_day"):
        last[unit_id] = max(day, last.get(unit_id, day))
    found: dict[UUID, date] = {}
    for unit_id, above, since, until in paths:
        if above not in last or since > last[above]:
            continue
        day = last[above] if above == unit_id or until is None else min(last[above], until - _DAY)
        found[unit_id] = max(day, found.get(unit_id, day))
    return found
