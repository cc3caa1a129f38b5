"""Choose the best rows of a large table by one pass over an index that holds every compared column."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, models

from doanso.lib.database import hot_path


def begins_a_word(column: str) -> str:
    """Return the condition that a word of the column begins with the parameter, a word with a space before it."""
    return _contains(f"' ' || {column}")


def is_a_word(column: str) -> str:
    """Return the condition that a word of the column is the parameter, a word between spaces."""
    return _contains(f"' ' || {column} || ' '")


def _contains(text: str) -> str:
    # LIKE takes longer, because it reads letter by letter.
    return f"{'strpos' if connection.vendor == 'postgresql' else 'instr'}({text}, %s) > 0"


def best_keys(
    model: type[models.Model], where: str, order: str, parameters: Sequence[Any], *, limit: int
) -> list[UUID]:
    """Return the keys of the first rows that the condition chooses, in this order; the keys themselves come in any order.

    SQLite reads nothing but the index if condition and order name only its columns: a table's rows are many times as wide, and
    its key is not in the index, so the rows are chosen by their number. PostgreSQL compares the rows as it reads them.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    chosen = f"FROM {table} WHERE {where} ORDER BY {order} LIMIT {limit}"
    if connection.vendor == "postgresql":
        sql = f"SELECT id {chosen}"
    else:
        sql = f"SELECT id FROM {table} WHERE rowid IN (SELECT rowid {chosen})"  # noqa: S608 -- own names
    return [hot_path.as_uuid(row[0]) for row in hot_path.fetch_all(sql, parameters)]
