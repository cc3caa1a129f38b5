"""Background task of programmes. `actions.resume_publications` enqueues again a task that died."""

import time
from uuid import UUID

from django.tasks import task

from doanso.targets import actions

SLICE = 10.0
"""Seconds after which filling a long book lets other tasks have their turn."""


@task
def publish_draft(draft_id: str) -> None:
    """Publish a draft that was handed over for a while, then enqueue the task again for the rest."""
    if not actions.continue_publication(UUID(draft_id), until=time.monotonic() + SLICE):
        publish_draft.enqueue(draft_id)
