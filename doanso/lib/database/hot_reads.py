"""SQL of our own for what nearly every request reads, where building a statement with the ORM costs more than running it.

Never the first choice: a statement belongs here only when a profile of pages shows its construction. The SQL is read by both
engines the same way. `read_rows` and `read_any` of the package do the same for the rows of one table.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models
from django.db.models.expressions import RawSQL

from doanso.lib import database


def read_joined(
    columns: Sequence[tuple[str, type[models.Model], Sequence[str]]], source: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Return plain values of joined rows.

    `columns` names fields of a model under the alias that its table has in `source`, which is the SQL from FROM on. Days come
    as text from SQLite, see `database.as_date`.
    """
    quote = connection.ops.quote_name
    fields: list[models.Field[Any, Any]] = []
    names: list[str] = []
    for alias, model, field_names in columns:
        for name in field_names:
            field: models.Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
            fields.append(field)
            names.append(f"{alias}.{quote(str(field.column))}")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(names)} {source}", database.as_parameters(parameters))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return database.with_keys(fields, rows)


def subquery(sql: str, parameters: Sequence[Any]) -> RawSQL:
    """Return a subquery of one column, for `field__in=`.

    The ORM takes a millisecond to build and compile one of two tables, five times as long as for the statement around it.
    """
    return RawSQL(sql, tuple(database.as_parameters(parameters)))  # noqa: S611 -- SQL of ours, values as parameters
