"""Programs in a sandbox: what they say is heard, each limit stops the one that breaks it, and nothing of theirs is left."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from doanso.lib import sandbox
from doanso.lib.sandbox import ProcessLimits

pytestmark = pytest.mark.sqlite_only

PROGRAM = """
import json, os, pathlib, socket, subprocess, sys, tempfile, time
def send(**message):
    sys.stdout.write(json.dumps(message) + "\\n")
    sys.stdout.flush()
def main(arguments):
{body}
"""
Run = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def program(tmp_path: Path) -> Callable[[str], Path]:
    def write(body: str) -> Path:
        file = tmp_path / "program.py"
        file.write_text(PROGRAM.format(body="\n".join(f"    {line}" for line in body.strip().splitlines())))
        return file

    return write


@pytest.fixture
def run(program: Callable[[str], Path]) -> Run:
    """Run the body of a program on some bytes, within limits that every honest one keeps."""

    def run(
        body: str, source: bytes = b"", arguments: dict[str, Any] | None = None, **limits: Any
    ) -> list[dict[str, Any]]:
        options: dict[str, Any] = {"memory_bytes": 256 << 20, "cpu_seconds": 5, "wait_seconds": 30}
        with tempfile.TemporaryFile() as file:
            file.write(source)
            file.seek(0)
            return sandbox.run(program(body), arguments or {}, file, ProcessLimits(**(options | limits)))

    return run


def test_a_program_reads_its_file_and_answers(run: Run) -> None:
    assert run("send(read=sys.stdin.read(), word=arguments['word'])\nsend(done=True)", b"abc", {"word": "Hoà"}) == [
        {"read": "abc", "word": "Hoà"},
        {"done": True},
    ]


@pytest.mark.parametrize(
    ("body", "limits"),
    [
        ("bytearray(400 << 20)", {}),
        ("while True: pass", {"cpu_seconds": 1}),
        ("pathlib.Path('f').write_bytes(b'x')", {}),
        ("pathlib.Path('f').write_bytes(b'x' * 1025)", {"file_bytes": 1024}),
        ("[open('/dev/null') for _ in range(16)]", {}),
        ("open('/dev/null')", {"open_files": 0}),
        ("socket.socket()", {"open_files": 0}),
        ("from __main__ import open_nothing_more; open_nothing_more(); os.pipe()", {}),
        ("import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (9, 9))", {}),
        ("time.sleep(60)", {"wait_seconds": 0.5}),
        ("sys.stdout.write('x' * 70_000); time.sleep(60)", {"wait_seconds": 0.5}),
        ("while True: sys.stdout.write('x' * 4096)", {"output_bytes": 1 << 20}),
        ("while True: send(more='x' * 4096)", {"output_bytes": 1 << 20}),
        ("os.kill(os.getpid(), 11)", {}),
        ("print('{')", {}),
        ("print('[' * 100_000)", {}),
        ("print('3')", {}),
        ("import doanso", {}),
    ],
)
def test_who_breaks_a_limit_does_not_come_to_the_end(run: Run, body: str, limits: dict[str, Any]) -> None:
    began = time.monotonic()
    messages = run(f"send(begun=True)\n{body}\nsend(done=True)", **limits)
    assert messages[0] == {"begun": True}
    assert {"done": True} not in messages
    assert sum(len(json.dumps(message)) for message in messages) <= 1 << 20
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("body", "limits"),
    [
        ("bytearray(100 << 20)", {}),
        ("pathlib.Path('f').write_bytes(b'x' * 1024)", {"file_bytes": 1024}),
        ("[open('/dev/null') for _ in range(9)]", {}),
    ],
)
def test_who_stays_within_a_limit_comes_to_the_end(run: Run, body: str, limits: dict[str, Any]) -> None:
    assert run(f"held = {body}\nsend(done=True)", **limits) == [{"done": True}]


def test_the_environment_is_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET", "DOANSO_SECRET_KEY", "DATABASE_URL", "PYTHONPATH", "HOME", "TMPDIR"):
        monkeypatch.setenv(name, "/of-the-parent")
    monkeypatch.setattr(tempfile, "tempdir", "/tmp")
    [message] = run("send(environment=dict(os.environ), path=sys.path, descriptors=os.listdir('/proc/self/fd'))")
    # The interpreter itself adds LC_CTYPE where no language is set.
    assert set(message["environment"]) <= {"HOME", "TMPDIR", "LC_CTYPE", "LD_LIBRARY_PATH"}
    assert "/of-the-parent" not in json.dumps(message)
    # The three streams, and the listing itself.
    assert len(message["descriptors"]) == 4


def test_its_folder_is_its_own_and_goes_with_it(run: Run) -> None:
    fields = "cwd=os.getcwd(), temporary=tempfile.gettempdir(), mode=os.stat('.').st_mode & 0o777"
    body = f"pathlib.Path('left').touch()\nsend({fields})"
    # Python tries a temporary folder by writing a few bytes.
    [first], [second] = (run(body, file_bytes=1024) for _ in range(2))
    assert first["cwd"] == first["temporary"] != second["cwd"]
    assert first["mode"] == 0o700
    assert not Path(first["cwd"]).exists()


@pytest.mark.parametrize(
    ("end", "output"),
    [
        ("time.sleep(60)", "subprocess.DEVNULL"),
        ("pass", "subprocess.DEVNULL"),
        ("pass", "None"),
        ("os.kill(os.getpid(), 9)", "None"),
    ],
    ids=["waits too long", "comes to its end", "leaves its output open", "dies"],
)
def test_the_whole_group_ends(run: Run, end: str, output: str) -> None:
    body = f"child = subprocess.Popen(['/bin/sleep', '60'], stdout={output})\nsend(child=child.pid)\n{end}"
    [message] = run(body, wait_seconds=1)
    assert _ends(message["child"])


def test_a_stream_that_is_left_is_ended(program: Callable[[str], Path]) -> None:
    file = program("send(pid=os.getpid())\nwhile True: send(more=1)")
    limits = ProcessLimits(memory_bytes=256 << 20, cpu_seconds=5, wait_seconds=30)
    with Path(os.devnull).open("rb") as source, sandbox.stream(file, {}, source, limits) as messages:
        pid = next(messages)["pid"]
        assert next(messages) == {"more": 1}
    assert _ends(pid)


def test_a_stream_is_not_charged_for_what_its_reader_does(
    program: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each message is longer than what is read at once, so each is waited for.
    file = program("for number in range(3): send(number=number, rest='x' * 200_000)")
    limits = ProcessLimits(memory_bytes=256 << 20, cpu_seconds=5, wait_seconds=30)
    now = [0.0]
    monkeypatch.setattr(sandbox, "time", SimpleNamespace(monotonic=lambda: now[0]))
    numbers = []
    with Path(os.devnull).open("rb") as source, sandbox.stream(file, {}, source, limits) as messages:
        for message in messages:
            numbers.append(message["number"])
            now[0] += 100
    assert numbers == [0, 1, 2]


def test_the_program_dies_with_who_started_it(program: Callable[[str], Path], tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells a child of its parent's death")
    file = program("send(pid=os.getpid())\ntime.sleep(60)")
    starter = (
        "import pathlib, sys; from doanso.lib import sandbox\n"
        "limits = sandbox.ProcessLimits(memory_bytes=256 << 20, cpu_seconds=5, wait_seconds=60)\n"
        "with open('/dev/null', 'rb') as source, sandbox.stream(pathlib.Path(sys.argv[1]), {}, source, limits) as messages:\n"
        "    for message in messages: print(message['pid'], flush=True)"
    )
    line = [sys.executable, "-c", starter, str(file)]
    parent = subprocess.Popen(line, stdout=subprocess.PIPE, env=os.environ | {"TMPDIR": str(tmp_path)})
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    assert _ends(pid)


def _ends(pid: int) -> bool:
    """Whether the process is gone or dead within a few seconds; a child of nobody is a zombie until init takes it."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        if not any(state in "RSD" for state in _states(pid)):
            return True
        os.sched_yield()
    return False


def _states(pid: int) -> Iterator[str]:
    try:
        yield Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except (FileNotFoundError, ProcessLookupError):
        return
