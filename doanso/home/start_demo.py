"""`doanso demo`: a living committee made from nothing, then served. Nothing outside its data folder is written.

Runs before the settings are read, because it decides what they say: everything is made in a staging folder below the data
folder, with a database that need not survive a power cut, and moved into place only when it is whole.
"""

import argparse
import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from doanso import data_folder
from doanso.home import serving
from doanso.home.demo_folder import KEYS, SIGN_INS

MARK = "demo.json"
STAGING = ".building"
MOMENTS = ("planning", "running", "closing", "reorganised")
# What speaks of another installation: the demo has its own of everything.
FOREIGN = (
    "DATABASE_URL",
    "CACHE_URL",
    "DOANSO_SECRET_KEY",
    "DOANSO_SECRET_KEY_FALLBACKS",
    "DOANSO_KEYS",
    "DOANSO_HTTPS",
)
# What a demo consists of; a fresh one replaces these and nothing else in the folder.
PARTS = (
    *("secrets.json", "business-day", "files", "static", "lists", SIGN_INS, KEYS, "test-authority"),
    "doanso.sqlite3",
)


class CannotStart(Exception):
    """The demo can't start here; the text says why and what to do."""


def _words(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="doanso demo", description="Make a living committee from nothing and serve it."
    )
    parser.add_argument("--moment", choices=MOMENTS, help="where in the year the programme stands (running)")
    parser.add_argument("--no-serve", action="store_true", help="make it and stop")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fresh", action="store_true", help="throw the folder's demo away and make a new one")
    parser.add_argument("--data", help="the data folder; DOANSO_DATA and var/ otherwise")
    return parser.parse_args(arguments)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _mark(data: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads((data / MARK).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except ValueError:
        return {"ready": False}


def _write_mark(data: Path, **what: object) -> None:
    draft = data / f"{MARK}.draft"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(what, file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(data / MARK)


def _refuse_real_data(data: Path) -> None:
    """A folder without our mark that holds somebody's figures or files is never touched."""
    database, files = data / "doanso.sqlite3", data / "files"
    holds_figures = database.exists() and database.stat().st_size > 0
    holds_files = files.exists() and any(files.iterdir())
    if holds_figures or holds_files:
        raise CannotStart(
            f"{data} holds an installation that is not a demo, and it stays as it is.\n"
            "Give the demo a folder of its own:  ./dev demo --data /tmp/doanso-demo"
        )


@contextlib.contextmanager
def _alone(data: Path) -> Iterator[None]:
    """One demo at a time makes and serves a folder."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / ".demo-lock").open("w", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"Another demo is running with {data}. End it, or give --data another folder.") from None
        yield


def _environment(data: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    return kept | {"DOANSO_DATA": str(data), "DOANSO_DEMO": "1", "DJANGO_SETTINGS_MODULE": "doanso.settings"}


def _collect_static(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """The files browsers load, pressed beside the making: it has nothing to wait for."""
    command = [sys.executable, "-m", "doanso", "collectstatic", "--noinput", "-v", "0"]
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL)


def _into_place(staging: Path, data: Path) -> None:
    """Move each part over the old one, the database last, and make the disk know."""
    for name in PARTS:
        new, old = staging / name, data / name
        if not new.exists():
            continue
        if old.is_dir():
            shutil.rmtree(old)
        if new.is_file():
            descriptor = os.open(new, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)
        new.replace(old)
    for leftover in ("doanso.sqlite3-journal", "doanso.sqlite3-wal", "doanso.sqlite3-shm"):
        (data / leftover).unlink(missing_ok=True)
    folder = os.open(data, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _make(data: Path, moment: str) -> None:
    staging = data / STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    _write_mark(data, moment=moment, ready=False)
    environment = _environment(staging)
    for name in FOREIGN:
        os.environ.pop(name, None)
    os.environ.update(environment, DOANSO_SQLITE_SYNCHRONOUS="OFF")
    began = time.monotonic()

    def step(text: str) -> None:
        _say(f"{time.monotonic() - began:5.1f} s  {text}")

    collecting = None
    try:
        import django

        django.setup()
        collecting = _collect_static(environment)
        from django.db import connections

        from doanso.home import demo

        demo.build(moment, step)
        connections.close_all()
        if collecting.wait():
            raise CannotStart("The static files could not be collected; see above.")
        _into_place(staging, data)
        _write_mark(data, moment=moment, ready=True)
        step("ready")
    finally:
        if collecting is not None and collecting.poll() is None:
            collecting.terminate()
            collecting.wait()
        shutil.rmtree(staging, ignore_errors=True)


def _keep(data: Path, kept: str, wanted: str | None) -> None:
    """Bring what is there up to this release's tables and files."""
    if wanted is not None and wanted != kept:
        raise CannotStart(f"{data} holds a demo of the moment “{kept}”. Add --fresh to make “{wanted}” instead of it.")
    _say(f"Keeping the demo in {data} (--fresh makes a new one).")
    environment = _environment(data)
    for words in (["migrate", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"]):
        done = subprocess.run([sys.executable, "-m", "doanso", *words], env=environment, check=False)
        if done.returncode:
            raise CannotStart("The demo is of another release; make a new one with --fresh.")


def _print_sign_ins(data: Path) -> None:
    sign_ins = json.loads((data / SIGN_INS).read_text(encoding="utf-8"))
    widths = [max(len(one[key]) for one in sign_ins) for key in ("role", "username", "password")]
    print()
    for one in sign_ins:
        cells = [one[key].ljust(width) for key, width in zip(("role", "username", "password"), widths, strict=True)]
        print("  " + "  ".join([*cells, one["place"]]))
    print(flush=True)


def _serve(data: Path, port: int) -> int:
    host = "127.0.0.1"

    def started() -> None:
        if serving.answers(host, port, within=30):
            print(f"http://{host}:{port}/   (Ctrl-C ends it)\n", flush=True)

    return serving.serve_together(
        [serving.web_command(host, port, workers=2), serving.worker_command()],
        environment=_environment(data),
        started=started,
    )


def main(arguments: list[str]) -> int:
    """Make the demo unless it is there, print the sign-ins, serve until told to stop."""
    chosen = _words(arguments)
    os.umask(data_folder.OWNER_ONLY)
    root = Path(__file__).resolve().parent.parent.parent
    data = Path(chosen.data or os.environ.get("DOANSO_DATA") or root / "var").resolve()
    try:
        if not chosen.no_serve and not serving.port_is_free("127.0.0.1", chosen.port):
            raise CannotStart(f"Port {chosen.port} is taken. Choose another:  ./dev demo --port {chosen.port + 1}")
        with _alone(data):
            mark = _mark(data)
            if mark is None:
                _refuse_real_data(data)
            if mark is None or not mark.get("ready") or chosen.fresh:
                _make(data, chosen.moment or "running")
            else:
                _keep(data, str(mark.get("moment")), chosen.moment)
            _print_sign_ins(data)
            return 0 if chosen.no_serve else _serve(data, chosen.port)
    except CannotStart as problem:
        _say(str(problem))
        return 1
    except KeyboardInterrupt:
        _say("Stopped; nothing was left half made.")
        return 130
