"""Django's engine for SQLite, except that placeholders are converted without a regular expression, and that a foreign key
selected by a subquery is converted like the column it refers to. Days are converted once: the rows of a page or a batch have
the same few.

A batch of a hundred visits has ten thousand placeholders, and Django's conversion takes longer than SQLite takes to parse the
statement.
"""

import sqlite3
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.backends.sqlite3.operations import DatabaseOperations
from django.db.models import Expression, ForeignKey, Value
from django.utils.dateparse import parse_date

from doanso.lib.uuid7 import of_int

_DAYS = 8192


@lru_cache(maxsize=_DAYS)
def _day_of(stored: bytes) -> date | None:
    return parse_date(stored.decode())


sqlite3.register_converter("date", _day_of)
sqlite3.register_adapter(date, lru_cache(maxsize=_DAYS)(date.isoformat))


class Cursor(SQLiteCursorWrapper):
    """A cursor that accepts `%s`."""

    def convert_query(self, query: str, *, param_names: Sequence[str] | None = None) -> str:
        """Return the statement with `?` for each `%s`, as Django does; a doubled percent sign or named parameters are left to
        Django.
        """
        if param_names is None and "%%" not in query:
            return query.replace("%s", "?")
        return super().convert_query(query, param_names=param_names)


class Operations(DatabaseOperations):
    """Conversions of values that also follow foreign keys."""

    def get_db_converters(self, expression: Expression) -> list[Any]:
        """Return Django's converters, and those of the target column for a subquery over a foreign key.

        Django leaves such a key as SQLite stores it: a UUID as text, equal to none of the UUIDs that every other expression
        gives.
        """
        field = expression.output_field
        while isinstance(field, ForeignKey):
            field = field.target_field
        if field is not expression.output_field:
            expression = Value(None, output_field=field)
        return list(super().get_db_converters(expression))

    def convert_uuidfield_value(self, value: str | None, expression: Expression, connection: object) -> UUID | None:
        """Return the UUID of 32 hex digits; Django's conversion repeats the database's checks, at three times the cost."""
        return None if value is None else of_int(int(value, 16))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection with these cursors and conversions."""

    ops_class = Operations

    def create_cursor(self, name: str | None = None) -> Any:
        """Return a cursor of this module; see Django."""
        return self.connection.cursor(factory=Cursor)
