"""Figures of units as of a day, by week and by day."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Count

from doanso.ledger import rollup
from doanso.ledger.models import Book, Entry, Queue
from doanso.ledger.rollup import ALL_DAYS, GRADES, path_in_effect, spread_statement
from doanso.lib import database

_NOTHING = (0, 0, 0, 0, 0)
SUMS_OF_GRADES = "SUM(s.g0), SUM(s.g1), SUM(s.g2), SUM(s.g3), SUM(s.g4)"
_ALL_GRADES = " + ".join(f"t.{grade}" for grade in GRADES)


@dataclass(frozen=True, slots=True)
class Figure:
    """A count per evidence grade 0 to 4."""

    grades: tuple[int, int, int, int, int] = _NOTHING

    @property
    def total(self) -> int:
        """Return the count of all grades together."""
        return sum(self.grades)


class Figures(dict[tuple[UUID, str], Figure]):
    """Figures by (unit, measure code); an absent key reads as a figure of zero."""

    def __missing__(self, key: tuple[UUID, str]) -> Figure:
        return Figure()


type DayChange = tuple[str, date, list[int]]
"""The change of a measure on a day, per grade: measure code, day, change of each grade. `_changes` lists the sum before its first
day under ALL_DAYS."""


def fold_if_long() -> None:
    """Fold the queue while it is longer than `rollup.LONG`; stop if another process folds.

    Inside a transaction nothing is folded: a reader takes no lock there. Totals and queue together give the same figures either
    way.
    """
    if database.in_transaction():
        return
    while Queue.objects.order_by("id").values_list("id")[rollup.LONG : rollup.LONG + 1]:
        if not rollup.fold(rollup.PAGE):
            return


def fetch_and_fold(
    sql: str, parameters: Sequence[Any], *, keys: int, numbers: int = len(GRADES)
) -> list[tuple[Any, ...]]:
    """Return the rows of a statement of so many keys, the last never NULL, and numbers; fold a long queue for the next reader.

    Whether the queue is long is read in the same statement, as one more row.
    """
    columns = ", ".join([*["NULL"] * keys, "q.id", *["0"] * (numbers - 1)])
    long_queue = "SELECT id FROM ledger_queue ORDER BY id LIMIT 1 OFFSET %s"
    rows = database.fetch_all(f"{sql} UNION ALL SELECT {columns} FROM ({long_queue}) q", [*parameters, rollup.LONG])
    found = [row for row in rows if row[keys - 1] is not None]
    if len(found) < len(rows):
        fold_if_long()
    return found


def count_waiting(limit: int) -> int:
    """Return how many rows of the queue wait to be folded, counted up to the limit."""
    return len(Queue.objects.order_by("id").values_list("id")[:limit])


def signed_grades(sign: str, row: str) -> str:
    """Return the columns of the grades of a row in SQL, each with this sign."""
    return ", ".join(f"{sign}{row}.{grade}" for grade in GRADES)


def figures(*, book: Book, unit_ids: Collection[UUID], on: date, measure_ids: Collection[int] | None = None) -> Figures:
    """Return the figures of these units with their subtrees as of a day, in one statement.

    Computed as the total of all days less the days after `on`, plus the waiting queue rows of these units. A long queue is folded
    for the next reader.
    """
    if not unit_ids or (measure_ids is not None and not measure_ids):
        return Figures()
    measures = _Measures(book, ids=measure_ids)
    sql, parameters = _sums(measures, list(unit_ids), on)
    return figures_of_rows(fetch_and_fold(sql, parameters, keys=2))


def figures_and_days(
    *, book: Book, unit_ids: Collection[UUID], own_ids: Collection[UUID], codes: Collection[str], on: date
) -> tuple[Figures, list[DayChange]]:
    """Return the figures of some measures at these units as of a day, and their daily changes at the units `own_ids`.

    One statement for both: a page of one indicator needs the units below and the unit itself. The changes are in order of days up
    to `on`, one for each day and measure on which something changed.
    """
    if not codes:
        return Figures(), []
    measures = _Measures(book, codes=codes)
    units, own = list(unit_ids), list(own_ids)
    changes, change_parameters = _daily_changes(measures, own, on)
    # PostgreSQL types the columns by the first two parts, so the one with units goes first.
    changes_part = f"""
        SELECT c.day, NULL, m.code, c.g0, c.g1, c.g2, c.g3, c.g4
        FROM ({changes}) c JOIN ledger_measure m ON m.id = c.measure_id
    """
    parts, parameters = [changes_part], change_parameters
    if units:
        sums, sum_parameters = _sums(measures, units, on)
        parts.insert(0, f"SELECT NULL, f.* FROM ({sums}) f")
        parameters = [*sum_parameters, *parameters]
    rows = fetch_and_fold(" UNION ALL ".join(parts), parameters, keys=3)
    daily = [(code, database.as_date(day), grades) for day, _unit, code, *grades in rows if day is not None]
    return figures_of_rows(row[1:] for row in rows if row[0] is None), sorted(daily, key=itemgetter(1))


def figures_and_before(
    *, book: Book, unit_ids: Collection[UUID], on: date, before: date
) -> tuple[Figures, dict[UUID, dict[str, int]]]:
    """Return the figures of `figures` as of a day, and the totals of the same units as of an earlier day by measure code.

    One statement for both: a ranking compares its units with those of a week ago.
    """
    if not unit_ids:
        return Figures(), {}
    measures = _Measures(book)
    sql, parameters = _sums(measures, list(unit_ids), on, before)
    now, earlier = Figures(), dict[UUID, dict[str, int]]()
    for unit, code, *grades, total in fetch_and_fold(sql, parameters, keys=2, numbers=len(GRADES) + 1):
        unit_id = database.as_uuid(unit)
        now[unit_id, code] = _figure(grades)
        earlier.setdefault(unit_id, {})[code] = int(total)
    return now, earlier


class _Measures:
    """Some measures of a book, as a list in SQL.

    A list of ids and not a join, so that both engines find a unit's measure and its days after `on` by the key instead of
    scanning all days of the unit.
    """

    def __init__(self, book: Book, *, ids: Collection[int] | None = None, codes: Collection[str] | None = None) -> None:
        self.book = book
        self.sql = "SELECT id FROM ledger_measure WHERE book_id = %s"
        self.parameters: list[Any] = [book.pk]
        for column, values in (("id", ids), ("code", codes)):
            if values is not None:
                self.sql += f" AND {column} IN ({database.placeholders(values)})"
                self.parameters += values


def _sums(measures: _Measures, units: Sequence[UUID], on: date, before: date | None = None) -> tuple[str, list[Any]]:
    """Return the statement of unit, measure code and grades as of a day: totals and waiting queue together.

    With an earlier day `before` each row ends with the total of that day.
    """
    placeholders, of_measures = database.placeholders(units), measures.sql
    chosen = f"t.unit_id IN ({placeholders}) AND t.measure_id IN ({of_measures})"
    plus, minus, waits, since, earlier = "", "", "", "", ""
    if before is not None:
        all_of_queue = _ALL_GRADES.replace("t.", "q.")
        plus, minus = f", {_ALL_GRADES} AS total", f", -({_ALL_GRADES})"
        waits = f", CASE WHEN q.day <= %s THEN {all_of_queue} ELSE 0 END"
        earlier = ", SUM(s.total)"
        since = f"""
            UNION ALL
            SELECT t.unit_id, t.measure_id, 0, 0, 0, 0, 0, -({_ALL_GRADES}) FROM ledger_total t
            WHERE {chosen} AND t.day > %s AND t.day <= %s"""
    sql = f"""
        SELECT s.unit_id, m.code, {SUMS_OF_GRADES}{earlier}
        FROM (
            SELECT t.unit_id, t.measure_id, {signed_grades("", "t")}{plus} FROM ledger_total t
            WHERE {chosen} AND t.day = %s
            UNION ALL
            SELECT t.unit_id, t.measure_id, {signed_grades("-", "t")}{minus} FROM ledger_total t
            WHERE {chosen} AND t.day > %s{since}
            UNION ALL
            SELECT p.ancestor_id, q.measure_id, {signed_grades("", "q")}{waits} FROM ledger_queue q
            JOIN ledger_measure m ON m.id = q.measure_id
            JOIN units_unitpath p ON {path_in_effect("q")}
            WHERE p.ancestor_id IN ({placeholders}) AND q.measure_id IN ({of_measures}) AND q.day <= %s
        ) s JOIN ledger_measure m ON m.id = s.measure_id
        GROUP BY s.unit_id, m.code
    """
    path_day, of = min(on, measures.book.last_day), [*units, *measures.parameters]
    totals = [*of, ALL_DAYS, *of, on, *([*of, before, on] if before is not None else [])]
    queue = [*([before] if before is not None else []), path_day, path_day, *of, on]
    return sql, [*totals, *queue]


def _daily_changes(measures: _Measures, units: Sequence[UUID], last: date) -> tuple[str, list[Any]]:
    """Return the statement of measure, day and grades of every change at these units since the book began."""
    placeholders, book = database.placeholders(units), measures.book
    sql = f"""
        SELECT t.measure_id, t.day, {signed_grades("", "t")} FROM ledger_total t
        WHERE t.unit_id IN ({placeholders}) AND t.measure_id IN ({measures.sql}) AND t.day >= %s AND t.day <= %s
        UNION ALL
        SELECT q.measure_id, q.day, {signed_grades("", "q")}
        FROM ({spread_statement("ledger_queue x", where="x.book_id = %s", only=f"p.ancestor_id IN ({placeholders})")}) q
        WHERE q.measure_id IN ({measures.sql}) AND q.day <= %s
    """
    chosen = measures.parameters
    totals = [*units, *chosen, book.first_day, last]
    return sql, [*totals, book.pk, *units, book.pk, *units, *chosen, last]


def figures_of_rows(rows: Iterable[tuple[Any, ...]]) -> Figures:
    """Return figures from rows of unit, measure code and grades."""
    return Figures({(database.as_uuid(unit), code): _figure(grades) for unit, code, *grades in rows})


def _figure(grades: Sequence[Any]) -> Figure:
    g0, g1, g2, g3, g4 = map(int, grades)
    return Figure((g0, g1, g2, g3, g4))


def _changes(
    book: Book, units: Sequence[UUID], first: date, last: date, daily: Collection[str] = (), *, folds: bool = False
) -> list[DayChange]:
    """Return each day's changes up to `last`, in order of days, in one statement.

    For most measures the changes up to `first` are summed under ALL_DAYS and then listed day by day; for the `daily` measures
    every day since the book began is listed, before which nothing is ever counted. With `folds` a long queue is folded for the
    next reader.
    """
    placeholders, words = database.placeholders(units), f"IN ({database.placeholders(daily)})"
    of_book = "SELECT id FROM ledger_measure WHERE book_id = %s"
    of_daily, rest = f"{of_book} AND code {words}", of_book
    chosen: list[Any] = [book.pk]
    each_day_of: list[Any] = []
    each_day, from_first = "", "q.day > %s"
    if daily:
        rest, chosen = f"{of_book} AND code NOT {words}", [book.pk, *daily]
        each_day = f"""
            SELECT t.measure_id, t.day, {signed_grades("", "t")} FROM ledger_total t
            WHERE t.unit_id IN ({placeholders}) AND t.measure_id IN ({of_daily}) AND t.day >= %s AND t.day <= %s
            UNION ALL"""
        each_day_of = [*units, *chosen, book.first_day, last]
        from_first = f"(q.day > %s OR q.measure_id IN ({of_daily}))"
    sql = f"""
        WITH s (measure_id, day, g0, g1, g2, g3, g4) AS ({each_day}
            SELECT t.measure_id, t.day, {signed_grades("", "t")} FROM ledger_total t
            WHERE t.unit_id IN ({placeholders}) AND t.measure_id IN ({rest}) AND t.day = %s
            UNION ALL
            SELECT t.measure_id, t.day, {signed_grades("", "t")} FROM ledger_total t
            WHERE t.unit_id IN ({placeholders}) AND t.measure_id IN ({rest}) AND t.day > %s AND t.day <= %s
            UNION ALL
            SELECT t.measure_id, %s, {signed_grades("-", "t")} FROM ledger_total t
            WHERE t.unit_id IN ({placeholders}) AND t.measure_id IN ({rest}) AND t.day > %s
            UNION ALL
            SELECT q.measure_id, CASE WHEN {from_first} THEN q.day ELSE %s END, {signed_grades("", "q")}
            FROM ({spread_statement("ledger_queue x", where="x.book_id = %s", only=f"p.ancestor_id IN ({placeholders})")}) q
            WHERE q.day <= %s
        )
        SELECT m.code, s.day, s.g0, s.g1, s.g2, s.g3, s.g4 FROM s JOIN ledger_measure m ON m.id = s.measure_id
    """
    totals = [*units, *chosen, ALL_DAYS, *units, *chosen, first, last, ALL_DAYS, *units, *chosen, first]
    queue = [first, *(chosen if daily else ()), ALL_DAYS, book.pk, *units, book.pk, *units, last]
    parameters = [*each_day_of, *totals, *queue]
    rows = fetch_and_fold(sql, parameters, keys=2) if folds else database.fetch_all(sql, parameters)
    # The caller accumulates them day by day: grouping and sorting hundreds of days in the database costs more.
    return sorted(((code, database.as_date(day), grades) for code, day, *grades in rows), key=itemgetter(1))


def figures_on(days: Collection[date], changes: Sequence[DayChange]) -> dict[date, dict[str, Figure]]:
    """Return the figures of each of these days after these changes, by measure code."""
    days_read: dict[date, dict[str, Figure]] = {}
    sums: dict[str, list[int]] = {}
    current: dict[str, Figure] = {}
    index = 0
    for day in sorted(set(days)):
        changed = set()
        while index < len(changes) and changes[index][1] <= day:
            code, _day, grades = changes[index]
            sums[code] = [old + new for old, new in zip(sums.get(code, _NOTHING), grades, strict=True)]
            changed.add(code)
            index += 1
        current |= {code: _figure(sums[code]) for code in changed}
        days_read[day] = dict(current)
    return days_read


def totals_on(days: Collection[date], changes: Sequence[DayChange]) -> dict[date, dict[str, int]]:
    """Return the totals of each of these days after these changes, by measure code."""
    days_read: dict[date, dict[str, int]] = {}
    sums: dict[str, int] = {}
    index = 0
    for day in sorted(set(days)):
        while index < len(changes) and changes[index][1] <= day:
            code, _day, grades = changes[index]
            # PostgreSQL returns sums of integers as decimals, which a share does not accept.
            sums[code] = sums.get(code, 0) + int(sum(grades))
            index += 1
        days_read[day] = dict(sums)
    return days_read


def figures_by_week(
    *, book: Book, unit_id: UUID, days: Sequence[date], also: Collection[UUID] = ()
) -> Mapping[date, Mapping[str, Figure]]:
    """Return the figures of one unit as of each of these days (ends of weeks), by measure code, in one statement.

    `also` names ended units whose work this unit continues: their figures count as its own. A long queue is folded by `figures`,
    which is read before weeks are.
    """
    if not days:
        return {}
    return figures_on(days, _changes(book, [unit_id, *also], min(days), max(days)))


def figures_on_days(
    *, book: Book, unit_id: UUID, days: Collection[date], also: Collection[UUID] = ()
) -> Mapping[date, Mapping[str, Figure]]:
    """Return what `figures_by_week` returns, for pages that read no other figures: a long queue is folded for the next reader."""
    return figures_on(days, _changes(book, [unit_id, *also], min(days), max(days), folds=True))


def figures_by_day(
    *, book: Book, unit_id: UUID, first: date, last: date, also: Collection[UUID] = ()
) -> Mapping[date, Mapping[str, Figure]]:
    """Return the figures of one unit as of every day of a span (both inside), in one statement."""
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return figures_by_week(book=book, unit_id=unit_id, days=days, also=also)


def weeks_and_days(
    *,
    book: Book,
    unit_id: UUID,
    weeks: Sequence[date],
    daily: Collection[str],
    days: Collection[date],
    also: Collection[UUID] = (),
) -> tuple[Mapping[date, Mapping[str, int]], Mapping[date, Mapping[str, int]]]:
    """Return the totals of what `figures_by_week` returns, and in the same statement those of the `daily` measures by day.

    The daily totals cover every day on which one of these measures changed, and `days`; nothing after the last of `days` is read.
    """
    last = max(days)
    changes = _changes(book, [unit_id, *also], min(weeks, default=last), last, daily)
    of_daily = [change for change in changes if change[0] in daily]
    return totals_on(weeks, changes), totals_on({*days, *(day for _code, day, _grades in of_daily)}, of_daily)


def weeks_of_period(
    *, book: Book, unit_id: UUID, daily: Collection[str], days: Collection[date], also: Collection[UUID] = ()
) -> tuple[Mapping[date, Mapping[str, int]], Mapping[date, Mapping[str, int]]]:
    """Return the totals at the end of each week since the book began and on the last of `days`; and, as `weeks_and_days` does, of
    the `daily` measures by day.

    One statement for both, which reads every day of the period.
    """
    units, last = [unit_id, *also], max(days)
    placeholders = database.placeholders(units)
    sql = f"""
        SELECT s.day, m.code, s.total FROM (
            SELECT t.measure_id, t.day, {_ALL_GRADES} AS total FROM ledger_total t
            WHERE t.unit_id IN ({placeholders}) AND t.measure_id IN (SELECT id FROM ledger_measure WHERE book_id = %s)
            AND t.day >= %s AND t.day <= %s
            UNION ALL
            SELECT q.measure_id, q.day, {_ALL_GRADES.replace("t.", "q.")}
            FROM ({spread_statement("ledger_queue x", where="x.book_id = %s", only=f"p.ancestor_id IN ({placeholders})")}) q
            WHERE q.day <= %s
        ) s JOIN ledger_measure m ON m.id = s.measure_id
    """
    parameters = [*units, book.pk, book.first_day, last, book.pk, *units, book.pk, *units, last]
    changes: dict[Any, list[tuple[str, int]]] = {}
    for day, code, total in database.fetch_all(sql, parameters):
        changes.setdefault(day, []).append((code, total))
    by_day = {database.as_date(day): of_day for day, of_day in changes.items()}
    sunday = book.first_day + timedelta(days=6 - book.first_day.weekday())
    weeks = {sunday + timedelta(weeks=number) for number in range(max((last - sunday).days, -1) // 7 + 1)}
    weeks |= {book.first_day, last}
    of_weeks: dict[date, dict[str, int]] = {}
    of_days: dict[date, dict[str, int]] = {}
    sums: dict[str, int] = {}
    sums_daily = dict.fromkeys(daily, 0)
    for day in sorted({*by_day, *weeks, *days}):
        is_listed = day in days
        for code, total in by_day.get(day, ()):
            # PostgreSQL returns sums of integers as decimals, which a share does not accept.
            sums[code] = sums.get(code, 0) + int(total)
            if code in sums_daily:
                sums_daily[code] = sums[code]
                is_listed = True
        if is_listed:
            of_days[day] = dict(sums_daily)
        if day in weeks:
            of_weeks[day] = dict(sums)
    return of_weeks, of_days


def recorded_by_day(
    *, book: Book, unit_ids: Collection[UUID], codes: Collection[str], first: date, last: date
) -> dict[tuple[UUID, date], int]:
    """Return how much each unit itself (not those below it) recorded on each day of arrival; days with nothing are absent."""
    counted = (
        Entry.objects.filter(measure__book=book, measure__code__in=list(codes), unit_id__in=list(unit_ids))
        .filter(arrived_on__range=(first, last), amount__gt=0)
        .values_list("unit_id", "arrived_on")
        .annotate(count=Count("seq"))
        .order_by()
    )
    return {(unit_id, day): count for unit_id, day, count in counted}
