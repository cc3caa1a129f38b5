"""Start, confirm and cancel an import; resume stalled imports and delete expired ones. The worker handles the rows."""

from datetime import timedelta
from typing import IO

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.imports import heads, policy, rules
from doanso.imports.models import Import, ImportState
from doanso.imports.ports import find_subject, list_kind
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.task_references import TaskReference
from doanso.units.models import Unit

APPLY_TASK = TaskReference("doanso.imports.tasks.apply_list")
COMPARE_TASK = TaskReference("doanso.imports.tasks.compare_list")
STALLED_AFTER = timedelta(minutes=2)
STOPPED_AFTER = timedelta(seconds=90)
"""Shorter than `STALLED_AFTER`, so that an import that is woken in vain can be ended in between."""
KEPT_FOR = timedelta(days=90)
"""How long a file and its compared rows can be read after the import was resolved, or was left unconfirmed."""


def start_import(
    *, actor: User, kind: str, unit: Unit, source: bytes | IO[bytes], name: str, subject: str = "", wake: bool = True
) -> Import:
    """Store the file, then have it compared. Without `wake` the caller continues itself.

    `subject` is the key of the object that the whole list is about; refused where the actor may not import a list about it.
    """
    require_import(actor, kind, unit)
    refuse(rules.name_problem(name))
    if subject and find_subject(list_kind(kind), actor, subject) is None:
        raise Refused(Problem("subject_unknown", _("What this list is about can't be found; open its page again.")))
    blob = files.store(source=source, name=name, limit=rules.FILE_LIMIT)
    now = clock.now()
    with transaction.atomic():
        job = Import.objects.create(
            kind=kind,
            unit=unit,
            subject=subject,
            file=blob,
            started_by=actor,
            started_at=now,
            stepped_at=now,
            remembered=heads.remembered_meanings(kind=kind, unit=unit),
        )
        record(actor=actor, action="imports.start", obj=job, unit=unit)
        if wake:
            wake_worker(job)
    return job


def require_import(actor: User, kind: str, unit: Unit) -> None:
    for permission in (policy.RUN, list_kind(kind).permission):
        if not permission.allows_at(actor, unit):
            raise PermissionDenied(permission.name)


def apply_import(*, actor: User, job: Import, skip_rejected: bool = False, wake: bool = True) -> Import:
    """Confirm a comparison, so that its new and changed rows are written to the register.

    Refused where other rows exist, unless `skip_rejected`.
    """
    with transaction.atomic():
        fresh = Import.objects.select_for_update(of=("self",)).select_related("unit").get(pk=job.pk)
        policy.RUN.require(actor, fresh)
        require_import(actor, fresh.kind, fresh.unit)
        problem = rules.apply_problem(
            state=fresh.state,
            good=rules.waiting_count(fresh),
            set_aside=fresh.rejected_count + fresh.question_count,
            skip_rejected=skip_rejected,
        )
        refuse(problem)
        fresh.state = ImportState.APPLYING
        fresh.skip_rejected = skip_rejected
        # Rows are written in the name of the user who confirmed them.
        fresh.started_by = actor
        fresh.stepped_at = clock.now()
        # The reason why an earlier attempt ended is outdated.
        fresh.problem_code = fresh.problem_message = ""
        changed_fields = ["state", "skip_rejected", "started_by", "stepped_at", "problem_code", "problem_message"]
        fresh.save(update_fields=changed_fields)
        record(actor=actor, action="imports.confirm", obj=fresh, unit=fresh.unit_id)
        if wake:
            wake_worker(fresh)
    return fresh


def cancel_import(*, actor: User, job: Import) -> Import:
    """Discard a comparison, or the rest of an application that stopped; rows already written stay."""
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
        record(actor=actor, action="imports.cancel", obj=fresh, unit=fresh.unit_id)
    return fresh


def is_stopped(job: Import) -> bool:
    """Return whether an application writes no more rows. A step holds the import's lock, so none is interrupted halfway."""
    return job.state == ImportState.APPLYING and job.stepped_at < clock.now() - STOPPED_AFTER


def wake_worker(job: Import) -> None:
    """Have the worker continue the import once this transaction is committed."""
    task = APPLY_TASK if job.state == ImportState.APPLYING else COMPARE_TASK
    task.enqueue_on_commit(job.pk)


def resume_stalled() -> int:
    """Enqueue imports whose worker seems to have died; return their number. A step that another worker is writing is never done
    twice.
    """
    silent = Import.objects.filter(state__in=rules.MOVING, stepped_at__lt=clock.now() - STALLED_AFTER)
    woken = 0
    for job in silent:
        with transaction.atomic():
            # Marked as moving, so that the next run does not enqueue it again before it has begun.
            unmoved = Import.objects.filter(pk=job.pk, state=job.state, stepped_at=job.stepped_at)
            if unmoved.update(stepped_at=clock.now()):
                wake_worker(job)
                woken += 1
    return woken


def forget_resolved(limit: int = 20) -> int:
    """Destroy the keys of files whose retention is over; return their number. Counts and hashes stay, names and numbers go."""
    resolved = [ImportState.APPLIED, ImportState.REFUSED, ImportState.CANCELLED, ImportState.COMPARED]
    over = Import.objects.filter(
        state__in=resolved, stepped_at__lt=clock.now() - KEPT_FOR, file__key__destroyed_at=None
    )
    forgotten = 0
    for key in list(over.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            # An import that was confirmed or restarted at this moment is kept.
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
