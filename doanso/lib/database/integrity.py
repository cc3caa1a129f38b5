"""Integrity checks of the database by means of each engine; nothing is changed."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.models import F, Func, Value

MOST = 100
"""Most lines reported for one kind of damage."""


def damages() -> Iterator[str]:
    """Yield damages of pages, indexes and references, in the engine's own words.

    SQLite: `integrity_check` (pages, indexes, NOT NULL, CHECK) and `foreign_key_check`. PostgreSQL: every row of every table is
    read completely, with page checksums where they are on; constraints that were never validated; indexes, where amcheck is
    installed.
    """
    yield from _postgresql_damages() if connection.vendor == "postgresql" else _sqlite_damages()


def _sqlite_damages() -> Iterator[str]:
    for (line,) in _rows(f"PRAGMA integrity_check({MOST})"):
        if line != "ok":
            yield str(line)
    for table, number, parent, _constraint in _rows("PRAGMA foreign_key_check")[:MOST]:
        yield f"{table}, rowid {number}: no such row in {parent}"


def _postgresql_damages() -> Iterator[str]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    for table in tables:
        name = connection.ops.quote_name(table)
        yield from _errors_of(table, f"SELECT sum(octet_length(x::text)) FROM {name} x")  # noqa: S608 -- names of tables
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
            yield from _errors_of(index, "SELECT bt_index_check(%s::oid::regclass, true)", [number])


def _rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _errors_of(subject: str, sql: str, parameters: Sequence[Any] = ()) -> Iterator[str]:
    try:
        _rows(sql, parameters)
    except DatabaseError as problem:
        yield f"{subject}: {str(problem).strip()}"


def begins_with(rows: "models.QuerySet[Any]", field: str, head: bytes) -> "models.QuerySet[Any]":
    """Filter rows whose bytes begin with `head`; both engines scan all rows."""
    start = Func(F(field), Value(1), Value(len(head)), function="SUBSTR", output_field=models.BinaryField())
    matching: models.QuerySet[Any] = rows.annotate(bytes_begin=start).filter(bytes_begin=head)
    return matching
