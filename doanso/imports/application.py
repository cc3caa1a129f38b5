"""Apply a comparison step by step, with the answers to its questions.

The register may have changed since the comparison, so each row is matched anew and written against the present register; an
answer is valid only for the question it was given to. Where the register refuses a step, halves of it are tried down to the
single row, which is then set aside.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.files.actions import open_blob, record_cipher
from doanso.files.encrypted_stream import RecordCipher
from doanso.imports import reading, rules, stored_rows
from doanso.imports.models import WRITABLE, Import, ImportRow, ImportState, RowVerdict
from doanso.imports.ports import Finding, Judgement, ListLine, ListSession, list_kind, open_session
from doanso.imports.stored_rows import AnsweredQuestion
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused

_WRITTEN = (RowVerdict.NEW, RowVerdict.CHANGED)


class _WaitingRow(NamedTuple):
    """A row of the comparison that waits to be written, as it is stored."""

    id: int
    position: int
    verdict: str
    encrypted: bytes


class _OpenedRow(NamedTuple):
    """The line of a waiting row, with its question if one was answered."""

    line: ListLine
    question: AnsweredQuestion | None = None


@dataclass(frozen=True, slots=True)
class _StepResult:
    """The outcomes of rows in their order, the reasons for refused ones, and the list's further counts."""

    judgements: list[Judgement]
    refusals: list[Exception] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)

    def followed_by(self, other: "_StepResult") -> "_StepResult":
        """Return both results as one."""
        figures = Counter(self.figures)
        figures.update(other.figures)
        return _StepResult([*self.judgements, *other.judgements], [*self.refusals, *other.refusals], figures)


class Application:
    """The application of one comparison; its look-ups serve all its steps."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id = job_id
        self._session: ListSession | None = None
        self._confirmed_by: UUID | None = None
        # The user who confirmed it and its progress, as this worker last saw them.
        self._seen: dict[str, Any] = {}

    def step(self) -> bool:
        """Apply the next rows in one transaction; return whether more may follow."""
        with transaction.atomic():
            jobs = Import.objects.select_for_update(of=("self",)).select_related("file__key", "unit", "started_by")
            job = jobs.get(pk=self._job_id)
            if job.state != ImportState.APPLYING:
                return False
            self._seen = {"started_by": job.started_by_id, "applied_to": job.applied_to}
            # Rows of another list of this kind must be committed before these are judged, or both find the same row new.
            database.lock([f"imports.apply:{job.kind}"], shared=False)
            waiting = job.rows.filter(position__gt=job.applied_to, verdict__in=WRITABLE, applied=False)
            rows = [
                _WaitingRow(*row)
                for row in waiting.order_by("position").values_list(*_WaitingRow._fields)[: rules.STEP]
            ]
            if rows:
                self._apply(job, rows)
            late = job.layout.get("late", [])
            if len(rows) < rules.STEP and not late:
                job.state = ImportState.APPLIED
                job.finished_at = clock.now()
                record(actor=job.started_by, action="imports.apply", obj=job, unit=job.unit_id)
            job.stepped_at = clock.now()
            job.save(
                update_fields=[
                    *("state", "applied_to", "applied_count", "stepped_at", "finished_at", "layout", "figures"),
                    *rules.COUNTERS.values(),
                ]
            )
        self._seen["applied_to"] = job.applied_to
        if len(rows) < rules.STEP and late:
            _bring_cells(job, late)
        return job.state == ImportState.APPLYING

    def give_up(self, problem: Problem) -> bool:
        """Return the import to the state before confirmation, with the problem.

        Return False and change nothing where another worker or user has continued the import since.
        """
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
            self._session = open_session(list_kind(job.kind), actor=job.started_by, unit=job.unit, subject=job.subject)
            self._confirmed_by = job.started_by_id
        return self._session

    def _apply(self, job: Import, rows: Sequence[_WaitingRow]) -> None:
        """Decrypt the rows, write them to the register, and store the outcome of each."""
        cipher = record_cipher(job.file)
        result = _write_step(self._open(job), [_opened_row(cipher, row) for row in rows])
        figures = Counter(job.figures.get("apply", {}))
        # `+` would leave out counts of 0.
        figures.update(result.figures)
        job.figures = job.figures | {"apply": figures}
        _store_verdicts(job, cipher, rows, result.judgements)


def _opened_row(cipher: RecordCipher, row: _WaitingRow) -> _OpenedRow:
    if row.verdict != RowVerdict.ANSWERED:
        return _OpenedRow(stored_rows.values_of(cipher, row.position, row.encrypted))
    question = stored_rows.answered_of(cipher, row.position, row.encrypted)
    return _OpenedRow(question.line, question)


def _write_step(session: ListSession, rows: Sequence[_OpenedRow]) -> _StepResult:
    """Judge and write the rows of a step, inside the caller's transaction."""
    result = _write_rows(session, rows)
    refusals = result.refusals
    codes = {type(error) if isinstance(error, IntegrityError) else _problem(error).code for error in refusals}
    if len(refusals) == len(rows) == rules.STEP and len(codes) == 1:
        # The same reason for every row of a whole step is not the fault of the rows.
        raise refusals[0]
    return result


def _write_rows(session: ListSession, rows: Sequence[_OpenedRow]) -> _StepResult:
    """Write the rows at once; where the register refuses, write each half separately, down to the refused row."""
    # The counts of rows that were rolled back are discarded with them.
    session.take_figures()
    try:
        with transaction.atomic():
            lines, judgements = _judge_rows(session, rows)
            written = [place for place, judgement in enumerate(judgements) if judgement.verdict in _WRITTEN]
            session.apply([lines[place] for place in written], [judgements[place] for place in written])
    except (Refused, IntegrityError) as error:
        if len(rows) > 1:
            middle = len(rows) // 2
            return _write_rows(session, rows[:middle]).followed_by(_write_rows(session, rows[middle:]))
        problem = _problem(error)
        refused = Judgement(RowVerdict.REJECTED, findings=[Finding("", problem.code, problem.message)])
        return _StepResult([refused], refusals=[error])
    return _StepResult(judgements, figures=Counter(session.take_figures()))


def _problem(error: Exception) -> Problem:
    if isinstance(error, Refused):
        return error.problem
    message = _("The row contradicts the register: a number in it may belong to somebody else by now. Look it over.")
    return Problem("contradiction", message)


def _judge_rows(session: ListSession, rows: Sequence[_OpenedRow]) -> tuple[list[ListLine], list[Judgement]]:
    """Return the rows' lines and the judgements on them as the register is now, with the answers applied."""
    if all(row.question is None for row in rows):
        lines = [row.line for row in rows]
        return lines, session.compare(lines)
    # An answer may change values, and the rows may be judged again in halves.
    lines = [replace(row.line, values=dict(row.line.values)) for row in rows]
    judgements = session.compare(lines)
    answers = [""] * len(rows)
    for place, (row, judgement) in enumerate(zip(rows, judgements, strict=True)):
        question = row.question
        if question is None or question.belongs_here:
            continue
        if question.is_of(judgement):
            answers[place] = question.answer
        elif judgement.verdict != RowVerdict.UNCHANGED:
            judgements[place] = _outdated(judgement)
        # Otherwise the register has the row already, and there is nothing left to ask.
    return lines, list(session.resolve(lines, judgements, answers))


def _store_verdicts(
    job: Import, cipher: RecordCipher, rows: Sequence[_WaitingRow], judgements: Sequence[Judgement]
) -> None:
    """Store the rows' new verdicts and advance the import's marks; the caller saves the import."""
    changed = []
    for row, judgement in zip(rows, judgements, strict=True):
        if judgement.verdict == row.verdict:
            continue
        for verdict, step in ((row.verdict, -1), (judgement.verdict, 1)):
            counter = rules.COUNTERS[RowVerdict(verdict)]
            setattr(job, counter, getattr(job, counter) + step)
        question = stored_rows.code_of(judgement) if judgement.verdict == RowVerdict.QUESTION else ""
        encrypted = stored_rows.encrypted_again(cipher, row.position, row.encrypted, judgement)
        changed.append(ImportRow(pk=row.id, verdict=judgement.verdict, question=question, encrypted=encrypted))
        if judgement.verdict in {RowVerdict.QUESTION, RowVerdict.REJECTED}:
            job.layout = job.layout | {"late": [*job.layout.get("late", []), row.position]}
    ImportRow.objects.bulk_update(changed, ["verdict", "question", "encrypted"], batch_size=100)
    written = [row.id for row, judgement in zip(rows, judgements, strict=True) if judgement.verdict in _WRITTEN]
    job.rows.filter(pk__in=written).update(applied=True)
    job.applied_to = rows[-1].position
    job.applied_count += len(written)


def _outdated(judgement: Judgement) -> Judgement:
    """Return the question to ask in place of the answered one, which has changed."""
    if judgement.verdict == RowVerdict.QUESTION:
        return judgement
    message = _("The register has changed since the question was answered; compare the row again.")
    return Judgement(RowVerdict.QUESTION, judgement.target, judgement.differences, [Finding("", "outdated", message)])


def _bring_cells(job: Import, positions: Sequence[int]) -> None:
    """Store the cells as typed, from the file, of rows that are only now handed back: stored for all, they would double it."""
    wanted_positions = set(positions)
    cipher = record_cipher(job.file)
    with open_blob(job.file) as plain:
        rows = enumerate(reading.TableRows(plain, list_kind(job.kind), job.remembered, job.unit), 1)
        cells = {position: row for position, row in rows if position in wanted_positions}
    with transaction.atomic():
        fresh = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if fresh.state != ImportState.APPLYING or fresh.layout.get("late") != list(positions):
            # Another worker was quicker, and the rows' questions may be answered already.
            return
        for position, encrypted in fresh.rows.filter(position__in=wanted_positions).values_list(
            "position", "encrypted"
        ):
            brought = stored_rows.with_cells(cipher, position, encrypted, cells[position])
            fresh.rows.filter(position=position).update(encrypted=brought)
        fresh.layout = {name: value for name, value in fresh.layout.items() if name != "late"}
        fresh.stepped_at = clock.now()
        fresh.save(update_fields=["layout", "stepped_at"])
