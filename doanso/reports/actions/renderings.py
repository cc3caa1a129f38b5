"""Files of reports: requested by users, made by the worker, stored completely or not at all.

A file is stored before its row refers to it. A worker that dies in between leaves bytes whose key is lost, and the rendering is
enqueued again; if two workers make the same file, the first one is kept.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.task_references import TaskReference
from doanso.reports import policy
from doanso.reports.actions.stalled_files import resume_stalled_files
from doanso.reports.assembly import assemble
from doanso.reports.models import UNDER_WAY, Layout, Rendering, RenderState, Report, ReportFormat
from doanso.reports.renderers import MEDIA, render
from doanso.reports.rules import reports as rules

RENDER_TASK = TaskReference("doanso.reports.tasks.render_report")
LIMIT = 50 << 20


@transaction.atomic
def ask_rendering(
    *,
    actor: User,
    report: Report,
    format: str,  # noqa: A002
    base: str,
    layout: Layout | None = None,
    wake: bool = True,
) -> Rendering:
    """Request a file of a report. For a frozen report a file is made once; for a draft again, unless one is under way."""
    fresh = Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    policy.VIEW.require(actor, fresh)
    if format not in ReportFormat.values:
        raise Refused(Problem("format_unknown", _("Choose one of the listed formats."), "format"))
    same = Rendering.objects.filter(report=fresh, format=format, layout=layout)
    good = (*UNDER_WAY, RenderState.DONE) if fresh.frozen_at is not None else UNDER_WAY
    existing = same.filter(state__in=good).order_by("-asked_at").first()
    if existing is not None:
        return existing
    now = clock.now()
    rendering = Rendering.objects.create(
        report=fresh, format=format, layout=layout, base=base, asked_by=actor, asked_at=now, stepped_at=now
    )
    record(actor=actor, action="reports.ask_rendering", obj=fresh, unit=fresh.unit_id)
    if wake:
        RENDER_TASK.enqueue_on_commit(rendering.pk)
    return rendering


def make_rendering(rendering_id: UUID) -> None:
    """Make one file. A file that exists already is kept; a failure is stored with its reason."""
    taken = Rendering.objects.filter(pk=rendering_id, state__in=UNDER_WAY)
    if not taken.update(state=RenderState.RUNNING, stepped_at=clock.now(), attempts=F("attempts") + 1):
        return
    rendering = Rendering.objects.select_related(
        "report__programme__book", "report__programme__root", "report__unit", "layout__blob__key"
    ).get(pk=rendering_id)
    report = rendering.report
    try:
        content = render(
            assemble(report), rendering.format, base=rendering.base, layout=_layout_bytes(rendering.layout)
        )
        blob = files.store(source=content, name=_name(rendering), limit=LIMIT)
    except Refused as refused:
        _give_up(rendering, refused.problem.message)
        return
    with transaction.atomic():
        # In the locking order of requests: the report, then its files.
        now_frozen = (
            Report.objects.select_for_update(of=("self",)).values_list("frozen_at", flat=True).get(pk=report.pk)
        )
        fresh = Rendering.objects.select_for_update(of=("self",)).filter(pk=rendering_id).first()
        if fresh is None or fresh.state not in UNDER_WAY or now_frozen != report.frozen_at:
            # Made by another worker or marked as failed meanwhile, or the file of a draft that is now frozen.
            files.destroy_key(blob=blob)
            return
        fresh.state, fresh.blob, fresh.made_at, fresh.problem = RenderState.DONE, blob, clock.now(), ""
        fresh.save(update_fields=["state", "blob", "made_at", "problem"])
        if now_frozen is None:
            older = Rendering.objects.filter(report=report, format=fresh.format, layout=fresh.layout)
            _drop(older.exclude(pk=fresh.pk).exclude(state__in=UNDER_WAY))


def _layout_bytes(layout: Layout | None) -> bytes | None:
    if layout is None:
        return None
    with files.open_blob(layout.blob) as plain:
        return plain.read()


def _name(rendering: Rendering) -> str:
    report = rendering.report
    extension = MEDIA[ReportFormat(rendering.format)].extension
    return f"bao-cao-{report.unit.code}-{report.first_day.isoformat()}-{report.last_day.isoformat()}.{extension}"


def _give_up(rendering: Rendering, why: str) -> None:
    """Mark a file as failed, unless another worker has started it since."""
    unchanged = Rendering.objects.filter(pk=rendering.pk, state__in=UNDER_WAY, attempts=rendering.attempts)
    unchanged.update(state=RenderState.FAILED, problem=why[:300])


def drop_renderings(report: Report) -> None:
    """Delete the files of a draft; the caller holds the report's lock."""
    _drop(Rendering.objects.filter(report=report))


def _drop(renderings: QuerySet[Rendering]) -> None:
    blobs = []
    for rendering in renderings.select_related("blob"):
        blobs.append(rendering.blob)
        rendering.delete()
    files.destroy_keys(blobs=blobs)


def resume_stalled() -> int:
    """Enqueue files on which no worker seems to work, and return how many. A file that failed repeatedly is marked as failed."""
    message = _("The file could not be made. Ask for it again; if it fails again, tell the administrator.")
    return resume_stalled_files(
        Rendering,
        silent_for=rules.STALLED_AFTER,
        task=RENDER_TASK,
        give_up=lambda rendering: _give_up(rendering, message),
    )
