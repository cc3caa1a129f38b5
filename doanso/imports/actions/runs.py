"""Run the steps of an import: the worker's turn of an application, or a whole import in this process."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.imports import comparison, heads, rules
from doanso.imports.actions.columns import map_columns
from doanso.imports.actions.lifecycle import apply_import, start_import
from doanso.imports.application import Application
from doanso.imports.models import Import, ImportState
from doanso.imports.ports import list_kind
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Unit


def finish_applying(job_id: UUID, *, until: float | None = None) -> bool:
    """Apply step after step, up to a moment of `time.monotonic`; return whether the import is done.

    Where the register refuses the rest, or the user who confirmed lost the right, the import waits for confirmation again and
    the exception holds the reason.
    """
    application = Application(job_id)
    try:
        with database.wide_cache():
            while application.step():
                if until is not None and time.monotonic() >= until:
                    return False
    except (Refused, IntegrityError) as error:
        # Another attempt would fail again. Nothing of the step was written; the import shows the problem.
        problem = error.problem if isinstance(error, Refused) else _unwritable()
        application.give_up(problem)
        raise Refused(problem) from error
    except PermissionDenied:
        message = _("Whoever confirmed this list may no longer change the register; somebody who may must confirm it.")
        application.give_up(Problem("no_longer_allowed", message))
        raise
    return True


def _unwritable() -> Problem:
    message = _(
        "A row contradicts the register, so the rest was not written. Compare the file again, and look it over."
    )
    return Problem("contradiction", message)


@contextmanager
def _business_day(on: date | None) -> Iterator[None]:
    today = clock.today()
    if on is None or on == today:
        yield
        return
    clock.set_today(on)
    try:
        yield
    finally:
        clock.set_today(today)


def _with_columns(actor: User, job: Import, columns: heads.NamedColumns) -> Import:
    """Compare the file anew with columns named on the command line."""
    head = heads.find_head(job, sheet=columns.sheet, number=columns.number)
    if head is None or (columns.sheet and head.sheet != columns.sheet):
        raise Refused(Problem("not_a_head", _("There is no such row in the file.")))
    column_meanings = heads.meanings_by_name(list_kind(job.kind), head, columns)
    job = map_columns(
        actor=actor, job=job, sheet=head.sheet, number=head.number, column_meanings=column_meanings, wake=False
    )
    comparison.compare_import(job.pk)
    job.refresh_from_db()
    return job


def run_import(
    *,
    actor: User,
    kind: str,
    unit: Unit,
    path: Path,
    skip_rejected: bool = False,
    dry_run: bool = False,
    on: date | None = None,
    columns: heads.NamedColumns | None = None,
    subject: str = "",
) -> Import:
    """Compare a file and apply it at once, by the same steps, in this process.

    `columns` maps columns as the page does; the unit remembers the mapping. `subject` as in `start_import`.

    Raise `Refused` for a file that can't be read; one with rows that can't be imported stays compared unless `skip_rejected`.
    `on` is another business day, for the demo and tests only.
    """
    with _business_day(on):
        with path.open("rb") as source:
            job = start_import(
                actor=actor, kind=kind, unit=unit, source=source, name=path.name, subject=subject, wake=False
            )
        comparison.compare_import(job.pk)
        job.refresh_from_db()
        if (
            columns is not None
            and rules.columns_problem(state=job.state, problem_code=job.problem_code, written=job.applied_count) is None
        ):
            job = _with_columns(actor, job, columns)
        if job.state == ImportState.REFUSED:
            raise Refused(Problem(job.problem_code, job.problem_message))
        set_aside = job.rejected_count + job.question_count
        if dry_run or not rules.waiting_count(job) or (set_aside and not skip_rejected):
            return job
        apply_import(actor=actor, job=job, skip_rejected=skip_rejected, wake=False)
        finish_applying(job.pk)
        job.refresh_from_db()
    return job
