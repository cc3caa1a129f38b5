"""Add the queue to the totals of the units above, one process at a time; and spread counts over the dated tree.

Times and Helped count for the units that were above their unit on their day. A state follows its unit: on every day it counts for
the units above on that day, so it is added where the unit's path begins and removed where it ends.
"""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from doanso.ledger.models import MeasureKind, Queue
from doanso.lib import database

PAGE = 2000
LONG = 5000
FOLD_LOCK = "ledger.fold"
# The day of a unit's row of all days together.
ALL_DAYS = date(1, 1, 1)
GRADES = ("g0", "g1", "g2", "g3", "g4")

IS_STATE = f"m.kind = '{MeasureKind.STATE.value}'"


def spread_statement(source: str, *, where: str = "TRUE", only: str = "TRUE", grades: str = "", back: str = "") -> str:
    """Return the statement that spreads rows of `x` (measure, unit, day, grades) to the units above: measure, unit, day, grades.

    `source` names the table as `x`; `where` selects its rows and `only` the paths `p`, and the parameters of both are passed
    twice. `grades` and `back` are the grades a row adds and, where a path ends before it, removes again.
    """
    grades = grades or ", ".join(f"x.{grade}" for grade in GRADES)
    back = back or ", ".join(f"-x.{grade}" for grade in GRADES)
    # Nothing is written after the book's last day, so paths that begin or end after it change nothing.
    return f"""
        SELECT x.measure_id, p.ancestor_id AS unit_id, CASE WHEN p.since > x.day THEN p.since ELSE x.day END AS day, {grades}
        FROM {source}
        JOIN ledger_measure m ON m.id = x.measure_id JOIN ledger_book b ON b.id = m.book_id
        JOIN units_unitpath p ON p.unit_id = x.unit_id AND (p.until IS NULL OR p.until > x.day)
            AND (p.since <= x.day OR ({IS_STATE} AND p.since <= b.last_day))
        WHERE {where} AND {only}
        UNION ALL
        SELECT x.measure_id, p.ancestor_id, p.until, {back}
        FROM {source}
        JOIN ledger_measure m ON m.id = x.measure_id JOIN ledger_book b ON b.id = m.book_id
        JOIN units_unitpath p ON p.unit_id = x.unit_id AND p.until > x.day AND p.until <= b.last_day
        WHERE {IS_STATE} AND {where} AND {only}
    """


def spread_entries(*, where: str = "TRUE", only: str = "TRUE", out: bool = False) -> str:
    """Return the same statement for entries, each in its own grade with its amount; `out` negates it, to subtract them."""
    plus, minus = (
        ", ".join(
            f"CASE WHEN x.grade = {number} THEN {sign}x.amount ELSE 0 END AS {grade}"
            for number, grade in enumerate(GRADES)
        )
        for sign in ("", "-")
    )
    grades, back = (minus, plus) if out else (plus, minus)
    return spread_statement("ledger_entry x", where=where, only=only, grades=grades, back=back)


def path_in_effect(row: str, day: str = "%s") -> str:
    """Return the condition of a row's path: a state's on the day of the figure (a parameter), others' on their own day."""
    on = f"CASE WHEN {IS_STATE} THEN {day} ELSE {row}.day END"
    return f"p.unit_id = {row}.unit_id AND p.since <= {on} AND (p.until IS NULL OR p.until > {on})"


_SUMS = ", ".join(f"SUM(s.{grade})" for grade in GRADES)
_ADDED = ", ".join(f"{grade} = ledger_total.{grade} + excluded.{grade}" for grade in GRADES)


def add_to_totals(rows: str, day: str) -> str:
    """Return the statement that adds the rows of a `spread` to the totals, each on its day or (`day` is a parameter) all on one
    day."""
    # "WHERE TRUE" keeps SQLite from reading ON CONFLICT as a join's condition.
    return f"""
        INSERT INTO ledger_total (book_id, measure_id, unit_id, day, {", ".join(GRADES)})
        SELECT m.book_id, s.measure_id, s.unit_id, {day}, {_SUMS}
        FROM ({rows}) s JOIN ledger_measure m ON m.id = s.measure_id
        WHERE TRUE
        GROUP BY m.book_id, s.measure_id, s.unit_id{"" if day == "%s" else f", {day}"}
        ON CONFLICT (unit_id, measure_id, day) DO UPDATE SET {_ADDED}
    """


def fold(page: int) -> int:
    """Fold one page in a transaction of its own and return how many rows; 0 where another process folds.

    RuntimeError inside another transaction: until its commit nobody else could fold, and a move of units would wait for it
    with every gate held. Rows are found because they exist, never by a high-water mark of their ids.
    """
    with transaction.atomic(durable=True):
        if not database.try_lock(FOLD_LOCK):
            return 0
        # The same ids are read and deleted: rows that others commit meanwhile wait for the next page.
        ids = list(Queue.objects.order_by("id").values_list("id", flat=True)[:page])
        fold_rows(ids)
        return len(ids)


def fold_rows(ids: Sequence[int]) -> None:
    """Add these queue rows to the totals; the caller holds `FOLD_LOCK`."""
    if not ids:
        return
    placeholders = database.placeholders(ids)
    rows = spread_statement("ledger_queue x", where=f"x.id IN ({placeholders})")
    database.execute(add_to_totals(rows, "s.day"), [*ids, *ids])
    database.execute(add_to_totals(rows, "%s"), [ALL_DAYS, *ids, *ids])
    database.execute(f"DELETE FROM ledger_queue WHERE id IN ({placeholders})", ids)


def delete_measures(ids: Sequence[int]) -> None:
    """Delete these measures with all that was booked in them; the caller has blocked counting and folding."""
    if not ids:
        return
    placeholders = database.placeholders(ids)
    for table in ("ledger_queue", "ledger_total", "ledger_entry"):
        database.execute(f"DELETE FROM {table} WHERE measure_id IN ({placeholders})", ids)
    database.execute(f"DELETE FROM ledger_measure WHERE id IN ({placeholders})", ids)
