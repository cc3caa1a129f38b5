"""Deeds on imports. The work itself is done in steps by tasks, or at once by `run_import`."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.imports import heads, policy, rules, steps
from doanso.imports.application import Application
from doanso.imports.models import Import, ImportState, RememberedHead
from doanso.imports.ports import list_kind
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.task_references import TaskReference
from doanso.units.models import Unit

APPLY_TASK = TaskReference("doanso.imports.tasks.apply_list")
COMPARE_TASK = TaskReference("doanso.imports.tasks.compare_list")
STALLED_AFTER = timedelta(minutes=2)
STOPPED_AFTER = timedelta(seconds=90)
"""Below the other, so that an import that is waked again and again in vain can be ended in between."""
KEPT_FOR = timedelta(days=90)
"""How long a file and its compared rows can be read after the import was settled, or was left unconfirmed."""


def start_import(
    *, actor: User, kind: str, unit: Unit, source: bytes | IO[bytes], name: str, wake: bool = True
) -> Import:
    """Keep the file, then have it compared. Unless `wake`, the caller goes on itself."""
    _require(actor, kind, unit)
    refuse(rules.name_problem(name))
    blob = files.store(source=source, name=name, limit=rules.FILE_LIMIT)
    now = clock.now()
    with transaction.atomic():
        job = Import.objects.create(
            kind=kind,
            unit=unit,
            file=blob,
            started_by=actor,
            started_at=now,
            stepped_at=now,
            remembered=heads.remembered(kind=kind, unit=unit),
        )
        record(actor=actor, verb="imports.start", obj=job, unit=unit)
        if wake:
            wake_worker(job)
    return job


def _require(actor: User, kind: str, unit: Unit) -> None:
    for verb in (policy.RUN, list_kind(kind).verb):
        if not verb.allows_at(actor, unit):
            raise PermissionDenied(verb.name)


def apply_import(*, actor: User, job: Import, skip_rejected: bool = False, wake: bool = True) -> Import:
    """Confirm a comparison: its new and changed rows are written to the register, the others only if there are none
    or the actor says to leave them out."""
    with transaction.atomic():
        fresh = Import.objects.select_for_update(of=("self",)).select_related("unit").get(pk=job.pk)
        policy.RUN.require(actor, fresh)
        _require(actor, fresh.kind, fresh.unit)
        problem = rules.apply_problem(
            state=fresh.state,
            good=rules.waiting_count(fresh),
            set_aside=fresh.rejected_count + fresh.question_count,
            skip_rejected=skip_rejected,
        )
        refuse(problem)
        fresh.state = ImportState.APPLYING
        fresh.skip_rejected = skip_rejected
        # Rows are written in the name of whoever confirmed them.
        fresh.started_by = actor
        fresh.stepped_at = clock.now()
        # Why an earlier attempt ended is no news any more.
        fresh.problem_code = fresh.problem_message = ""
        changed_fields = ["state", "skip_rejected", "started_by", "stepped_at", "problem_code", "problem_message"]
        fresh.save(update_fields=changed_fields)
        record(actor=actor, verb="imports.confirm", obj=fresh, unit=fresh.unit_id)
        if wake:
            wake_worker(fresh)
    return fresh


def cancel_import(*, actor: User, job: Import) -> Import:
    """Throw a comparison away, or what is left of an application that stopped; what it wrote stays written."""
    with transaction.atomic():
        fresh = Import.objects.select_for_update(of=("self",)).get(pk=job.pk)
        policy.RUN.require(actor, fresh)
        unwritten = fresh.state in {ImportState.READING, ImportState.COMPARING, ImportState.COMPARED}
        if not unwritten and not is_stopped(fresh):
            message = _("This list is written already or was thrown away; it can't be thrown away now.")
            raise Refused(Problem("not_cancellable", message))
        fresh.state = ImportState.CANCELLED
        fresh.finished_at = clock.now()
        fresh.save(update_fields=["state", "finished_at"])
        record(actor=actor, verb="imports.cancel", obj=fresh, unit=fresh.unit_id)
    return fresh


def tell_columns(
    *, actor: User, job: Import, sheet: str, number: int, column_meanings: Mapping[int, str], wake: bool = True
) -> Import:
    """Remember for the unit which column is which below this head, and compare the file anew."""
    head = heads.look(job, sheet=sheet, number=number)
    if head is None:
        raise Refused(Problem("not_a_head", _("There is no such row in the file.")))
    columns = heads.meanings(list_kind(job.kind), head, column_meanings)
    with transaction.atomic():
        fresh = _readable_anew(actor, job)
        RememberedHead.objects.update_or_create(
            unit_id=fresh.unit_id,
            kind=fresh.kind,
            key=head.key,
            defaults={"columns": columns, "remembered_by": actor, "remembered_at": clock.now()},
        )
        record(actor=actor, verb="imports.columns", obj=fresh, unit=fresh.unit_id)
        return _compare_anew(fresh, wake)


def forget_columns(*, actor: User, job: Import, key: str, wake: bool = True) -> Import:
    """Forget what was remembered of a head, and compare the file anew by its headings alone."""
    with transaction.atomic():
        fresh = _readable_anew(actor, job)
        RememberedHead.objects.filter(unit_id=fresh.unit_id, kind=fresh.kind, key=key).delete()
        record(actor=actor, verb="imports.columns", obj=fresh, unit=fresh.unit_id)
        return _compare_anew(fresh, wake)


def _readable_anew(actor: User, job: Import) -> Import:
    fresh = Import.objects.select_for_update(of=("self",)).select_related("unit").get(pk=job.pk)
    policy.RUN.require(actor, fresh)
    _require(actor, fresh.kind, fresh.unit)
    refuse(rules.columns_problem(state=fresh.state, problem_code=fresh.problem_code, written=fresh.applied_count))
    return fresh


def _compare_anew(job: Import, wake: bool) -> Import:
    """Back to the beginning, by what is remembered now."""
    job.rows.all().delete()
    counters = [*steps.COUNTERS.values(), "row_count", "compared_count", "warning_count", "applied_to"]
    for name in counters:
        setattr(job, name, 0)
    job.state, job.finished_at, job.layout = ImportState.READING, None, {}
    job.reading += 1
    job.figures = {}
    job.problem_code = job.problem_message = ""
    job.remembered = heads.remembered(kind=job.kind, unit=job.unit)
    job.stepped_at = clock.now()
    changed_fields = [
        "state",
        "reading",
        "finished_at",
        "layout",
        "figures",
        "problem_code",
        "problem_message",
        "remembered",
    ]
    job.save(update_fields=[*changed_fields, "stepped_at", *counters])
    if wake:
        wake_worker(job)
    return job


def is_stopped(job: Import) -> bool:
    """Whether an application writes no more rows. A step holds the import's lock, so none is cut in half."""
    return job.state == ImportState.APPLYING and job.stepped_at < clock.now() - STOPPED_AFTER


def wake_worker(job: Import) -> None:
    """Have the worker go on with the import once this transaction is committed."""
    task = APPLY_TASK if job.state == ImportState.APPLYING else COMPARE_TASK
    task.enqueue_on_commit(job.pk)


def resume_stalled() -> int:
    """Wake imports whose worker fell silent; how many. A step that another worker is writing is never done twice."""
    silent = Import.objects.filter(state__in=rules.MOVING, stepped_at__lt=clock.now() - STALLED_AFTER)
    woken = 0
    for job in silent:
        with transaction.atomic():
            # Marked as moving, so that the next look does not wake it again before it has begun.
            unmoved = Import.objects.filter(pk=job.pk, state=job.state, stepped_at=job.stepped_at)
            if unmoved.update(stepped_at=clock.now()):
                wake_worker(job)
                woken += 1
    return woken


def forget_settled(limit: int = 20) -> int:
    """Destroy the keys of files whose time is over; how many. Counts and hashes stay, names and numbers go."""
    settled = [ImportState.APPLIED, ImportState.REFUSED, ImportState.CANCELLED, ImportState.COMPARED]
    over = Import.objects.filter(state__in=settled, stepped_at__lt=clock.now() - KEPT_FOR, file__key__destroyed_at=None)
    forgotten = 0
    for key in list(over.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            # Somebody may have confirmed it, or had it read anew, this very moment: then it stays.
            locked = over.select_for_update(of=("self",), skip_locked=True).select_related("file__key")
            job = locked.filter(pk=key).first()
            if job is None:
                continue
            if job.state == ImportState.COMPARED:
                job.state, job.finished_at = ImportState.CANCELLED, clock.now()
                job.save(update_fields=["state", "finished_at"])
            job.rows.all().delete()
            files.destroy_key(blob=job.file)
            forgotten += 1
    return forgotten


def keep_going() -> None:
    """What the worker looks after: imports that fell silent, and files whose time is over."""
    resume_stalled()
    forget_settled()


def finish_applying(job_id: UUID, *, until: float | None = None) -> bool:
    """Apply step after step, up to a moment of `time.monotonic`; whether the import is done.

    Where the register refuses a row, or whoever confirmed may no longer, the import waits for confirmation again, and the
    exception says why.
    """
    application = Application(job_id)
    try:
        with database.wide_cache():
            while application.step():
                if until is not None and time.monotonic() >= until:
                    return False
    except (Refused, IntegrityError) as error:
        # Tried again, it would fail again. Nothing of the step was written; whoever confirmed it hears of it.
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
    """Read the file anew with what was told of its columns."""
    head = heads.look(job, sheet=columns.sheet, number=columns.number)
    if head is None or (columns.sheet and head.sheet != columns.sheet):
        raise Refused(Problem("not_a_head", _("There is no such row in the file.")))
    column_meanings = heads.told_by_name(list_kind(job.kind), head, columns)
    job = tell_columns(
        actor=actor, job=job, sheet=head.sheet, number=head.number, column_meanings=column_meanings, wake=False
    )
    steps.compare(job.pk)
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
) -> Import:
    """Compare a file and apply it at once, by the same steps, in this process.

    `columns` says what columns hold, as the page asks it; the unit remembers them.

    A file that can't be read raises `Refused`; one with rows that can't be imported is left compared unless
    `skip_rejected`. `on` is another business day, for the demo and tests only.
    """
    with _business_day(on):
        with path.open("rb") as source:
            job = start_import(actor=actor, kind=kind, unit=unit, source=source, name=path.name, wake=False)
        steps.compare(job.pk)
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
