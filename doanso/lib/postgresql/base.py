"""Django's engine for PostgreSQL, but that `select_for_update` never takes a row's key.

Foreign keys are checked at the commit, which locks the key of every row that was referred to. Were it held (`FOR UPDATE`) by
somebody who waits for what the committing transaction holds, the two would wait for each other; and no order of locks could
help, for which rows a commit refers to nobody knows beforehand. `FOR NO KEY UPDATE` keeps out all who would change the row or
lock it, and nobody who refers to it. Whoever deletes a row takes its key by that, and does so last.
"""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations


class DatabaseOperations(PostgresOperations):
    """SQL of row locks without keys."""

    def for_update_sql(self, *args: Any, **kwargs: Any) -> str:
        """See Django; `no_key` holds always."""
        return super().for_update_sql(*args, **(kwargs | {"no_key": True}))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection with these operations."""

    ops_class = DatabaseOperations
