"""The parts of a unit's figure: what each unit below it contributes, and what it did by itself."""

from datetime import date
from typing import Any
from uuid import UUID

from doanso.ledger.models import Book
from doanso.ledger.queries.figures import (
    SUMS_OF_GRADES,
    Figures,
    fetch_and_fold,
    figures_of_rows,
    signed_grades,
)
from doanso.ledger.rollup import ALL_DAYS, IS_STATE, path_in_effect
from doanso.lib import database


def children_figures(*, book: Book, unit_id: UUID, on: date) -> Figures:
    """Return the contribution of each unit that was ever directly below this one to its figure, as of a day; one statement.

    A state counts for the parent while its unit is below it; what was done counts for the days on which the child belonged to it.
    So the children, also those that left, add up to their parent (without what it did by itself). A long queue is folded for the
    next reader.
    """
    parts, parameters = _children(book, unit_id, on)
    sql = f"""
        WITH s (unit_id, measure_id, g0, g1, g2, g3, g4) AS ({parts})
        SELECT s.unit_id, m.code, {SUMS_OF_GRADES}
        FROM s JOIN ledger_measure m ON m.id = s.measure_id
        GROUP BY s.unit_id, m.code
    """
    return figures_of_rows(fetch_and_fold(sql, parameters, keys=2))


def sums_of_parts(*, book: Book, unit_id: UUID, on: date) -> dict[str, int]:
    """Return by measure code the sum of a unit's parts as of a day: of the units below it, and of its own entries; one statement.

    It is the unit's figure, unless the stored totals are wrong.
    """
    parts, parameters = _children(book, unit_id, on)
    sql = f"""
        WITH s (unit_id, measure_id, g0, g1, g2, g3, g4) AS (
            {parts}
            UNION ALL
            SELECT e.unit_id, e.measure_id, e.amount, 0, 0, 0, 0 FROM ledger_entry e
            WHERE e.unit_id = %s AND e.day <= %s AND e.measure_id IN (SELECT id FROM ledger_measure WHERE book_id = %s)
        )
        SELECT m.code, SUM(s.g0 + s.g1 + s.g2 + s.g3 + s.g4)
        FROM s JOIN ledger_measure m ON m.id = s.measure_id
        GROUP BY m.code
    """
    rows = database.fetch_all(sql, [*parameters, unit_id, on, book.pk])
    # PostgreSQL returns sums of integers as decimals.
    return {code: int(total) for code, total in rows}


def _children(book: Book, unit_id: UUID, on: date) -> tuple[str, list[Any]]:
    """Return the SELECT, with its parameters, of the rows that add up to the contributions of the units below."""
    path_day = min(on, book.last_day)
    # A state depends on one day; the rest on the days of the link up to `on`.
    linked = f"({IS_STATE} AND l.since <= %s AND (l.until IS NULL OR l.until > %s) OR NOT {IS_STATE} AND l.since <= %s)"
    after = f"(t.day > %s OR NOT {IS_STATE} AND t.day >= l.until)"
    totals = f"""
        FROM units_unitlink l JOIN ledger_measure m ON m.book_id = %s
        JOIN ledger_total t ON t.unit_id = l.unit_id AND t.measure_id = m.id
        WHERE l.parent_id = %s AND {linked}
    """
    sql = f"""
        SELECT t.unit_id, t.measure_id, {signed_grades("", "t")} {totals} AND t.day = %s
        UNION ALL
        SELECT t.unit_id, t.measure_id, {signed_grades("-", "t")} {totals} AND t.day > %s AND {after}
        UNION ALL
        SELECT t.unit_id, t.measure_id, {signed_grades("-", "t")} {totals} AND t.day > %s AND t.day < l.since AND NOT {IS_STATE}
        UNION ALL
        SELECT l.unit_id, q.measure_id, {signed_grades("", "q")} FROM ledger_queue q
        JOIN ledger_measure m ON m.id = q.measure_id
        JOIN units_unitpath p ON {path_in_effect("q")}
        JOIN units_unitlink l ON l.unit_id = p.ancestor_id
            AND l.since <= CASE WHEN {IS_STATE} THEN %s ELSE q.day END
            AND (l.until IS NULL OR l.until > CASE WHEN {IS_STATE} THEN %s ELSE q.day END)
        WHERE l.parent_id = %s AND q.book_id = %s AND q.day <= %s
    """
    of_totals = [book.pk, unit_id, path_day, path_day, on]
    totals_parameters = [*of_totals, ALL_DAYS, *of_totals, ALL_DAYS, on, *of_totals, ALL_DAYS]
    return sql, [*totals_parameters, *[path_day] * 4, unit_id, book.pk, on]
