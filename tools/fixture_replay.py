"""Replay of what a fixture writes: made once per process by the product's actions, then again by the statements they ran.

`@replayed` is for a function whose only effects are rows of the test's own transaction and files of the store, and whose result
is made of models, dataclasses and plain values. The first call in a state of the database runs it and keeps its writing
statements and its result; that call and later ones that start from the same state execute those statements and unpickle the
result. The state is the small tree of the template and the calls of this kind since, on the same business day and with the same
keys. In every other case (a test wrote something before, a test that really commits, a clock that stands still) the function
itself runs, as it does where its statements would not repeat what it did.

SQLite counts the changed rows of a connection by itself; on PostgreSQL every statement's answer is counted. There the statements
of a call are repeated as one script, which first sets the sequences to where they stood, because a rollback does not.
"""

import contextlib
import functools
import io
import pickle
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import IO, Any, cast

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Model

from doanso.files.stores.disk import Disk
from doanso.lib import clock

_WALL_CLOCK = clock.now

type Statement = tuple[str, Any, bool]


@dataclass(frozen=True)
class Recording:
    """A call's writing statements (SQL, parameters, whether many; one script on PostgreSQL), the number of rows they changed,
    the files that it stored by place, and its pickled result."""

    statements: list[Statement]
    changes: int
    files: dict[str, bytes]
    result: bytes


class _AnotherStateError(Exception):
    """The statements of a call changed another number of rows than the call itself."""


@dataclass
class _State:
    """What was replayed or recorded since the test began, and the count of changed rows after it; None when unknown."""

    history: tuple[Hashable, ...] = ()
    changes: int | None = None


_state = _State()
# None for a call that cannot be replayed.
recordings: dict[Hashable, Recording | None] = {}
# Rows that statements on PostgreSQL changed.
_counted = 0


def _engine_counts() -> bool:
    """Return whether the engine counts the changed rows of a connection, as SQLite does; its rollback covers its sequences."""
    return hasattr(connection.connection, "total_changes")


def _count(cursor: Any) -> None:
    """Add the rows that a statement changed, from the tag of its answer: `INSERT 0 5`, `UPDATE 3`, `SELECT 1`."""
    global _counted  # noqa: PLW0603 -- one count of this process, as SQLite has one of a connection
    if cursor.rowcount > 0 and (cursor.statusmessage or "").startswith(("INSERT", "UPDATE", "DELETE", "MERGE")):
        _counted += cursor.rowcount


def _counting(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    result = execute(sql, params, many, context)
    _count(context["cursor"])
    return result


def _changes() -> int | None:
    """Return how many rows this connection has changed so far, also in transactions that were rolled back.

    None outside a transaction.
    """
    if not connection.in_atomic_block:
        return None
    if _engine_counts():
        return cast(int, connection.connection.total_changes)
    if _counting not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _counting)
    return _counted


def begin_with(name: str) -> None:
    """Declare the present content of the database to be the named state, which is the same in every test of this process."""
    _state.history, _state.changes = (name,), _changes()


def begin_unknown() -> None:
    """Declare the present content of the database to be unknown."""
    _state.history, _state.changes = (), None


@contextlib.contextmanager
def taken_back() -> Iterator[None]:
    """Roll back everything at the end. Like a test's own transaction it is not one of the product's: code that
    commits by itself does so inside it, and the locks of its actions are not counted as those of one transaction."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def _parts(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield the objects of an argument with their paths, in the same order for the same shape."""
    yield path, value
    if isinstance(value, Model):
        return
    if is_dataclass(value):
        children = [(field.name, getattr(value, field.name)) for field in fields(value)]
    elif isinstance(value, dict):
        children = [(str(key), child) for key, child in value.items()]
    elif isinstance(value, list | tuple):
        children = [(str(index), child) for index, child in enumerate(value)]
    else:
        return
    for key, child in children:
        yield from _parts(child, f"{path}.{key}")


def _described(value: Any) -> Hashable:
    """Return what a call may depend on in an argument: plain values, and the keys of models."""
    if isinstance(value, Model):
        return value._meta.label, value.pk
    if is_dataclass(value):
        return type(value).__qualname__, *(_described(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, dict):
        return tuple((key, _described(child)) for key, child in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(_described, value))
    return cast("Hashable", value)


def _shared(arguments: tuple[Any, ...]) -> dict[str, Any]:
    """Return the objects of the arguments that a result may refer to, by path."""
    parts = (part for index, value in enumerate(arguments) for part in _parts(value, str(index)))
    return {path: value for path, value in parts if isinstance(value, Model | dict | list) or is_dataclass(value)}


def _content(shared: dict[str, Any]) -> dict[str, Any]:
    """Return what a call must leave as it is: the fields of models, the entries of containers."""
    content: dict[str, Any] = {}
    for path, value in shared.items():
        if isinstance(value, Model):
            content[path] = {name: field for name, field in vars(value).items() if name != "_state"}
        elif isinstance(value, dict | list):
            content[path] = list(value)
    return content


def _dump(result: Any, shared: dict[str, Any]) -> bytes:
    paths = {id(value): path for path, value in reversed(shared.items())}

    class Pickler(pickle.Pickler):
        def persistent_id(self, value: Any) -> str | None:
            return paths.get(id(value))

    buffer = io.BytesIO()
    Pickler(buffer, pickle.HIGHEST_PROTOCOL).dump(result)
    return buffer.getvalue()


def _load(result: bytes, shared: dict[str, Any]) -> Any:
    class Unpickler(pickle.Unpickler):
        def persistent_load(self, path: str) -> Any:
            return shared[path]

    return Unpickler(io.BytesIO(result)).load()


@contextlib.contextmanager
def _noting_files() -> Iterator[dict[str, bytes]]:
    """Note what is put in the folder of the store; other processes of tests share it."""
    files: dict[str, bytes] = {}
    put = Disk.put

    def note(self: Disk, place: str, source: IO[bytes]) -> None:
        content = source.read()
        put(self, place, io.BytesIO(content))
        files[place] = content

    Disk.put = note  # type: ignore[method-assign]
    try:
        yield files
    finally:
        Disk.put = put  # type: ignore[method-assign]


def _is_write(sql: str) -> bool:
    words = sql.split(None, 1)[0].upper()
    return words not in {"SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "PRAGMA"}


def _sequences() -> dict[str, str]:
    """Return the part of a statement that sets each sequence to where it stands, by its name."""
    with contextlib.closing(connection.create_cursor()) as cursor:
        cursor.execute("SELECT format('%I.%I', schemaname, sequencename), last_value, start_value FROM pg_sequences")
        return {
            name: f"setval('{name}', {start if last is None else last}, {'false' if last is None else 'true'})"
            for name, last, start in cursor.fetchall()
        }


def _script(statements: list[Statement], before: dict[str, str]) -> str:
    """Return PostgreSQL's statements as one text, after the sequences that they moved are set back."""
    after = _sequences()
    moved = [part for name, part in before.items() if part != after[name]]
    with contextlib.closing(connection.create_cursor()) as cursor:
        texts = [
            cursor.mogrify(sql, row) if row is not None else sql
            for sql, params, many in statements
            for row in (params if many else [params])
        ]
    return ";\n".join([f"SELECT {', '.join(moved)}"] * bool(moved) + texts)


def _record(function: Callable[[], Any], shared: dict[str, Any]) -> Recording | None:
    """Call the function, and take its rows back; return None where it did what its statements do not repeat."""
    statements: list[Statement] = []
    rolled_back = False
    sequences = {} if _engine_counts() else _sequences()

    def keep(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal rolled_back
        params = list(params) if many else params
        result = execute(sql, params, many, context)
        rolled_back = rolled_back or sql.startswith("ROLLBACK")
        if _is_write(sql):
            statements.append((sql, params, many))
        return result

    before, content, today = cast(int, _changes()), _content(shared), clock.today()
    caches = {path: dict(value._state.fields_cache) for path, value in shared.items() if isinstance(value, Model)}
    with taken_back(), connection.execute_wrapper(keep), _noting_files() as files:
        result = function()
        changes = cast(int, _changes()) - before
    if rolled_back or content != _content(shared) or today != clock.today():
        return None
    try:
        dumped = _dump(result, shared)
    except (pickle.PicklingError, AttributeError, TypeError):
        return None
    for path, cache in caches.items():
        shared[path]._state.fields_cache = cache
    if sequences:
        statements = [(_script(statements, sequences), None, False)]
    recording = Recording(statements, changes, files, dumped)
    try:
        with taken_back():
            _replay(recording, shared)
    except (_AnotherStateError, DatabaseError):
        return None
    return recording


def _replay(recording: Recording, shared: dict[str, Any]) -> Any:
    before = cast(int, _changes())
    with contextlib.closing(connection.create_cursor()) as cursor:
        for sql, params, many in recording.statements:
            if many:
                cursor.executemany(sql, params)
            else:
                cursor.execute(sql, params)
                if not _engine_counts():
                    _count(cursor)
                    while cursor.nextset():
                        _count(cursor)
                elif cursor.description:
                    cursor.fetchall()
    if _changes() != before + recording.changes:
        raise _AnotherStateError
    store = Disk(Path(settings.FILES))
    for place, stored in recording.files.items():
        if not store.exists(place):
            store.put(place, io.BytesIO(stored))
    return _load(recording.result, shared)


def replayed[Result](function: Callable[..., Result]) -> Callable[..., Result]:
    """Decorate a function that fixtures call, by the rules of this module."""

    @functools.wraps(function)
    def call(*positional: Any, **named: Any) -> Result:
        arguments = (*positional, *named.values())
        if _state.changes is None or _state.changes != _changes() or clock.now is not _WALL_CLOCK:
            return function(*positional, **named)
        name = (
            function.__module__,
            function.__qualname__,
            tuple(map(_described, positional)),
            tuple((word, _described(value)) for word, value in named.items()),
            clock.today(),
            repr(settings.DOANSO_KEYS),
        )
        key = (*_state.history, name)
        shared = _shared(arguments)
        if key not in recordings:
            recordings[key] = _record(functools.partial(function, *positional, **named), shared)
        recording = recordings[key]
        if recording is None:
            return function(*positional, **named)
        result = _replay(recording, shared)
        _state.history, _state.changes = key, _changes()
        return cast(Result, result)

    return call
