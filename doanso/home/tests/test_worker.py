"""The worker: tasks and chores; a failing chore does not stop the others, and it ends when asked."""

import signal
from datetime import date, timedelta

import pytest
from django.db import OperationalError
from django.tasks import task
from django_tasks_db.models import DBTaskResult

from doanso.home.worker import WorkerLoop, once_a_day, run_every

pytestmark = pytest.mark.engines

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


def test_once_asked_to_stop_it_begins_no_further_chore(db):
    done: list[str] = []
    loop = WorkerLoop({"second": lambda: done.append("second")})
    loop.stop()

    loop.run_chores()

    assert done == []
    assert loop.stopping.is_set()


def test_what_is_due_every_few_minutes_waits_that_long_also_when_it_failed(monkeypatch):
    times, done = [100.0], []
    monkeypatch.setattr("doanso.home.worker.time.monotonic", lambda: times[-1])
    chore = run_every(timedelta(minutes=5), lambda: done.append(times[-1]) or (1 / (len(done) - 1)))
    with pytest.raises(ZeroDivisionError):
        chore()
    for moment in (101.0, 399.9, 400.0, 401.0, 700.5):
        times.append(moment)
        chore()
    assert done == [100.0, 400.0, 700.5]


def test_what_is_due_once_a_day_is_done_at_the_start_and_when_the_business_day_has_changed(business_day):
    done: list[str] = []
    chore = once_a_day(lambda: done.append("done"))
    for _turn in range(2):
        chore()
    assert done == ["done"]

    business_day(date(2023, 11, 13))
    chore()
    assert done == ["done", "done"]


def test_what_failed_is_tried_again_the_same_day(db):
    tries: list[str] = []

    def fails_once() -> None:
        tries.append("try")
        if len(tries) == 1:
            raise OperationalError("database is locked")

    loop = WorkerLoop({"daily": once_a_day(fails_once)})
    for _turn in range(3):
        loop.run_chores()

    assert tries == ["try", "try"]
