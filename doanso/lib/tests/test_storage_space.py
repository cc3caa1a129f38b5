"""A full disk is distinguished from every other failure of the database and of files."""

import errno
import sqlite3

import psycopg.errors
import pytest
from django.db.utils import OperationalError

from doanso.lib.database import storage_space
from doanso.lib.database.storage_space import is_out_of_space


def full_sqlite() -> sqlite3.Error:
    """What SQLite itself says when no page can be added."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (x)")
    connection.execute("PRAGMA max_page_count = 2")
    with pytest.raises(sqlite3.Error) as met:
        connection.execute("INSERT INTO t VALUES (zeroblob(1000000))")
    return met.value


def raised_from(cause: BaseException) -> BaseException:
    """As Django's database layer hands an error on."""
    with pytest.raises(OperationalError) as met:
        raise OperationalError(str(cause)) from cause
    return met.value


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    "cause",
    [OSError(errno.ENOSPC, "no space"), OSError(errno.EDQUOT, "quota"), psycopg.errors.DiskFull("full"), full_sqlite()],
    ids=["file", "quota", "PostgreSQL", "SQLite"],
)
def test_what_says_that_it_is_full(cause: BaseException) -> None:
    assert is_out_of_space(cause)
    assert is_out_of_space(raised_from(cause))


@pytest.mark.parametrize(
    "cause",
    [
        OSError(errno.EACCES, "not allowed"),
        psycopg.errors.DeadlockDetected("deadlock"),
        sqlite_error(sqlite3.SQLITE_BUSY),
        ValueError("disk is full"),
    ],
    ids=["file", "PostgreSQL", "SQLite", "words"],
)
def test_what_does_not(cause: BaseException) -> None:
    assert not is_out_of_space(cause)
    assert not is_out_of_space(raised_from(cause))


def test_nothing_went_wrong() -> None:
    assert not is_out_of_space(None)


@pytest.mark.parametrize("code", [sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR_WRITE])
def test_a_journal_that_cannot_be_written_is_looked_at(code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_out_of_space(sqlite_error(code))
    monkeypatch.setattr(storage_space, "LEAST_FREE", 2**63)
    assert is_out_of_space(sqlite_error(code))
