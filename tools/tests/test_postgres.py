"""The server for tests comes from the wheel, and leaves nothing behind and nothing changed."""

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from tools import postgres
from tools.commands import ROOT

pytestmark = pytest.mark.sqlite_only


def modes(paths: list[Path]) -> dict[Path, int]:
    return {path: stat.S_IMODE(path.stat().st_mode) for path in paths}


@pytest.mark.long
@pytest.mark.skipif(os.environ.get("DATABASE_URL") is not None, reason="DATABASE_URL names a server")
def test_server_answers_and_changes_no_mode_outside_its_folder():
    try:
        installed = postgres.programs()
    except postgres.Unavailable as problem:
        pytest.skip(str(problem))
    watched = [*installed.parents, installed, *installed.rglob("*"), Path(postgres.tempfile.gettempdir())]
    before = modes(watched)

    with postgres.server() as url:
        folder = Path(url.partition("host=")[2]).parent
        with psycopg.connect(host=str(folder / "s"), user="postgres", dbname="postgres") as connection:
            assert connection.execute("SELECT upper('đức')").fetchone() == ("ĐỨC",)
            data = connection.execute("SHOW data_directory").fetchone()
        assert data is not None
        assert Path(data[0]).is_relative_to(folder)
        assert modes(watched) == before

    assert not folder.exists()
    assert modes(watched) == before


def test_a_killed_run_leaves_no_server_and_no_folder(tmp_path: Path):
    folder = tmp_path / "server"
    (folder / "data").mkdir(parents=True)
    # What stands for the server ignores the end of its parent and obeys SIGQUIT, as PostgreSQL does, also where the tests are
    # a shell's job in the background, which inherits that SIGQUIT is ignored.
    killed = """
import pathlib, signal, subprocess, sys, time
from tools import postgres
from tools.commands import ROOT
folder = pathlib.Path(sys.argv[1])
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
with postgres.guarded(folder):
    server = subprocess.Popen(["sleep", "600"], start_new_session=True, stdout=subprocess.DEVNULL)
    (folder / "data" / "postmaster.pid").write_text(f"{server.pid}\\n{folder}\\n")
    print(server.pid, flush=True)
    time.sleep(600)
"""
    run = subprocess.Popen([sys.executable, "-c", killed, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    server = int(run.stdout.readline())
    run.kill()
    run.wait()
    run.stdout.close()
    deadline = time.monotonic() + 20
    while (folder.exists() or Path(f"/proc/{server}/exe").exists()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not folder.exists()
    # Nobody may have collected it yet: what has ended runs no program.
    assert not Path(f"/proc/{server}/exe").exists()


def test_a_server_that_was_stopped_and_cleared_away_is_left_alone(tmp_path: Path):
    (tmp_path / "kept").touch()
    with postgres.guarded(tmp_path):
        pass
    assert (tmp_path / "kept").exists()
