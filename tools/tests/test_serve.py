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
from tools.commands import ROOT

pytestmark = [pytest.mark.sqlite_only, pytest.mark.long, pytest.mark.if_changed("ci", "home", "lib")]
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


@pytest.fixture
def served(tmp_path, port):
    """`./dev run` on an empty data folder, once its sign-in page is answered."""
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DOANSO_DATA"}}
    environment |= {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "doanso.settings"}
    words = ["run", "--data", str(tmp_path / "data"), "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.commands", *words], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        wait_for(lambda: answers(port) or process.poll() is not None)
        assert process.poll() is None, process.communicate()
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(ask):
    """Wait for other processes, bounded by a deadline."""
    deadline = time.monotonic() + START_WITHIN
    while not ask():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5) as page:
            return page.status == 200
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupt", "terminate"])
def test_serves_and_ends_everything(served, number):
    children = descendants(served.pid)
    assert len(children) >= 2

    served.send_signal(number)
    _, printed = served.communicate(timeout=30)

    assert served.returncode == 0, printed
    assert printed.startswith("Đang chuẩn bị dữ liệu; lần đầu mất khoảng một phút.\n")
    assert not any(alive(child) for child in children)


def test_goes_on_whatever_dies_and_leaves_nothing_when_it_is_killed_itself(served, port):
    first = descendants(served.pid)
    for child in first:
        # Granian's own, its web processes, the worker: one after the other.
        if alive(child):
            os.kill(child, signal.SIGKILL)
        wait_for(lambda: answers(port))
    # All of them are others now, and as many.
    wait_for(
        lambda: len(descendants(served.pid)) == len(first) and not descendants(served.pid) & first and answers(port)
    )
    later = descendants(served.pid)

    served.kill()
    served.wait()

    wait_for(lambda: not any(alive(child) for child in later))
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_taken_port_is_one_line(capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]

        assert serve.main(["--port", str(number)]) == 1

    assert capsys.readouterr().err == f"Port {number} is taken; choose another with --port.\n"
