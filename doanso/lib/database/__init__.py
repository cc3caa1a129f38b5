"""The only package with SQL that differs between SQLite and PostgreSQL; `hot_path` says when to bypass the ORM."""

import fcntl
import hashlib
import os
import sqlite3
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.db import OperationalError, connection, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models.expressions import Col
from django.db.models.sql.compiler import SQLCompiler

from doanso.lib.database.hot_path import as_date as as_date
from doanso.lib.database.hot_path import as_json as as_json
from doanso.lib.database.hot_path import as_moment as as_moment
from doanso.lib.database.hot_path import as_parameters as as_parameters
from doanso.lib.database.hot_path import as_uuid as as_uuid
from doanso.lib.database.hot_path import convert_uuids as convert_uuids
from doanso.lib.database.hot_path import execute as execute
from doanso.lib.database.hot_path import fetch_all as fetch_all
from doanso.lib.database.hot_path import insert_new_rows as insert_new_rows
from doanso.lib.database.hot_path import insert_objects as insert_objects
from doanso.lib.database.hot_path import insert_rows as insert_rows
from doanso.lib.database.hot_path import moment_parameter as moment_parameter
from doanso.lib.database.hot_path import new_object as new_object
from doanso.lib.database.hot_path import parameter as parameter
from doanso.lib.database.hot_path import placeholders as placeholders
from doanso.lib.database.hot_path import read_any as read_any
from doanso.lib.database.hot_path import read_rows as read_rows
from doanso.lib.database.hot_path import update_rows as update_rows
from doanso.lib.database.hot_path import without_index as without_index
from doanso.lib.database.lock_order import note_named
from doanso.lib.database.lock_order import note_rows as note_rows


def _number(key: str) -> int:
    """Return the number of an advisory lock: 63 bits of the key's hash."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") >> 1


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise RuntimeError("A named lock is held until the end of a transaction; open one first.")


def in_transaction() -> bool:
    """Return whether a transaction is open, other than the one that a test rolls back at its end."""
    blocks = connection.atomic_blocks
    return bool(blocks) and not blocks[-1]._from_testcase  # type: ignore[attr-defined]


def locks_rows() -> bool:
    """Return whether the engine locks single rows; on SQLite a writing transaction holds the one write lock of the database."""
    return connection.vendor == "postgresql"


def engine() -> tuple[str, str]:
    """Return name and version of the connected engine."""
    if connection.vendor != "postgresql":
        return "SQLite", sqlite3.sqlite_version
    major, minor = postgres_version()
    return "PostgreSQL", f"{major}.{minor}"


def postgres_version() -> tuple[int, int]:
    """Return the connected PostgreSQL's major and minor version."""
    connection.ensure_connection()
    version: int = connection.pg_version  # type: ignore[attr-defined]
    return divmod(version, 10_000)


def try_lock(key: str) -> bool:
    """Try to take the named lock until the transaction ends, without waiting; return whether it was free.

    On SQLite always true: a writing transaction already holds the one write lock.
    """
    _require_transaction()
    note_named([key], shared=False, waits=False)
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_number(key)])
        return bool(cursor.fetchone()[0])


def lock(keys: Sequence[str], *, shared: bool) -> None:
    """Wait for the named locks and hold them, shared or exclusive, until the transaction ends; they are taken in a fixed order.

    On SQLite the write lock serves for all of them.
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
    """Open a transaction that sees one state of the whole database, for long reads that compare tables.

    Inside another transaction it changes nothing. SQLite's transactions always read one state.
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
    """Enlarge SQLite's page cache to hold the indexes of a hundred thousand people, for work that writes to all of them.

    With the default cache SQLite reads and writes each page again in every transaction. PostgreSQL has a cache of its own.
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
def sole_user() -> Iterator[None]:
    """Let SQLite write as fast as it can, for making a new database that no other process opens and that is thrown away on any
    failure.

    Foreign keys are checked once at the end (IntegrityError), not row by row. It closes the connection; inside a transaction, and
    on PostgreSQL, it changes nothing.
    """
    if connection.vendor == "postgresql" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        for pragma in (
            "journal_mode = MEMORY",
            "locking_mode = EXCLUSIVE",
            f"cache_size = {10 * _WIDE}",
            "foreign_keys = OFF",
        ):
            cursor.execute(f"PRAGMA {pragma}")
    yield
    connection.check_constraints()
    # The next connection has the usual settings.
    connection.close()


@contextmanager
def lock_waits_end(of: BaseDatabaseWrapper, seconds: int) -> Iterator[None]:
    """Limit how many seconds a statement of this connection waits for a lock; 0 is no limit.

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
        # A connection that was closed meanwhile has lost the setting.
        if of.connection is not None:
            with of.cursor() as cursor:
                cursor.execute("RESET lock_timeout")


@contextmanager
def sole_migration(of: BaseDatabaseWrapper) -> Iterator[None]:
    """Wait until nobody else migrates this database, then keep others waiting until the end.

    Not inside a transaction: each step has its own. PostgreSQL's lock belongs to the connection and is asked for again and again,
    because a statement that waits would hold a snapshot, for which building an index beside running transactions waits. Of SQLite
    the folder is locked, so that no file is added to it. A process that dies releases either.
    """
    if of.vendor == "postgresql":
        number = _number("migrate")
        while not _ask(of, "pg_try_advisory_lock", number):
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            # A connection that was closed meanwhile has lost the lock.
            if of.connection is not None:
                _ask(of, "pg_advisory_unlock", number)
        return
    folder = os.open(Path(str(of.settings_dict["NAME"])).parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


_PAUSE = 0.1
"""Seconds between two questions whether somebody else still migrates."""


def _ask(of: BaseDatabaseWrapper, function: str, number: int) -> bool:
    """Return what a function on an advisory lock answers."""
    with of.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s)", [number])
        return bool(cursor.fetchone()[0])


def is_lock_timeout(error: OperationalError) -> bool:
    """Return whether a statement failed because it waited too long for a lock."""
    return getattr(error.__cause__, "sqlstate", None) == "55P03"


def learn_sizes() -> None:
    """Refresh SQLite's statistics of tables that have changed in size; PostgreSQL does so by itself.

    Without statistics SQLite assumes that every table is small, and reads all rows of a unit instead of looking up a few dozen
    by their keys. At most two thousand entries of each index are analysed, so it is quick.
    """
    if connection.vendor == "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA analysis_limit = 2000")
        # Tables that grew (2), also those that this connection has not queried (0x10000).
        cursor.execute("PRAGMA optimize = 0x10002")


def save_changed(changes: Iterable[tuple[models.Model, Collection[str]]]) -> None:
    """Save the named fields of each instance; instances of one model with the same fields are saved in one statement.

    The caller has locked and read the rows. Values must have their Python types already.
    """
    lots: dict[tuple[str, ...], dict[Any, models.Model]] = {}
    for changed, names in changes:
        if names:
            lots.setdefault(tuple(sorted(names)), {})[changed.pk] = changed
    for columns, objects in lots.items():
        rows = list(objects.values())
        model = type(rows[0])
        attributes = [model._meta.get_field(name).attname for name in columns]  # type: ignore[union-attr]
        update_rows(model, columns, [(row.pk, *(getattr(row, name) for name in attributes)) for row in rows])


# --- Words of texts ------------------------------------------------------------------------------------------------------

_WORDS = "_words"
"""Suffix of a table's full-text index in SQLite, and of its column in PostgreSQL."""


def make_words_index(editor: BaseDatabaseSchemaEditor, table: str, column: str) -> None:
    """Add a full-text index over a column of folded words; the engine keeps it up to date from then on.

    For migrations. Call it again after a migration that makes SQLite rebuild the table, which drops its triggers.
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
        # Deleted words are removed from the index at once, not at its next merge.
        editor.execute(f'INSERT INTO "{index}" ("{index}", rank) VALUES (\'secure-delete\', 1)')  # noqa: S608 -- own names
    add = f'INSERT INTO "{index}" (rowid, "{column}") VALUES (new.id, new."{column}");'  # noqa: S608 -- own names
    drop = f'INSERT INTO "{index}" ("{index}", rowid, "{column}") VALUES (\'delete\', old.id, old."{column}");'  # noqa: S608 -- own names
    for event, statements in (("INSERT", add), ("DELETE", drop), (f'UPDATE OF "{column}"', f"{drop} {add}")):
        name = f"{index}_{event[:6].lower()}"
        editor.execute(f'CREATE TRIGGER IF NOT EXISTS "{name}" AFTER {event} ON "{table}" BEGIN {statements} END')
    editor.execute(f'INSERT INTO "{index}" ("{index}") VALUES (\'rebuild\')')  # noqa: S608 -- own names


class HasWords(models.Func):
    """A condition: the row's text has all of these words, or, with `together`, this phrase. Words are letters and digits."""

    output_field = models.BooleanField()

    def __init__(self, words: Sequence[str], *, together: bool = False, column: str = "folded") -> None:
        super().__init__(models.F("pk"))
        self._words = words
        self._together = together
        self._column = column

    def as_postgresql(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> tuple[str, list[Any]]:
        """Compile to a query of the tsvector column."""
        column = f"{connection.ops.quote_name(self._key.alias)}.{connection.ops.quote_name(self._column + _WORDS)}"
        query = "phraseto_tsquery" if self._together else "plainto_tsquery"
        return f"{column} @@ {query}('simple', %s)", [" ".join(self._words)]

    def as_sqlite(self, compiler: SQLCompiler, connection: Any, **_context: Any) -> tuple[str, Any]:
        """Compile to a query of the FTS5 table."""
        key, parameters = compiler.compile(self._key)
        index = connection.ops.quote_name(self._key.target.model._meta.db_table + _WORDS)
        phrase = " ".join(self._words)
        query = f'"{phrase}"' if self._together else " ".join(f'"{word}"' for word in self._words)
        return f"{key} IN (SELECT rowid FROM {index} WHERE {index} MATCH %s)", [*parameters, query]  # noqa: S608

    @property
    def _key(self) -> Col:
        [key] = self.get_source_expressions()
        return cast("Col", key)
