"""Words of files in the background. A task that dies is given out again by `actions.resume_texts`."""

from uuid import UUID

from django.tasks import task

from doanso.files import actions


@task
def take_text(blob_id: str) -> None:
    """Take one file's words."""
    actions.take_text(UUID(blob_id))
