"""Rows of a comparison as they are kept: sealed under the file's key, because they are personal data."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from doanso.files.sealed_stream import RecordCipher
from doanso.imports.models import ImportRow, RowVerdict
from doanso.imports.ports import Cell, Difference, Finding, Judgement, Line, RawRow

_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


@dataclass(slots=True)
class StoredRow:
    """A row of the comparison, opened."""

    position: int
    sheet: str
    number: int
    verdict: str
    applied: bool
    line: Line
    target: str = ""
    differences: list[Difference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    # Cells as typed, by column; kept only for rows that are handed back.
    raw: Mapping[str, str] = field(default_factory=dict)


def as_typed(cell: Cell) -> str:
    """A cell as the reader of the sheet sees it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.day:02}/{cell.month:02}/{cell.year}"
    return str(cell)


def _label(position: int) -> bytes:
    return str(position).encode()


COLUMNS = ("job", "position", "sheet", "row_number", "verdict", "warned", "sealed", "applied")


class NewRow(NamedTuple):
    """Values of a row for `COLUMNS`."""

    job: UUID
    position: int
    sheet: str
    row_number: int
    verdict: str
    warned: bool
    sealed: bytes
    applied: bool = False


def seal(cipher: RecordCipher, job_id: UUID, position: int, row: RawRow, line: Line, judgement: Judgement) -> NewRow:
    """The row to store. A row that will be applied keeps its values, one that is handed back keeps its cells."""
    verdict = RowVerdict.REJECTED if line.problems else judgement.verdict
    kept: dict[str, Any] = {"l": line.label}
    if verdict in {RowVerdict.NEW, RowVerdict.CHANGED}:
        kept["v"] = line.values
    elif verdict != RowVerdict.UNCHANGED:
        kept["r"] = {code: as_typed(cell) for code, cell in row.cells.items() if cell is not None}
        kept["f"] = [[one.column, one.code, one.message] for one in (*line.problems, *judgement.findings)]
    if line.warnings:
        kept["w"] = [[one.column, one.code, one.message] for one in line.warnings]
    if judgement.target:
        kept["t"] = judgement.target
    if judgement.differences:
        kept["d"] = [[one.column, one.before, one.after] for one in judgement.differences]
    sealed = cipher.seal(_ENCODER.encode(kept).encode(), _label(position))
    return NewRow(job_id, position, row.sheet, row.number, verdict, bool(line.warnings), sealed)


def values_of(cipher: RecordCipher, position: int, sealed: bytes) -> Line:
    """What of a row is applied, without the rest."""
    kept = json.loads(cipher.unseal(sealed, _label(position)))
    return Line(kept["l"], kept["v"])


def unseal(cipher: RecordCipher, row: ImportRow) -> StoredRow:
    """The row opened."""
    kept = json.loads(cipher.unseal(row.sealed, _label(row.position)))
    return StoredRow(
        position=row.position,
        sheet=row.sheet,
        number=row.row_number,
        verdict=row.verdict,
        applied=row.applied,
        line=Line(kept["l"], kept.get("v", {}), warnings=[Finding(*one) for one in kept.get("w", ())]),
        target=kept.get("t", ""),
        differences=[Difference(*one) for one in kept.get("d", ())],
        findings=[Finding(*one) for one in kept.get("f", ())],
        raw=kept.get("r", {}),
    )


def resealed(cipher: RecordCipher, position: int, sealed: bytes, judgement: Judgement) -> bytes:
    """The row's contents after the register changed between comparison and application."""
    kept = json.loads(cipher.unseal(sealed, _label(position)))
    kept["f"] = [[one.column, one.code, one.message] for one in judgement.findings]
    return cipher.seal(_ENCODER.encode(kept).encode(), _label(position))
