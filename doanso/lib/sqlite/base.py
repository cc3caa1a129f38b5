"""Django's engine for SQLite, but that placeholders are put into SQLite's words without a regular expression.

A batch of a hundred visits has ten thousand of them, and Django's own way costs more than SQLite takes to read the statement.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.backends.sqlite3.base import SQLiteCursorWrapper


class Cursor(SQLiteCursorWrapper):
    """A cursor that takes `%s`."""

    def convert_query(self, query: str, *, param_names: Sequence[str] | None = None) -> str:
        """`?` for each `%s`, as Django does; a doubled percent sign or named parameters are left to Django."""
        if param_names is None and "%%" not in query:
            return query.replace("%s", "?")
        return super().convert_query(query, param_names=param_names)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose cursors are these."""

    def create_cursor(self, name: str | None = None) -> Any:
        """See Django."""
        return self.connection.cursor(factory=Cursor)
