"""Background task that extracts the text of files. A task that dies is enqueued again by `actions.resume_texts`."""

from uuid import UUID

from django.tasks import task

from doanso.files import actions


@task
def take_text(blob_id: str) -> None:
    """Extract one file's text."""
    actions.take_text(UUID(blob_id))
