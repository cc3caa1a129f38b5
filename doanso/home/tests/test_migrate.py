"""`migrate`: the second of two at once waits for the first. On PostgreSQL a step that waits for a table in use gives up, says
so, and leaves the connection as it was."""

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.commands import migrate
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from doanso.lib import database


def lock_timeout() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        return str(cursor.fetchone()[0])


@pytest.fixture
def while_in_use() -> Any:
    """Run something while another connection reads a table in a transaction that goes on."""

    def run(act: Callable[[], None]) -> None:
        begun, done = threading.Event(), threading.Event()

        def read() -> None:
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT count(*) FROM accounts_user")
                    begun.set()
                    done.wait(30)
            finally:
                begun.set()
                connection.close()

        reader = threading.Thread(target=read)
        reader.start()
        try:
            assert begun.wait(30)
            act()
        finally:
            done.set()
            reader.join()

    return run


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
def test_a_step_that_meets_a_table_in_use_gives_up(monkeypatch: pytest.MonkeyPatch, while_in_use: Any) -> None:
    if connection.vendor != "postgresql":
        # SQLite has one lock and a time-out of its own: nothing is asked of it.
        with CaptureQueriesContext(connection) as statements, database.lock_waits_end(connection, 1):
            pass
        assert len(statements) == 0
        return
    errors = []

    def step(self: Any, *args: Any, **options: Any) -> None:
        errors.append(lock_timeout())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_user IN ACCESS EXCLUSIVE MODE")
        errors.append("done")

    monkeypatch.setattr(migrate.Command, "handle", step)
    before = lock_timeout()

    def give_up() -> None:
        with pytest.raises(CommandError, match="Run the command again"):
            call_command("migrate", lock_timeout=1)

    while_in_use(give_up)
    assert errors == ["1s"]
    assert lock_timeout() == before == "0"
    call_command("migrate")
    assert errors == ["1s", "5s", "done"]


@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("ends", ["done", "failed"])
def test_the_second_of_two_at_once_waits_for_the_first(monkeypatch: pytest.MonkeyPatch, ends: str) -> None:
    second_began = threading.Event()

    def second_handle() -> None:
        try:
            call_command("migrate")
        finally:
            connection.close()

    second = threading.Thread(target=second_handle)

    def step(self: Any, *args: Any, **options: Any) -> None:
        if threading.current_thread() is second:
            second_began.set()
            return
        second.start()
        assert not second_began.wait(0.5)
        if ends == "failed":
            raise OperationalError("the server went away")

    monkeypatch.setattr(migrate.Command, "handle", step)
    with nullcontext() if ends == "done" else pytest.raises(OperationalError):
        call_command("migrate")
    second.join(30)

    assert second_began.is_set()


@pytest.mark.django_db
def test_with_nothing_to_do_it_says_so_and_other_errors_go_up(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("migrate", "audit")
    assert "No migrations to apply" in capsys.readouterr().out

    def step(self: Any, *args: Any, **options: Any) -> None:
        raise OperationalError("the server went away")

    monkeypatch.setattr(migrate.Command, "handle", step)
    with pytest.raises(OperationalError, match="went away"):
        call_command("migrate")
    assert not database.is_lock_timeout(OperationalError("the server went away"))
