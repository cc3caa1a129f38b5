"""Issuing in the background; `issuing.resume_stalled` enqueues a task that died again."""

from uuid import UUID

from django.tasks import task

from doanso.documents.actions import issuing


@task
def advance(document_id: str) -> None:
    """Take the next step of a document's issuing."""
    issuing.advance(UUID(document_id))
