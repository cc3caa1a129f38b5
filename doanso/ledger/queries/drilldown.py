"""The records behind a figure, exactly as many as the figure counts, with the claims not in it and the people erased since."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from doanso.ledger.models import Book, Measure, MeasureKind
from doanso.lib import database

type DrilldownKey = tuple[int, UUID, int, str, UUID]
"""Where a page of records ends: subject, unit, grade, kind and id of the source."""

_KEY = "e.subject_id, e.unit_id, e.grade, e.source_kind, e.source_id"


@dataclass(frozen=True, slots=True)
class DrilldownRow:
    """One record behind a figure: subject of the ledger, unit, day since when, grade and source.

    `number` is 1; -1 where only the correction is in the figure, since the unit was elsewhere in the tree when the record was
    counted.
    """

    subject_id: int
    subject_ref: UUID | None
    unit_id: UUID
    grade: int
    source_kind: str
    source_id: UUID
    day: date
    number: int

    @property
    def key(self) -> DrilldownKey:
        """Return the key after which the next page begins."""
        return self.subject_id, self.unit_id, self.grade, self.source_kind, self.source_id


@dataclass(frozen=True, slots=True)
class ClaimCounts:
    """Counts beside a figure of people helped that are not part of it.

    `waiting` claims have too low an evidence grade, `again` claims are for people for whom another claim holds already; `erased`
    are the people in the figure whose names were erased since.
    """

    family: str
    topic: str
    waiting: int
    again: int
    erased: int


@dataclass(frozen=True, slots=True)
class DrilldownPage:
    """Some of the records behind a figure, how many there are in all, and for people helped the counts of claims."""

    rows: list[DrilldownRow]
    count: int
    claims: ClaimCounts | None


@dataclass(frozen=True, slots=True)
class _Figure:
    """The figure to drill down into: a measure at a unit on a day.

    `also` as in `figures_by_week`; with the `mark` of a snapshot, the records behind the figure when it was taken.
    """

    book: Book
    measure: Measure
    unit_id: UUID
    on: date
    also: Collection[UUID] = ()
    mark: int | None = None

    def entries(self, extra_join: str = "") -> tuple[str, list[Any]]:
        """Return the FROM and WHERE of the entries `e` in the figure, with the parameters.

        The join goes from the unit's paths `p` to the entries of each unit below it, by their index, so the list of a ward costs
        in proportion to the ward. A state follows its unit, so its path is that of the figure's day; the path of other entries is
        that of their own day.
        """
        is_state = self.measure.kind == MeasureKind.STATE
        path_day = min(self.on, self.book.last_day)
        day = "%s" if is_state else "e.day"
        sql = f"""
            FROM units_unitpath p JOIN ledger_entry e ON e.unit_id = p.unit_id {extra_join}
            WHERE p.ancestor_id IN ({database.placeholders([self.unit_id, *self.also])})
                AND p.since <= {day} AND (p.until IS NULL OR p.until > {day})
                AND e.measure_id = %s AND e.day <= %s {"" if self.mark is None else "AND e.seq <= %s"}
        """
        path_days = [path_day, path_day] if is_state else []
        marks = [] if self.mark is None else [self.mark]
        return sql, [self.unit_id, *self.also, *path_days, self.measure.pk, self.on, *marks]

    def records(self, after: DrilldownKey | None, limit: int, without: Measure | None) -> tuple[str, list[Any]]:
        """Return the statement of a page of records, by key: entries added up per record, those that cancel left out.

        Subjects that are behind the measure `without` are left out.
        """
        entries, parameters = self.entries()
        if without is not None:
            other_entries, other_parameters = replace(self, measure=without).entries()
            entries += f"""
                AND e.subject_id NOT IN (
                    SELECT x.subject_id FROM (SELECT {_KEY} {other_entries} GROUP BY {_KEY} HAVING SUM(e.amount) <> 0) x
                )
            """
            parameters += other_parameters
        if after is not None:
            entries += f" AND ({_KEY}) > (%s, %s, %s, %s, %s)"
            parameters += after
        sql = f"""
            SELECT {_KEY}, SUM(e.amount) AS number,
                COALESCE(MAX(CASE WHEN e.amount > 0 AND e.takes_back_id IS NULL THEN e.day END), MAX(e.day)) AS day
            {entries} GROUP BY {_KEY} HAVING SUM(e.amount) <> 0 ORDER BY 1, 2, 3, 4, 5 LIMIT %s
        """
        return sql, [*parameters, limit]

    def count(self) -> tuple[str, list[Any]]:
        """Return the statement of the number of records; what was taken back adds up to nothing."""
        entries, parameters = self.entries()
        return f"SELECT COALESCE(SUM(e.amount), 0) {entries}", parameters

    def erased(self) -> tuple[str, list[Any]]:
        """Return the statement of the number of subjects behind the figure that were erased since."""
        entries, parameters = self.entries("JOIN ledger_subject s ON s.id = e.subject_id AND s.ref IS NULL")
        records = f"SELECT {_KEY} {entries} GROUP BY {_KEY} HAVING SUM(e.amount) <> 0"
        return f"SELECT COUNT(DISTINCT x.subject_id) FROM ({records}) x", parameters

    def again(self) -> tuple[str, list[Any]]:
        """Return the statement of the number of claims that are in line behind another."""
        entries, parameters = self.entries()
        sql = f"""
            SELECT COUNT(*) {entries} AND e.amount = 0 AND e.takes_back_id IS NULL
                AND NOT EXISTS (SELECT 1 FROM ledger_entry c WHERE c.takes_back_id = e.seq)
        """
        return sql, parameters

    def waiting(self) -> tuple[str, list[Any]]:
        """Return the statement of the number of facts of the unit's subtree whose grade is below the measure's."""
        # A day after its arrival counts on the day of arrival.
        day = "CASE WHEN f.happened_on > f.arrived_on THEN f.arrived_on ELSE f.happened_on END"
        sql = f"""
            SELECT COUNT(*) FROM units_unitpath p JOIN ledger_fact f ON f.unit_id = p.unit_id
            WHERE p.ancestor_id = %s AND p.since <= {day} AND (p.until IS NULL OR p.until > {day})
                AND f.family = %s AND f.topic = %s AND f.level >= %s AND f.grade < %s
                AND NOT f.taken_back AND NOT f.refused AND {day} BETWEEN %s AND %s
        """
        measure, last = self.measure, min(self.on, self.book.last_day)
        wanted = [measure.family, measure.topic, measure.level, measure.least_grade]
        return sql, [self.unit_id, *wanted, self.book.first_day, last]


def drilldown_page(
    *,
    book: Book,
    measure: Measure,
    unit_id: UUID,
    on: date,
    after: DrilldownKey | None = None,
    limit: int = 100,
    also: Collection[UUID] = (),
    mark: int | None = None,
    without: Measure | None = None,
) -> DrilldownPage:
    """Return a page of the records behind a figure by key, their number and the counts of claims, in one statement.

    `count` is counted from the entries, not from the totals. `also` as in `figures_by_week`; with the `mark` of a snapshot,
    the records behind the figure when it was taken. `without` is a measure whose subjects are not part of the figure (exempt
    people): they are left out of the rows and subtracted from the count.
    """
    figure = _Figure(book, measure, unit_id, on, also, mark)
    records, record_parameters = figure.records(after, limit, without)
    columns = [figure.count()]
    if without is not None:
        columns.append(replace(figure, measure=without).count())
    if measure.kind == MeasureKind.HELPED:
        # Claims are those of the unit's own subtree, as they are now.
        own = _Figure(book, measure, unit_id, on)
        columns += [own.waiting(), own.again(), own.erased()]
    names = [f"n{number}" for number in range(len(columns))]
    selected = ", ".join(f"({sql}) AS {name}" for name, (sql, _parameters) in zip(names, columns, strict=True))
    # Materialised, since SQLite would compute the counts again for every row of the page.
    sql = f"""
        WITH b AS ({records}), k AS MATERIALIZED (SELECT {selected})
        SELECT b.subject_id, s.ref, b.unit_id, b.grade, b.source_kind, b.source_id, b.day, b.number, {", ".join(names)}
        FROM k LEFT JOIN b ON TRUE LEFT JOIN ledger_subject s ON s.id = b.subject_id
        ORDER BY b.subject_id, b.unit_id, b.grade, b.source_kind, b.source_id
    """
    rows = database.fetch_all(
        sql, [*record_parameters, *(value for _sql, parameters in columns for value in parameters)]
    )
    counts = [int(number) for number in rows[0][8:]]
    claims = ClaimCounts(measure.family, measure.topic, *counts[-3:]) if measure.kind == MeasureKind.HELPED else None
    return DrilldownPage(
        rows=[_drilldown(row[:8]) for row in rows if row[0] is not None],
        count=counts[0] - (counts[1] if without is not None else 0),
        claims=claims,
    )


def _drilldown(row: Sequence[Any]) -> DrilldownRow:
    subject_id, subject_ref, unit_id, grade, source_kind, source_id, day, number = row
    return DrilldownRow(
        subject_id=subject_id,
        subject_ref=database.as_uuid(subject_ref) if subject_ref is not None else None,
        unit_id=database.as_uuid(unit_id),
        grade=grade,
        source_kind=source_kind,
        source_id=database.as_uuid(source_id),
        day=database.as_date(day),
        number=number,
    )


def records_behind(
    *,
    book: Book,
    code: str,
    unit_id: UUID,
    on: date,
    after: DrilldownKey | None = None,
    limit: int = 100,
    also: Collection[UUID] = (),
    mark: int | None = None,
    without: str = "",
) -> list[DrilldownRow]:
    """Return only the rows of a `drilldown_page`, selecting measures by their codes."""
    excluded = _measure(book, without) if without else None
    figure = _Figure(book, _measure(book, code), unit_id, on, also, mark)
    records, parameters = figure.records(after, limit, excluded)
    sql = f"""
        SELECT b.subject_id, s.ref, b.unit_id, b.grade, b.source_kind, b.source_id, b.day, b.number
        FROM ({records}) b JOIN ledger_subject s ON s.id = b.subject_id
        ORDER BY b.subject_id, b.unit_id, b.grade, b.source_kind, b.source_id
    """
    return [_drilldown(row) for row in database.fetch_all(sql, parameters)]


def record_count(
    *, book: Book, code: str, unit_id: UUID, on: date, also: Collection[UUID] = (), mark: int | None = None
) -> int:
    """Return how many records are behind a figure, counted from the entries and not from the totals."""
    [(number,)] = database.fetch_all(*_Figure(book, _measure(book, code), unit_id, on, also, mark).count())
    return int(number)


def erased_count(*, book: Book, measure: Measure, unit_id: UUID, on: date) -> int:
    """Return how many of the subjects behind a figure were erased since, so that they can no longer be named; one statement."""
    [(number,)] = database.fetch_all(*_Figure(book, measure, unit_id, on).erased())
    return int(number)


def claim_counts(*, book: Book, measure: Measure, unit_id: UUID, on: date) -> ClaimCounts | None:
    """Return the counts of claims beside a figure; None where the measure does not count people helped."""
    if measure.kind != MeasureKind.HELPED:
        return None
    return drilldown_page(book=book, measure=measure, unit_id=unit_id, on=on, limit=0).claims


def _measure(book: Book, code: str) -> Measure:
    return Measure.objects.get(book=book, code=code)
