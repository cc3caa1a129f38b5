"""The content of a report, as plain values from which every format is made.

Numbers are whole numbers of things; percents are tenths of a per cent, rounded down; texts are Vietnamese as printed. `as_json`
and `from_json` are exact inverses, and `numbers` is the part that a frozen report reproduces byte for byte.
"""

import json
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from types import UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from doanso.official_form.head import DocumentHead

BESIDE = frozenset({"members-all"})
"""Columns of the appendix whose numbers are those of today's registers."""


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One indicator in the numbers table.

    `in_period` is what the report's days added (for a state: additions less departures), `total` all days up to the last; both
    None while no app counts it. `times` of the same work are listed apart from people where both are counted. `grades` are the
    counts of `total` per evidence grade 0 to 4. `estimate` is what units claim beyond their records. `previous` is `in_period` of
    the previous report. `percent`, `pace` and `forecast` as in `targets`.
    """

    code: str
    title: str
    kind: str
    group: str
    unit_of_count: str
    target: int | None
    in_period: int | None
    total: int | None
    denominator: int | None = None
    exempt: int | None = None
    percent: int | None = None
    previous: int | None = None
    pace: int | None = None
    forecast: int | None = None
    state: str = ""
    state_text: str = ""
    times_in_period: int | None = None
    times_total: int | None = None
    grades: tuple[int, ...] = ()
    error_rate: str = ""
    erased: int = 0
    estimate: int | None = None
    # A path of this installation that requires sign-in and shows the records; formats put the base address before it.
    path: str = ""


@dataclass(frozen=True, slots=True)
class LaggingFigure:
    """A unit that is behind on an indicator, with its stated reason."""

    unit: str
    indicator: str
    figure: str
    target: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PassageText:
    """One heading with the text under it; paragraphs in order. `level` 1: "I.", 2: "1.", 3: "a)".

    The figures follow the text of the passage that `holds_figures`.
    """

    number: str
    heading: str
    level: int
    paragraphs: tuple[str, ...] = ()
    holds_figures: bool = False


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """A column of the appendix; `over` is the heading above it, which adjacent columns may share."""

    key: str
    title: str
    over: str = ""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit's row in the appendix; cells in the order of the columns, as printed ("" where there is no value)."""

    number: int
    unit: str
    cells: tuple[str, ...]
    note: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class LineChart:
    """A line chart over the weeks: labels with values, and the target as a horizontal line."""

    title: str
    unit_of_count: str
    points: tuple[tuple[str, int], ...]
    target: int | None = None


@dataclass(frozen=True, slots=True)
class ReportContent:
    """A whole report."""

    form: str
    programme: str
    programme_code: str
    unit: str
    unit_code: str
    kind: str
    first_day: date
    last_day: date
    head: DocumentHead
    lines: tuple[ReportLine, ...]
    passages: tuple[PassageText, ...] = ()
    changes: tuple[str, ...] = ()
    behind: tuple[LaggingFigure, ...] = ()
    late_units: tuple[str, ...] = ()
    charts: tuple[LineChart, ...] = ()
    columns: tuple[ReportColumn, ...] = ()
    units: tuple[UnitRow, ...] = ()
    sums: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    # Hash of the snapshot behind the figures; empty while the report is a draft.
    frozen_hash: str = ""
    path: str = ""


def as_json(content: ReportContent) -> dict[str, Any]:
    """Return the content as plain JSON values."""
    return {field.name: _plain(getattr(content, field.name)) for field in fields(content)}


def from_json(stored: dict[str, Any]) -> ReportContent:
    """Return the content from the JSON values that `as_json` returned."""
    return cast(ReportContent, _typed(ReportContent, stored))


def numbers(content: ReportContent) -> bytes:
    """Return the numbers alone, as canonical bytes: the same snapshot gives the same bytes.

    Values outside the snapshot are left out (`BESIDE`): how many were erased since, an address, and columns of registers that are
    still being written.
    """
    places = [place for place, column in enumerate(content.columns) if column.key not in BESIDE]
    values = {
        "programme": content.programme_code,
        "unit": content.unit_code,
        "first_day": content.first_day.isoformat(),
        "last_day": content.last_day.isoformat(),
        "lines": [_numbers_of(line) for line in content.lines],
        "columns": [content.columns[place].key for place in places],
        "units": [[unit.unit, *(unit.cells[place] for place in places)] for unit in content.units],
        "sums": [content.sums[place] for place in places if place < len(content.sums)],
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _numbers_of(line: ReportLine) -> dict[str, Any]:
    """Return the hashed part of an indicator, under fixed names independent of the fields, since stored hashes depend on them."""
    return {
        "code": line.code,
        "title": line.title,
        "kind": line.kind,
        "group": line.group,
        "unit_of_count": line.unit_of_count,
        "target": line.target,
        "in_period": line.in_period,
        "total": line.total,
        "denominator": line.denominator,
        "exempt": line.exempt,
        "percent": line.percent,
        "previous": line.previous,
        "pace": line.pace,
        "forecast": line.forecast,
        "state": line.state,
        "state_text": line.state_text,
        "times_in_period": line.times_in_period,
        "times_total": line.times_total,
        "grades": list(line.grades),
        "error_rate": line.error_rate,
        "estimate": line.estimate,
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(element) for key, element in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(element) for element in value]
    return value.isoformat() if isinstance(value, date) else value


def _typed(kind: Any, value: Any) -> Any:
    """Return a JSON value as the annotated type."""
    if value is None:
        return None
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(
            **{
                field.name: _typed(hints[field.name], value[field.name])
                for field in fields(kind)
                if field.name in value
            }
        )
    origin = get_origin(kind)
    if origin in {Union, UnionType}:
        return _typed(next(option for option in get_args(kind) if option is not type(None)), value)
    if origin is tuple:
        inside = get_args(kind)
        if len(inside) == 2 and inside[1] is Ellipsis:
            return tuple(_typed(inside[0], element) for element in value)
        return tuple(_typed(item_kind, element) for item_kind, element in zip(inside, value, strict=True))
    return date.fromisoformat(value) if kind is date else value
