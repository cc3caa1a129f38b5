"""`./dev run` serves pages and ends web and worker together."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from tools import serve
from tools.verbs import ROOT

pytestmark = [pytest.mark.sqlite_only, pytest.mark.long]
START_WITHIN = 240


@pytest.fixture
def port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def descendants(pid: int) -> set[int]:
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = dict(map(int, line.split()) for line in listed.splitlines())
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupt", "terminate"])
def test_serves_and_ends_everything(tmp_path, port, number):
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DOANSO_DATA"}}
    environment |= {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "doanso.settings"}
    words = ["run", "--data", str(tmp_path / "data"), "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.verbs", *words], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + START_WITHIN
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5) as page:
                    assert page.status == 200
                    break
            except OSError:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.2)  # waiting for another process, bounded by the deadline
        children = descendants(process.pid)
        assert len(children) >= 2

        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()

    assert process.returncode == 0, said
    assert not any(alive(child) for child in children)


def test_taken_port_is_one_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]

        assert serve.main(["--port", str(number)]) == 1

    assert capsys.readouterr().err == f"Port {number} is taken; choose another with --port.\n"
