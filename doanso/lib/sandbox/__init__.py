"""Run a program of ours on an untrusted file, in a child process with limits.

A program is a Python file with a function `main(arguments)`. It reads the file as its standard input and writes messages, each
a JSON object on a line of its standard output. `child` loads it, applies the limits to its own process and only then calls
`main`; see there for what a program can use. The child

- runs in isolated mode with an environment of its own: nothing of the parent's but the path of shared libraries;
- has a folder of its own for temporary files, which is also its working folder and is removed with it;
- is limited to `ProcessLimits` by the kernel, and by this module in time and output;
- is the leader of a process group that is killed whole when its output ends, complete or not;
- is killed when the thread that started it ends, and with it when this process dies (Linux).

It runs under the same user and may read what that user can read, unless `open_files` is 0. Standard library only.
"""

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

_CHILD: Final = Path(__file__).with_name("child.py")
_PIECE: Final = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """The resources that a program may use; it is stopped without a message when it needs more."""

    memory_bytes: int
    """Address space, that of the interpreter and its libraries included."""
    cpu_seconds: int
    wait_seconds: float
    """How long the caller waits for messages in total; the caller's own time between two of them is not counted."""
    open_files: int = 16
    """Descriptors below this number; with 0 it can open nothing, no connection either. What is open stays open."""
    file_bytes: int = 0
    """Size of a file that it may write; with 0 it can make empty files only."""
    output_bytes: int = 64 << 20
    """Size of one message, and of all messages that `run` collects."""


def run(
    program: Path,
    arguments: Mapping[str, Any],
    source: IO[bytes],
    limits: ProcessLimits,
    *,
    import_root: Path | None = None,
) -> list[dict[str, Any]]:
    """Return the messages of a program, up to the one at which a limit stopped it.

    A program ends with a final message; without it the program was stopped, died, or wrote no JSON.
    """
    left = limits.output_bytes
    collected: list[dict[str, Any]] = []
    with _started(program, arguments, source, limits, import_root) as process:
        for line in _lines(process, limits):
            left -= len(line)
            message = _message(line)
            if left < 0 or message is None:
                break
            collected.append(message)
    return collected


@contextmanager
def stream(
    program: Path, arguments: Mapping[str, Any], source: IO[bytes], limits: ProcessLimits
) -> Iterator[Iterator[dict[str, Any]]]:
    """Yield the messages of a program as they come; leaving the block kills it. They end as those of `run` do."""
    with _started(program, arguments, source, limits, None) as process:
        yield _messages(process, limits)


def _messages(process: "subprocess.Popen[bytes]", limits: ProcessLimits) -> Iterator[dict[str, Any]]:
    for line in _lines(process, limits):
        message = _message(line)
        if message is None:
            return
        yield message


def _message(line: bytes) -> dict[str, Any] | None:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) else None


@contextmanager
def _started(
    program: Path, arguments: Mapping[str, Any], source: IO[bytes], limits: ProcessLimits, import_root: Path | None
) -> Iterator["subprocess.Popen[bytes]"]:
    """Start a program; at the end kill its group, wait for it and remove its folder."""
    order = {
        "program": str(program),
        "import_root": str(import_root) if import_root is not None else None,
        "parent": os.getpid(),
        "memory_bytes": limits.memory_bytes,
        "cpu_seconds": limits.cpu_seconds,
        "open_files": limits.open_files,
        "file_bytes": limits.file_bytes,
        "arguments": dict(arguments),
    }
    with tempfile.TemporaryDirectory(prefix="doanso-sandbox-", ignore_cleanup_errors=True) as folder:
        environment = {"HOME": folder, "TMPDIR": folder}
        if "LD_LIBRARY_PATH" in os.environ:
            environment["LD_LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"]
        process = subprocess.Popen(  # noqa: S603 (our own interpreter and file)
            [sys.executable, "-I", str(_CHILD), json.dumps(order)],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=folder,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            # Not waited for yet, so its number still names its own group.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _lines(process: "subprocess.Popen[bytes]", limits: ProcessLimits) -> Iterator[bytes]:
    """Yield every finished line, until the output ends, the time is over or a line is too long."""
    assert process.stdout is not None  # noqa: S101 (it was started with a pipe)
    output = process.stdout.fileno()
    waited, held, pieces = 0.0, 0, list[bytes]()
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        while True:
            began = time.monotonic()
            if not selector.select(max(0.0, limits.wait_seconds - waited)):
                return
            waited += time.monotonic() - began
            piece = os.read(output, _PIECE)
            if not piece:
                return
            *ends, rest = piece.split(b"\n")
            for end in ends:
                yield b"".join((*pieces, end))
                pieces, held = [], 0
            pieces.append(rest)
            held += len(rest)
            if held > limits.output_bytes:
                return
