"""Django's engine for SQLite, but that placeholders are put into SQLite's words without a regular expression, and that a
foreign key selected by a subquery is a value of the column it points to.

A batch of a hundred visits has ten thousand placeholders, and Django's own way costs more than SQLite takes to read the
statement.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import SQLiteCursorWrapper
from django.db.backends.sqlite3.operations import DatabaseOperations
from django.db.models import Expression, ForeignKey, Value

from doanso.lib.uuid7 import of_int


class Cursor(SQLiteCursorWrapper):
    """A cursor that takes `%s`."""

    def convert_query(self, query: str, *, param_names: Sequence[str] | None = None) -> str:
        """`?` for each `%s`, as Django does; a doubled percent sign or named parameters are left to Django."""
        if param_names is None and "%%" not in query:
            return query.replace("%s", "?")
        return super().convert_query(query, param_names=param_names)


class Operations(DatabaseOperations):
    """Conversions of values that also see through foreign keys."""

    def get_db_converters(self, expression: Expression) -> list[Any]:
        """See Django, which leaves the key of a subquery over a foreign key as SQLite stores it: a UUID as text, equal to
        none of the UUIDs that every other expression gives."""
        field = expression.output_field
        while isinstance(field, ForeignKey):
            field = field.target_field
        if field is not expression.output_field:
            expression = Value(None, output_field=field)
        return list(super().get_db_converters(expression))

    def convert_uuidfield_value(self, value: str | None, expression: Expression, connection: object) -> UUID | None:
        """Return the key of 32 hex digits; Django's way checks what the database has checked, at three times the cost."""
        return None if value is None else of_int(int(value, 16))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose cursors and conversions are these."""

    ops_class = Operations

    def create_cursor(self, name: str | None = None) -> Any:
        """See Django."""
        return self.connection.cursor(factory=Cursor)
