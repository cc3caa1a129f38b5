"""Files of reports and archives of units on which no worker seems to work any more."""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from doanso.lib import clock
from doanso.lib.task_references import TaskReference
from doanso.reports.models import UNDER_WAY, Rendering, UnitExport

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 3


def resume_stalled_files[FileJob: (Rendering, UnitExport)](
    jobs: type[FileJob], *, silent_for: timedelta, task: TaskReference, give_up: Callable[[FileJob], None]
) -> int:
    """Enqueue the jobs without a step for `silent_for`, and return how many; one that failed repeatedly is given up."""
    now = clock.now()
    silent = jobs._default_manager.filter(state__in=UNDER_WAY, stepped_at__lt=now - silent_for)
    resumed = 0
    for job in silent:
        if job.attempts >= MOST_ATTEMPTS:
            logger.warning("%s %s given up", jobs._meta.verbose_name, job.pk)
            give_up(job)
            continue
        with transaction.atomic():
            # Marked as taken, so that the next run does not enqueue it again before a worker has started it.
            if silent.filter(pk=job.pk, stepped_at=job.stepped_at).update(stepped_at=now):
                task.enqueue_on_commit(job.pk)
                resumed += 1
    return resumed
