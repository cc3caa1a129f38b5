"""The worker: tasks and chores, one failing chore keeps no other waiting, and it ends when told."""

import signal

import pytest
from django.db import OperationalError
from django.tasks import task
from django_tasks_db.models import DBTaskResult

from doanso.home.worker import WorkerLoop

_seen: list[str] = []


@task()
def note(word: str) -> None:
    _seen.append(word)


@pytest.fixture
def kept_signals():
    kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.django_db(transaction=True)
def test_it_runs_what_waits_and_ends_on_sigterm(kept_signals):
    _seen.clear()
    note.enqueue("task")
    loop: WorkerLoop
    loop = WorkerLoop({"chore": lambda: _seen.append("chore"), "end": lambda: signal.raise_signal(signal.SIGTERM)})

    loop.run()

    assert _seen == ["task", "chore"]
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_failing_chore_keeps_no_other_waiting(db, caplog):
    done: list[str] = []

    def fails() -> None:
        raise ValueError("broken")

    def locked() -> None:
        raise OperationalError("database is locked")

    WorkerLoop({"fails": fails, "locked": locked, "works": lambda: done.append("works")}).run_chores()

    assert done == ["works"]
    assert [record.message for record in caplog.records] == ["fails failed", "locked put off: database is locked"]


def test_once_told_to_stop_it_begins_no_further_chore(db):
    done: list[str] = []
    loop = WorkerLoop({"second": lambda: done.append("second")})
    loop.stop()

    loop.run_chores()

    assert done == []
    assert loop.stopping.is_set()
