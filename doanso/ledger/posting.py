"""The difference posted: what the facts of subjects book, less what stands booked already, on days that are open.

What must agree on every day waits together for an open one: the bookings of one line of claims, and of all states that a
subject has in one book, so that it is never in a share's numerator without being in its denominator.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from doanso.ledger import closing, rules
from doanso.ledger.closing import ClosedDays, Posting
from doanso.ledger.groups import Group, groups_of
from doanso.ledger.locking import (
    Booked,
    OpenMeasure,
    Standing,
    Tree,
    booked,
    deed,
    joined,
    lock_ids,
    records,
    tree_of,
)
from doanso.ledger.models import Book, Entry, MeasureKind, Queue, Subject
from doanso.ledger.rules import ACTIVE, EXEMPT, Crossing, Record, Topic
from doanso.lib import database

_GRADES = 5
_ENTRY_COLUMNS = (
    "book",
    "measure",
    "subject",
    "unit",
    "day",
    "grade",
    "source_kind",
    "source_id",
    "happened_on",
    "arrived_on",
    "moved_day",
    "sign",
    "takes_back",
    "late_from",
)
_QUEUE_COLUMNS = ("book", "measure", "unit", "day", "g0", "g1", "g2", "g3", "g4")

_UNREAD: Mapping[int, Record] = {}

Wanted = list[tuple[int, Crossing]]
"""Bookings with the subject each is booked of, in the order in which they are to be written."""


def desired(
    measure: OpenMeasure, group: Group, known: Mapping[int, Record], under: rules.UnderRoot, reached: rules.Reached
) -> Wanted:
    """What the facts of a subject book in a measure; most measures are passed over without arithmetic.

    Subjects that are one are in a state once, booked of the one that remained; what was done for them stays booked of
    the one it was stated of, so that an undone merge finds it there.
    """
    terms = measure.terms
    if terms.kind == MeasureKind.TIMES:
        return [
            (one, crossing)
            for one in group
            if one in known and measure.topic in known[one].facts
            for crossing in rules.crossings(terms, known[one], under, reached)
        ]
    record = joined(known, group)
    if terms.family == EXEMPT:
        if not record.suspensions:
            return []
    elif terms.family != ACTIVE and measure.topic not in record.facts:
        return []
    found = rules.crossings(terms, record, under, reached)
    if len(group) == 1 or terms.kind == MeasureKind.STATE:
        return [(group[0], crossing) for crossing in found]
    owners = {fact.source: one for one in group if one in known for fact in known[one].facts.get(measure.topic, ())}
    return [(owners[crossing.source_kind, crossing.source_id], crossing) for crossing in found]


class Change(NamedTuple):
    """What a group of subjects wants booked in a measure, what stands, the postings that lead from the one to the other,
    and the days on which something of it was booked late before."""

    measure: OpenMeasure
    group: Group
    wanted: Wanted
    standing: Mapping[int, Standing]
    postings: Sequence[Posting]
    late: Sequence[date]

    @property
    def is_state(self) -> bool:
        """Whether it is a state, which waits with the other states of its book."""
        return self.measure.terms.kind == MeasureKind.STATE

    @property
    def reaches_back(self) -> bool:
        """Whether it has something to book on a day that some unit of its book has closed."""
        return any(closing.may_be_closed(one.day, self.measure.closed_until) for one in self.postings)


def changes(
    measures: Sequence[OpenMeasure], groups: Sequence[Group], known: Mapping[int, Record], there: Booked, tree: Tree
) -> list[Change]:
    """What these groups have to book in these measures, group by group, passing over where nothing is said or booked."""
    asked = [(one, tree.under(one.root_id), there.reached(one)) for one in measures]
    found = []
    for group in groups:
        for measure, under, reached in asked:
            wanted = desired(measure, group, known, under, reached)
            standing = {one: there.of(one, measure) for one in group}
            late = there.late_days(group, measure)
            if late and measure.terms.kind != MeasureKind.STATE:
                wanted = _as_booked(wanted, standing)
            if wanted or late or any(standing.values()):
                found.append(Change(measure, group, wanted, standing, _difference(measure, wanted, standing), late))
    return found


def _as_booked(wanted: Wanted, standing: Mapping[int, Standing]) -> Wanted:
    """The same with the units of which it stands booked: those of a unit that had ended are booked of another one."""
    units = {(one, _anywhere(crossing)): crossing.unit_id for one, there in standing.items() for crossing in there}
    return [
        (one, crossing._replace(unit_id=units.get((one, _anywhere(crossing)), crossing.unit_id)))
        for one, crossing in wanted
    ]


def _anywhere(crossing: Crossing) -> Crossing:
    return crossing._replace(unit_id=UUID(int=0))


def _difference(measure: OpenMeasure, wanted: Wanted, standing: Mapping[int, Standing]) -> list[Posting]:
    """Corrections of what stands and is not wanted, then what is wanted and does not stand."""
    left = {
        (subject_id, crossing): list(seqs) for subject_id, there in standing.items() for crossing, seqs in there.items()
    }
    new = []
    for subject_id, crossing in wanted:
        seqs = left.get((subject_id, crossing))
        if seqs:
            seqs.pop(0)
        else:
            new.append(Posting(measure.id, subject_id, crossing, crossing.sign, None, crossing.day))
    corrections = [
        Posting(measure.id, subject_id, crossing, -crossing.sign, seq, day)
        for (subject_id, crossing), seqs in left.items()
        for seq, day in seqs
    ]
    return corrections + new


def settle(
    measures: Sequence[OpenMeasure],
    subject_ids: Collection[int],
    *,
    topics: Collection[Topic] | None = None,
    bare: Collection[int] = (),
    known: Mapping[int, Record] = _UNREAD,
) -> None:
    """Post what the facts of these subjects book, less what stands booked already.

    `topics` names what has changed, when it is not the placement or suspension; `bare` are subjects made a moment ago, and
    `known` is everything there is of some of them, which then need not be read.
    """
    touched = [one for one in measures if topics is None or one.topic in topics]
    if not touched or not subject_ids:
        return
    old = groups_of([one for one in subject_ids if one not in bare])
    groups = [*old, *((one,) for one in sorted(subject_ids) if one in bare)]
    known = {**records([one for group in groups for one in group if one not in known], topics), **known}
    there = booked([one for group in old for one in group], touched)
    found = changes(touched, groups, known, there, tree_of(touched, known))
    if topics is not None and any(one.is_state and one.reaches_back for one in found):
        # It waits for a day with the subject's other states, which have not been read.
        settle(measures, subject_ids, bare=bare)
        return
    days = closed_days(found)
    post([row for together in waiting_together(found) for row in on_open_days(together, days)])


def waiting_together(found: Iterable[Change]) -> list[list[Change]]:
    """What has to agree on every day: a group's states in one book, and else each change for itself."""
    together: dict[tuple[Any, ...], list[Change]] = {}
    for one in found:
        key = (one.group, one.measure.book_id) if one.is_state else (one.group, one.measure.id)
        together.setdefault(key, []).append(one)
    return list(together.values())


def closed_days(found: Iterable[Change]) -> ClosedDays:
    """Until when the units of these have closed; no statement while none of them could be closed."""
    return ClosedDays.of(
        (one.measure.book_id, one.measure.root_id, posting)
        for one in found
        if one.reaches_back
        for posting in one.postings
    )


def on_open_days(together: Sequence[Change], days: ClosedDays) -> list[tuple[Any, ...]]:
    """The entries of what waits together, each on a day that is open, and none where no day is left."""
    measure = together[0].measure
    postings = [posting for one in together for posting in one.postings]
    if measure.closed_until is None:
        return [(measure.book_id, *one.row(one.day, one.crossing.unit_id)) for one in postings]
    rows = closing.on_open_days(
        postings,
        alone=measure.terms.kind == MeasureKind.TIMES,
        late=[day for one in together for day in one.late],
        closed=lambda unit: days.until(measure.book_id, unit),
        # A state leaves the figures with its unit, whatever is booked of it after.
        bearer=lambda unit, day: unit if together[0].is_state else days.bearer(measure.root_id, unit, day),
        last_day=measure.terms.last_day,
    )
    return [(measure.book_id, *row) for row in rows]


def post(entries: Sequence[tuple[Any, ...]]) -> None:
    """Write entries, and what they add up to per book, measure, unit and day into the queue."""
    if not entries:
        return
    database.insert_rows(Entry, _ENTRY_COLUMNS, entries)
    sums: dict[tuple[Any, ...], list[int]] = {}
    for book, measure, _subject, unit, day, grade, *_source, sign, _takes_back, _late in entries:
        counts = sums.setdefault((book, measure, unit, day), [0] * _GRADES)
        counts[grade] += sign
    database.insert_rows(Queue, _QUEUE_COLUMNS, [(*key, *counts) for key, counts in sums.items() if any(counts)])


def fill(book: Book, *, page: int = 500) -> None:
    """Book what is known already, page by page of subjects; done again it changes nothing.

    Claims that no line has seen stand in the order in which they were stated.
    """
    after = 0
    while True:
        with deed() as measures:
            standing = Subject.objects.filter(id__gt=after, merged_into=None)
            ids = list(standing.order_by("id").values_list("id", flat=True)[:page])
            if not ids:
                return
            lock_ids(ids)
            settle([one for one in measures if one.book_id == book.pk], ids)
        after = ids[-1]
