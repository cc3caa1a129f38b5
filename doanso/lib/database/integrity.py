"""Integrity checks of the database by means of each engine; nothing is changed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from django.db import DatabaseError, connection, models
from django.db.models import F, Func, Value

MOST = 100
"""Most lines reported for one kind of damage."""


class DamageKind(Enum):
    """What is damaged: a page of the file, an index, a column's values, a reference, an unreadable table, or a constraint."""

    PAGE = auto()
    INDEX = auto()
    VALUE = auto()
    REFERENCE = auto()
    TABLE = auto()
    CONSTRAINT = auto()


@dataclass(frozen=True, slots=True)
class Damage:
    """One damage: its kind, the name of what is damaged ("" for a page), and the engine's own words, which are for the log."""

    kind: DamageKind
    subject: str
    engine_text: str


_SQLITE_INDEX = re.compile(r"(?:missing from|entries in|entry in) index (\S+)")
_SQLITE_VALUE = re.compile(r"(?:value in|constraint failed in) (\S+)")


def damages() -> Iterator[Damage]:
    """Yield damages of pages, indexes and references.

    SQLite: `integrity_check` (pages, indexes, NOT NULL, CHECK) and `foreign_key_check`. PostgreSQL: every row of every table is
    read completely, with page checksums where they are on; constraints that were never validated; indexes, where amcheck is
    installed.
    """
    yield from _postgresql_damages() if connection.vendor == "postgresql" else _sqlite_damages()


def _sqlite_damages() -> Iterator[Damage]:
    for (line,) in _rows(f"PRAGMA integrity_check({MOST})"):
        if line == "ok":
            continue
        if (index := _SQLITE_INDEX.search(line)) is not None:
            yield Damage(DamageKind.INDEX, index[1], line)
        elif (column := _SQLITE_VALUE.search(line)) is not None:
            yield Damage(DamageKind.VALUE, column[1], line)
        else:
            yield Damage(DamageKind.PAGE, "", line)
    for table, number, parent, _constraint in _rows("PRAGMA foreign_key_check")[:MOST]:
        yield Damage(
            DamageKind.REFERENCE, f"{table} {number} → {parent}", f"{table}, rowid {number}: no such row in {parent}"
        )


def _postgresql_damages() -> Iterator[Damage]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    for table in tables:
        name = connection.ops.quote_name(table)
        yield from _errors_of(DamageKind.TABLE, table, f"SELECT sum(octet_length(x::text)) FROM {name} x")  # noqa: S608 -- names of tables
    unchecked = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE NOT convalidated ORDER BY 1, 2"
    for table, constraint in _rows(unchecked):
        yield Damage(DamageKind.CONSTRAINT, f"{table}.{constraint}", "was never validated")
    if _rows("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"):
        indexes = (
            "SELECT c.oid::regclass::text, c.oid FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid "
            "JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE a.amname = 'btree' AND i.indisvalid AND n.nspname = current_schema()"
        )
        for index, number in _rows(indexes):
            yield from _errors_of(DamageKind.INDEX, index, "SELECT bt_index_check(%s::oid::regclass, true)", [number])


def _rows(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _errors_of(kind: DamageKind, subject: str, sql: str, parameters: Sequence[Any] = ()) -> Iterator[Damage]:
    try:
        _rows(sql, parameters)
    except DatabaseError as problem:
        yield Damage(kind, subject, str(problem).strip())


def begins_with(rows: "models.QuerySet[Any]", field: str, head: bytes) -> "models.QuerySet[Any]":
    """Filter rows whose bytes begin with `head`; both engines scan all rows."""
    start = Func(F(field), Value(1), Value(len(head)), function="SUBSTR", output_field=models.BinaryField())
    matching: models.QuerySet[Any] = rows.annotate(bytes_begin=start).filter(bytes_begin=head)
    return matching
