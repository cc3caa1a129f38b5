"""Queries of the ORM that are built and compiled once and then run with other values.

Building and compiling a query of two tables takes some ten times as long as SQLite takes to run it by its key, and an action of
fifty statements does little else. A `PreparedQuery` keeps the types, relations, locks and managers of its queryset:

    _LOCKED = PreparedQuery(lambda key: Team.objects.select_for_update().filter(pk=key))
    [team] = _LOCKED(team_id)

How it works: the function is called once with stand-ins, values of the same types that occur nowhere else. The queryset is
compiled, and the stand-ins are looked for among the parameters of the statement. Each later call puts its own values at those
positions and lets the queryset read the rows as usual. A stand-in that is missing among the parameters, because the function
computed something from it, is an error at the first call.

So the function must use its arguments only as values of conditions, and nothing else that changes: no business day, no language,
no choice by a value. There is one statement per thread, connection and length of each list.

Use a plain queryset everywhere else. This is for statements that run for each record of a phone or each row of a list; replacing
a `PreparedQuery` by its function changes the CPU time and nothing else.
"""

import threading
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet
from django.db.transaction import TransactionManagementError

from doanso.lib.database.hot_path import parameter

MOST_VALUES = 16
"""Longer lists of values are rare and differ in length: such a query is built anew."""
_STAND_IN = 0xD0A25000_0000_7000_8000_0000_00000000

_local = threading.local()


def _stand_in(value: Any, number: int) -> Any:
    """Return a value of the same type that no other part of a query has."""
    if isinstance(value, UUID):
        return UUID(int=_STAND_IN + number)
    if isinstance(value, str):
        return f"\N{WHITE SQUARE WITH ROUNDED CORNERS}{number}"
    if type(value) is date:
        return date(1, 1, 1) + timedelta(days=number)
    raise TypeError(f"A {type(value).__name__} is no value of a prepared query.")


def _adapted(value: Any, connection: Any) -> Any:
    """Return a value as the engine's compiler gives it as a parameter."""
    return connection.ops.adapt_datefield_value(value) if type(value) is date else parameter(value)


class _Statement:
    """A compiled queryset of one connection, and the positions of the values among its parameters."""

    def __init__(self, queryset: QuerySet[Any, Any], stand_ins: Sequence[Any]) -> None:
        self.connection = connections[queryset.db]
        self.queryset = queryset
        query: Any = queryset.query
        compiler: Any = query.get_compiler(using=queryset.db)
        self._sql, self._parameters = compiler.as_sql()
        self._places: list[tuple[int, int]] = []
        numbers = {_adapted(value, self.connection): number for number, value in enumerate(stand_ins)}
        for place, given in enumerate(self._parameters):
            number = numbers.get(_adapted(given, self.connection)) if _is_plain(given) else None
            if number is not None:
                self._places.append((place, number))
        if {number for _place, number in self._places} != set(numbers.values()):
            raise ValueError("A prepared query does not pass on every value.")
        converters: dict[int, Any] | None = None
        compute = compiler.get_converters

        def kept_converters(expressions: Any) -> dict[int, Any]:
            nonlocal converters
            if converters is None:
                converters = compute(expressions)
            return converters

        compiler.get_converters = kept_converters
        self._compiler = compiler
        query.get_compiler = lambda *_arguments, **_options: compiler

    def rows(self, values: Sequence[Any]) -> list[Any]:
        """Run the statement with these values."""
        if self.queryset.query.select_for_update and self.connection.get_autocommit():
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        parameters = list(self._parameters)
        for place, number in self._places:
            parameters[place] = _adapted(values[number], self.connection)
        self._compiler.as_sql = lambda *_arguments, **_options: (self._sql, tuple(parameters))
        iterable: Any = self.queryset._iterable_class
        return list(iterable(self.queryset))


def _is_plain(given: Any) -> bool:
    return isinstance(given, (str, UUID, date))


class PreparedQuery[Row]:
    """A query that is compiled once per thread, connection and number of values."""

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self._build = build

    def __call__(self, *values: Any) -> list[Row]:
        """Return the rows. Values are UUIDs, strings or days, or lists of them for `__in`."""
        shape = tuple(None if isinstance(value, (str, UUID, date)) else len(value) for value in values)
        if any(length is not None and not 0 < length <= MOST_VALUES for length in shape):
            return list(self._build(*values))
        flat = [
            entry
            for value, length in zip(values, shape, strict=True)
            for entry in ([value] if length is None else value)
        ]
        statements: dict[Any, _Statement] = _local.__dict__.setdefault("statements", {})
        # The query itself, not its `id`, which another one could have after it is gone.
        key = (self, shape)
        statement = statements.get(key)
        if statement is None or statement.connection is not connections[DEFAULT_DB_ALIAS]:
            stand_ins = [_stand_in(value, number) for number, value in enumerate(flat)]
            left = iter(stand_ins)
            arguments = [next(left) if length is None else [next(left) for _entry in range(length)] for length in shape]
            statement = statements[key] = _Statement(self._build(*arguments), stand_ins)
        return cast("list[Row]", statement.rows(flat))

    def first(self, *values: Any) -> Row | None:
        """Return the first row, None if there is none."""
        rows = self(*values)
        return rows[0] if rows else None

    def get(self, *values: Any) -> Row:
        """Return the only row; the model's `DoesNotExist` if there is none."""
        rows = self(*values)
        if len(rows) != 1:
            # Raises what Django raises.
            return self._build(*values).get()
        return rows[0]
