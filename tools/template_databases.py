"""Template databases for tests: migrated once per state of the migrations, then copied by every process of every run.

A template holds the small tree of `doanso.testing`, which nearly every test uses. The key is a hash of everything that decides
its content, so an edited migration has another key and never uses an old template. Templates are in the project's ignored cache
folder, or in a folder of the user below the system's temporary folder where the checkout is read-only. Building and copying
happen under a lock of the folder, and a template gets its name only when it is complete: a killed run leaves a draft, which the
next build removes.
"""

import ast
import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from tools import postgres

ROOT = Path(__file__).resolve().parent.parent
# Older states are needed again soon, when a branch is left and returned to.
KEPT = 3
# Prefix of the templates on PostgreSQL, the same as that of test databases.
PREFIX = "test_doanso_template_"
_LOCK_NUMBER = 7_206_120_231_112
_SIDE_FILES = ("", "-journal", "-wal", "-shm")


# --- Keys of templates ------------------------------------------------------------------------------------------------


def _imported_files(path: Path, root: Path) -> Iterator[Path]:
    """Yield the project's files that a file imports, also in functions, with the `__init__` of their packages."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    for name in names:
        parts = name.split(".")
        if parts[0] != "doanso":
            continue
        for end in range(1, len(parts) + 1):
            place = root.joinpath(*parts[:end])
            for file in (place.with_suffix(".py"), place / "__init__.py"):
                if file.is_file():
                    yield file


def files_behind(root: Path = ROOT) -> list[Path]:
    """Return every file that a template depends on: migrations, settings, engines, the small tree, and their imports."""
    waiting = [
        *root.glob("doanso/**/migrations/*.py"),
        *(root / name for name in ("doanso/settings.py", "doanso/settings_test.py", "doanso/testing.py")),
        *root.glob("doanso/lib/sqlite/*.py"),
        *root.glob("doanso/lib/postgresql/*.py"),
    ]
    files: set[Path] = set()
    while waiting:
        path = waiting.pop()
        if path not in files:
            files.add(path)
            waiting += _imported_files(path, root)
    others = [root / name for name in ("requirements/dev.txt", "tools/postgres.py", "tools/template_databases.py")]
    return sorted(files | {path for path in others if path.is_file()})


@cache
def template_key(root: Path = ROOT) -> str:
    """Return a hash of the files behind a template, their names, and the versions of Python and SQLite."""
    total = hashlib.sha256(repr((sys.version_info[:3], sqlite3.sqlite_version)).encode())
    for path in files_behind(root):
        content = path.read_bytes()
        total.update(f"\n{path.relative_to(root)} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()[:24]


# --- The folder of templates ------------------------------------------------------------------------------------------


def template_folder(root: Path = ROOT) -> Path | None:
    """Return the folder of templates, creating it if needed; None where no folder is writable by this user alone."""
    own = Path(tempfile.gettempdir()) / f"doanso-templates-{os.geteuid()}"
    for folder in (root / ".pytest_cache" / "databases", own):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            status = folder.lstat()
        except OSError:
            continue
        # In a shared temporary folder another user may have created this name first.
        safe = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid() and not status.st_mode & 0o022
        if safe and os.access(folder, os.W_OK | os.X_OK):
            return folder
    return None


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock of the folder, which the system releases when the process ends."""
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _prune(folder: Path, engine: str) -> None:
    """Remove drafts of killed runs and all but the most recently used templates; the caller holds the lock."""
    for path in folder.glob(f"draft-{engine}-*"):
        _remove(path)
    complete = sorted(folder.glob(f"{engine}-*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in complete[KEPT:]:
        _remove(path)


# --- SQLite: the copy of a file ---------------------------------------------------------------------------------------


def copy_sqlite(target: Path, folder: Path, build: Callable[[], None], key: str) -> None:
    """Put a migrated database at `target`: a copy of the template, or the result of `build`, stored as the template."""
    template = folder / f"sqlite-{key}"
    with _locked(folder):
        # SQLite would replay a journal of the old file into the new one.
        for end in _SIDE_FILES:
            Path(f"{target}{end}").unlink(missing_ok=True)
        if template.exists():
            shutil.copyfile(template, target)
            os.utime(template)
            return
        build()
        draft = folder / f"draft-sqlite-{key}"
        with target.open("rb") as source, draft.open("wb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
        draft.replace(template)
        _prune(folder, "sqlite")


# --- PostgreSQL: a template database, and for our own server its data folder ------------------------------------------


def copy_postgres(creation: Any, build: Callable[[], None], key: str) -> str:
    """Make the test database from the server's template of that key, and the template with `build` where there is none; return
    its name.

    Takes the server's advisory lock, because other processes and other runs may want the same.
    """
    from django.db import Error

    connection, quoted = creation.connection, creation.connection.ops.quote_name
    name, template, draft = creation._get_test_db_name(), f"{PREFIX}{key}", f"{PREFIX}draft"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK_NUMBER])
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
        existing = {name for (name,) in cursor.fetchall()}
        if template not in existing:
            connection.settings_dict["TEST"]["NAME"] = draft
            try:
                build()
            finally:
                connection.settings_dict["TEST"]["NAME"] = name
            cursor.execute(f"ALTER DATABASE {quoted(draft)} RENAME TO {quoted(template)}")
            for old in existing - {draft}:
                # Another session may be connected to it.
                with contextlib.suppress(Error):
                    cursor.execute(f"DROP DATABASE IF EXISTS {quoted(old)}")
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted(name)}")
        cursor.execute(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(template)}")
    return str(name)


@contextlib.contextmanager
def postgres_server() -> Iterator[str]:
    """Start our own server on a copy of a stored data folder with the template database; yield its DATABASE_URL."""
    folder = template_folder()
    if folder is None:
        with postgres.server() as url:
            yield url
        return
    stored = folder / f"postgres-{template_key()}"
    with contextlib.ExitStack() as stack:
        with _locked(folder):
            if not stored.exists():
                draft = folder / f"draft-postgres-{template_key()}"
                _remove(draft)
                with postgres.server(keep=draft) as url:
                    line = [sys.executable, "-m", "tools.template_databases"]
                    env = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "doanso.settings_test"}
                    # The first process that imports the product stores its bytecode for those that test.
                    env.pop("PYTHONDONTWRITEBYTECODE", None)
                    built = subprocess.run(line, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
                if built.returncode == 0 and draft.exists():
                    draft.replace(stored)
                _prune(folder, "postgres")
            if stored.exists():
                os.utime(stored)
            url = stack.enter_context(postgres.server(data=stored if stored.exists() else None))
        yield url


# --- In a process of tests --------------------------------------------------------------------------------------------


def create_test_database(creation: Any, original: Callable[..., str], **options: Any) -> str:
    """Create a test database from a template; `original` is Django's own function."""
    from django.conf import settings

    connection, name = creation.connection, creation._get_test_db_name()

    def build() -> None:
        from doanso.testing import grow_tree

        original(**options)
        grow_tree()
        connection.close()

    if connection.vendor == "sqlite":
        folder = template_folder()
        if folder is None or creation.is_in_memory_db(name):
            return original(**options)

        connection.close()
        copy_sqlite(Path(name), folder, build, template_key())
    elif connection.vendor == "postgresql":
        copy_postgres(creation, build, template_key())
    else:
        return original(**options)
    connection.close()
    settings.DATABASES[connection.alias]["NAME"] = name
    connection.settings_dict["NAME"] = name
    connection.ensure_connection()
    return str(name)


def main() -> None:
    """Build the template database on the server of `DATABASE_URL`."""
    import django
    from django.db import connection

    django.setup()
    creation = connection.creation
    name = create_test_database(creation, creation.create_test_db, verbosity=0, autoclobber=True)
    connection.close()
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE {connection.ops.quote_name(name)}")


if __name__ == "__main__":
    main()
