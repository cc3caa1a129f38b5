"""SQL of our own for what nearly every request reads, where building a statement with the ORM costs more than running it.

Never the first choice: a statement belongs here only when a profile of pages shows its construction. The SQL is read by both
engines the same way. `read_rows` and `read_any` of the package do the same for the rows of one table.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL

from doanso.lib import database


def read_joined(
    columns: Sequence[tuple[str, type[models.Model], Sequence[str]]], source: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Return plain values of joined rows.

    `columns` names fields of a model under the alias that its table has in `source`, which is the SQL from FROM on. SQLite
    returns days as text, see `database.as_date`.
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
    return database.convert_uuids(fields, rows)


def subquery(sql: str, parameters: Sequence[Any]) -> RawSQL:
    """Return a subquery of one column, for `field__in=`.

    The ORM takes a millisecond to build and compile one of two tables, five times as long as for the statement around it.
    """
    return RawSQL(sql, tuple(database.as_parameters(parameters)))  # noqa: S611 -- SQL of ours, values as parameters


def compiled(queryset: models.QuerySet[Any, Any]) -> tuple[str, list[Any]]:
    """Return the SQL and parameters of a queryset, for use as a subquery in SQL of our own.

    Raises `EmptyResultSet` for one that can have no rows.
    """
    sql, parameters = queryset.query.get_compiler(using=queryset.db).as_sql()
    return sql, list(parameters)


def read_scalars(parts: Sequence[tuple[str, models.QuerySet[Any, Any]]]) -> list[Any]:
    """Return one value of each of these querysets, all in one statement.

    A part is an aggregate in SQL, such as `COUNT(*)` or `MIN(first_day)`, and the rows over which it is computed; its name is
    the name of its column. Of an empty set a count is 0 and everything else None. SQLite returns days as text.
    """
    selected: list[str] = []
    parameters: list[Any] = []
    for number, (aggregate, queryset) in enumerate(parts):
        try:
            sql, its_parameters = compiled(queryset)
        except EmptyResultSet:
            selected.append("0" if aggregate.startswith("COUNT") else "NULL")
            continue
        selected.append(f"(SELECT {aggregate} FROM ({sql}) s{number})")  # noqa: S608 -- compiled by the ORM
        parameters += its_parameters
    if not selected:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(selected)}", parameters)
        return list(cursor.fetchone())


def count_rows(querysets: Sequence[models.QuerySet[Any, Any]], most: int) -> list[int]:
    """Return the number of rows of each of these, counted up to `most`, all in one statement."""
    return read_scalars([("COUNT(*)", rows.order_by().values_list("pk")[:most]) for rows in querysets])


@dataclass(frozen=True, slots=True)
class RowsSummary:
    """The number of rows, and the least value of each of their two days."""

    count: int
    due: date | None
    since: date | None


def read_summaries(parts: Sequence[tuple[str, Sequence[Any]]]) -> list[RowsSummary]:
    """Return the summary of each of these compiled querysets, all in one statement.

    Their columns are `inbox_due` and `inbox_since`, two days or NULL.
    """
    if not parts:
        return []
    # Both engines give a day as text then, whatever type NULL has.
    sql = " UNION ALL ".join(
        f"SELECT {number}, COUNT(*), CAST(MIN(s{number}.inbox_due) AS TEXT), CAST(MIN(s{number}.inbox_since) AS TEXT)"  # noqa: S608
        f" FROM ({part}) s{number}"
        for number, (part, _) in enumerate(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [value for _, parameters in parts for value in parameters])
        rows = sorted(cursor.fetchall())
    return [RowsSummary(count, database.as_date(due), database.as_date(since)) for _, count, due, since in rows]
