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

from doanso.tally.models import Frozen
from doanso.tally.rules import Crossing
from doanso.units.models import UnitPath

_DAY = timedelta(days=1)
Closed = Callable[[UUID], date | None]
"""The last closed day of a unit; None when it has closed nothing."""


class Posting(NamedTuple):
    """An entry to be: in which measure, of whom, what it says, its sign, which entry it takes back, and the day it belongs
    to."""

    measure_id: int
    subject_id: int
    crossing: Crossing
    sign: int
    takes_back: int | None
    day: date

    def row(self, day: date) -> tuple[Any, ...]:
        """The entry's columns after its book, booked on that day."""
        late_from = None if day == self.day else self.day
        _sign, unit_id, _day, *rest = self.crossing
        return (self.measure_id, self.subject_id, unit_id, day, *rest, self.sign, self.takes_back, late_from)


def may_be_closed(day: date, closed_until: date | None) -> bool:
    """Whether it is worth asking for the unit's own last closed day."""
    return closed_until is not None and day <= closed_until


def on_open_days(
    postings: Sequence[Posting], *, alone: bool, late: Collection[date], closed: Closed, last_day: date
) -> list[tuple[Any, ...]]:
    """The rows of what one group of subjects books and has to agree on every day, each on an open day.

    `alone`: every source counts by itself (Times). `late` are the days on which earlier deeds booked what belongs before
    them, corrections too: until then the past is as it was, not as the facts say. Where the book has no open day left,
    nothing is booked.
    """
    if alone:
        dated = [(one, _first_open(one, closed)) for one in postings]
        return [one.row(day) for one, day in dated if day <= last_day]
    if not postings:
        return []
    moved = [day for one in postings if (day := _first_open(one, closed)) != one.day]
    first = min(one.day for one in postings)
    floor = max([*moved, *(day for day in late if day > first)], default=date.min)
    if floor > last_day:
        return []
    return [one.row(max(one.day, floor)) for one in postings]


def _first_open(one: Posting, closed: Closed) -> date:
    until = closed(one.crossing.unit_id)
    return one.day if until is None or one.day > until else until + _DAY


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Until when units have closed, read at once for all that a deed books."""

    _until: dict[tuple[UUID, UUID], date] = field(default_factory=dict)

    @classmethod
    def of(cls, asked: Iterable[tuple[UUID, Posting]]) -> "ClosedDays":
        """For the units of these postings, by book; no statement when there are none."""
        units: dict[UUID, set[UUID]] = defaultdict(set)
        for book_id, posting in asked:
            units[book_id].add(posting.crossing.unit_id)
        return cls({(book, unit): day for book, ids in units.items() for unit, day in closed_until(book, ids).items()})

    def until(self, book_id: UUID, unit_id: UUID) -> date | None:
        """The last closed day of a unit in a book."""
        return self._until.get((book_id, unit_id))


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
