"""Prove the ledger: totals are the entries added up, entries are what the owners' facts book, and every snapshot figure is
reproduced from the snapshot's entries.

The second part takes two steps, each in bounded memory. First, the facts that the ledger stores must be exactly every owner's
records, read again page by page from its own tables. Second, each subject's facts, replayed through the same rules in stored
`seq` order, must book exactly the posted entries.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doanso.ledger import locking, ports, posting, snapshot_recount
from doanso.ledger.models import Book, Fact, Measure, Placement, Snapshot, Subject, Suspension
from doanso.ledger.ports import FactFamily, RawFact, RawPlacement
from doanso.ledger.rollup import ALL_DAYS, GRADES, spread_entries, spread_statement
from doanso.ledger.rules import ACTIVE, EXEMPT, Crossing
from doanso.ledger.subject_groups import subject_groups_of
from doanso.lib import database
from doanso.units.models import Unit

PAGE = 2000
SUBJECTS = 500


@dataclass(frozen=True, slots=True)
class LedgerDifference:
    """One difference: which part of the recount detected it, where, what was expected and what was present."""

    half: str
    where: str
    expected: str
    actual: str

    def __str__(self) -> str:
        return f"{self.half}: {self.where}: expected {self.expected}, found {self.actual}"


def recount() -> Iterator[LedgerDifference]:
    """Yield every difference, as of one moment; nothing when the ledger is right."""
    with database.snapshot():
        yield from totals_against_entries()
        yield from facts_against_owners()
        yield from entries_against_facts()
        yield from snapshots_against_entries()


# --- Totals == fold(entries) ------------------------------------------------------------------------------------------

_NAMES = ", ".join(GRADES)
_LESS = ", ".join(f"-x.{grade}" for grade in GRADES)


def _totals_sql() -> str:
    # Entries and queue count on their day and once more among all days; ALL_DAYS is passed as the parameter.
    return f"""
        WITH e (measure_id, unit_id, day, {_NAMES}) AS ({spread_entries()}),
        q (measure_id, unit_id, day, {_NAMES}) AS ({spread_statement("ledger_queue x")}),
        s (measure_id, unit_id, day, part, {_NAMES}) AS (
            SELECT x.measure_id, x.unit_id, x.day, 1, {_NAMES} FROM e x
            UNION ALL
            SELECT x.measure_id, x.unit_id, %s, 1, {_NAMES} FROM e x
            UNION ALL
            SELECT x.measure_id, x.unit_id, x.day, -1, {_LESS} FROM ledger_total x
            UNION ALL
            SELECT x.measure_id, x.unit_id, x.day, -1, {_LESS} FROM q x
            UNION ALL
            SELECT x.measure_id, x.unit_id, %s, -1, {_LESS} FROM q x
        )
        SELECT b.code, m.code, u.code, x.day,
            {", ".join(f"SUM(CASE WHEN x.part = 1 THEN x.{grade} ELSE 0 END)" for grade in GRADES)},
            {", ".join(f"SUM(CASE WHEN x.part = -1 THEN -x.{grade} ELSE 0 END)" for grade in GRADES)}
        FROM s x
        JOIN ledger_measure m ON m.id = x.measure_id
        JOIN ledger_book b ON b.id = m.book_id
        JOIN units_unit u ON u.id = x.unit_id
        GROUP BY b.code, m.code, u.code, x.day
        HAVING {" OR ".join(f"SUM(x.{grade}) <> 0" for grade in GRADES)}
        ORDER BY b.code, m.code, u.code, x.day
    """


def totals_against_entries() -> Iterator[LedgerDifference]:
    """Yield where totals with the waiting queue differ from the entries spread over the dated tree; one statement reads both."""
    for book, measure, unit, day, *grades in database.fetch_all(_totals_sql(), [ALL_DAYS, ALL_DAYS]):
        total_day = database.as_date(day)
        days = "all days" if total_day == ALL_DAYS else total_day.isoformat()
        where = f"book {book}, measure {measure}, unit {unit}, {days}"
        counts = [int(grade) for grade in grades]
        yield LedgerDifference("totals", where, f"grades {counts[:5]}", f"{counts[5:]}")


# --- The ledger's facts == the owners' records ------------------------------------------------------------------------

_Key = tuple[UUID, str]
_Content = tuple[Any, ...]


def facts_against_owners() -> Iterator[LedgerDifference]:
    """Yield where the stored facts of a family are not exactly its owner's records."""
    for family in ports.families():
        after: UUID | None = None
        while True:
            page: list[Any] = list(family.facts(after=after, limit=PAGE))
            last = page[-1].source_id if len(page) == PAGE else None
            stored = _stored(family, after, last)
            yield from _compare(family, {_key(raw): _content(raw) for raw in page}, stored)
            if last is None:
                break
            after = last


def _key(raw: Any) -> _Key:
    return raw.source_id, raw.topic if isinstance(raw, RawFact) else ""


def _content(raw: Any) -> _Content:
    if isinstance(raw, RawFact):
        days = (raw.happened_on, raw.arrived_on)
        return (raw.subject_ref, raw.level, raw.unit_id, *days, raw.grade, raw.refused, raw.amount)
    if isinstance(raw, RawPlacement):
        return (raw.subject_ref, raw.unit_id, raw.since, raw.until, raw.arrived_on)
    return (raw.subject_ref, raw.measure_code, raw.since, raw.until)


_COLUMNS = {
    ACTIVE: ("unit_id", "since", "until", "arrived_on"),
    EXEMPT: ("measure_code", "since", "until"),
}
_FACT = ("level", "unit_id", "happened_on", "arrived_on", "grade", "refused", "amount")


def _stored(family: FactFamily, after: UUID | None, last: UUID | None) -> dict[_Key, _Content]:
    """Return what the ledger stores of a family between two keys, without what was taken back."""
    rows: QuerySet[Any] = {ACTIVE: Placement.objects.all(), EXEMPT: Suspension.objects.all()}.get(
        family.name, Fact.objects.filter(family=family.name)
    )
    rows = rows.filter(source_kind=family.source_kind, taken_back=False)
    if after is not None:
        rows = rows.filter(source_id__gt=after)
    if last is not None:
        rows = rows.filter(source_id__lte=last)
    columns = _COLUMNS.get(family.name)
    head = ("source_id", "subject__ref") if columns else ("source_id", "subject__ref", "topic")
    contents: dict[_Key, _Content] = {}
    for source_id, ref, *rest in rows.values_list(*head, *(columns or _FACT)).iterator(chunk_size=PAGE):
        topic = "" if columns else rest.pop(0)
        contents[source_id, topic] = (ref, *rest)
    return contents


def _compare(
    family: FactFamily, owned: Mapping[_Key, _Content], stored: Mapping[_Key, _Content]
) -> Iterator[LedgerDifference]:
    for key in sorted(owned.keys() | stored.keys()):
        record, fact = owned.get(key), stored.get(key)
        # An erased subject has no reference any more, but its facts stay.
        if record == fact or (record and fact and fact[0] is None and record[1:] == fact[1:]):
            continue
        source_id, topic = key
        subject = (record or fact or (None,))[0]
        where = f"family {family.name}{f' {topic}' if topic else ''}, source {family.source_kind} {source_id}"
        yield LedgerDifference("facts", f"{where}, subject {subject}", _text(record), _text(fact))


def _text(content: _Content | None) -> str:
    return "nothing" if content is None else "(" + ", ".join(str(value) for value in content[1:]) + ")"


# --- Entries == what the facts book -----------------------------------------------------------------------------------


def entries_against_facts() -> Iterator[LedgerDifference]:
    """Yield where a subject's facts, replayed, do not book exactly the posted entries.

    Subjects are read by key, in pages of those that are not merged into another, each with its group.
    """
    measures = locking.open_measures()
    books = dict(Book.objects.values_list("id", "code"))
    if not measures:
        return
    units = dict(Unit.objects.values_list("id", "code"))
    after = 0
    while True:
        remaining = Subject.objects.filter(id__gt=after, merged_into=None).order_by("id")
        page = list(remaining.values_list("id", flat=True)[:SUBJECTS])
        if not page:
            return
        yield from _replay(measures, page, lambda measure: books[measure.book_id], units)
        after = page[-1]


def _replay(
    measures: list[locking.OpenMeasure],
    subject_ids: Sequence[int],
    book_of: Callable[[locking.OpenMeasure], str],
    units: Mapping[UUID, str],
) -> Iterator[LedgerDifference]:
    groups = subject_groups_of(subject_ids)
    group_ids = [subject_id for group in groups for subject_id in group]
    refs = dict(Subject.objects.filter(id__in=group_ids).values_list("id", "ref"))
    facts_by_subject = locking.read_facts(group_ids)
    entries = locking.read_posted(group_ids, measures)
    tree = locking.read_tree(measures, facts_by_subject)
    plans = posting.plan_postings(measures, groups, facts_by_subject, entries, tree)
    for together in posting.group_plans(plans):
        # A difference for which no open day is left stays as it was closed.
        if not posting.entries_on_open_days(together, posting.read_closed_days(together)):
            continue
        for plan in together:
            for subject_id, crossing, expected, number in _differences(plan):
                where = f"book {book_of(plan.measure)}, measure {plan.measure.terms.code}"
                where += f", subject {refs[subject_id] or subject_id}, {_crossing(crossing, units)}"
                yield LedgerDifference("entries", where, str(expected), str(number))


def _differences(plan: posting.PostingPlan) -> Iterator[tuple[int, Crossing, int, int]]:
    """Yield subject and crossing with the expected and the present number of entries, where the numbers differ."""
    wanted = Counter(plan.wanted)
    posted = {
        (subject_id, crossing): len(seqs)
        for subject_id, crossings in plan.posted.items()
        for crossing, seqs in crossings.items()
    }
    for key in [*wanted, *(key for key in posted if key not in wanted)]:
        if wanted[key] != posted.get(key, 0):
            yield (*key, wanted[key], posted.get(key, 0))


def _crossing(crossing: Crossing, units: Mapping[UUID, str]) -> str:
    unit = units.get(crossing.unit_id, str(crossing.unit_id))
    source = f"source {crossing.source_kind} {crossing.source_id}"
    return f"unit {unit}, {crossing.day.isoformat()}, grade {crossing.grade}, {source}, amount {crossing.amount:+d}"


# --- Snapshot figures == their entries --------------------------------------------------------------------------------


def snapshots_against_entries() -> Iterator[LedgerDifference]:
    """Yield what in the completed snapshots cannot be recounted from their entries."""
    for book in Book.objects.order_by("code"):
        counting = snapshot_recount.SnapshotRecount()
        for snapshot in Snapshot.objects.filter(book=book, completed_at__isnull=False).order_by("last_day", "pk"):
            for deviation in snapshot_recount.deviations(snapshot, counting):
                where = f"book {book.code}, {deviation.where}"
                yield LedgerDifference("frozen", where, deviation.expected, deviation.actual)


def unserved_families() -> list[str]:
    """Return the families that open measures count and no app serves any more."""
    names = Measure.objects.order_by("family").values_list("family", flat=True).distinct()
    return [name for name in names if ports.family(name) is None]
