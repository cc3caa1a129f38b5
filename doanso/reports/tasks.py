"""Background tasks for files of reports. A task that dies is enqueued again by `renderings.resume_stalled`."""

from uuid import UUID

from django.tasks import task

from doanso.reports.actions import renderings


@task
def render_report(rendering_id: str) -> None:
    """Make one file."""
    renderings.make(UUID(rendering_id))
