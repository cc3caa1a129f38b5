"""Adding the queue to the totals of the units above, one process at a time."""

from datetime import date

from django.db import connection, transaction

from doanso.lib import database
from doanso.tally.models import Queue

PAGE = 2000
LONG = 5000
FOLD_LOCK = "tally.fold"
# The day under which a unit's row of all days together stands.
ALL_DAYS = date(1, 1, 1)

# A unit's chain on a day; one that has ended by then keeps the chain of its last day, so that who leaves it on the day
# it ends leaves its ancestors too.
CHAIN = """
    JOIN units_unitpath p ON p.unit_id = {row}.unit_id AND p.since <= {row}.day
    JOIN units_unit u ON u.id = p.unit_id AND (p.until IS NULL OR p.until > {row}.day OR p.until = u.until)
"""


def chain(row: str) -> str:
    """The join that leads the rows of a table to the units above them on their day."""
    return CHAIN.format(row=row)


_SUMS = "SUM(q.g0), SUM(q.g1), SUM(q.g2), SUM(q.g3), SUM(q.g4)"
_ADDED = ", ".join(f"g{grade} = tally_total.g{grade} + excluded.g{grade}" for grade in range(5))


def _add(day: str, group: str, marks: str) -> str:
    # "WHERE TRUE" keeps SQLite from reading ON CONFLICT as a join's condition.
    return f"""
        INSERT INTO tally_total (book_id, measure_id, unit_id, day, g0, g1, g2, g3, g4)
        SELECT q.book_id, q.measure_id, p.ancestor_id, {day}, {_SUMS}
        FROM tally_queue q {chain("q")}
        WHERE q.id IN ({marks})
        GROUP BY q.book_id, q.measure_id, p.ancestor_id{group}
        ON CONFLICT (unit_id, measure_id, day) DO UPDATE SET {_ADDED}
    """


def fold(page: int) -> int:
    """One page, in a transaction of its own; rows are found because they are there, never because of their number."""
    with transaction.atomic():
        if not database.try_lock(FOLD_LOCK):
            return 0
        # Read before it is taken away by the same ids: rows that others commit meanwhile wait for the next page.
        ids = list(Queue.objects.order_by("id").values_list("id", flat=True)[:page])
        if not ids:
            return 0
        marks = ", ".join(["%s"] * len(ids))
        with connection.cursor() as cursor:
            cursor.execute(_add("q.day", ", q.day", marks), ids)
            cursor.execute(_add("%s", "", marks), [ALL_DAYS, *ids])
            cursor.execute(f"DELETE FROM tally_queue WHERE id IN ({marks})", ids)
        return len(ids)
