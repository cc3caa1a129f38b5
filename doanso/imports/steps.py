"""The work of an import: comparing a file step by step, then applying it step by step.

A step is one transaction that also moves the import's marks on, so that a step is done whole or not at all, and whoever
comes after a crash (or beside another worker) goes on exactly where the last step ended.
"""

from collections.abc import Sequence
from itertools import batched
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from doanso.audit.actions import record
from doanso.files.actions import opened, record_cipher
from doanso.files.sealed_stream import RecordCipher
from doanso.imports import reading, stored_rows
from doanso.imports.models import Import, ImportRow, ImportState, RowVerdict
from doanso.imports.ports import Judgement, Line, ListSession, RawRow, list_kind
from doanso.imports.rules import STEP
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused

_COUNTERS = {
    RowVerdict.NEW: "created_count",
    RowVerdict.CHANGED: "updated_count",
    RowVerdict.UNCHANGED: "unchanged_count",
    RowVerdict.QUESTION: "question_count",
    RowVerdict.REJECTED: "rejected_count",
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
    with opened(job.file) as plain:
        found = reading.TableRows(plain, kind)
        for lot in batched(found, STEP):
            # Rows of finished steps are read again: the session must know them to tell doubles.
            lines = [session.read(row) for row in lot]
            if position >= job.compared_count:
                _write_comparison(job.pk, position, cipher, session, lot, lines)
            position += len(lot)
    now = clock.now()
    Import.objects.filter(pk=job.pk, state__in=[ImportState.READING, ImportState.COMPARING]).update(
        state=ImportState.COMPARED, row_count=position, layout=found.layout, stepped_at=now
    )


def _write_comparison(
    job_id: UUID,
    done: int,
    cipher: RecordCipher,
    session: ListSession,
    lot: Sequence[RawRow],
    lines: Sequence[Line],
) -> None:
    good = [line for line in lines if not line.problems]
    answers = iter(session.compare(good))
    judgements = [Judgement(RowVerdict.REJECTED) if line.problems else next(answers) for line in lines]
    rows = [
        stored_rows.seal(cipher, job_id, done + place, row, line, judgement)
        for place, (row, line, judgement) in enumerate(zip(lot, lines, judgements, strict=True), 1)
    ]
    changes: dict[str, Any] = {
        "state": ImportState.COMPARING,
        "compared_count": done + len(rows),
        "stepped_at": clock.now(),
        "warning_count": F("warning_count") + sum(len(line.warnings) for line in lines),
    }
    for verdict, counter in _COUNTERS.items():
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
            **dict.fromkeys(["compared_count", "warning_count", *_COUNTERS.values()], 0),
        )


class _Row(NamedTuple):
    id: int
    position: int
    verdict: str
    sealed: bytes


class Application:
    """The application of one comparison, step by step; what it looked up once serves all its steps."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id = job_id
        self._session: ListSession | None = None
        self._confirmed_by: UUID | None = None

    def step(self) -> bool:
        """Apply the next rows in one transaction; whether more may follow."""
        with transaction.atomic():
            jobs = Import.objects.select_for_update(of=("self",)).select_related("file__key", "unit", "started_by")
            job = jobs.get(pk=self._job_id)
            if job.state != ImportState.APPLYING:
                return False
            waiting = job.rows.filter(position__gt=job.applied_to, verdict__in=[RowVerdict.NEW, RowVerdict.CHANGED])
            rows = [_Row(*row) for row in waiting.order_by("position").values_list(*_Row._fields)[:STEP]]
            if rows:
                self._apply(job, rows)
            if len(rows) < STEP:
                job.state = ImportState.APPLIED
                job.finished_at = clock.now()
                record(actor=job.started_by, verb="imports.apply", obj=job, unit=job.unit_id)
            job.stepped_at = clock.now()
            job.save(
                update_fields=[
                    *("state", "applied_to", "applied_count", "stepped_at", "finished_at"),
                    *("created_count", "updated_count", "unchanged_count", "question_count"),
                ]
            )
            return job.state == ImportState.APPLYING

    def _open(self, job: Import) -> ListSession:
        if self._session is None or self._confirmed_by != job.started_by_id:
            self._session = list_kind(job.kind).open(actor=job.started_by, unit=job.unit)
            self._confirmed_by = job.started_by_id
        return self._session

    def _apply(self, job: Import, rows: Sequence[_Row]) -> None:
        cipher = record_cipher(job.file)
        session = self._open(job)
        lines = [stored_rows.values_of(cipher, row.position, row.sealed) for row in rows]
        # The register may have moved since the comparison: each row is judged anew and applied only as it stands now.
        judgements = session.compare(lines)
        writable = {RowVerdict.NEW, RowVerdict.CHANGED}
        chosen = [place for place, judgement in enumerate(judgements) if judgement.verdict in writable]
        session.apply([lines[place] for place in chosen], [judgements[place] for place in chosen])
        for row, judgement in zip(rows, judgements, strict=True):
            if judgement.verdict == row.verdict:
                continue
            for verdict, step in ((row.verdict, -1), (judgement.verdict, 1)):
                counter = _COUNTERS[RowVerdict(verdict)]
                setattr(job, counter, getattr(job, counter) + step)
            sealed = stored_rows.resealed(cipher, row.position, row.sealed, judgement)
            job.rows.filter(pk=row.id).update(verdict=judgement.verdict, sealed=sealed)
        job.rows.filter(pk__in=[rows[place].id for place in chosen]).update(applied=True)
        job.applied_to = rows[-1].position
        job.applied_count += len(chosen)
