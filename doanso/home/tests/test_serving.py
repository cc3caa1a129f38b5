"""Web and worker run for as long as the service: one that dies is started anew, and none outlives the service."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.sqlite_only

ROOT = Path(__file__).resolve().parents[3]
WITHIN = 60
"""Seconds to wait for another process on a busy machine."""
LASTING = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'a'), flush=True); time.sleep(600)"
BROKEN = "import os, sys; print(os.getpid(), file=open(sys.argv[1], 'a'), flush=True); sys.exit(7)"
SUPERVISOR = """
import sys
from doanso.home.serving import RestartPolicy, serve_together
codes, files = sys.argv[1::2], sys.argv[2::2]
policy = RestartPolicy(delays=(0.1,), settled_after=600, start_failures=3 if "sys.exit" in codes[-1] else 100)
sys.exit(serve_together([[sys.executable, "-c", code, file] for code, file in zip(codes, files)], policy=policy))
"""


def wait_for[T](ask: Callable[[], T]) -> T:
    """Return the first true answer; bounded, since other processes are waited for."""
    deadline = time.monotonic() + WITHIN
    while not (answer := ask()):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return answer


def is_alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for yet is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pids(path: Path, count: int) -> list[int]:
    """The ids of the processes that one command has had, once it has had so many."""
    lines = path.read_text().split() if path.exists() else []
    return [int(line) for line in lines] if len(lines) >= count else []


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start(*codes: str) -> subprocess.Popen[str]:
        words = [word for number, code in enumerate(codes) for word in (code, str(tmp_path / str(number)))]
        command = [sys.executable, "-c", SUPERVISOR, *words]
        started.append(subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_what_dies_is_started_anew_and_the_other_goes_on(
    supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = supervise(LASTING, LASTING)
    [web], [worker] = wait_for(lambda: pids(tmp_path / "0", 1)), wait_for(lambda: pids(tmp_path / "1", 1))

    for turn in range(1, 5):
        # Also after several deaths in a row.
        os.kill(wait_for(lambda turn=turn: pids(tmp_path / "1", turn))[-1], signal.SIGKILL)
    last = wait_for(lambda: pids(tmp_path / "1", 5))[-1]
    assert is_alive(web)

    process.send_signal(signal.SIGTERM)
    _, printed = process.communicate(timeout=WITHIN)
    assert process.returncode == 0
    assert printed.count("ended by itself with code -9; it is started anew in 0.1 s.") == 4
    assert not any(is_alive(pid) for pid in (web, worker, last))


def test_what_cannot_start_ends_all_with_its_code(
    supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = supervise(LASTING, BROKEN)

    _, printed = process.communicate(timeout=WITHIN)

    assert process.returncode == 7
    assert "cannot start: it ended with code 7 3 times." in printed
    assert len(pids(tmp_path / "1", 3)) == 3
    assert not is_alive(pids(tmp_path / "0", 1)[0])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel ends children on Linux alone")
def test_when_the_supervisor_is_killed_nothing_goes_on(
    supervise: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    process = supervise(LASTING, LASTING)
    children = [wait_for(lambda name=name: pids(tmp_path / name, 1))[0] for name in ("0", "1")]

    process.kill()
    process.wait()

    wait_for(lambda: not any(is_alive(child) for child in children))
