"""Archives of a unit's data: requested by a person, made by the worker with that person's rights, deleted after a week.

As for files of reports: the archive is stored before its row refers to it, and of two workers the first one is kept.
"""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.task_references import TaskReference
from doanso.members import policy as members_policy
from doanso.reports.actions.stalled_files import resume_stalled_files
from doanso.reports.models import UNDER_WAY, RenderState, UnitExport
from doanso.reports.rules import unit_exports as rules
from doanso.reports.unit_export.archive import archive_file
from doanso.units import queries as units
from doanso.units.models import Unit

EXPORT_TASK = TaskReference("doanso.reports.tasks.make_unit_export")
LIMIT = 200 << 20


def ask_unit_export(*, actor: User, unit: Unit) -> UnitExport:
    """Request the archive of a unit; one that is under way for the same person is returned as it is."""
    members_policy.EXPORT.require_at(actor, unit)
    mine = UnitExport.objects.filter(unit=unit, asked_by=actor)
    moving = mine.filter(state__in=UNDER_WAY).first()
    if moving is not None:
        return moving
    now = clock.now()
    if mine.filter(asked_at__gt=now - rules.DAY).count() >= rules.MOST_A_DAY:
        message = _(
            "You have taken this unit's data several times today. Use one of those archives, or come back tomorrow."
        )
        raise Refused(Problem("too_many_exports", message))
    try:
        with transaction.atomic():
            export = UnitExport.objects.create(unit=unit, asked_by=actor, asked_at=now, stepped_at=now)
            record(actor=actor, action="reports.ask_unit_export", obj=unit, unit=unit)
            EXPORT_TASK.enqueue_on_commit(export.pk)
    except IntegrityError:
        # Requested twice at once: the constraint admits one.
        return mine.filter(state__in=UNDER_WAY).get()
    return export


def make_archive(export_id: UUID) -> None:
    """Make one archive with the rights its person has now; a failure is stored with its reason."""
    taken = UnitExport.objects.filter(pk=export_id, state__in=UNDER_WAY)
    if not taken.update(state=RenderState.RUNNING, stepped_at=clock.now(), attempts=F("attempts") + 1):
        return
    export = UnitExport.objects.select_related("unit", "asked_by").get(pk=export_id)
    actor, unit = export.asked_by, export.unit
    try:
        members_policy.EXPORT.require_at(actor, unit)
        content, written = archive_file(actor, units.named_unit(unit))
        with content:
            blob = files.store(source=content, name=rules.file_name(unit.code, clock.today()), limit=LIMIT)
    except (PermissionDenied, Refused) as error:
        _give_up(export, error.problem.message if isinstance(error, Refused) else _("You may not export this unit."))
        return
    with transaction.atomic():
        made = UnitExport.objects.filter(pk=export_id, state__in=UNDER_WAY).update(
            state=RenderState.DONE,
            blob=blob,
            made_at=clock.now(),
            problem="",
            lists=[{"title": entry.title, "file": entry.file, "rows": entry.rows} for entry in written],
        )
        if not made:
            # Made by another worker, marked as failed, or dropped because a person in it was erased.
            files.destroy_key(blob=blob)
            return
        exported = [entry.name for entry in written if entry.rows]
        record(actor=actor, action="reports.export_unit", obj=unit, unit=unit, changed=exported)


def _give_up(export: UnitExport, why: str) -> None:
    """Mark an archive as failed, unless another worker has started it since."""
    unchanged = UnitExport.objects.filter(pk=export.pk, state__in=UNDER_WAY, attempts=export.attempts)
    unchanged.update(state=RenderState.FAILED, problem=why[:300])


def record_fetch(*, actor: User, export: UnitExport) -> None:
    """Record that its person took the archive away."""
    record(actor=actor, action="reports.fetch_unit_export", obj=export.unit, unit=export.unit_id)


def drop_unit_exports(person_ids: Collection[UUID] = ()) -> None:
    """Delete every archive, also one being made: whoever is erased may be in any of them; within the caller's transaction.

    Once that is committed they are deleted again, since one that was requested meanwhile read the data from before.
    """
    _drop_all()
    transaction.on_commit(_drop_all, robust=True)


@transaction.atomic
def _drop_all() -> None:
    for export in UnitExport.objects.select_related("blob").order_by("pk"):
        _drop(export)


def _drop(export: UnitExport) -> None:
    """Delete an archive and the key of its file, also when a worker has stored the file since the row was read."""
    current: UnitExport | None = export
    while current is not None:
        if UnitExport.objects.filter(pk=current.pk, blob=current.blob_id).delete()[0]:
            if current.blob is not None:
                files.destroy_key(blob=current.blob)
            return
        current = UnitExport.objects.select_related("blob").filter(pk=export.pk).first()


def maintain_unit_exports() -> int:
    """Delete archives that are a week old, and enqueue those on which no worker seems to work; return the number of both."""
    done = 0
    old = UnitExport.objects.filter(asked_at__lt=clock.now() - rules.KEPT)
    for export in old.select_related("blob").order_by("pk"):
        with transaction.atomic():
            _drop(export)
        done += 1
    message = _("The archive could not be made. Ask for it again; if it fails again, tell the administrator.")
    return done + resume_stalled_files(
        UnitExport,
        silent_for=rules.STALLED_AFTER,
        task=EXPORT_TASK,
        give_up=lambda export: _give_up(export, message),
    )
