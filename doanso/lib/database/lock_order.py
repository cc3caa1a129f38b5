"""Checks of the order in which a transaction takes its locks; in tests and with DEBUG, never in production.

Observed are named locks (`database.lock`, `try_lock`) and rows that a query locks (`select_for_update`) or that a caller of raw
SQL reports (`note_rows`). Each belongs to a class with a rank. A transaction may wait for a lock only while everything it holds
ranks lower; within one class it may take more only in rising order of keys. Then no two transactions wait for each other.
"""

import sys
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.sql.compiler import SQLCompiler, SQLInsertCompiler
from django.db.transaction import Atomic


class LockOrderError(RuntimeError):
    """Two locks were taken in an order that can deadlock with another transaction."""


@dataclass(slots=True)
class _HeldLocks:
    """The locks of one class that a transaction holds. `keys` is None where the rows are unknown."""

    name: str
    rank: int
    place: str
    keys: set[Any] | None
    # Named locks held shared, which may not be upgraded to exclusive.
    shared: set[Any] = field(default_factory=set)


class _TransactionLocks(threading.local):
    """The locks of this thread's transaction, and their number at the start of each open savepoint."""

    def __init__(self) -> None:
        self.held: list[_HeldLocks] = []
        self.marks: list[int] = []
        self.inserted: dict[str, set[Any]] = {}


_ROWS = "rows of "


def row_class(model: type[models.Model]) -> str:
    """Return the lock class of a model's rows."""
    return f"{_ROWS}{model._meta.concrete_model._meta.label_lower}"  # type: ignore[union-attr]


def _plain(key: Any) -> Any:
    # SQLite returns UUIDs as hex; both forms sort alike.
    return key.hex if isinstance(key, UUID) else key


def _caller() -> str:
    """Return file and line of the innermost caller outside this package and Django."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename.replace("\\", "/")
        if "/doanso/" in path and "/lib/database/" not in path and "/site-packages/" not in path:
            return f"doanso/{path.rpartition('/doanso/')[2]}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"


@dataclass(frozen=True, slots=True)
class LockOrder:
    """The classes of locks, lowest first.

    A named lock belongs to the longest class that its key begins with, rows to `rows of app.model`. `guarded` maps rows to the
    named lock under whose exclusive protection alone they may be locked, in any order. `last` are named locks that may be waited
    for at any time, because a transaction that holds one exclusively takes no other. `free_under` maps named locks to the one
    under which alone they are taken, so that its exclusive holder waits for nobody. `several` are rows that actions still lock in
    several lots without an order among the lots.
    """

    classes: Sequence[str]
    guarded: Mapping[str, str] = field(default_factory=dict)
    last: Collection[str] = ()
    free_under: Mapping[str, str] = field(default_factory=dict)
    several: Collection[str] = ()


class LockRecorder:
    """Records the locks of this thread's transaction and checks them against an order."""

    def __init__(self, order: LockOrder) -> None:
        self.order = order
        self.ranks = {name: rank for rank, name in enumerate(order.classes)}
        everything = [*order.classes, *order.guarded, *order.last]
        if len(set(everything)) != len(everything):
            raise ValueError("A class of locks stands twice in the order.")
        named = [name for name in (*order.classes, *order.last) if not name.startswith(_ROWS)]
        self._named = sorted(named, key=len, reverse=True)
        self._transaction = _TransactionLocks()

    # --- Events -------------------------------------------------------------------------------------------------------

    def named(self, keys: Collection[str], *, shared: bool, waits: bool = True) -> None:
        """Record named locks that are about to be taken in one statement."""
        if not self._is_inside() or not keys:
            return
        by_class: dict[str, set[str]] = {}
        for key in keys:
            by_class.setdefault(self._class_of(key), set()).add(key)
        taken = []
        for name, class_keys in by_class.items():
            if name in self.order.last:
                taken.append(_HeldLocks(name, -1, _caller(), class_keys, class_keys if shared else set()))
                continue
            above = self._held_of(self.order.free_under.get(name, ""))
            if above is not None and not above.shared:
                continue
            held_locks = self._held_of(name)
            if held_locks is not None and not shared and class_keys & held_locks.shared:
                self._fail(name, held_locks, "held shared already, and wanted alone")
            new = class_keys - held_locks.keys if held_locks is not None and held_locks.keys is not None else class_keys
            if not new:
                continue
            if waits and held_locks is not None:
                self._fail(name, held_locks, "taken a second time, with other keys")
            self._check(name, waits=waits)
            taken.append(_HeldLocks(name, self.ranks[name], _caller(), new, new if shared else set()))
        self._transaction.held += taken

    def rows(self, model: type[models.Model], keys: Collection[Any] | None, *, waits: bool = True) -> None:
        """Record rows that were just locked; `keys` is None where they were not read."""
        if not self._is_inside() or (keys is not None and not keys):
            return
        name = row_class(model)
        if name in self.order.guarded:
            if self._held_of(self.order.guarded[name]) is None:
                raise LockOrderError(f"{name} at {_caller()} without {self.order.guarded[name]}, which guards them.")
            return
        held_locks = self._held_of(name)
        new_keys = (
            None if keys is None else {_plain(entry) for entry in keys} - self._transaction.inserted.get(name, set())
        )
        if new_keys is not None and not new_keys:
            return
        if held_locks is None:
            if name not in self.ranks and not self._transaction.held:
                # Rows without a rank may be locked while nothing else is held.
                return
            self._check(name, waits=waits)
            self._transaction.held.append(_HeldLocks(name, self.ranks[name], _caller(), new_keys))
            return
        if new_keys is None or held_locks.keys is None or name in self.order.several:
            return
        new = new_keys - held_locks.keys
        if new and waits and min(new) < max(held_locks.keys):
            self._fail(name, held_locks, "more of them, lower in the order of their keys")
        if new:
            self._check(name, waits=waits)
        held_locks.keys |= new

    def inserted(self, model: type[models.Model], keys: Collection[Any]) -> None:
        """Record rows that this transaction inserted: no other transaction sees them, so locking them never waits."""
        if self._is_inside():
            self._transaction.inserted.setdefault(row_class(model), set()).update(_plain(entry) for entry in keys)

    # --- Checks -------------------------------------------------------------------------------------------------------

    def _is_inside(self) -> bool:
        return bool(self._transaction.marks)

    def _class_of(self, key: str) -> str:
        lock_class = next((name for name in self._named if key.startswith(name)), None)
        if lock_class is None:
            raise LookupError(f"The named lock {key!r} has no rank; give it one in the order of locks.")
        return lock_class

    def _held_of(self, name: str) -> _HeldLocks | None:
        return next((entry for entry in self._transaction.held if entry.name == name), None)

    def _check(self, name: str, *, waits: bool) -> None:
        if name not in self.ranks:
            raise LookupError(f"{name!r} has no rank; give it one in the order of locks.")
        for entry in self._transaction.held:
            if entry.name in self.order.last and not entry.shared:
                self._fail(name, entry, "which is the last that is taken")
            if waits and entry.rank > self.ranks[name]:
                self._fail(name, entry, "which ranks higher")

    def _fail(self, name: str, held_locks: _HeldLocks, why: str) -> None:
        raise LockOrderError(f"{name} at {_caller()} after {held_locks.name} at {held_locks.place}: {why}.")

    # --- Transactions -------------------------------------------------------------------------------------------------

    def entered(self) -> None:
        """Record that a transaction or savepoint begins."""
        self._transaction.marks.append(len(self._transaction.held))

    def left(self, *, is_kept: bool) -> None:
        """Record that it ends; a savepoint's locks are released only when it is rolled back."""
        if not self._transaction.marks:
            return
        mark = self._transaction.marks.pop()
        if not self._transaction.marks:
            self._transaction.held.clear()
            self._transaction.inserted.clear()
        elif not is_kept:
            del self._transaction.held[mark:]


_recorder: LockRecorder | None = None


def note_named(keys: Collection[str], *, shared: bool, waits: bool = True) -> None:
    """Report named locks that are about to be taken to the recorder, if there is one."""
    if _recorder is not None:
        _recorder.named(keys, shared=shared, waits=waits)


def note_rows(model: type[models.Model], keys: Collection[Any] | None = None) -> None:
    """Report rows locked otherwise than by `select_for_update`, or on one engine only, to the recorder, if there is one."""
    if _recorder is not None:
        _recorder.rows(model, keys)


@contextmanager
def recorded_by(recorder: LockRecorder) -> Iterator[LockRecorder]:
    """Use this recorder inside the block instead of the current one."""
    global _recorder  # noqa: PLW0603 -- one recorder at a time, none in production
    before, _recorder = _recorder, recorder
    try:
        yield recorder
    finally:
        _recorder = before


def note_inserted(model: type[models.Model], keys: Collection[Any]) -> None:
    """Report rows that were just inserted to the recorder, if there is one."""
    if _recorder is not None:
        _recorder.inserted(model, keys)


def watch(order: LockOrder) -> None:
    """Record every transaction of this process from now on."""
    global _recorder  # noqa: PLW0603 -- see above
    if _recorder is None:
        _follow_django()
    _recorder = LockRecorder(order)


def _follow_django() -> None:
    """Wrap Django's transactions and locking queries, because it has no hook for them on both engines."""
    enter, leave = Atomic.__enter__, Atomic.__exit__
    execute, insert = SQLCompiler.execute_sql, SQLInsertCompiler.execute_sql

    def entered(self: Any) -> None:
        enter(self)
        # A transaction that a test or the demo opens around several actions is not the product's.
        opened_by = sys._getframe(1).f_code.co_filename.replace("\\", "/")
        self._is_watched = not (self._from_testcase or "/tests/" in opened_by or opened_by.endswith("/demo.py"))
        if _recorder is not None and self._is_watched:
            _recorder.entered()

    def left(self: Any, kind: Any, value: Any, traceback: Any) -> None:
        rolls_back = kind is not None or connection.needs_rollback
        try:
            leave(self, kind, value, traceback)
        finally:
            if _recorder is not None and self._is_watched:
                _recorder.left(is_kept=not rolls_back or not self.savepoint)

    def executed(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = execute(self, *args, **kwargs)
        if _recorder is not None and self.query.select_for_update:
            waits = not (self.query.select_for_update_skip_locked or self.query.select_for_update_nowait)
            _recorder.rows(self.query.model, _keys_in(self, result), waits=waits)
        return result

    def inserted(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = insert(self, *args, **kwargs)
        if _recorder is not None:
            _recorder.inserted(self.query.model, [entry.pk for entry in self.query.objs if entry.pk is not None])
        return result

    Atomic.__enter__, Atomic.__exit__ = entered, left  # type: ignore[method-assign]
    SQLCompiler.execute_sql, SQLInsertCompiler.execute_sql = executed, inserted  # type: ignore[method-assign]


def _keys_in(compiler: Any, result: Any) -> list[Any] | None:
    """Return the keys of the rows that a locking query read, as the engine gives them; None where it did not read them."""
    if isinstance(result, type(iter([]))):
        # Django skipped the query, since its condition is never true.
        return []
    if not isinstance(result, list):
        return None
    key, table = compiler.query.model._meta.pk, compiler.query.get_initial_alias()
    columns = [expression for expression, _sql, _alias in compiler.select or ()]
    place = next(
        (
            index
            for index, column in enumerate(columns)
            if getattr(column, "target", None) == key and column.alias == table
        ),
        None,
    )
    return None if place is None else [row[place] for page in result for row in page]
