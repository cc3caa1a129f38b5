"""Diagnostics for administrators when work does not proceed: read-only, bounded, without personal data."""

import platform
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata

from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from doanso.access import ports
from doanso.audit import queries as audit
from doanso.lib import database

LIMIT = 1000
"""The limit of counts; exact numbers beyond it do not matter."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed task with its time and kind of error; its arguments may be personal and are left out."""

    task: str
    failed_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """The state of the worker, of the audit log, of waiting work in the apps above, and of the software."""

    waiting: int
    oldest_waiting: datetime | None
    failed: int
    failures: list[Failure]
    unchained: int
    probes: list[tuple[str, int]]
    versions: list[tuple[str, str]]


def _count(status: str) -> int:
    return len(DBTaskResult.objects.filter(status=status).values_list("pk")[:LIMIT])


def read_diagnostics() -> Diagnostics:
    """Read all diagnostics."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY).order_by("enqueued_at")
    oldest = waiting.values_list("enqueued_at", flat=True).first()
    failed = DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).order_by("-finished_at")[:10]
    return Diagnostics(
        waiting=_count(TaskResultStatus.READY),
        oldest_waiting=oldest,
        failed=_count(TaskResultStatus.FAILED),
        failures=[
            Failure(result.task_path, result.finished_at, result.exception_class_path.rpartition(".")[2])
            for result in failed
        ],
        unchained=audit.count_unchained(LIMIT),
        probes=ports.count_pending(LIMIT),
        versions=[
            ("Đoàn Số", _version("doanso")),
            ("Python", platform.python_version()),
            ("Django", _version("django")),
            database.engine(),
        ],
    )


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        # Run from its folder, not installed.
        return "–"
