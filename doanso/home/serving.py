"""Web and worker of one installation, started together and ended together. Standard library only: no settings needed."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence

STOP_WITHIN = 10
"""Seconds a process gets to end by itself."""


def web_command(host: str, port: int, workers: int) -> list[str]:
    """granian, with a worker that doesn't stop in time killed rather than left holding the port."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning",
        "doanso.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """The one worker: tasks, folding of the tally, sealing of the audit chain."""
    return [sys.executable, "-m", "doanso", "work"]


def port_is_free(host: str, port: int) -> bool:
    """Whether nobody listens there; asked before anything starts, so that the answer is one line."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def answers(host: str, port: int, within: float) -> bool:
    """Whether somebody accepts connections there before the seconds are over."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return True
        time.sleep(0.1)
    return False


def serve_together(
    commands: Sequence[Sequence[str]],
    *,
    environment: Mapping[str, str] | None = None,
    started: Callable[[], None] | None = None,
) -> int:
    """Run the processes until one ends or we are told to stop, then end them all; the exit code.

    `started` is called once they run.
    """
    stop = {"asked": False}

    def ask(_number: int, _frame: object) -> None:
        stop["asked"] = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    # Sessions of their own: Ctrl-C in a terminal reaches us alone, and we end both in order.
    running = [subprocess.Popen(command, start_new_session=True, env=environment) for command in commands]
    names = {process.pid: " ".join(command[2:4]) for process, command in zip(running, commands, strict=True)}
    code = 0
    try:
        if started is not None:
            started()
        while not stop["asked"]:
            ended = next((process for process in running if process.poll() is not None), None)
            if ended is not None:
                code = ended.returncode or 1
                print(f"{names[ended.pid]} ended by itself with code {ended.returncode}.", file=sys.stderr)
                break
            time.sleep(0.2)
    finally:
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_WITHIN
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return code
