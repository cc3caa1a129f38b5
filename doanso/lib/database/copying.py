"""Copy the whole database into one file by means of each engine; nothing is changed."""

import errno
import logging
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from doanso.lib.database import postgres_version

logger = logging.getLogger(__name__)
_DUMP_WITHIN: Final = 6 * 3600


class CopyError(Exception):
    """The database could not be copied, or a copy could not be read; the text says why, for people."""


def copy_name() -> str:
    """Return the usual name of a copy of this engine."""
    return "doanso.pgdump" if connection.vendor == "postgresql" else "doanso.sqlite3"


def copy_size() -> int:
    """Return about how many bytes a copy takes; 0 where the engine does not say."""
    if connection.vendor == "postgresql":
        return 0
    return Path(str(connection.settings_dict["NAME"])).stat().st_size


def copy_database(target: Path) -> None:
    """Write one state of the database into a new file, while others go on working; raise `CopyError`.

    SQLite copies its pages under one read lock: writers wait for as long as the disk takes. PostgreSQL's `pg_dump` reads in a
    snapshot, in the format that `pg_restore` reads.
    """
    if connection.in_atomic_block:
        raise RuntimeError("A copy of the database is made outside of transactions.")
    if connection.vendor == "postgresql":
        _run(["pg_dump", "--format=custom", f"--file={target}"])
        return
    connection.ensure_connection()
    try:
        copy = sqlite3.connect(target)
        try:
            connection.connection.backup(copy)
        finally:
            copy.close()
    except (sqlite3.Error, OSError) as error:
        logger.warning("the database was not copied: %s", error)
        code = getattr(error, "sqlite_errorname", "") or errno.errorcode.get(getattr(error, "errno", None) or 0, "")
        message = _("The database could not be copied (%(code)s); the words of the error are in the log.")
        raise CopyError(message % {"code": code or type(error).__name__}) from error


def check_dump(dump: Path) -> None:
    """Read a whole dump of `pg_dump` back without a database; raise `CopyError` where it cannot be read."""
    _run(["pg_restore", f"--file={os.devnull}", str(dump)])


def _run(words: list[str]) -> None:
    """Run one of PostgreSQL's programs against the connected database."""
    program = _program(words[0])
    if program is None:
        message = _("The program %(name)s is missing on the server. Install PostgreSQL's client, then try again.")
        raise CopyError(message % {"name": words[0]})
    # As the product itself is connected, by whichever of its settings; the password is not among the words of a process.
    info = connection.connection.info
    connecting = [f"--dbname={info.dsn}"] if words[0] == "pg_dump" else []
    try:
        subprocess.run(  # noqa: S603 -- the words are ours and the settings'
            [program, *words[1:], *connecting],
            env={**os.environ, "PGPASSWORD": info.password},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=_DUMP_WITHIN,
        )
    except (subprocess.SubprocessError, OSError) as error:
        said = " ".join(str(getattr(error, "stderr", "") or error).split())
        logger.warning("%s ended with an error: %s", words[0], said)
        message = _("The program %(name)s ended with an error; its words are in the log.")
        raise CopyError(message % {"name": words[0]}) from error


def _program(name: str) -> str | None:
    """Return the path of one of PostgreSQL's programs: that of the server's own version where Debian keeps several."""
    major, _minor = postgres_version()
    return shutil.which(name, path=f"/usr/lib/postgresql/{major}/bin") or shutil.which(name)
