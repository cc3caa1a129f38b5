"""Recognition of failures that mean that the disk is full."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

INSUFFICIENT_STORAGE = 507
"""The HTTP status for a request that could not be stored because the disk is full (RFC 4918)."""
DISK_FULL = "53100"
"""PostgreSQL's code of `disk_full`, which its driver gives as `sqlstate`."""
LEAST_FREE = 1_000_000
"""Bytes: with less free space, SQLite's failure to open or write its journal counts as a full disk."""
_UNCLEAR = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)


def is_out_of_space(error: BaseException | None) -> bool:
    """Return whether the error, or one that it was raised from, means that a disk or a quota is full."""
    return any(_is_full(cause) for cause in _chain(error))


def disk_full_problem() -> Problem:
    """Return the problem to report when the disk is full."""
    message = _(
        "The server has no room left, so nothing of this was kept; what was saved before is safe. Tell the administrator, "
        "then send it again."
    )
    return Problem("no_space", message)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen_ids: set[int] = set()
    while error is not None and id(error) not in seen_ids:
        seen_ids.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _is_full(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if isinstance(error, sqlite3.Error):
        # Extended codes carry the plain one in their low byte.
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        return code == sqlite3.SQLITE_FULL or (code in _UNCLEAR and _has_no_room())
    return getattr(error, "sqlstate", None) == DISK_FULL


def _has_no_room() -> bool:
    folder = Path(settings.DATABASES["default"]["NAME"]).parent
    try:
        room = os.statvfs(folder)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < LEAST_FREE
