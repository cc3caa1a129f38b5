"""Stored rows of a comparison: encrypted under the file's key, because they are personal data."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from doanso.files.encrypted_stream import RecordCipher
from doanso.imports.models import ImportRow, RowVerdict
from doanso.imports.ports import (
    BELONGS_HERE,
    OTHER_UNIT,
    AnswerOption,
    Cell,
    FieldDifference,
    Finding,
    Judgement,
    ListLine,
    RawRow,
)

_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


@dataclass(slots=True)
class StoredRow:
    """A row of the comparison, decrypted."""

    position: int
    sheet: str
    number: int
    verdict: str
    applied: bool
    line: ListLine
    target: str = ""
    differences: list[FieldDifference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    options: list[AnswerOption] = field(default_factory=list)
    # Code of the chosen option; empty while unanswered.
    answer: str = ""
    # Cells as typed, by column; kept only for rows that may be handed back.
    raw: Mapping[str, str] = field(default_factory=dict)


def typed_text(cell: Cell) -> str:
    """Return a cell as the reader of the sheet sees it."""
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return f"{cell.day:02}/{cell.month:02}/{cell.year}"
    return str(cell)


def _label(position: int) -> bytes:
    return str(position).encode()


COLUMNS = ("job", "position", "sheet", "row_number", "verdict", "question", "warned", "encrypted", "applied")


class NewRow(NamedTuple):
    """Values of a row for `COLUMNS`."""

    job: UUID
    position: int
    sheet: str
    row_number: int
    verdict: str
    question: str
    warned: bool
    encrypted: bytes
    applied: bool = False


def encrypt_row(
    cipher: RecordCipher, job_id: UUID, position: int, row: RawRow, line: ListLine, judgement: Judgement
) -> NewRow:
    """Return the row to store. A row that will be applied keeps its values, one that is handed back keeps its cells."""
    verdict = RowVerdict.REJECTED if line.problems else judgement.verdict
    contents: dict[str, Any] = {"l": line.label}
    question = ""
    if verdict in {RowVerdict.NEW, RowVerdict.CHANGED}:
        contents["v"] = line.values
    elif verdict != RowVerdict.UNCHANGED:
        contents["r"] = typed_cells(row)
        contents["f"] = _findings((*line.problems, *judgement.findings))
        if verdict == RowVerdict.QUESTION:
            # Once answered, it will be applied.
            contents["v"] = line.values
            contents["o"] = _options(judgement.options)
            question = code_of(judgement)
    if line.warnings:
        contents["w"] = _findings(line.warnings)
    if judgement.target:
        contents["t"] = judgement.target
    if judgement.differences:
        contents["d"] = _differences(judgement.differences)
    encrypted = cipher.encrypt(_ENCODER.encode(contents).encode(), _label(position))
    return NewRow(job_id, position, row.sheet, row.number, verdict, question, bool(line.warnings), encrypted)


def typed_cells(row: RawRow) -> dict[str, str]:
    """Return the row's cells as they were typed."""
    return {code: typed_text(cell) for code, cell in row.cells.items() if cell is not None}


def _findings(findings: Sequence[Finding]) -> list[list[str]]:
    return [[finding.column, finding.code, finding.message] for finding in findings]


def _differences(differences: Sequence[FieldDifference]) -> list[list[str]]:
    return [[difference.column, difference.before, difference.after] for difference in differences]


def _options(options: Sequence[AnswerOption]) -> list[list[str]]:
    return [[option.code, option.label, *filter(None, [option.for_many])] for option in options]


def code_of(judgement: Judgement) -> str:
    """Return the kind of question: the judgement's own, or the code of its finding."""
    return (judgement.question or (judgement.findings[0].code if judgement.findings else ""))[:40]


def values_of(cipher: RecordCipher, position: int, encrypted: bytes) -> ListLine:
    """Return the parts of a row that are applied, without the rest."""
    contents = json.loads(cipher.decrypt(encrypted, _label(position)))
    return ListLine(contents["l"], contents["v"])


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question as it was asked, and its answer."""

    line: ListLine
    answer: str
    findings: list[list[str]]
    target: str

    @property
    def belongs_here(self) -> bool:
        """Return whether this is the importer's own question, about the row's place in its file; only after it is the register
        asked.
        """
        return self.answer == BELONGS_HERE and [finding[1] for finding in self.findings] == [OTHER_UNIT]

    def is_of(self, judgement: Judgement) -> bool:
        """Return whether the judgement asks the same question about the same object, and still offers the answer."""
        same_findings = [finding[:2] for finding in self.findings] == [
            [finding.column, finding.code] for finding in judgement.findings
        ]
        offered = any(option.code == self.answer for option in judgement.options)
        return (
            same_findings and offered and judgement.verdict == RowVerdict.QUESTION and judgement.target == self.target
        )


def answered_of(cipher: RecordCipher, position: int, encrypted: bytes) -> AnsweredQuestion:
    """Return the parts of an answered row that are applied."""
    contents = json.loads(cipher.decrypt(encrypted, _label(position)))
    return AnsweredQuestion(
        ListLine(contents["l"], contents["v"]), contents.get("a", ""), contents.get("f", []), contents.get("t", "")
    )


def decrypt_row(cipher: RecordCipher, row: ImportRow) -> StoredRow:
    """Return the row, decrypted."""
    contents = json.loads(cipher.decrypt(row.encrypted, _label(row.position)))
    return StoredRow(
        position=row.position,
        sheet=row.sheet,
        number=row.row_number,
        verdict=row.verdict,
        applied=row.applied,
        line=ListLine(
            contents["l"], contents.get("v", {}), warnings=[Finding(*values) for values in contents.get("w", ())]
        ),
        target=contents.get("t", ""),
        differences=[FieldDifference(*values) for values in contents.get("d", ())],
        findings=[Finding(*values) for values in contents.get("f", ())],
        options=[AnswerOption(*values) for values in contents.get("o", ())],
        answer=contents.get("a", ""),
        raw=contents.get("r", {}),
    )


def _changed(cipher: RecordCipher, position: int, encrypted: bytes | memoryview, changes: Mapping[str, Any]) -> bytes:
    contents = json.loads(cipher.decrypt(encrypted, _label(position))) | changes
    return cipher.encrypt(_ENCODER.encode(contents).encode(), _label(position))


def encrypted_again(cipher: RecordCipher, position: int, encrypted: bytes, judgement: Judgement) -> bytes:
    """Return the row's encrypted contents after a new judgement: the register changed meanwhile, or a question was answered."""
    changes: dict[str, Any] = {
        "f": _findings(judgement.findings),
        "t": judgement.target,
        "d": _differences(judgement.differences),
        "o": _options(judgement.options),
    }
    if judgement.verdict == RowVerdict.QUESTION:
        changes["a"] = ""
    return _changed(cipher, position, encrypted, changes)


def with_answer(cipher: RecordCipher, position: int, encrypted: bytes | memoryview, answer: str) -> bytes:
    """Return the row's encrypted contents with the answer to its question."""
    return _changed(cipher, position, encrypted, {"a": answer})


def with_cells(cipher: RecordCipher, position: int, encrypted: bytes | memoryview, row: RawRow) -> bytes:
    """Return the encrypted contents of a row that is handed back after all, with the cells as typed."""
    return _changed(cipher, position, encrypted, {"r": typed_cells(row)})


def plain_text(cipher: RecordCipher, row: ImportRow) -> str:
    """Return everything stored about the row, as one text to search."""
    return cipher.decrypt(row.encrypted, _label(row.position)).decode()
