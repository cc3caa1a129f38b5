"""The machinery under the deeds: gates, locks, and what is known and booked of subjects, read in batches.

A deed takes the gates of the books shared, then locks its subjects in key order, then reads, so that whoever holds a
gate alone misses no deed under way, and `seq` on one subject is the order of commits. Owners lock their own rows before
they call the ledger, never after it: rows, gate, subjects is everybody's order, so that nobody waits in a circle.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from doanso.ledger import rules
from doanso.ledger.groups import Group, groups_of
from doanso.ledger.models import Book, Entry, Fact, Measure, MeasureKind, Placement, Subject, Suspension
from doanso.ledger.rules import Crossing, Placed, Record, Source, Stated, Suspended, Terms, Topic
from doanso.lib import database
from doanso.units.models import UnitPath

GATE = "ledger.books"
_STANDING = (
    *("seq", "takes_back", "subject", "measure", "late_from"),
    *("sign", "unit", "day", "grade", "source_kind", "source_id", "happened_on", "arrived_on", "moved_day"),
)
_PLACED = ("subject", "id", "unit", "since", "until", "arrived_on", "source_kind", "source_id")
_SUSPENDED = ("subject", "id", "measure_code", "since", "until", "source_kind", "source_id")
_STATED = (
    *("subject", "family", "topic"),
    *("id", "level", "unit", "happened_on", "arrived_on", "grade", "source_kind", "source_id"),
)


def book_gate(book_id: UUID) -> str:
    """The name of a book's gate."""
    return f"ledger.book.{book_id}"


@dataclass(frozen=True, slots=True)
class OpenMeasure:
    """A measure with its book, as it stands behind the gate."""

    id: int
    book_id: UUID
    root_id: UUID
    # The last day that any unit of its book has closed.
    closed_until: date | None
    terms: Terms

    @property
    def topic(self) -> Topic:
        """What its facts are called."""
        return self.terms.family, self.terms.topic


@contextmanager
def deed() -> Iterator[list[OpenMeasure]]:
    """A counting deed behind the gates of all books; it belongs to the caller's transaction when there is one."""
    if connection.in_atomic_block:
        yield _behind_gates()
        return
    with transaction.atomic():
        yield _behind_gates()


@contextmanager
def alone() -> Iterator[list[OpenMeasure]]:
    """A deed that no counting deed may be beside: it waits for those under way, and the next ones wait for it.

    It must be the first deed of the ledger in its transaction: who holds the gate shared already can't have it alone.
    """
    with transaction.atomic():
        database.lock([GATE], shared=False)
        yield open_measures()


def _behind_gates() -> list[OpenMeasure]:
    database.lock([GATE], shared=True)
    if database.locks_rows():
        books = Book.objects.values_list("id", flat=True)
        database.lock([book_gate(one) for one in books], shared=True)
    return open_measures()


def open_measures(book_id: UUID | None = None) -> list[OpenMeasure]:
    """The measures of all books, or of one."""
    found = Measure.objects.order_by("id") if book_id is None else Measure.objects.filter(book=book_id).order_by("id")
    return [
        OpenMeasure(row[0], row[1], row[2], row[3], Terms(*row[4:]))
        for row in found.values_list(
            "id",
            "book_id",
            "book__root_id",
            "book__closed_until",
            "code",
            "kind",
            "family",
            "topic",
            "level",
            "least_grade",
            "book__first_day",
            "book__last_day",
        )
    ]


def lock_subjects(keys: Collection[tuple[str, UUID]]) -> tuple[dict[tuple[str, UUID], int], set[int]]:
    """Get or make these subjects and lock them in key order; their ids by (kind, ref), and which are new.

    Making comes first and locking after it: the other way round, two deeds could wait for each other.
    """
    known = _subject_ids(keys)
    missing = sorted((key for key in keys if key not in known), key=lambda key: (key[0], key[1].int))
    rows = database.insert_new_rows(Subject, ("kind", "ref"), missing, ("kind", "ref", "id"))
    new = {(kind, ref): pk for kind, ref, pk in rows}
    # Another deed may have made one of them meanwhile.
    made = _subject_ids([key for key in missing if key not in new]) if len(new) < len(missing) else {}
    # What this deed has made nobody else has seen.
    lock_ids([*known.values(), *made.values()])
    return known | made | new, set(new.values())


def _subject_ids(keys: Collection[tuple[str, UUID]]) -> dict[tuple[str, UUID], int]:
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for kind, ref in keys:
        by_kind[kind].append(ref)
    wanted = [f"(kind = %s AND ref IN ({database.marks(refs)}))" for refs in by_kind.values()]
    said = [one for kind, refs in by_kind.items() for one in (kind, *refs)]
    rows = database.read_rows(Subject, ("kind", "ref", "id"), " OR ".join(wanted), said) if wanted else []
    return {(kind, ref): pk for kind, ref, pk in rows}


def lock_ids(ids: Collection[int]) -> None:
    """Lock known subjects, with whoever is one with them, in key order; SQLite's write lock holds already."""
    if database.locks_rows():
        everybody = [one for group in groups_of(ids) for one in group]
        list(Subject.objects.select_for_update().filter(id__in=everybody).order_by("id").values_list("id"))
    else:
        database.note_rows(Subject, ids)


def records(subject_ids: Collection[int], topics: Collection[Topic] | None = None) -> dict[int, Record]:
    """The standing facts of these subjects; with `topics`, states and times of these alone."""
    found: dict[int, Record] = defaultdict(Record)
    ids = list(subject_ids)
    if not ids:
        return found
    here = f"subject_id IN ({database.marks(ids)}) AND NOT taken_back"
    read_placements(ids, found)
    for row in database.read_rows(Suspension, _SUSPENDED, here, ids):
        found[row[0]].suspensions.append(Suspended(row[1], row[2], row[3], row[4], (row[5], row[6])))
    families = [] if topics is None else sorted({family for family, _topic in topics})
    stands = f"{here} AND NOT refused"
    wanted = f"{stands} AND family IN ({database.marks(families)})" if families else stands
    for row in database.read_rows(Fact, _STATED, wanted, [*ids, *families]):
        fact = Stated(row[3], row[4], row[5], row[6], row[7], row[8], (row[9], row[10]))
        found[row[0]].facts.setdefault((row[1], row[2]), []).append(fact)
    return found


def read_placements(subject_ids: Sequence[int], records_by_subject: dict[int, Record]) -> None:
    """Add the placements of these subjects to their records, which `defaultdict(Record)` makes; one statement."""
    condition = f"subject_id IN ({database.marks(subject_ids)}) AND NOT taken_back"
    for row in database.read_rows(Placement, _PLACED, condition, subject_ids):
        placement = Placed(row[1], row[2], row[3], row[4], row[5], (row[6], row[7]))
        records_by_subject[row[0]].placements.append(placement)


class Tree:
    """Which units stood under which roots, read once for a deed."""

    def __init__(self, roots: Iterable[UUID], units: Iterable[UUID]) -> None:
        self._spans: dict[tuple[UUID, UUID], list[tuple[date, date | None]]] = defaultdict(list)
        self._asked: dict[UUID, rules.UnderRoot] = {}
        above, below = set(roots), set(units)
        if not below:
            return
        where = f"ancestor_id IN ({database.marks(above)}) AND unit_id IN ({database.marks(below)})"
        paths = database.read_rows(UnitPath, ("ancestor", "unit", "since", "until"), where, [*above, *below])
        for root, unit, since, until in paths:
            self._spans[root, unit].append((since, until))

    def under(self, root: UUID) -> rules.UnderRoot:
        """The question asked of one root; what was answered once is remembered."""
        if root not in self._asked:

            @cache
            def answer(unit: UUID, day: date) -> date | None:
                spans = self._spans.get((root, unit), ())
                return min((max(since, day) for since, until in spans if until is None or day < until), default=None)

            self._asked[root] = answer
        return self._asked[root]


def tree_of(measures: Iterable[OpenMeasure], known: Mapping[int, Record]) -> Tree:
    """The tree between the books' roots and every unit that these facts name."""
    units: set[UUID] = set()
    for record in known.values():
        units.update(place.unit_id for place in record.placements)
        for facts in record.facts.values():
            units.update(fact.unit_id for fact in facts if fact.unit_id is not None)
    return Tree({one.root_id for one in measures}, units)


Standing = dict[Crossing, list[tuple[int, date]]]
"""What stands in a measure, with the `seq` of each entry and the day it is booked on, which is not the crossing's own day
where that was closed."""


@dataclass(frozen=True, slots=True)
class Booked:
    """What is booked of some subjects: the entries that no correction has taken back, by subject and measure, and at
    which `seq` each source was first booked in a measure."""

    standing: dict[tuple[int, int], Standing] = field(default_factory=dict)
    first_seq: dict[tuple[int, Source], int] = field(default_factory=dict)
    # The days on which entries or corrections of a subject are booked that belong to earlier ones.
    late: dict[tuple[int, int], list[date]] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[Any, ...]], measures: Sequence[OpenMeasure]) -> "Booked":
        """From entries in the order of their `seq`, each with the columns of `_STANDING`."""
        found = cls()
        gone = {row[1] for row in rows if row[1] is not None}
        lines = {one.id for one in measures if one.terms.kind == MeasureKind.HELPED}
        for row in rows:
            key, own_day, crossing = (row[2], row[3]), row[4], Crossing(*row[5:])
            day = crossing.day
            if own_day is not None:
                crossing = crossing._replace(day=own_day)
                # What was taken back on its own day is as if it had never been; a correction stays, and so does its day.
                if row[0] not in gone:
                    found.late.setdefault(key, []).append(day)
            if row[1] is None and row[0] not in gone:
                found.standing.setdefault(key, {}).setdefault(crossing, []).append((row[0], day))
            if row[3] in lines:
                found.first_seq.setdefault((row[3], (crossing.source_kind, crossing.source_id)), row[0])
        return found

    def of(self, subject_id: int, measure: OpenMeasure) -> Standing:
        """What stands of a subject in a measure."""
        return self.standing.get((subject_id, measure.id), {})

    def late_days(self, group: Group, measure: OpenMeasure) -> list[date]:
        """The days on which something of a group is booked in a measure that belongs to earlier ones."""
        return [day for one in group for day in self.late.get((one, measure.id), ())]

    def reached(self, measure: OpenMeasure) -> rules.Reached:
        """The place in a measure's line that each claim has."""
        return lambda source: self.first_seq.get((measure.id, source))


def booked(subject_ids: Collection[int], measures: Sequence[OpenMeasure]) -> Booked:
    """What is booked of these subjects in these measures."""
    subjects, ids = list(subject_ids), [one.id for one in measures]
    if not subjects:
        return Booked()
    where = f"subject_id IN ({database.marks(subjects)}) AND measure_id IN ({database.marks(ids)}) ORDER BY seq"
    return Booked.of_rows(database.read_rows(Entry, _STANDING, where, [*subjects, *ids]), measures)


_NOTHING = Record()


def joined(known: Mapping[int, Record], group: Group) -> Record:
    """The facts of subjects that are one, as of one."""
    if len(group) == 1:
        return known.get(group[0], _NOTHING)
    whole = Record()
    for one in group:
        part = known.get(one, _NOTHING)
        whole.placements += part.placements
        whole.suspensions += part.suspensions
        for topic, facts in part.facts.items():
            whole.facts.setdefault(topic, []).extend(facts)
    return whole
