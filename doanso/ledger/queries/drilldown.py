"""The records behind a figure, as many as it says, and how many of them nobody can name any more."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from doanso.ledger.models import Book, Measure, MeasureKind
from doanso.ledger.queries.figures import run
from doanso.lib import database


@dataclass(frozen=True, slots=True)
class Drilldown:
    """One record behind a figure: who (the ledger's subject), where, since when, with which grade, from which source.

    `number` is 1; -1 where only the correction is in the figure, since the unit stood elsewhere when it was counted.
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
    def key(self) -> tuple[int, UUID, int, str, UUID]:
        """Where the next page goes on."""
        return self.subject_id, self.unit_id, self.grade, self.source_kind, self.source_id


def _behind(kind: str, key: Sequence[Any] | None, also: Collection[UUID] = (), *, marked: bool = False) -> str:
    """The entries of a figure, added up per record; what was taken back or has left adds up to nothing. `marked` asks for
    those up to a `seq` alone.

    From the unit's paths to the entries of each unit below it, by their index: a ward's list costs what the ward has.
    """
    after = "AND (e.subject_id, e.unit_id, e.grade, e.source_kind, e.source_id) > (%s, %s, %s, %s, %s)" if key else ""
    on = "%s" if kind == MeasureKind.STATE else "e.day"
    return f"""
        SELECT e.subject_id, e.unit_id, e.grade, e.source_kind, e.source_id, SUM(e.sign) AS number,
            COALESCE(MAX(CASE WHEN e.sign > 0 AND e.takes_back_id IS NULL THEN e.day END), MAX(e.day)) AS day
        FROM units_unitpath p JOIN ledger_entry e ON e.unit_id = p.unit_id
        WHERE p.ancestor_id IN ({database.marks([None, *also])}) AND p.since <= {on} AND (p.until IS NULL OR p.until > {on})
            AND e.measure_id = %s AND e.day <= %s {"AND e.seq <= %s" if marked else ""} {after}
        GROUP BY e.subject_id, e.unit_id, e.grade, e.source_kind, e.source_id
        HAVING SUM(e.sign) <> 0
    """


def _asked(
    book: Book, code: str, unit_id: UUID, on: date, also: Collection[UUID] = (), mark: int | None = None
) -> tuple[str, list[Any]]:
    """The kind of a measure, and the parameters of `_behind`."""
    measure_id, kind = Measure.objects.values_list("id", "kind").get(book=book, code=code)
    at = min(on, book.last_day)
    days = [at, at] if kind == MeasureKind.STATE else []
    return kind, [unit_id, *also, *days, measure_id, on, *([] if mark is None else [mark])]


def standing(
    *,
    book: Book,
    code: str,
    unit_id: UUID,
    on: date,
    after: tuple[int, UUID, int, str, UUID] | None = None,
    limit: int = 100,
    also: Collection[UUID] = (),
    mark: int | None = None,
) -> list[Drilldown]:
    """A page of what stands behind a figure, by key; there are as many as the figure says. `also` as in `by_week`; with
    the `mark` of a frozen set, what stood behind it then."""
    key: Sequence[Any] = after or ()
    kind, asked = _asked(book, code, unit_id, on, also, mark)
    records = _behind(kind, key, also, marked=mark is not None)
    sql = f"""
        SELECT b.subject_id, s.ref, b.unit_id, b.grade, b.source_kind, b.source_id, b.day, b.number
        FROM ({records} ORDER BY 1, 2, 3, 4, 5 LIMIT %s) b JOIN ledger_subject s ON s.id = b.subject_id
        ORDER BY b.subject_id, b.unit_id, b.grade, b.source_kind, b.source_id
    """
    return [
        Drilldown(
            subject_id=row[0],
            subject_ref=database.as_uuid(row[1]) if row[1] is not None else None,
            unit_id=database.as_uuid(row[2]),
            grade=row[3],
            source_kind=row[4],
            source_id=database.as_uuid(row[5]),
            day=database.as_date(row[6]),
            number=row[7],
        )
        for row in run(sql, [*asked, *key, limit])
    ]


def standing_count(
    *, book: Book, code: str, unit_id: UUID, on: date, also: Collection[UUID] = (), mark: int | None = None
) -> int:
    """How many records stand behind a figure; counted from the entries, not from the totals."""
    kind, asked = _asked(book, code, unit_id, on, also, mark)
    [(number,)] = run(
        f"SELECT COALESCE(SUM(b.number), 0) FROM ({_behind(kind, None, also, marked=mark is not None)}) b", asked
    )
    return int(number)


def erased_count(*, book: Book, code: str, unit_id: UUID, on: date) -> int:
    """How many of those behind a figure were erased since, so that nobody can say any more who they were."""
    kind, asked = _asked(book, code, unit_id, on)
    sql = f"""
        SELECT COUNT(DISTINCT b.subject_id) FROM ({_behind(kind, None)}) b
        JOIN ledger_subject s ON s.id = b.subject_id AND s.ref IS NULL
    """
    [(number,)] = run(sql, asked)
    return int(number)
