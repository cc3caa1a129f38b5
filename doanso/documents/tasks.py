"""Documents on their way out, in the background. A task that dies is given out again by `issuing.resume_stalled`."""

from uuid import UUID

from django.tasks import task

from doanso.documents.actions import issuing


@task
def advance(document_id: str) -> None:
    """Do what is next for one document."""
    issuing.advance(UUID(document_id))
