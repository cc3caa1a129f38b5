"""Compare a file step by step.

A step is one transaction that also advances the import's marks, so it is done whole or not at all, and the worker after a crash
(or a second worker) continues exactly where the last step ended. Each write is conditional on the state, the number of the
reading and the marks that the worker last saw: a late one changes nothing.
"""

import contextlib
from collections import Counter
from collections.abc import Sequence
from itertools import batched
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from doanso.files.actions import open_blob, record_cipher
from doanso.files.encrypted_stream import RecordCipher
from doanso.imports import reading, rules, stored_rows
from doanso.imports.models import Import, ImportRow, ImportState, RowVerdict
from doanso.imports.ports import (
    BELONGS_HERE,
    OTHER_UNIT,
    AnswerOption,
    Judgement,
    ListLine,
    ListSession,
    RawRow,
    list_kind,
    open_session,
)
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.units import queries as units
from doanso.units.models import Unit


class OvertakenError(Exception):
    """The import has changed since this worker read it: another worker continues it, or a user has decided otherwise."""


def _load(job_id: UUID) -> Import:
    return Import.objects.select_related("file__key", "unit", "started_by").get(pk=job_id)


def compare_import(job_id: UUID) -> None:
    """Read the file and compare it from the end of the last finished step. Writes nothing to the register."""
    job = _load(job_id)
    if job.state not in _UNREAD:
        return
    with contextlib.suppress(OvertakenError):
        try:
            _compare(job)
        except Refused as refusal:
            _refuse(job, refusal.problem)


_UNREAD = (ImportState.READING, ImportState.COMPARING)


def _move(job: Import, **changes: Any) -> None:
    """Update the import if it is unchanged since this worker read it; the condition locks the row."""
    current = Import.objects.filter(
        pk=job.pk, state__in=_UNREAD, reading=job.reading, compared_count=job.compared_count
    )
    if not current.update(**changes, stepped_at=clock.now()):
        raise OvertakenError


def _compare(job: Import) -> None:
    kind = list_kind(job.kind)
    session = open_session(kind, actor=job.started_by, unit=job.unit, subject=job.subject)
    cipher = record_cipher(job.file)
    position = 0
    figures: Counter[str] = Counter(job.figures.get("compare", {}))
    with open_blob(job.file) as plain:
        table_rows = reading.TableRows(plain, kind, job.remembered, job.unit)
        for lot in batched(table_rows, rules.STEP):
            # Rows of finished steps are read again: the session needs them to find duplicates.
            lines = [reading.read_row(session, row) for row in lot]
            if position >= job.compared_count:
                _write_comparison(job, table_rows.expected, cipher, session, lot, lines, figures)
            position += len(lot)
    _move(job, state=ImportState.COMPARED, row_count=position, layout=table_rows.layout)


def _write_comparison(
    job: Import,
    expected: int,
    cipher: RecordCipher,
    session: ListSession,
    lot: Sequence[RawRow],
    lines: Sequence[ListLine],
    figures: Counter[str],
) -> None:
    already_compared = job.compared_count
    judgements = judge_rows(session, job.unit, lot, lines)
    figures.update(session.take_figures())
    rows = [
        stored_rows.encrypt_row(cipher, job.pk, already_compared + place, row, line, judgement)
        for place, (row, line, judgement) in enumerate(zip(lot, lines, judgements, strict=True), 1)
    ]
    changes: dict[str, Any] = {
        "state": ImportState.COMPARING,
        "compared_count": already_compared + len(rows),
        "row_count": max(expected, already_compared + len(rows)),
        "figures": {"compare": figures},
        "warning_count": F("warning_count") + sum(len(line.warnings) for line in lines),
    }
    for verdict, counter in rules.COUNTERS.items():
        count = sum(row.verdict == verdict for row in rows)
        if count:
            changes[counter] = F(counter) + count
    with transaction.atomic():
        _move(job, **changes)
        database.insert_rows(ImportRow, stored_rows.COLUMNS, rows)
    job.compared_count = already_compared + len(rows)


def judge_rows(session: ListSession, unit: Unit, rows: Sequence[RawRow], lines: Sequence[ListLine]) -> list[Judgement]:
    """Return a judgement on each row: the importer's own, or else the register's."""
    own = [_own_judgement(unit, row, line) for row, line in zip(rows, lines, strict=True)]
    answers = iter(
        session.compare([line for line, own_judgement in zip(lines, own, strict=True) if own_judgement is None])
    )
    return [own_judgement or next(answers) for own_judgement in own]


def _own_judgement(unit: Unit, row: RawRow, line: ListLine) -> Judgement | None:
    """Return the importer's own judgement on the row, without asking the register; None if it has none."""
    if line.problems:
        return Judgement(RowVerdict.REJECTED)
    if row.other_unit is None:
        return None
    label = _("They belong to “%(unit)s”: import them all the same") % {"unit": units.named_unit(unit).name}
    # Mentions of one other unit are answered for their rows alone.
    question = f"{OTHER_UNIT}-{crc32(row.other_unit.message.encode()):08x}"
    options = [AnswerOption(BELONGS_HERE, label)]
    return Judgement(RowVerdict.QUESTION, findings=[row.other_unit], options=options, question=question)


def _refuse(job: Import, problem: Problem) -> None:
    with transaction.atomic():
        _move(
            job,
            state=ImportState.REFUSED,
            problem_code=problem.code[:40],
            problem_message=problem.message[:300],
            finished_at=clock.now(),
            **dict.fromkeys(["row_count", "compared_count", "warning_count", *rules.COUNTERS.values()], 0),
        )
        ImportRow.objects.filter(job=job).delete()
