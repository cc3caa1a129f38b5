"""Background tasks of the importer. `actions.resume_stalled` enqueues again a task that died."""

import time
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.tasks import task

from doanso.imports import actions, comparison
from doanso.lib.problems import Refused

SLICE = 15.0
"""Seconds after which a long application lets other tasks have their turn."""


@task
def compare_list(job_id: str) -> None:
    """Compare a file from the end of its last step."""
    comparison.compare_import(UUID(job_id))


@task
def apply_list(job_id: str) -> None:
    """Apply a comparison for a while, then enqueue the task again for the rest."""
    try:
        finished = actions.finish_applying(UUID(job_id), until=time.monotonic() + SLICE)
    except (PermissionDenied, Refused):
        # The import holds the reason and waits to be confirmed.
        return
    if not finished:
        apply_list.enqueue(job_id)
