"""Gates and locks under the actions, and the facts and posted entries of subjects, read in batches.

An action takes the gates of the books shared, then locks its subjects in key order, then reads. So a transaction that holds a
gate exclusively sees every earlier action complete, and `seq` on one subject is the order of commits. Owners lock their own rows
before they call the ledger, never after it: the order of rows, gate, subjects is the same for all, so no deadlock arises.
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
from doanso.ledger.models import Book, Entry, Fact, Measure, MeasureKind, Placement, Subject, Suspension
from doanso.ledger.rules import (
    Crossing,
    MeasureTerms,
    PlacementSpan,
    Source,
    StatedFact,
    SubjectFacts,
    SuspensionSpan,
    Topic,
)
from doanso.ledger.subject_groups import SubjectGroup, subject_groups_of
from doanso.lib import database
from doanso.lib.database import hot_reads
from doanso.units.models import UnitPath

GATE = "ledger.books"
_ENTRY_COLUMNS = (
    *("seq", "takes_back", "subject", "measure", "late_from"),
    *("amount", "unit", "day", "grade", "source_kind", "source_id", "happened_on", "arrived_on", "moved_day"),
)
_PLACEMENT_COLUMNS = ("subject", "id", "unit", "since", "until", "arrived_on", "source_kind", "source_id")
_SUSPENSION_COLUMNS = ("subject", "id", "measure_code", "since", "until", "source_kind", "source_id")
_FACT_COLUMNS = (
    *("subject", "family", "topic"),
    *("id", "level", "unit", "happened_on", "arrived_on", "grade", "source_kind", "source_id", "amount"),
)


def book_gate(book_id: UUID) -> str:
    """Return the name of a book's gate."""
    return f"ledger.book.{book_id}"


@dataclass(frozen=True, slots=True)
class OpenMeasure:
    """A measure with its book, as read behind the gate; `closed_until` is the last day that any unit of its book has closed."""

    id: int
    book_id: UUID
    root_id: UUID
    closed_until: date | None
    terms: MeasureTerms

    @property
    def topic(self) -> Topic:
        """Return the family and topic of its facts."""
        return self.terms.family, self.terms.topic


@contextmanager
def counting_transaction() -> Iterator[list[OpenMeasure]]:
    """Open the gates of all books shared and yield the measures; the caller's transaction is used when there is one."""
    if connection.in_atomic_block:
        yield _behind_gates()
        return
    with transaction.atomic():
        yield _behind_gates()


@contextmanager
def exclusive_transaction() -> Iterator[list[OpenMeasure]]:
    """Hold the gate exclusively and yield the measures: waits for counting actions under way and blocks later ones.

    It must be the first call of the ledger in its transaction: a gate that is held shared cannot be taken exclusively.
    """
    with transaction.atomic():
        database.lock([GATE], shared=False)
        yield open_measures()


def _behind_gates() -> list[OpenMeasure]:
    database.lock([GATE], shared=True)
    if database.locks_rows():
        books = Book.objects.values_list("id", flat=True)
        database.lock([book_gate(book_id) for book_id in books], shared=True)
    return open_measures()


def open_measures(book_id: UUID | None = None) -> list[OpenMeasure]:
    """Return the measures of all books, or of one."""
    rows = hot_reads.read_joined(
        [
            ("m", Measure, ("id",)),
            ("b", Book, ("id", "root", "closed_until")),
            ("m", Measure, ("code", "kind", "family", "topic", "level", "least_grade")),
            ("b", Book, ("first_day", "last_day")),
        ],
        "FROM ledger_measure m JOIN ledger_book b ON b.id = m.book_id"
        f"{'' if book_id is None else ' WHERE b.id = %s'} ORDER BY m.id",
        [] if book_id is None else [book_id],
    )
    return [OpenMeasure(row[0], row[1], row[2], row[3], MeasureTerms(*row[4:])) for row in rows]


def lock_subjects(keys: Collection[tuple[str, UUID]]) -> tuple[dict[tuple[str, UUID], int], set[int]]:
    """Get or create these subjects and lock them in key order. Return their ids by (kind, ref), and the ids that are new.

    Subjects are created first and locked afterwards: the other way round, two actions could wait for each other.
    """
    existing_ids = _subject_ids(keys)
    missing = sorted((key for key in keys if key not in existing_ids), key=lambda key: (key[0], key[1].int))
    rows = database.insert_new_rows(Subject, ("kind", "ref"), missing, ("kind", "ref", "id"))
    new = {(kind, ref): pk for kind, ref, pk in rows}
    # Another action may have created one of them meanwhile.
    foreign_ids = _subject_ids([key for key in missing if key not in new]) if len(new) < len(missing) else {}
    # The new ones are visible to this transaction alone, so they need no lock.
    lock_ids([*existing_ids.values(), *foreign_ids.values()])
    return existing_ids | foreign_ids | new, set(new.values())


def _subject_ids(keys: Collection[tuple[str, UUID]]) -> dict[tuple[str, UUID], int]:
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for kind, ref in keys:
        by_kind[kind].append(ref)
    conditions = [f"(kind = %s AND ref IN ({database.placeholders(refs)}))" for refs in by_kind.values()]
    parameters = [value for kind, refs in by_kind.items() for value in (kind, *refs)]
    rows = database.read_rows(Subject, ("kind", "ref", "id"), " OR ".join(conditions), parameters) if conditions else []
    return {(kind, ref): pk for kind, ref, pk in rows}


def lock_ids(ids: Collection[int]) -> None:
    """Lock existing subjects with the others of their groups, in key order; on SQLite the database's write lock suffices."""
    if database.locks_rows():
        group_ids = [subject_id for group in subject_groups_of(ids) for subject_id in group]
        list(Subject.objects.select_for_update().filter(id__in=group_ids).order_by("id").values_list("id"))
    else:
        database.note_rows(Subject, ids)


def read_facts(subject_ids: Collection[int], topics: Collection[Topic] | None = None) -> dict[int, SubjectFacts]:
    """Return the facts in force of these subjects, by subject.

    With `topics`, only the facts of these topics are read, beside placements and suspensions.
    """
    facts: dict[int, SubjectFacts] = defaultdict(SubjectFacts)
    ids = list(subject_ids)
    if not ids:
        return facts
    in_force = f"subject_id IN ({database.placeholders(ids)}) AND NOT taken_back"
    read_placements(ids, facts)
    for row in database.read_rows(Suspension, _SUSPENSION_COLUMNS, in_force, ids):
        facts[row[0]].suspensions.append(SuspensionSpan(row[1], row[2], row[3], row[4], (row[5], row[6])))
    families = [] if topics is None else sorted({family for family, _topic in topics})
    where = f"{in_force} AND NOT refused"
    if families:
        where += f" AND family IN ({database.placeholders(families)})"
    for row in database.read_rows(Fact, _FACT_COLUMNS, where, [*ids, *families]):
        fact = StatedFact(row[3], row[4], row[5], row[6], row[7], row[8], (row[9], row[10]), row[11])
        facts[row[0]].facts.setdefault((row[1], row[2]), []).append(fact)
    return facts


def read_placements(subject_ids: Sequence[int], facts_by_subject: dict[int, SubjectFacts]) -> None:
    """Add the placements of these subjects to `facts_by_subject`, a `defaultdict(SubjectFacts)`; one statement."""
    condition = f"subject_id IN ({database.placeholders(subject_ids)}) AND NOT taken_back"
    for row in database.read_rows(Placement, _PLACEMENT_COLUMNS, condition, subject_ids):
        placement = PlacementSpan(row[1], row[2], row[3], row[4], row[5], (row[6], row[7]))
        facts_by_subject[row[0]].placements.append(placement)


class UnitTree:
    """The days on which units were under the books' roots, read once for an action."""

    def __init__(self, roots: Iterable[UUID], units: Iterable[UUID]) -> None:
        self._spans: dict[tuple[UUID, UUID], list[tuple[date, date | None]]] = defaultdict(list)
        self._answers: dict[UUID, rules.UnderRoot] = {}
        self._left_on: dict[UUID, date] = {}
        above, below = set(roots), set(units)
        if not below:
            return
        where = f"ancestor_id IN ({database.placeholders(above)}) AND unit_id IN ({database.placeholders(below)})"
        paths = database.read_rows(UnitPath, ("ancestor", "unit", "since", "until"), where, [*above, *below])
        for root, unit, since, until in paths:
            self._spans[root, unit].append((since, until))
            left_on = until or date.max
            self._left_on[unit] = max(left_on, self._left_on.get(unit, left_on))

    def has_left(self, unit_id: UUID, day: date) -> bool:
        """Return whether a unit was below some of the roots before a day, and is below none of them from that day on."""
        return self._left_on.get(unit_id, date.max) <= day

    def under(self, root: UUID) -> rules.UnderRoot:
        """Return the function that tells on which days a unit was under one root; its results are cached."""
        if root not in self._answers:

            @cache
            def answer(unit: UUID, day: date) -> date | None:
                spans = self._spans.get((root, unit), ())
                return min((max(since, day) for since, until in spans if until is None or day < until), default=None)

            self._answers[root] = answer
        return self._answers[root]


def read_tree(measures: Iterable[OpenMeasure], facts_by_subject: Mapping[int, SubjectFacts]) -> UnitTree:
    """Return the tree between the books' roots and every unit that these facts name."""
    units: set[UUID] = set()
    for subject_facts in facts_by_subject.values():
        units.update(placement.unit_id for placement in subject_facts.placements)
        for facts in subject_facts.facts.values():
            units.update(fact.unit_id for fact in facts if fact.unit_id is not None)
    return UnitTree({measure.root_id for measure in measures}, units)


PostedCrossings = dict[Crossing, list[tuple[int, date]]]
"""What is posted of a subject in a measure: for each crossing the `seq` of each entry and the day on which it is booked, which
differs from the crossing's own day if that was closed."""


@dataclass(frozen=True, slots=True)
class PostedEntries:
    """The entries of some subjects that no correction has taken back.

    `posted` has them by subject and measure; `first_seq` the `seq` at which each source was first booked in a measure; `late` the
    days on which entries or corrections of a subject are booked that belong to earlier days.
    """

    posted: dict[tuple[int, int], PostedCrossings] = field(default_factory=dict)
    first_seq: dict[tuple[int, Source], int] = field(default_factory=dict)
    late: dict[tuple[int, int], list[date]] = field(default_factory=dict)

    @classmethod
    def of_rows(cls, rows: Sequence[tuple[Any, ...]], measures: Sequence[OpenMeasure]) -> "PostedEntries":
        """Build the posted entries from rows in the order of their `seq`, each with the columns of `_ENTRY_COLUMNS`."""
        entries = cls()
        reversed_seqs = {row[1] for row in rows if row[1] is not None}
        helped_ids = {measure.id for measure in measures if measure.terms.kind == MeasureKind.HELPED}
        for row in rows:
            key, own_day, crossing = (row[2], row[3]), row[4], Crossing(*row[5:])
            day = crossing.day
            if own_day is not None:
                crossing = crossing._replace(day=own_day)
                # An entry that was reversed on its own day leaves no trace; a correction stays, and so does its day.
                if row[0] not in reversed_seqs:
                    entries.late.setdefault(key, []).append(day)
            if row[1] is None and row[0] not in reversed_seqs:
                entries.posted.setdefault(key, {}).setdefault(crossing, []).append((row[0], day))
            if row[3] in helped_ids:
                entries.first_seq.setdefault((row[3], (crossing.source_kind, crossing.source_id)), row[0])
        return entries

    def of(self, subject_id: int, measure: OpenMeasure) -> PostedCrossings:
        """Return what is posted of a subject in a measure."""
        return self.posted.get((subject_id, measure.id), {})

    def late_days(self, group: SubjectGroup, measure: OpenMeasure) -> list[date]:
        """Return the days on which entries of a group that belong to earlier days are booked in a measure."""
        return [day for subject_id in group for day in self.late.get((subject_id, measure.id), ())]

    def first_seqs(self, measure: OpenMeasure) -> rules.FirstSeq:
        """Return the function that gives each claim's place in a measure's line."""
        return lambda source: self.first_seq.get((measure.id, source))


def read_posted(subject_ids: Collection[int], measures: Sequence[OpenMeasure]) -> PostedEntries:
    """Return the posted entries of these subjects in these measures."""
    subjects, ids = list(subject_ids), [measure.id for measure in measures]
    if not subjects:
        return PostedEntries()
    where = f"subject_id IN ({database.placeholders(subjects)}) AND measure_id IN ({database.placeholders(ids)}) ORDER BY seq"
    return PostedEntries.of_rows(database.read_rows(Entry, _ENTRY_COLUMNS, where, [*subjects, *ids]), measures)


_NO_FACTS = SubjectFacts()


def merge_facts(facts_by_subject: Mapping[int, SubjectFacts], group: SubjectGroup) -> SubjectFacts:
    """Return the facts of a group of merged subjects as those of one subject."""
    if len(group) == 1:
        return facts_by_subject.get(group[0], _NO_FACTS)
    merged = SubjectFacts()
    for subject_id in group:
        own = facts_by_subject.get(subject_id, _NO_FACTS)
        merged.placements += own.placements
        merged.suspensions += own.suspensions
        for topic, facts in own.facts.items():
            merged.facts.setdefault(topic, []).extend(facts)
    return merged
