"""The only place with SQL that differs between SQLite and PostgreSQL."""

import hashlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any, cast
from uuid import UUID

from django.db import OperationalError, connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.base import ModelState
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from doanso.lib.database.columns import as_columns, from_arrays, stored
from doanso.lib.database.lock_order import note_made, note_named
from doanso.lib.database.lock_order import note_rows as note_rows
from doanso.lib.uuid7 import of_int


def _number(key: str) -> int:
    """The advisory lock's number: 63 bits of the key's hash."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 1


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A named lock lives as long as a transaction; open one first.")


def in_transaction() -> bool:
    """Whether a transaction is open, other than the one that a test takes back at its end."""
    blocks = connection.atomic_blocks
    return bool(blocks) and not blocks[-1]._from_testcase  # type: ignore[attr-defined]


def locks_rows() -> bool:
    """Whether rows are locked one by one; where not (SQLite), a writing transaction holds the one write lock of all."""
    return connection.vendor == "postgresql"


def engine() -> tuple[str, str]:
    """Name and version of the engine we are connected to."""
    if connection.vendor != "postgresql":
        return "SQLite", sqlite3.sqlite_version
    connection.ensure_connection()
    major, minor = divmod(connection.pg_version, 10_000)  # type: ignore[attr-defined]
    return "PostgreSQL", f"{major}.{minor}"


def try_lock(key: str) -> bool:
    """Take the named lock until the transaction ends, without waiting; whether we got it.

    On SQLite a transaction that writes holds the one write lock already, so nobody else can be there.
    """
    _require_transaction()
    note_named([key], shared=False, waits=False)
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(key)])
        return bool(cursor.fetchone()[0])


def lock(keys: Sequence[str], *, shared: bool) -> None:
    """Wait for the named locks and hold them, shared or alone, until the transaction ends; always in the same order.

    On SQLite the write lock stands for all of them.
    """
    _require_transaction()
    note_named(keys, shared=shared)
    if connection.vendor != "postgresql" or not keys:
        return
    function = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    numbers = sorted(_number(key) for key in keys)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'{function}(%s)' for _ in numbers)}", numbers)


@contextmanager
def snapshot() -> Iterator[None]:
    """A transaction that sees one moment of the whole database, for long readings that compare tables.

    Inside another transaction it changes nothing. SQLite's transactions are such by themselves.
    """
    inside = connection.in_atomic_block
    with transaction.atomic():
        if connection.vendor == "postgresql" and not inside:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        yield


_WIDE = -40_000


@contextmanager
def wide_cache() -> Iterator[None]:
    """Room for a hundred thousand people's index pages, for work that writes all over them transaction after transaction.

    With the usual room SQLite reads and writes each such page again in every one of them. PostgreSQL has a cache of its own.
    """
    if connection.vendor == "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        [usual] = cursor.fetchone()
        cursor.execute(f"PRAGMA cache_size = {_WIDE}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(usual)}")


@contextmanager
def lock_waits_end(of: BaseDatabaseWrapper, seconds: int) -> Iterator[None]:
    """Let no statement of this connection wait longer than so many seconds for a lock; 0 is without end.

    Not inside a transaction. SQLite has a time-out of its own for its one lock.
    """
    if of.vendor != "postgresql":
        yield
        return
    with of.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{seconds}s"])
    try:
        yield
    finally:
        # A connection that was closed meanwhile has forgotten it.
        if of.connection is not None:
            with of.cursor() as cursor:
                cursor.execute("RESET lock_timeout")


def is_lock_timeout(error: OperationalError) -> bool:
    """Return whether a statement was given up because a lock was not to be had in time."""
    return getattr(error.__cause__, "sqlstate", None) == "55P03"


def learn_sizes() -> None:
    """Let SQLite look how many rows its tables have and how they are spread, where that has changed since; PostgreSQL does
    so by itself.

    Without, it takes every table for a small one, and reads all rows of a unit rather than look up a few dozen by their keys.
    It looks at a few thousand entries of each index, so it is soon done.
    """
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit = 2000")
        # Tables that grew (2), also those which this connection has not asked for anything (0x10000).
        cursor.execute("PRAGMA optimize = 0x10002")


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, keep_known: bool = False
) -> None:
    """Insert many rows of plain values in one statement, far cheaper than objects; keys are made in order of the rows.

    With `keep_known`, a row whose unique key exists already is passed over.
    """
    if not rows:
        return
    fields: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in columns]  # type: ignore[misc]
    quote = connection.ops.quote_name
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(str(one.column)) for one in fields)})"
    known = " ON CONFLICT DO NOTHING" if keep_known else ""
    if not keep_known and (key := model._meta.pk.name) in columns:
        note_made(model, [row[list(columns).index(key)] for row in rows])
    values = as_columns(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{into} {from_arrays(fields)}{known}", values)
            return
        for statement, parameters in _in_pages(into, values, known):
            cursor.execute(statement, parameters)


_MOST_PARAMETERS = 30_000
"""SQLite takes 32,766 in one statement."""


def _in_pages(into: str, columns: Sequence[Sequence[Any]], end: str) -> Iterator[tuple[str, list[Any]]]:
    """SQLite's statements that insert these columns' rows, and their parameters; nearly always there is one.

    Row by row, it would look up each time which number the table gives next.
    """
    one_row, page = f"({marks(columns)})", _MOST_PARAMETERS // len(columns)
    rows = list(zip(*columns, strict=True))
    for start in range(0, len(rows), page):
        part = rows[start : start + page]
        yield f"{into} VALUES {', '.join([one_row] * len(part))}{end}", list(chain.from_iterable(part))


def insert_new_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], returning: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Insert those rows whose unique keys do not exist yet; of these, and of no others, what the database made of them.

    One statement for some thousand values. Whoever inserts the same key at the same moment waits for the other.
    """
    if not rows:
        return []
    fields: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in columns]  # type: ignore[misc]
    told: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in returning]  # type: ignore[misc]
    quote = connection.ops.quote_name
    into = f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(str(one.column)) for one in fields)})"
    end = f" ON CONFLICT DO NOTHING RETURNING {', '.join(quote(str(one.column)) for one in told)}"
    values = as_columns(fields, rows)
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{into} {from_arrays(fields)}{end}", values)
            return list(cursor.fetchall())
        for statement, parameters in _in_pages(into, values, end):
            cursor.execute(statement, parameters)
            found += cursor.fetchall()
    return with_keys(told, found)


def new_object[M: models.Model](model: type[M], **told: Any) -> M:
    """A new object of the model with these column values (`unit_id`, not `unit`), the rest at their defaults.

    The same as `model(**told)`, which for a wide table costs many times as much; only `pre_init` and `post_init` are not sent.
    """
    columns, makers = _columns_of(model)
    values = {**columns, **told}
    if len(values) != len(columns):
        raise TypeError(f"{model.__name__} has no column {min(told.keys() - columns.keys())!r}.")
    for name, make in makers:
        if name not in told:
            values[name] = make()
    found = model.__new__(model)
    found.__dict__.update(values)
    found._state = ModelState()
    return found


@lru_cache(maxsize=64)
def _columns_of(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """A model's columns in their order with their defaults, and what makes those that are made anew for each object."""
    fields = model._meta.concrete_fields
    made = [one for one in fields if one.has_default() and callable(one.default)]
    columns = {one.attname: None if one in made else one.get_default() for one in fields}
    return columns, [(one.attname, one.get_default) for one in made]


def insert_objects(objects: Sequence[models.Model]) -> None:
    """Insert many new objects of one model whose keys the application made; `bulk_create` at a fraction of its price.

    Values must have their Python types already.
    """
    if not objects:
        return
    model = type(objects[0])
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    values = itemgetter(*(field.attname for field in fields))
    insert_rows(model, [field.name for field in fields], [values(vars(one)) for one in objects])
    for one in objects:
        one._state.adding = False


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set these columns of many rows in one statement, far cheaper than `bulk_update`; each row begins with its key."""
    if not rows:
        return
    names = (str(model._meta.pk.attname), *columns)
    fields: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in names]  # type: ignore[misc]
    quote = connection.ops.quote_name
    quoted = [quote(str(one.column)) for one in fields]
    values = as_columns(fields, rows)
    update = f"UPDATE {quote(model._meta.db_table)} SET"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            told = ", ".join(f"{name} = told.{name}" for name in quoted[1:])
            source = f"({from_arrays(fields)}) AS told ({', '.join(quoted)})"
            cursor.execute(
                f"{update} {told} FROM {source} WHERE {quote(model._meta.db_table)}.{quoted[0]} = told.{quoted[0]}",
                values,
            )
            return
        told = ", ".join(f"{name} = %s" for name in quoted[1:])
        # The key stands last in the statement.
        plain = list(zip(*values[1:], values[0], strict=True))
        cursor.executemany(f"{update} {told} WHERE {quoted[0]} = %s", plain)


def save_changed(changes: Iterable[tuple[models.Model, Collection[str]]], *, batch_size: int = 500) -> None:
    """Write of each object only these of its fields; objects of one model that change in the same ones go in one statement.

    The caller has locked and read the rows.
    """
    lots: dict[tuple[str, ...], dict[Any, models.Model]] = {}
    for changed, names in changes:
        if names:
            lots.setdefault(tuple(sorted(names)), {})[changed.pk] = changed
    for columns, objects in lots.items():
        rows = list(objects.values())
        type(rows[0])._default_manager.bulk_update(rows, columns, batch_size=batch_size)


def read_rows(
    model: type[models.Model], columns: Sequence[str], where: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Plain values of the rows that the condition chooses, for hot paths on which building a query costs more than it.

    The condition is SQL that both engines read the same way. Where it names rows by their keys, whether they are the unit's
    is compared by the caller: SQLite, which does not know how many rows a unit has, would read all of them instead.
    """
    fields: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in columns]  # type: ignore[misc]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(one.column)) for one in fields)
    sql = f"SELECT {names} FROM {quote(model._meta.db_table)} WHERE {where}"  # noqa: S608 -- own names
    with connection.cursor() as cursor:
        cursor.execute(sql, as_parameters(parameters))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return with_keys(fields, rows)


def read_any(
    model: type[models.Model], columns: Sequence[str], conditions: Sequence[tuple[str, Sequence[Any]]], *, most: int
) -> list[tuple[Any, ...]]:
    """The rows that one of the conditions chooses, of each at most so many, in one statement; a row may come more than once.

    Each condition is looked up by its own index, which "one or the other" would not be.
    """
    if not conditions:
        return []
    fields: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in columns]  # type: ignore[misc]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(one.column)) for one in fields)
    part = f"SELECT {names} FROM {quote(model._meta.db_table)} WHERE"  # noqa: S608 -- own names
    chosen = (f"({part} {where} LIMIT {most}) x{at}" for at, (where, _told) in enumerate(conditions))
    sql = " UNION ALL ".join(f"SELECT * FROM {one}" for one in chosen)  # noqa: S608 -- own names, and conditions of ours
    with connection.cursor() as cursor:
        cursor.execute(sql, as_parameters([one for _where, told in conditions for one in told]))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return with_keys(fields, rows)


@lru_cache(maxsize=4096)
def _uuid(hexes: str) -> UUID:
    # Rows that are read together point to the same units, books and people.
    return of_int(int(hexes, 16))


def with_keys(fields: Sequence[models.Field[Any, Any]], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Rows with their UUIDs as such, which SQLite keeps as hex."""
    change = [at for at, one in enumerate(fields) if isinstance(stored(one), models.UUIDField)]
    if connection.vendor == "postgresql" or not change or not rows:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for at in change:
        columns[at] = [None if cell is None else _uuid(cell) for cell in columns[at]]
    return list(zip(*columns, strict=True))


def marks(values: Collection[Any]) -> str:
    """Placeholders for a list of parameters."""
    return ", ".join(["%s"] * len(values))


def compared_alone(column: str) -> str:
    """A column in a condition of raw SQL by which rows are told apart, not looked up, because another column finds fewer.

    Until SQLite has learnt the sizes of its tables it takes the index of a unit for as good as that of a name, and reads
    all that the unit has. PostgreSQL estimates both.
    """
    return column if connection.vendor == "postgresql" else f"+{column}"


def parameter(value: Any) -> Any:
    """A value as a parameter of raw SQL: SQLite keeps UUIDs as hex."""
    return as_parameters([value])[0]


def as_parameters(values: Sequence[Any]) -> Sequence[Any]:
    """Values as parameters of raw SQL, see `parameter`."""
    if connection.vendor == "postgresql":
        return values
    return [one.hex if isinstance(one, UUID) else one for one in values]


def as_uuid(value: Any) -> UUID:
    """A UUID read by raw SQL."""
    return value if isinstance(value, UUID) else UUID(hex=value)


def as_date(value: Any) -> date:
    """A date read by raw SQL."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else date.fromisoformat(value)


def as_json(value: Any) -> Any:
    """A JSON value read by raw SQL."""
    return json.loads(value) if isinstance(value, str) else value


def as_moment(value: Any) -> datetime:
    """A moment read by raw SQL; SQLite keeps it in UTC without saying so."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


# --- Words of texts ------------------------------------------------------------------------------------------------------

_WORDS = "_words"
"""Ends the name of a table's full-text index in SQLite, and of its column in PostgreSQL."""


def make_words_index(editor: BaseDatabaseSchemaEditor, table: str, column: str) -> None:
    """Give a table a full-text index over a column of folded words; from then on the engine keeps it by itself.

    For migrations. To be called again after one that makes SQLite build the table anew: its triggers go with the old one.
    """
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f'ALTER TABLE "{table}" ADD COLUMN IF NOT EXISTS "{column}{_WORDS}" tsvector '
            f"GENERATED ALWAYS AS (to_tsvector('simple', \"{column}\")) STORED"
        )
        editor.execute(f'CREATE INDEX IF NOT EXISTS "{table}{_WORDS}" ON "{table}" USING gin ("{column}{_WORDS}")')
        return
    index = f"{table}{_WORDS}"
    editor.execute(
        f'CREATE VIRTUAL TABLE IF NOT EXISTS "{index}" USING fts5('
        f"\"{column}\", content='{table}', content_rowid='id', tokenize='unicode61 remove_diacritics 0')"
    )
    if sqlite3.sqlite_version_info >= (3, 42):
        # Words that are deleted leave the index at once, not when it is next tidied.
        editor.execute(f'INSERT INTO "{index}" ("{index}", rank) VALUES (\'secure-delete\', 1)')  # noqa: S608 -- own names
    add = f'INSERT INTO "{index}" (rowid, "{column}") VALUES (new.id, new."{column}");'  # noqa: S608 -- own names
    drop = f'INSERT INTO "{index}" ("{index}", rowid, "{column}") VALUES (\'delete\', old.id, old."{column}");'  # noqa: S608 -- own names
    for event, deeds in (("INSERT", add), ("DELETE", drop), (f'UPDATE OF "{column}"', f"{drop} {add}")):
        name = f"{index}_{event[:6].lower()}"
        editor.execute(f'CREATE TRIGGER IF NOT EXISTS "{name}" AFTER {event} ON "{table}" BEGIN {deeds} END')
    editor.execute(f'INSERT INTO "{index}" ("{index}") VALUES (\'rebuild\')')  # noqa: S608 -- own names


class HasWords(models.Func):
    """A condition: the row's text has every one of these words, or has them standing together. Words are letters and digits."""

    output_field = models.BooleanField()

    def __init__(self, words: Sequence[str], *, together: bool = False, column: str = "folded") -> None:
        super().__init__(models.F("pk"))
        self._words = words
        self._together = together
        self._column = column

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> tuple[str, list[Any]]:
        """By the column of lexemes."""
        column = f"{connection.ops.quote_name(self._key.alias)}.{connection.ops.quote_name(self._column + _WORDS)}"
        query = "phraseto_tsquery" if self._together else "plainto_tsquery"
        return f"{column} @@ {query}('simple', %s)", [" ".join(self._words)]

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> tuple[str, Any]:
        """By the table of words beside the table."""
        key, parameters = compiler.compile(self._key)
        index = connection.ops.quote_name(self._key.target.model._meta.db_table + _WORDS)
        asked = " ".join(self._words)
        query = f'"{asked}"' if self._together else " ".join(f'"{word}"' for word in self._words)
        return f"{key} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)", [*parameters, query]  # noqa: S608

    @property
    def _key(self) -> Col:
        [key] = self.get_source_expressions()
        return cast("Col", key)
