"""Files of reports in the background. A task that dies is given out again by `renderings.resume_stalled`."""

from uuid import UUID

from django.tasks import task

from doanso.reports.actions import renderings


@task
def render_report(rendering_id: str) -> None:
    """Make one file."""
    renderings.make(UUID(rendering_id))
