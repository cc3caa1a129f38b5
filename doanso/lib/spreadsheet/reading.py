"""Read untrusted workbooks: parsed in a process of their own, within limits, without evaluating anything."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from doanso.lib import sandbox
from doanso.lib.problems import Problem, Refused

Cell = str | int | float | bool | datetime | None
Row = list[Cell]
Source = str | os.PathLike[str] | bytes | IO[bytes]
"""A path, the bytes themselves, or an open file."""

PARSER = Path(__file__).with_name("parser_process.py")
"""The program that the sandbox runs for each workbook."""


@dataclass(frozen=True)
class Limits:
    """The limits of one workbook. The defaults accept a register of 100,000 rows and refuse zip bombs."""

    file_bytes: int = 10 << 20
    unpacked_bytes: int = 200 << 20
    ratio: int = 100
    members: int = 200
    sheets: int = 60
    rows: int = 150_000
    columns: int = 256
    memory_bytes: int = 512 << 20
    cpu_seconds: int = 20
    wait_seconds: int = 120
    """Seconds of real time, without the time that the caller takes for the rows."""


@dataclass(frozen=True)
class SheetHead:
    """A sheet without its rows. Rows and columns count from 0, so Excel's row 1 is `rows[0]`."""

    name: str
    visible: bool = True
    hidden_columns: tuple[int, ...] = ()
    hidden_rows: tuple[int, ...] = ()
    """Known for .xlsx only, as are hidden columns."""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """First row, first column, last row, last column; the value is in the first cell, the others are empty."""
    formulas: int = 0
    uncalculated: int = 0
    """Cells whose formula was never calculated: their value is missing or a made-up 0. Known for .xlsx only."""
    first_uncalculated: str = ""
    rows_in_all: int = 0
    """The approximate number of rows of all visible sheets together; 0 where that is unknown before they are read."""


@dataclass(frozen=True)
class Sheet(SheetHead):
    """A sheet with its rows; a row ends with its last filled cell."""

    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class OpenSheet(SheetHead):
    """A sheet whose rows come as they are read; advancing to the next sheet skips the rest."""

    rows: Iterator[Row] = field(default_factory=lambda: iter(()))


@dataclass(frozen=True)
class Workbook:
    sheets: list[Sheet]


def read_workbook(source: Source, *, limits: Limits | None = None) -> Workbook:
    """Return the whole workbook in memory; for files of many rows see `open_workbook`."""
    with open_workbook(source, limits=limits) as sheets:
        return Workbook([Sheet(**{**vars(sheet), "rows": list(sheet.rows)}) for sheet in sheets])


def iter_rows(source: Source, *, sheet: str | None = None, limits: Limits | None = None) -> Iterator[Row]:
    """Yield the rows of the named sheet, or of the first visible one."""
    with open_workbook(source, limits=limits) as sheets:
        for candidate in sheets:
            if candidate.name == sheet or (sheet is None and candidate.visible):
                yield from candidate.rows
                return
    raise Refused(Problem("workbook_no_sheet", _("The workbook has no such sheet.")))


@contextmanager
def open_workbook(source: Source, *, limits: Limits | None = None) -> Iterator[Iterator[OpenSheet]]:
    """Yield the sheets one after the other, with a few hundred rows in memory at a time.

    Raises `Refused` when entered, or while reading, with a sentence that says what to do with the file.
    """
    limits = limits or Limits()
    with _opened(source) as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            _refuse("workbook_empty", {})
        if size > limits.file_bytes:
            _refuse("workbook_file_size", {"limit": limits.file_bytes >> 20})
        process_limits = sandbox.ProcessLimits(
            memory_bytes=limits.memory_bytes, cpu_seconds=limits.cpu_seconds, wait_seconds=limits.wait_seconds
        )
        with sandbox.stream(PARSER, asdict(limits), file, process_limits) as messages:
            yield _sheets(_checked(messages))


@contextmanager
def _opened(source: Source) -> Iterator[IO[bytes]]:
    if isinstance(source, bytes):
        with tempfile.TemporaryFile() as file:
            file.write(source)
            file.seek(0)
            yield file
    elif isinstance(source, str | os.PathLike):
        with Path(source).open("rb") as file:
            yield file
    else:
        try:
            source.fileno()
        except OSError:  # It exists in memory only.
            with _opened(source.read()) as file:
                yield file
        else:
            source.flush()
            yield source


def _sheets(messages: Iterator[dict[str, Any]]) -> Iterator[OpenSheet]:
    message = next(messages)
    while "done" not in message:
        following: list[dict[str, Any]] = []
        rows = _rows(messages, following)
        yield _open_sheet(message, rows)
        for _row in rows:
            pass
        message = following[0]


def _open_sheet(message: dict[str, Any], rows: Iterator[Row]) -> OpenSheet:
    return OpenSheet(
        name=message["sheet"],
        visible=message["visible"],
        hidden_columns=tuple(message["hidden_columns"]),
        hidden_rows=tuple(message["hidden_rows"]),
        merged=tuple((first, left, last, right) for first, left, last, right in message["merged"]),
        formulas=message["formulas"],
        uncalculated=message["uncalculated"],
        first_uncalculated=message["first_uncalculated"],
        rows_in_all=message["rows_in_all"],
        rows=rows,
    )


def _rows(messages: Iterator[dict[str, Any]], following: list[dict[str, Any]]) -> Iterator[Row]:
    """Yield the rows of one sheet; the message after them is left in `following`."""
    for message in messages:
        if "rows" not in message:
            following.append(message)
            return
        for row in message["rows"]:
            yield [datetime.fromisoformat(cell[1]) if type(cell) is list else cell for cell in row]


def _checked(messages: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for message in messages:
        if "refused" in message:
            _refuse(message["refused"], message)
        yield message
        if "done" in message:
            return
    # It ended without a last message: a limit stopped it.
    _refuse("workbook_unpacked_size", {})


_MESSAGES = {
    "workbook_empty": gettext_noop("The file is empty."),
    "workbook_not_excel": gettext_noop(
        "This is not an Excel workbook. Open it in Excel and save it as “Excel Workbook (.xlsx)”, then choose it again."
    ),
    "workbook_broken": gettext_noop(
        "The file is damaged and cannot be read. Open it in Excel, save it under another name as .xlsx and choose that file."
    ),
    "workbook_encrypted": gettext_noop(
        "The file is locked with a password. Remove the password in Excel (File, Info, Protect Workbook) and choose it again."
    ),
    "workbook_macros": gettext_noop(
        "The file holds macros, which are never accepted. Save it as “Excel Workbook (.xlsx)” and choose that file."
    ),
    "workbook_file_size": gettext_noop("The file is larger than %(limit)d MB. Split the list into several files."),
    "workbook_unpacked_size": gettext_noop(
        "The workbook is too large to be read. Delete what stands far below or beside the list, or split the list."
    ),
    "workbook_bomb": gettext_noop(
        "The file unpacks to far more than a list needs and is not accepted. Copy the list into a new workbook and choose that."
    ),
    "workbook_unsafe_xml": gettext_noop(
        "The file holds definitions that no list needs and is not accepted. Copy the list into a new workbook and choose that."
    ),
    "workbook_too_many_rows": gettext_noop(
        "A sheet has %(rows)d rows; at most %(limit)d are accepted. Split the list."
    ),
    "workbook_too_many_columns": gettext_noop(
        "A sheet has %(columns)d columns; at most %(limit)d are accepted. Delete the columns beside the list."
    ),
    "workbook_too_many_sheets": gettext_noop(
        "The workbook has %(sheets)d sheets; at most %(limit)d are accepted. Keep only the sheets with lists."
    ),
}


def _refuse(code: str, figures: dict[str, Any]) -> NoReturn:
    raise Refused(Problem(code, _(_MESSAGES[code]) % figures))
