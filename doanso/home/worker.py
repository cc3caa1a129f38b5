"""The worker process: tasks, roll-up of the ledger, chaining of audit events."""

import logging
import signal
import threading
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from uuid import uuid4

from django.db import OperationalError, close_old_connections
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from doanso.lib import clock

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.5
"""Seconds between checks for waiting tasks."""
KEEP_EVERY = 3.0
"""Seconds between roll-ups, and between chainings."""

Chore = Callable[[], object]


def once_a_day(chore: Chore) -> Chore:
    """Return a chore that runs when the worker starts, also after an upgrade, and then once a business day.

    A chore that fails runs again a few seconds later; running it twice changes nothing.
    """
    done_on: date | None = None

    def when_due() -> None:
        nonlocal done_on
        today = clock.today()
        if done_on != today:
            chore()
            done_on = today

    return when_due


def run_every(interval: timedelta, chore: Chore) -> Chore:
    """Return a chore that runs when the worker starts, and then whenever this much time has passed since its last run began.

    One that fails waits as long.
    """
    next_run = 0.0

    def when_due() -> None:
        nonlocal next_run
        now = time.monotonic()
        if now >= next_run:
            next_run = now + interval.total_seconds()
            chore()

    return when_due


class WorkerLoop:
    """Runs tasks as they come and the chores every few seconds, until asked to stop; the present task is finished."""

    def __init__(self, chores: Mapping[str, Chore]) -> None:
        self.chores = chores
        self.stopping = threading.Event()
        self.tasks = Worker(
            queue_names=["*"],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=uuid4().hex,
            excluded_queue_names=[],
        )

    def stop(self, *_signal: object) -> None:
        """Ask the loop to stop; safe to call from a signal handler."""
        self.stopping.set()
        self.tasks.running = False

    def run(self) -> None:
        """Work until asked to stop."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        next_chores = 0.0
        while not self.stopping.is_set():
            close_old_connections()
            self._guarded("tasks", self._run_tasks)
            if time.monotonic() >= next_chores:
                self.run_chores()
                next_chores = time.monotonic() + KEEP_EVERY
            self.stopping.wait(LOOK_EVERY)
        close_old_connections()

    def run_chores(self) -> None:
        """Run each chore once; one that fails does not stop the others."""
        for name, chore in self.chores.items():
            if self.stopping.is_set():
                return
            self._guarded(name, chore)

    def _run_tasks(self) -> None:
        # A check costs a read; only a waiting task costs the write lock.
        if DBTaskResult.objects.ready().filter(backend_name="default").exists():
            self.tasks.run()

    def _guarded(self, name: str, chore: Chore) -> None:
        try:
            chore()
        except OperationalError as problem:
            # A locked or restarting database: waiting tasks are still there next time.
            logger.warning("%s put off: %s", name, problem)
            close_old_connections()
        except Exception:
            logger.exception("%s failed", name)
            close_old_connections()
