"""The hot path: statements on plain values, past Django's models. **Never by default.**

A query of the ORM that returns a few rows costs less than anybody notices, keeps types and relations, and is checked by the
policy's filters. Use this module only where all of these hold:

- a benchmark in `bench/` (or a profile of the page or action) shows that building queries or objects is a large part of the
  time, because one call handles hundreds of rows or one page adds up thousands: a batch of visits, a list of members, the
  entries of the ledger, its figures;
- the caller has asked the policy and holds the locks: nothing here filters, validates, sends signals or writes history;
- the values are plain and of the columns' Python types already (`unit`, not a `Unit`).

The interface, cheapest first:

| for | use |
| --- | --- |
| many new rows | `insert_rows`; with `keep_known` those whose key is not there yet |
| new rows whose keys the caller needs | `insert_new_rows` |
| new objects that somebody goes on to use | `new_object`, then `insert_objects` |
| a few columns of many rows | `update_rows` |
| columns of rows by an index | `read_rows`; `read_any` for several indexes at once |
| joined rows, subqueries and counts that nearly every request reads | `hot_reads`: `read_joined`, `subquery`, `count_rows` |
| sums and joins that the ORM cannot write | `fetch_all` to read, `execute` to change; SQL that both engines read the same way |

`placeholders`, `parameter`, `as_uuid`, `as_date`, `as_json`, `as_moment` and `without_index` help to write such SQL: identifiers
are written by us, values always travel as parameters. Import the names from `doanso.lib.database`. SQL that differs between
engines stays inside this package. Whole statements (`fetch_all`, `execute`) stand in the ledger alone: `tools/forbidden.py`
refuses them elsewhere.
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.base import ModelState

from doanso.lib.database.columns import as_columns, from_arrays, underlying_field
from doanso.lib.database.lock_order import note_inserted
from doanso.lib.uuid7 import of_int


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], *, keep_known: bool = False
) -> None:
    """Insert many rows of plain values in one statement; keys are made in the order of the rows.

    With `keep_known`, a row whose unique key exists already is left out.
    """
    if not rows:
        return
    fields, into = _insertion(model, tuple(columns))
    on_conflict = " ON CONFLICT DO NOTHING" if keep_known else ""
    if not keep_known and (key := model._meta.pk.name) in columns:
        note_inserted(model, [row[list(columns).index(key)] for row in rows])
    values = as_columns(fields, rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{into} {from_arrays(fields)}{on_conflict}", values)
            return
        for statement, parameters in _in_pages(into, values, on_conflict):
            cursor.execute(statement, parameters)


@lru_cache(maxsize=256)
def _insertion(model: type[models.Model], columns: tuple[str, ...]) -> tuple[tuple[models.Field[Any, Any], ...], str]:
    """Return the fields of these columns, and the beginning of the statement that inserts them; both engines quote alike."""
    fields: tuple[models.Field[Any, Any], ...] = tuple(
        model._meta.get_field(name)  # type: ignore[misc]
        for name in columns
    )
    quote = connection.ops.quote_name
    return (
        fields,
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(str(field.column)) for field in fields)})",
    )


@lru_cache(maxsize=256)
def _selection(model: type[models.Model], columns: tuple[str, ...]) -> tuple[tuple[models.Field[Any, Any], ...], str]:
    """Return the fields of these columns, and the beginning of the statement that reads them; both engines quote alike."""
    fields, _insert = _insertion(model, columns)
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    return fields, f"SELECT {names} FROM {quote(model._meta.db_table)} WHERE"  # noqa: S608 -- own names


_MOST_PARAMETERS = 30_000
"""SQLite accepts 32,766 in one statement."""


def _in_pages(into: str, columns: Sequence[Sequence[Any]], end: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield SQLite's statements that insert these columns' rows, with their parameters; nearly always there is one.

    Row by row, SQLite would look up each time which number the table gives next.
    """
    one_row, page = f"({placeholders(columns)})", _MOST_PARAMETERS // len(columns)
    rows = list(zip(*columns, strict=True))
    for start in range(0, len(rows), page):
        part = rows[start : start + page]
        yield f"{into} VALUES {', '.join([one_row] * len(part))}{end}", list(chain.from_iterable(part))


def insert_new_rows(
    model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]], returning: Sequence[str]
) -> list[tuple[Any, ...]]:
    """Insert those rows whose unique keys do not exist yet, and return columns of these and of no others.

    One statement for some thousand values. A transaction that inserts the same key at the same moment waits for the other.
    """
    if not rows:
        return []
    fields, into = _insertion(model, tuple(columns))
    returned: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in returning]  # type: ignore[misc]
    quote = connection.ops.quote_name
    end = f" ON CONFLICT DO NOTHING RETURNING {', '.join(quote(str(field.column)) for field in returned)}"
    values = as_columns(fields, rows)
    inserted: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{into} {from_arrays(fields)}{end}", values)
            return list(cursor.fetchall())
        for statement, parameters in _in_pages(into, values, end):
            cursor.execute(statement, parameters)
            inserted += cursor.fetchall()
    return convert_uuids(returned, inserted)


def new_object[M: models.Model](model: type[M], **column_values: Any) -> M:
    """Return a new object of the model with these column values (`unit_id`, not `unit`), the rest at their defaults.

    The same as `model(**column_values)`, which for a wide table costs many times as much; `pre_init` and `post_init` are not
    sent.
    """
    columns, makers = _columns_of(model)
    values = {**columns, **column_values}
    if len(values) != len(columns):
        raise TypeError(f"{model.__name__} has no column {min(column_values.keys() - columns.keys())!r}.")
    for name, make in makers:
        if name not in column_values:
            values[name] = make()
    new = model.__new__(model)
    new.__dict__.update(values)
    new._state = ModelState()
    return new


@lru_cache(maxsize=64)
def _columns_of(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """Return a model's columns in their order with their defaults, and the functions of defaults computed anew per object."""
    fields = model._meta.concrete_fields
    computed = [field for field in fields if field.has_default() and callable(field.default)]
    columns = {field.attname: None if field in computed else field.get_default() for field in fields}
    return columns, [(field.attname, field.get_default) for field in computed]


def insert_objects(objects: Sequence[models.Model]) -> None:
    """Insert many new objects of one model whose keys the application made; `bulk_create` takes several times as long.

    Values must have their Python types already.
    """
    if not objects:
        return
    model = type(objects[0])
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    values = itemgetter(*(field.attname for field in fields))
    insert_rows(model, [field.name for field in fields], [values(vars(new)) for new in objects])
    for new in objects:
        new._state.adding = False


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Set these columns of many rows in one statement; each row begins with its key. `bulk_update` takes far longer."""
    if not rows:
        return
    names = (str(model._meta.pk.attname), *columns)
    fields: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in names]  # type: ignore[misc]
    quote = connection.ops.quote_name
    quoted = [quote(str(field.column)) for field in fields]
    values = as_columns(fields, rows)
    update = f"UPDATE {quote(model._meta.db_table)} SET"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            assignments = ", ".join(f"{name} = new.{name}" for name in quoted[1:])
            source = f"({from_arrays(fields)}) AS new ({', '.join(quoted)})"
            cursor.execute(
                f"{update} {assignments} FROM {source} WHERE {quote(model._meta.db_table)}.{quoted[0]} = new.{quoted[0]}",
                values,
            )
            return
        assignments = ", ".join(f"{name} = %s" for name in quoted[1:])
        # The key is last in the statement.
        plain = list(zip(*values[1:], values[0], strict=True))
        cursor.executemany(f"{update} {assignments} WHERE {quoted[0]} = %s", plain)


def fetch_all(sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """Return all rows of a statement of our own. UUIDs and dates are returned as the engine stores them: see `as_uuid`,
    `as_date`.
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, as_parameters(parameters))
        return list(cursor.fetchall())


def execute(sql: str, parameters: Sequence[Any] = ()) -> None:
    """Execute a statement of our own that changes rows."""
    with connection.cursor() as cursor:
        cursor.execute(sql, as_parameters(parameters))


def read_rows(
    model: type[models.Model], columns: Sequence[str], where: str, parameters: Sequence[Any]
) -> list[tuple[Any, ...]]:
    """Return plain values of the rows that the condition chooses; building the query would cost more than the query.

    The condition is SQL that both engines read the same way. Where it names rows by their keys, the caller compares their unit
    itself: SQLite, which does not know how many rows a unit has, would read all of them instead.
    """
    fields, selection = _selection(model, tuple(columns))
    with connection.cursor() as cursor:
        cursor.execute(f"{selection} {where}", as_parameters(parameters))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return convert_uuids(fields, rows)


def read_any(
    model: type[models.Model], columns: Sequence[str], conditions: Sequence[tuple[str, Sequence[Any]]], *, most: int
) -> list[tuple[Any, ...]]:
    """Return the rows that any of the conditions chooses, at most `most` of each, in one statement; a row may come twice.

    Each condition is looked up by its own index, which an OR of them would not be.
    """
    if not conditions:
        return []
    fields: list[models.Field[Any, Any]] = [model._meta.get_field(name) for name in columns]  # type: ignore[misc]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    selection = f"SELECT {names} FROM {quote(model._meta.db_table)} WHERE"  # noqa: S608 -- own names
    chosen = (f"({selection} {where} LIMIT {most}) x{number}" for number, (where, _values) in enumerate(conditions))
    sql = " UNION ALL ".join(f"SELECT * FROM {part}" for part in chosen)  # noqa: S608 -- own names, and conditions of ours
    with connection.cursor() as cursor:
        cursor.execute(sql, as_parameters([value for _where, values in conditions for value in values]))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return convert_uuids(fields, rows)


@lru_cache(maxsize=4096)
def _uuid(hexes: str) -> UUID:
    # Rows that are read together refer to the same units, books and people.
    return of_int(int(hexes, 16))


def convert_uuids(fields: Sequence[models.Field[Any, Any]], rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Return rows with their UUIDs as such, which SQLite stores as hex."""
    uuid_columns = [
        number for number, field in enumerate(fields) if isinstance(underlying_field(field), models.UUIDField)
    ]
    if connection.vendor == "postgresql" or not uuid_columns or not rows:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for number in uuid_columns:
        columns[number] = [None if cell is None else _uuid(cell) for cell in columns[number]]
    return list(zip(*columns, strict=True))


def placeholders(values: Collection[Any]) -> str:
    """Return placeholders for a list of parameters."""
    return ", ".join(["%s"] * len(values))


def without_index(column: str) -> str:
    """Return a column in a form that no index serves, for a condition by which rows are compared after another column found
    them.

    Until SQLite has the statistics of its tables it rates the index of a unit as good as that of a name, and reads all rows of
    the unit. PostgreSQL estimates both.
    """
    return column if connection.vendor == "postgresql" else f"+{column}"


def parameter(value: Any) -> Any:
    """Return a value as a parameter of raw SQL: SQLite stores UUIDs as hex."""
    return as_parameters([value])[0]


def as_parameters(values: Sequence[Any]) -> Sequence[Any]:
    """Return values as parameters of raw SQL, see `parameter`."""
    if connection.vendor == "postgresql":
        return values
    return [value.hex if isinstance(value, UUID) else value for value in values]


def moment_parameter(value: datetime) -> Any:
    """Return a moment as a parameter of raw SQL: SQLite stores it as text without a time zone."""
    return connection.ops.adapt_datetimefield_value(value)


def as_uuid(value: Any) -> UUID:
    """Return a UUID read by raw SQL."""
    return value if isinstance(value, UUID) else UUID(hex=value)


@lru_cache(maxsize=4096)
def _date(text: str) -> date:
    # Rows that are read together have the same days.
    return date.fromisoformat(text)


def as_date(value: Any) -> date:
    """Return a date read by raw SQL."""
    if isinstance(value, str):
        return _date(value)
    return value.date() if isinstance(value, datetime) else value


def as_json(value: Any) -> Any:
    """Return a JSON value read by raw SQL."""
    return json.loads(value) if isinstance(value, str) else value


def as_moment(value: Any) -> datetime:
    """Return a moment read by raw SQL; SQLite stores it in UTC without stating the zone."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
