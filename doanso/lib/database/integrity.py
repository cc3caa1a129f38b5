"""Whether the database itself is sound, each engine asked its own way; nothing is changed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.models import F, Func, Value

MOST = 100
"""Of one kind of damage no more lines are told."""


def damages() -> Iterator[str]:
    """Yield what the engine finds wrong with its own pages, indexes and references, in its own words.

    SQLite: `integrity_check` (pages, indexes, NOT NULL, CHECK) and `foreign_key_check`. PostgreSQL: every row of every table is
    read whole, with the checksums of its pages where they are on; constraints nobody has checked; indexes, where amcheck is
    installed.
    """
    yield from _of_postgresql() if connection.vendor == "postgresql" else _of_sqlite()


def _of_sqlite() -> Iterator[str]:
    for (line,) in _rows(f"PRAGMA integrity_check({MOST})"):
        if line != "ok":
            yield str(line)
    for table, number, parent, _constraint in _rows("PRAGMA foreign_key_check")[:MOST]:
        yield f"{table}, rowid {number}: no such row in {parent}"


def _of_postgresql() -> Iterator[str]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    for table in tables:
        name = connection.ops.quote_name(table)
        yield from _asked(table, f"SELECT sum(octet_length(x::text)) FROM {name} x")  # noqa: S608 -- names of tables
    unchecked = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated ORDER BY 1, 2"
    for table, constraint in _rows(unchecked):
        yield f"{table}: {constraint} was never checked"
    if _rows("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"):
        indexes = (
            "SELECT c.oid::regclass::text, c.oid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
            "JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE a.amname = 'btree' AND i.indisvalid AND n.nspname = current_schema()"
        )
        for index, number in _rows(indexes):
            yield from _asked(index, "SELECT bt_index_check(%s::oid::regclass, true)", [number])


def _rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _asked(what: str, sql: str, parameters: Sequence[Any] = ()) -> Iterator[str]:
    try:
        _rows(sql, parameters)
    except DatabaseError as problem:
        yield f"{what}: {str(problem).strip()}"


def begins_with(rows: "models.QuerySet[Any]", field: str, head: bytes) -> "models.QuerySet[Any]":
    """Narrow to the rows whose bytes begin so; both engines read all of them."""
    start = Func(F(field), Value(1), Value(len(head)), function="SUBSTR", output_field=models.BinaryField())
    return rows.annotate(bytes_begin=start).filter(bytes_begin=head)
