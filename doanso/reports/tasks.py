"""Background tasks for files of reports. A task that dies is enqueued again by `renderings.resume_stalled`."""

from uuid import UUID

from django.tasks import task

from doanso.reports.actions import renderings, unit_exports


@task
def render_report(rendering_id: str) -> None:
    """Make one file."""
    renderings.make_rendering(UUID(rendering_id))


@task
def make_unit_export(export_id: str) -> None:
    """Make the archive of a unit's data."""
    unit_exports.make_archive(UUID(export_id))
