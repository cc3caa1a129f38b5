"""Applying a comparison step by step, with the answers that its questions got.

Between comparison and application the register may have moved, so each row is judged anew and applied only as it stands
now; an answer holds only for the very question it was given to. Where the register refuses a step, halves of it are
tried down to the one row it means, and only that is set aside.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.files.actions import opened, record_cipher
from doanso.files.sealed_stream import RecordCipher
from doanso.imports import reading, steps, stored_rows
from doanso.imports.models import WRITABLE, Import, ImportRow, ImportState, RowVerdict
from doanso.imports.ports import Finding, Judgement, Line, ListSession, list_kind
from doanso.imports.steps import COUNTERS
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused

_WRITTEN = (RowVerdict.NEW, RowVerdict.CHANGED)


class _Row(NamedTuple):
    id: int
    position: int
    verdict: str
    sealed: bytes


class Application:
    """The application of one comparison; what it looked up once serves all its steps."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id = job_id
        self._session: ListSession | None = None
        self._confirmed_by: UUID | None = None
        # Who had confirmed it, and how far it was, when this worker looked last.
        self._seen: dict[str, Any] = {}

    def step(self) -> bool:
        """Apply the next rows in one transaction; whether more may follow."""
        with transaction.atomic():
            jobs = Import.objects.select_for_update(of=("self",)).select_related("file__key", "unit", "started_by")
            job = jobs.get(pk=self._job_id)
            if job.state != ImportState.APPLYING:
                return False
            self._seen = {"started_by": job.started_by_id, "applied_to": job.applied_to}
            # What another list of this kind writes must be there before we judge, or both find the same row new.
            database.lock([f"imports.apply:{job.kind}"], shared=False)
            waiting = job.rows.filter(position__gt=job.applied_to, verdict__in=WRITABLE, applied=False)
            rows = [_Row(*row) for row in waiting.order_by("position").values_list(*_Row._fields)[: steps.STEP]]
            if rows:
                self._apply(job, rows)
            late = job.layout.get("late", [])
            if len(rows) < steps.STEP and not late:
                job.state = ImportState.APPLIED
                job.finished_at = clock.now()
                record(actor=job.started_by, verb="imports.apply", obj=job, unit=job.unit_id)
            job.stepped_at = clock.now()
            job.save(
                update_fields=[
                    *("state", "applied_to", "applied_count", "stepped_at", "finished_at", "layout", "figures"),
                    *COUNTERS.values(),
                ]
            )
        self._seen["applied_to"] = job.applied_to
        if len(rows) < steps.STEP and late:
            _bring_cells(job, late)
        return job.state == ImportState.APPLYING

    def give_up(self, problem: Problem) -> bool:
        """The rest can't be written: back to waiting for whoever may confirm it. False, and nothing is changed, where it is
        not the application any more in which this worker failed."""
        current = Import.objects.filter(pk=self._job_id, state=ImportState.APPLYING, **self._seen)
        changed = current.update(
            state=ImportState.COMPARED,
            problem_code=problem.code[:40],
            problem_message=problem.message[:300],
            stepped_at=clock.now(),
        )
        return changed == 1

    def _open(self, job: Import) -> ListSession:
        if self._session is None or self._confirmed_by != job.started_by_id:
            self._session = list_kind(job.kind).open(actor=job.started_by, unit=job.unit)
            self._confirmed_by = job.started_by_id
        return self._session

    def _apply(self, job: Import, rows: Sequence[_Row]) -> None:
        cipher = record_cipher(job.file)
        figures: Counter[str] = Counter(job.figures.get("apply", {}))
        judgements = _write(self._open(job), cipher, rows, figures)
        job.figures = job.figures | {"apply": figures}
        changed = []
        for row, judgement in zip(rows, judgements, strict=True):
            if judgement.verdict == row.verdict:
                continue
            for verdict, step in ((row.verdict, -1), (judgement.verdict, 1)):
                counter = COUNTERS[RowVerdict(verdict)]
                setattr(job, counter, getattr(job, counter) + step)
            question = stored_rows.code_of(judgement) if judgement.verdict == RowVerdict.QUESTION else ""
            sealed = stored_rows.resealed(cipher, row.position, row.sealed, judgement)
            changed.append(ImportRow(pk=row.id, verdict=judgement.verdict, question=question, sealed=sealed))
            if judgement.verdict in {RowVerdict.QUESTION, RowVerdict.REJECTED}:
                job.layout = job.layout | {"late": [*job.layout.get("late", []), row.position]}
        ImportRow.objects.bulk_update(changed, ["verdict", "question", "sealed"], batch_size=100)
        written = [row.id for row, judgement in zip(rows, judgements, strict=True) if judgement.verdict in _WRITTEN]
        job.rows.filter(pk__in=written).update(applied=True)
        job.applied_to = rows[-1].position
        job.applied_count += len(written)


def _write(session: ListSession, cipher: RecordCipher, rows: Sequence[_Row], figures: Counter[str]) -> list[Judgement]:
    """Judge and write the rows of a step; what became of each."""
    refusals: list[Exception] = []
    judgements = _write_lot(session, cipher, rows, refusals, figures)
    codes = {type(error) if isinstance(error, IntegrityError) else _problem(error).code for error in refusals}
    if len(refusals) == len(rows) == steps.STEP and len(codes) == 1:
        # One reason for every row of a whole step is no fault of the rows.
        raise refusals[0]
    return judgements


def _write_lot(
    session: ListSession,
    cipher: RecordCipher,
    rows: Sequence[_Row],
    refusals: list[Exception],
    figures: Counter[str],
) -> list[Judgement]:
    try:
        # What a lot that failed had counted is forgotten with it.
        session.take_figures()
        with transaction.atomic():
            lines, judgements = _judged(session, cipher, rows)
            chosen = [place for place, judgement in enumerate(judgements) if judgement.verdict in _WRITTEN]
            session.apply([lines[place] for place in chosen], [judgements[place] for place in chosen])
        figures.update(session.take_figures())
    except (Refused, IntegrityError) as error:
        if len(rows) > 1:
            middle = len(rows) // 2
            return [
                *_write_lot(session, cipher, rows[:middle], refusals, figures),
                *_write_lot(session, cipher, rows[middle:], refusals, figures),
            ]
        refusals.append(error)
        problem = _problem(error)
        return [Judgement(RowVerdict.REJECTED, findings=[Finding("", problem.code, problem.message)])]
    return judgements


def _problem(error: Exception) -> Problem:
    if isinstance(error, Refused):
        return error.problem
    message = _("The row contradicts the register: a number in it may belong to somebody else by now. Look it over.")
    return Problem("contradiction", message)


def _judged(session: ListSession, cipher: RecordCipher, rows: Sequence[_Row]) -> tuple[list[Line], list[Judgement]]:
    """The rows' lines, and what the register says to them now, under the answers given."""
    if not any(row.verdict == RowVerdict.ANSWERED for row in rows):
        lines = [stored_rows.values_of(cipher, row.position, row.sealed) for row in rows]
        return lines, session.compare(lines)
    answered_rows = [stored_rows.answered_of(cipher, row.position, row.sealed) for row in rows]
    lines = [answered.line for answered in answered_rows]
    judgements = session.compare(lines)
    answers = [""] * len(rows)
    for place, (row, answered, judgement) in enumerate(zip(rows, answered_rows, judgements, strict=True)):
        if row.verdict != RowVerdict.ANSWERED:
            continue
        if answered.belongs_here:
            continue
        if answered.is_of(judgement):
            answers[place] = answered.answer
        elif judgement.verdict != RowVerdict.UNCHANGED:
            judgements[place] = _outdated(judgement)
        # Otherwise the register holds the row already, and there is nothing left to ask.
    return lines, list(session.settle(lines, judgements, answers))


def _outdated(judgement: Judgement) -> Judgement:
    """Another question than the one that was answered, or none any more: somebody has to look again."""
    if judgement.verdict == RowVerdict.QUESTION:
        return judgement
    message = _("The register has changed since the question was answered; compare the row again.")
    return Judgement(RowVerdict.QUESTION, judgement.target, judgement.differences, [Finding("", "outdated", message)])


def _bring_cells(job: Import, positions: Sequence[int]) -> None:
    """Give rows that are handed back only now their cells as typed, from the file: kept for all, they would double it."""
    wanted_positions = set(positions)
    cipher = record_cipher(job.file)
    with opened(job.file) as plain:
        rows = enumerate(reading.TableRows(plain, list_kind(job.kind), job.remembered, job.unit), 1)
        cells = {position: row for position, row in rows if position in wanted_positions}
    with transaction.atomic():
        fresh = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if fresh.state != ImportState.APPLYING or fresh.layout.get("late") != list(positions):
            # Another worker was quicker; by now somebody may have answered what these rows ask.
            return
        for position, sealed in fresh.rows.filter(position__in=wanted_positions).values_list("position", "sealed"):
            brought = stored_rows.with_cells(cipher, position, sealed, cells[position])
            fresh.rows.filter(position=position).update(sealed=brought)
        fresh.layout = {name: value for name, value in fresh.layout.items() if name != "late"}
        fresh.stepped_at = clock.now()
        fresh.save(update_fields=["layout", "stepped_at"])
