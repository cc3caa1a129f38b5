"""Comparing a file step by step.

A step is one transaction that also moves the import's marks on, so that a step is done whole or not at all, and whoever
comes after a crash (or beside another worker) goes on exactly where the last step ended.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from doanso.files.actions import opened, record_cipher
from doanso.files.sealed_stream import RecordCipher
from doanso.imports import reading, stored_rows
from doanso.imports.models import Import, ImportRow, ImportState, RowVerdict
from doanso.imports.ports import Judgement, Line, ListSession, RawRow, list_kind
from doanso.imports.rules import STEP
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused

COUNTERS = {
    RowVerdict.NEW: "created_count",
    RowVerdict.CHANGED: "updated_count",
    RowVerdict.UNCHANGED: "unchanged_count",
    RowVerdict.QUESTION: "question_count",
    RowVerdict.REJECTED: "rejected_count",
    RowVerdict.ANSWERED: "answered_count",
    RowVerdict.SKIPPED: "skipped_count",
}


class OvertakenError(Exception):
    """Another worker has written this step; it goes on with the rest."""


def _load(job_id: UUID) -> Import:
    return Import.objects.select_related("file__key", "unit", "started_by").get(pk=job_id)


def compare(job_id: UUID) -> None:
    """Read the file and compare it, from where the last finished step left it. Writes nothing to the register."""
    job = _load(job_id)
    if job.state not in {ImportState.READING, ImportState.COMPARING}:
        return
    try:
        _compare(job)
    except Refused as refusal:
        _refuse(job, refusal.problem)
    except OvertakenError:
        return


def _compare(job: Import) -> None:
    kind = list_kind(job.kind)
    session = kind.open(actor=job.started_by, unit=job.unit)
    cipher = record_cipher(job.file)
    position = 0
    figures: Counter[str] = Counter(job.figures.get("compare", {}))
    with opened(job.file) as plain:
        found = reading.TableRows(plain, kind, job.remembered)
        for lot in batched(found, STEP):
            # Rows of finished steps are read again: the session must know them to tell doubles.
            lines = [session.read(row) for row in lot]
            if position >= job.compared_count:
                _write_comparison(job.pk, position, found.expected, cipher, session, lot, lines, figures)
            position += len(lot)
    now = clock.now()
    Import.objects.filter(pk=job.pk, state__in=[ImportState.READING, ImportState.COMPARING]).update(
        state=ImportState.COMPARED, row_count=position, layout=found.layout, stepped_at=now
    )


def _write_comparison(
    job_id: UUID,
    done: int,
    expected: int,
    cipher: RecordCipher,
    session: ListSession,
    lot: Sequence[RawRow],
    lines: Sequence[Line],
    figures: Counter[str],
) -> None:
    good = [line for line in lines if not line.problems]
    answers = iter(session.compare(good))
    judgements = [Judgement(RowVerdict.REJECTED) if line.problems else next(answers) for line in lines]
    figures.update(session.take_figures())
    rows = [
        stored_rows.seal(cipher, job_id, done + place, row, line, judgement)
        for place, (row, line, judgement) in enumerate(zip(lot, lines, judgements, strict=True), 1)
    ]
    changes: dict[str, Any] = {
        "state": ImportState.COMPARING,
        "compared_count": done + len(rows),
        "row_count": max(expected, done + len(rows)),
        "figures": {"compare": figures},
        "stepped_at": clock.now(),
        "warning_count": F("warning_count") + sum(len(line.warnings) for line in lines),
    }
    for verdict, counter in COUNTERS.items():
        count = sum(row.verdict == verdict for row in rows)
        if count:
            changes[counter] = F(counter) + count
    with transaction.atomic():
        moved = Import.objects.filter(
            pk=job_id, compared_count=done, state__in=[ImportState.READING, ImportState.COMPARING]
        ).update(**changes)
        if not moved:
            raise OvertakenError
        database.insert_rows(ImportRow, stored_rows.COLUMNS, rows)


def _refuse(job: Import, problem: Problem) -> None:
    with transaction.atomic():
        ImportRow.objects.filter(job=job).delete()
        Import.objects.filter(pk=job.pk).update(
            state=ImportState.REFUSED,
            problem_code=problem.code[:40],
            problem_message=problem.message[:300],
            finished_at=clock.now(),
            stepped_at=clock.now(),
            **dict.fromkeys(["row_count", "compared_count", "warning_count", *COUNTERS.values()], 0),
        )
