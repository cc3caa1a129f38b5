"""`doanso demo`: build a sample committee and serve it. Nothing outside its data folder is written.

Runs before the settings are read, because it decides them: everything is built in a staging folder below the data folder, with
a database that need not survive a power cut, and moved into place when it is complete; or, if it is to be served, when its first
month is complete. Then a process beside the server lets it grow to its moment. A demo that was ended before is built anew.
"""

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doanso import data_folder
from doanso.home import serving
from doanso.home.demo_folder import GROWING, KEYS, SIGN_INS
from doanso.lib.parent_death import end_with_parent

if TYPE_CHECKING:
    from doanso.home.demo import Year

MARK = "demo.json"
STAGING = ".building"
MOMENTS = ("planning", "running", "closing", "reorganised")
# Variables of another installation: the demo uses its own values.
FOREIGN = (
    "DATABASE_URL",
    "CACHE_URL",
    "DOANSO_SECRET_KEY",
    "DOANSO_SECRET_KEY_FALLBACKS",
    "DOANSO_KEYS",
    "DOANSO_HTTPS",
    "DOANSO_BACKUPS",
)
# The parts of a demo; a fresh one replaces these and nothing else in the folder.
PARTS = (
    *("secrets.json", "business-day", "files", "static", "lists", SIGN_INS, KEYS, "test-authority", GROWING),
    "doanso.sqlite3",
)


class DemoStartError(Exception):
    """Raised when the demo cannot start; the text says why and what to do."""


def _parse_arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="doanso demo", description="Make a living committee from nothing and serve it."
    )
    parser.add_argument("--moment", choices=MOMENTS, help="where in the year the programme stands (running)")
    parser.add_argument("--no-serve", action="store_true", help="make it and stop")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fresh", action="store_true", help="throw the folder's demo away and make a new one")
    parser.add_argument("--data", help="the data folder; DOANSO_DATA and var/ otherwise")
    return parser.parse_args(arguments)


def _print_line(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _read_mark(data: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads((data / MARK).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except ValueError:
        return {"ready": False}


def _write_mark(data: Path, **values: object) -> None:
    _write_json(data / MARK, values)


def _write_growing(data: Path, until: str, *, stopped: bool) -> None:
    _write_json(data / GROWING, {"until": until, "stopped": stopped})


def _write_json(path: Path, value: object) -> None:
    """Write a file atomically and sync it to disk."""
    draft = path.with_name(f"{path.name}.draft")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(value, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _refuse_real_data(data: Path) -> None:
    """Raise if a folder without the demo's mark holds figures or files, which are never touched."""
    database, files = data / "doanso.sqlite3", data / "files"
    holds_figures = database.exists() and database.stat().st_size > 0
    holds_files = files.exists() and any(files.iterdir())
    if holds_figures or holds_files:
        raise DemoStartError(
            f"{data} holds an installation that is not a demo, and it stays as it is.\n"
            "Give the demo a folder of its own:  ./dev demo --data /tmp/doanso-demo"
        )


@contextlib.contextmanager
def _folder_lock(data: Path) -> Iterator[None]:
    """Hold the folder's lock, so that one demo at a time builds and serves it."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".demo-lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoStartError(
                f"Another demo is running with {data}. End it, or give --data another folder."
            ) from None
        yield


def _environment(data: Path) -> dict[str, str]:
    own_variables = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return own_variables | {"DOANSO_DATA": str(data), "DOANSO_DEMO": "1", "DJANGO_SETTINGS_MODULE": "doanso.settings"}


def _move_into_place(staging: Path, data: Path) -> None:
    """Move each part over the old one, the database last, and sync to disk."""
    for name in PARTS:
        new, old = staging / name, data / name
        if not new.exists():
            if name == GROWING:
                old.unlink(missing_ok=True)
            continue
        if old.is_dir():
            shutil.rmtree(old)
        if new.is_file():
            _sync(new)
        new.replace(old)
    for leftover in ("doanso.sqlite3-journal", "doanso.sqlite3-wal", "doanso.sqlite3-shm"):
        (data / leftover).unlink(missing_ok=True)
    _sync(data)


def _sync(path: Path) -> None:
    """Sync a file or a folder to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _clear(staging: Path) -> None:
    """Remove the staging folder, or the link that replaces it while a demo grows."""
    if staging.is_symlink():
        staging.unlink()
    else:
        shutil.rmtree(staging, ignore_errors=True)


class GrowthProcess:
    """The process in which a served demo grows."""

    def __init__(self, process: int) -> None:
        self.process: int | None = process

    def has_grown(self) -> bool:
        """Return whether the demo has reached its moment; True only once."""
        if self.process is None:
            return False
        ended, status = os.waitpid(self.process, os.WNOHANG)
        if not ended:
            return False
        self.process = None
        return os.waitstatus_to_exitcode(status) == 0

    def end(self) -> None:
        """End the process; the next start builds the demo anew."""
        if self.process is not None:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
            self.process = None


def _build_demo(data: Path, moment: str, *, served: bool) -> GrowthProcess | None:
    """Build the demo and move it into place; if it is to be served, the months after the first grow afterwards."""
    staging = data / STAGING
    _clear(staging)
    staging.mkdir(mode=0o700)
    _write_mark(data, moment=moment, ready=False)
    environment = _environment(staging)
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(environment, DOANSO_SQLITE_SYNCHRONOUS="OFF")
    began = time.monotonic()

    def step(text: str) -> None:
        _print_line(f"{time.monotonic() - began:5.1f} s  {text}")

    try:
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        from doanso.home import demo

        year = None
        if served:
            year = demo.build_first_month(moment, step)
            if year.is_complete:
                year = None
        else:
            demo.build(moment, step)
        connections.close_all()
        # In this process: one of its own would load the product again, which takes many times as long as the files.
        call_command("collectstatic", interactive=False, verbosity=0)
        if year is not None:
            _write_growing(staging, year.until.isoformat(), stopped=False)
        _move_into_place(staging, data)
        if year is not None:
            return _start_growing(data, staging, year, step)
        _write_mark(data, moment=moment, ready=True)
        step("ready")
        return None
    finally:
        if not staging.is_symlink():
            _clear(staging)


def _start_growing(data: Path, staging: Path, year: "Year", step: Callable[[str], None]) -> GrowthProcess:
    """Start the process that carries out the rest of the year in the folder itself.

    It is a fork, because it continues the generators of this process. Its settings name the staging folder, which is a link to
    the folder meanwhile.
    """
    shutil.rmtree(staging)
    staging.symlink_to(data, target_is_directory=True)
    step("the first month stands; the rest of the year grows while the demo is served")
    parent = os.getpid()
    process = os.fork()
    if process:
        return GrowthProcess(process)
    code = 1
    try:
        os.setsid()
        end_with_parent(parent)
        _grow(data, staging, year, step)
        code = 0
    except BaseException:  # noqa: BLE001 -- a copy of the process must not go on where the first one does
        traceback.print_exc()
        _write_growing(data, year.until.isoformat(), stopped=True)
        _print_line("The demo has stopped growing. What there is stays open; the next start makes it anew.")
    finally:
        os._exit(code)


def _grow(data: Path, staging: Path, year: "Year", step: Callable[[str], None]) -> None:
    from django.db import connections

    year.advance(step, is_served=True)
    year.finish(step)
    connections.close_all()
    # Nothing of it has been synced to disk so far.
    _sync(data / "doanso.sqlite3")
    for path in (data / "files").rglob("*"):
        if path.is_file():
            _sync(path)
    _write_mark(data, moment=year.moment, ready=True)
    (data / GROWING).unlink()
    _clear(staging)
    step("ready: the whole year stands")


def _update_demo(data: Path, present_moment: str, wanted: str | None) -> None:
    """Migrate an existing demo to this release's tables and files."""
    if wanted is not None and wanted != present_moment:
        raise DemoStartError(
            f"{data} holds a demo of the moment “{present_moment}”. Add --fresh to make “{wanted}” instead of it."
        )
    _print_line(f"Keeping the demo in {data} (--fresh makes a new one).")
    environment = _environment(data)
    for words in (["migrate", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"]):
        done = subprocess.run([sys.executable, "-m", "doanso", *words], env=environment, check=False)
        if done.returncode:
            raise DemoStartError("The demo is of another release; make a new one with --fresh.")


def _print_sign_ins(data: Path) -> None:
    sign_ins = json.loads((data / SIGN_INS).read_text(encoding="utf-8"))
    widths = [max(len(sign_in[key]) for sign_in in sign_ins) for key in ("role", "username", "password")]
    print()
    for sign_in in sign_ins:
        cells = [sign_in[key].ljust(width) for key, width in zip(("role", "username", "password"), widths, strict=True)]
        print("  " + "  ".join([*cells, sign_in["place"]]))
    print(flush=True)


def _serve(data: Path, host: str, port: int, growing: GrowthProcess | None) -> int:
    """Serve until asked to stop. The worker starts when the year is complete: it would run chores of future days."""

    address = [f"http://{host}:{port}/   (Ctrl-C ends it)\n"]

    def each_round() -> None:
        # What is printed can be opened at once; a busy machine may take minutes to get there.
        if address and serving.accepts_connections(host, port, within=0.05):
            print(address.pop(), flush=True)

    def joining() -> Sequence[Sequence[str]]:
        return [serving.worker_command()] if growing is not None and growing.has_grown() else []

    commands = [serving.web_command(host, port, workers=2)]
    if growing is None:
        commands.append(serving.worker_command())
    try:
        return serving.serve_together(commands, environment=_environment(data), joining=joining, each_round=each_round)
    finally:
        if growing is not None:
            growing.end()


def main(arguments: list[str]) -> int:
    """Build the demo unless it exists, print the sign-ins, serve until asked to stop."""
    chosen = _parse_arguments(arguments)
    os.umask(data_folder.OWNER_ONLY)
    root = Path(__file__).resolve().parent.parent.parent
    data = Path(chosen.data or os.environ.get("DOANSO_DATA") or root / "var").resolve()
    try:
        if not chosen.no_serve and not serving.port_is_free(chosen.host, chosen.port):
            raise DemoStartError(f"Port {chosen.port} is taken. Choose another:  ./dev demo --port {chosen.port + 1}")
        with _folder_lock(data):
            mark = _read_mark(data)
            if mark is None:
                _refuse_real_data(data)
            growing = None
            if mark is None or not mark.get("ready") or chosen.fresh:
                growing = _build_demo(data, chosen.moment or "running", served=not chosen.no_serve)
            else:
                _update_demo(data, str(mark.get("moment")), chosen.moment)
            _print_sign_ins(data)
            return 0 if chosen.no_serve else _serve(data, chosen.host, chosen.port, growing)
    except DemoStartError as problem:
        _print_line(str(problem))
        return 1
    except KeyboardInterrupt:
        _print_line("Stopped; nothing was left half made.")
        return 130
