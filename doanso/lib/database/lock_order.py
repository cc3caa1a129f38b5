"""Watches in which order a transaction takes its locks; in tests and with DEBUG, never in production.

What is observed: named locks (`database.lock`, `try_lock`), rows that a query locks (`select_for_update`) or that a caller
of raw SQL reports (`note_rows`). Each belongs to a class with a rank. A transaction may wait for a lock only while all it
holds ranks lower; of one class it may take more only in rising key order. Then no two transactions wait for each other.
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
    """Two locks were taken in an order in which another transaction may hold the one and wait for the other."""


@dataclass(slots=True)
class _Held:
    """The locks of one class that a transaction holds. `keys` is None where it is not known which rows they are."""

    name: str
    rank: int
    place: str
    keys: set[Any] | None
    # Named locks held shared, which nobody may want alone afterwards.
    shared: set[Any] = field(default_factory=set)


class _Transaction(threading.local):
    """What this thread's transaction holds, and how much of it each open savepoint found."""

    def __init__(self) -> None:
        self.held: list[_Held] = []
        self.marks: list[int] = []
        self.made: dict[str, set[Any]] = {}


_ROWS = "rows of "


def row_class(model: type[models.Model]) -> str:
    """The class of locks to which the rows of a model belong."""
    return f"{_ROWS}{model._meta.concrete_model._meta.label_lower}"  # type: ignore[union-attr]


def _plain(key: Any) -> Any:
    # SQLite gives UUIDs as hex; both sort alike.
    return key.hex if isinstance(key, UUID) else key


def _place() -> str:
    """File and line of the first caller outside this package and Django."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        path = frame.f_code.co_filename.replace("\\", "/")
        if "/doanso/" in path and "/lib/database/" not in path and "/site-packages/" not in path:
            return f"doanso/{path.rpartition('/doanso/')[2]}:{frame.f_lineno}"
        frame = frame.f_back
    return "?"


@dataclass(frozen=True, slots=True)
class LockOrder:
    """The classes of locks, lowest first. A named lock belongs to the longest class that its key begins with, rows to
    `rows of app.model`.

    `guarded`: rows that only whoever holds this named lock alone may lock, and then in any order. `last`: named locks that may
    be waited for at any time, because who holds one alone takes no other. `free_under`: named locks that are only ever taken by
    whoever holds that one, so who holds it alone waits for nobody. `several`: rows that deeds still lock in several lots,
    in no order among the lots. `unchecked`: rows that deeds still lock out of order.
    """

    classes: Sequence[str]
    guarded: Mapping[str, str] = field(default_factory=dict)
    last: Collection[str] = ()
    free_under: Mapping[str, str] = field(default_factory=dict)
    several: Collection[str] = ()
    unchecked: Collection[str] = ()


class Recorder:
    """Checks every lock of this thread's transaction against an order."""

    def __init__(self, order: LockOrder) -> None:
        self.order = order
        self.ranks = {name: rank for rank, name in enumerate(order.classes)}
        everything = [*order.classes, *order.guarded, *order.last]
        if len(set(everything)) != len(everything):
            raise ValueError("A class of locks stands twice in the order.")
        named = [name for name in (*order.classes, *order.last) if not name.startswith(_ROWS)]
        self._named = sorted(named, key=len, reverse=True)
        self._transaction = _Transaction()

    # --- What happens -------------------------------------------------------------------------------------------------

    def named(self, keys: Collection[str], *, shared: bool, waits: bool = True) -> None:
        """Note named locks that are about to be taken in one statement."""
        if not self._is_inside() or not keys:
            return
        by_class: dict[str, set[str]] = {}
        for key in keys:
            by_class.setdefault(self._class_of(key), set()).add(key)
        taken = []
        for name, some in by_class.items():
            if name in self.order.last:
                taken.append(_Held(name, -1, _place(), some, some if shared else set()))
                continue
            above = self._known(self.order.free_under.get(name, ""))
            if above is not None and not above.shared:
                continue
            known = self._known(name)
            if known is not None and not shared and some & known.shared:
                self._fail(name, known, "held shared already, and wanted alone")
            new = some - known.keys if known is not None and known.keys is not None else some
            if not new:
                continue
            if waits and known is not None:
                self._fail(name, known, "taken a second time, with other keys")
            self._check(name, waits=waits)
            taken.append(_Held(name, self.ranks[name], _place(), new, new if shared else set()))
        self._transaction.held += taken

    def rows(self, model: type[models.Model], keys: Collection[Any] | None, *, waits: bool = True) -> None:
        """Note rows that were locked just now; None where their keys were not read."""
        if not self._is_inside() or (keys is not None and not keys):
            return
        name = row_class(model)
        if name in self.order.unchecked:
            return
        if name in self.order.guarded:
            if self._known(self.order.guarded[name]) is None:
                raise LockOrderError(f"{name} at {_place()} without {self.order.guarded[name]}, which guards them.")
            return
        known = self._known(name)
        found = None if keys is None else {_plain(one) for one in keys} - self._transaction.made.get(name, set())
        if found is not None and not found:
            return
        if known is None:
            if name not in self.ranks and not self._transaction.held:
                # Rows that are only ever locked by themselves need no rank.
                return
            self._check(name, waits=waits)
            self._transaction.held.append(_Held(name, self.ranks[name], _place(), found))
            return
        if found is None or known.keys is None or name in self.order.several:
            return
        new = found - known.keys
        if new and waits and min(new) < max(known.keys):
            self._fail(name, known, "more of them, lower in the order of their keys")
        if new:
            self._check(name, waits=waits)
        known.keys |= new

    def made(self, model: type[models.Model], keys: Collection[Any]) -> None:
        """Note rows that this transaction has made: nobody else sees them, so locking them waits for nobody."""
        if self._is_inside():
            self._transaction.made.setdefault(row_class(model), set()).update(_plain(one) for one in keys)

    # --- How it is judged ---------------------------------------------------------------------------------------------

    def _is_inside(self) -> bool:
        return bool(self._transaction.marks)

    def _class_of(self, key: str) -> str:
        found = next((name for name in self._named if key.startswith(name)), None)
        if found is None:
            raise LookupError(f"The named lock {key!r} has no rank; give it one in the order of locks.")
        return found

    def _known(self, name: str) -> _Held | None:
        return next((one for one in self._transaction.held if one.name == name), None)

    def _check(self, name: str, *, waits: bool) -> None:
        if name not in self.ranks:
            raise LookupError(f"{name!r} has no rank; give it one in the order of locks.")
        for one in self._transaction.held:
            if one.name in self.order.last and not one.shared:
                self._fail(name, one, "which is the last that is taken")
            if waits and one.rank > self.ranks[name]:
                self._fail(name, one, "which ranks higher")

    def _fail(self, name: str, known: _Held, why: str) -> None:
        raise LockOrderError(f"{name} at {_place()} after {known.name} at {known.place}: {why}.")

    # --- Where a transaction begins and ends --------------------------------------------------------------------------

    def entered(self) -> None:
        """A transaction or savepoint begins."""
        self._transaction.marks.append(len(self._transaction.held))

    def left(self, *, kept: bool) -> None:
        """It ends; what a savepoint took is given back only where it was taken back itself."""
        if not self._transaction.marks:
            return
        mark = self._transaction.marks.pop()
        if not self._transaction.marks:
            self._transaction.held.clear()
            self._transaction.made.clear()
        elif not kept:
            del self._transaction.held[mark:]


_recorder: Recorder | None = None


def note_named(keys: Collection[str], *, shared: bool, waits: bool = True) -> None:
    """Tell the recorder, where there is one, of named locks that are about to be taken."""
    if _recorder is not None:
        _recorder.named(keys, shared=shared, waits=waits)


def note_rows(model: type[models.Model], keys: Collection[Any] | None = None) -> None:
    """Tell the recorder, where there is one, of rows locked otherwise than by `select_for_update`, or on one engine only."""
    if _recorder is not None:
        _recorder.rows(model, keys)


@contextmanager
def watched(recorder: Recorder) -> Iterator[Recorder]:
    """Let this recorder watch instead of the one that does, if any."""
    global _recorder  # noqa: PLW0603 -- there is one at a time, and in production none
    before, _recorder = _recorder, recorder
    try:
        yield recorder
    finally:
        _recorder = before


def note_made(model: type[models.Model], keys: Collection[Any]) -> None:
    """Tell the recorder, where there is one, of rows that were inserted just now."""
    if _recorder is not None:
        _recorder.made(model, keys)


def watch(order: LockOrder) -> None:
    """Watch every transaction of this process from now on."""
    global _recorder  # noqa: PLW0603 -- see above
    if _recorder is None:
        _follow_django()
    _recorder = Recorder(order)


def _follow_django() -> None:
    """Observe Django's transactions and locking queries; it has no hook that tells of both on both engines."""
    enter, leave = Atomic.__enter__, Atomic.__exit__
    execute, insert = SQLCompiler.execute_sql, SQLInsertCompiler.execute_sql

    def entered(self: Any) -> None:
        enter(self)
        # What a test, or the making of a demo, opens round several deeds is no transaction of the product.
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
                _recorder.left(kept=not rolls_back or not self.savepoint)

    def executed(self: Any, *told: Any, **named: Any) -> Any:
        found = execute(self, *told, **named)
        if _recorder is not None and self.query.select_for_update:
            waits = not (self.query.select_for_update_skip_locked or self.query.select_for_update_nowait)
            _recorder.rows(self.query.model, _keys_in(self, found), waits=waits)
        return found

    def inserted(self: Any, *told: Any, **named: Any) -> Any:
        found = insert(self, *told, **named)
        if _recorder is not None:
            _recorder.made(self.query.model, [one.pk for one in self.query.objs if one.pk is not None])
        return found

    Atomic.__enter__, Atomic.__exit__ = entered, left  # type: ignore[method-assign]
    SQLCompiler.execute_sql, SQLInsertCompiler.execute_sql = executed, inserted  # type: ignore[method-assign]


def _keys_in(compiler: Any, found: Any) -> list[Any] | None:
    """The keys of the rows that a locking query read, as the engine gives them; None where it did not read them."""
    if isinstance(found, type(iter([]))):
        # The database was not asked: the condition can't hold.
        return []
    if not isinstance(found, list):
        return None
    key, table = compiler.query.model._meta.pk, compiler.query.get_initial_alias()
    columns = [expression for expression, _sql, _alias in compiler.select or ()]
    place = next(
        (at for at, one in enumerate(columns) if getattr(one, "target", None) == key and one.alias == table), None
    )
    return None if place is None else [row[place] for page in found for row in page]
