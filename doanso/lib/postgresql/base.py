"""Django's engine for PostgreSQL with `FOR NO KEY UPDATE` as the form of every `select_for_update`.

Foreign keys are checked at the commit, which locks the key of every referenced row. If another transaction held it (`FOR UPDATE`)
while waiting for the committing transaction, the two would deadlock; an order of locks could not
help, because the rows a commit refers to are not known beforehand. `FOR NO KEY UPDATE` blocks changes and locks of the row,
but not references to it. A DELETE takes the key, and must come last in a transaction.
"""

from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.postgresql.operations import DatabaseOperations as PostgresOperations


class DatabaseOperations(PostgresOperations):
    """SQL of row locks without keys."""

    def for_update_sql(self, *args: Any, **kwargs: Any) -> str:
        """Return Django's clause with `no_key` always on."""
        return super().for_update_sql(*args, **(kwargs | {"no_key": True}))


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection with these operations."""

    ops_class = DatabaseOperations
