"""Supervise web and worker of one installation: start them together, restart each when it dies, end them together.

Standard library only, so that it runs before any settings are read.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from doanso.lib.parent_death import end_with_parent

STOP_WITHIN = 10
"""Seconds for a process to end by itself."""
SUPERVISED = "DOANSO_SUPERVISED"
"""Set for the children: each process below them then ends with its own parent; see doanso/wsgi.py."""


def web_command(host: str, port: int, workers: int) -> list[str]:
    """Return the command that runs granian.

    granian replaces a web process that dies, and kills one that does not stop in time and would hold the port.
    """
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--workers-kill-timeout", "5",
        "--respawn-failed-workers", "--respawn-interval", "0.5", "--no-ws", "--log-level", "warning",
        "doanso.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """Return the command that runs the one worker: tasks, roll-up of the ledger, chaining of audit events."""
    return [sys.executable, "-m", "doanso", "work"]


def port_is_free(host: str, port: int) -> bool:
    """Return whether the port is free; checked before anything starts, so that the error is one line."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def accepts_connections(host: str, port: int, within: float) -> bool:
    """Return whether connections are accepted there within this many seconds."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return True
        time.sleep(0.1)
    return False


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """Delays before a process that died is restarted, in seconds."""

    delays: tuple[float, ...] = (1, 2, 5, 15, 60)
    """Seconds before the first restart, the second, …; the last one for all further ones."""
    settled_after: float = 20
    """After running this long a process counts as working, and its count of failures is reset."""
    start_failures: int = 3
    """After this many failures a process that has never worked cannot start, and all are ended."""


class ProcessSlot:
    """One command that runs as long as the service does, and its current process."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], policy: RestartPolicy) -> None:
        self.command = command
        self.environment = environment
        self.policy = policy
        self.name = " ".join(command[2:4])
        self.has_settled = False
        self.failures = 0
        self.start_at = 0.0
        self.started_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process in a session of its own: Ctrl-C in a terminal reaches the supervisor alone."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            start_new_session=True,
            env=self.environment,
            # The supervisor has one thread, so code between fork and exec is safe.
            preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509
        )

    def advance(self) -> int | None:
        """Start the process if it is due and notice if it died. Return the exit code of a process that cannot start,
        else None."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return None
        if now - self.started_at >= self.policy.settled_after and self.process.poll() is None:
            self.has_settled, self.failures = True, 0
        if self.process.poll() is None:
            return None
        code = self.process.returncode
        # Children of the dead process would keep the port.
        _kill_group(self.process)
        self.process = None
        self.failures += 1
        if not self.has_settled and self.failures >= self.policy.start_failures:
            print(f"{self.name} cannot start: it ended with code {code} {self.failures} times.", file=sys.stderr)
            return code or 1
        delay = self.policy.delays[min(self.failures, len(self.policy.delays)) - 1]
        self.start_at = now + delay
        print(f"{self.name} ended by itself with code {code}; it is started anew in {delay:g} s.", file=sys.stderr)
        return None


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the process and of its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _end_all(slots: Sequence[ProcessSlot]) -> None:
    running = [slot.process for slot in slots if slot.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_WITHIN
    for process in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        _kill_group(process)
        process.wait()


def serve_together(
    commands: Sequence[Sequence[str]],
    *,
    environment: Mapping[str, str] | None = None,
    joining: Callable[[], Sequence[Sequence[str]]] = tuple,
    each_round: Callable[[], None] | None = None,
    policy: RestartPolicy = RestartPolicy(),
) -> int:
    """Run the commands until SIGINT, SIGTERM or SIGHUP, then end them all; return the exit code.

    A process that dies is restarted, with a longer delay each time it dies soon. One that never works and fails
    `policy.start_failures` times ends all, with its exit code. When this process itself is killed the kernel ends the children
    (on Linux). `joining` is called repeatedly for commands to run from then on, `each_round` some times a second.
    """
    stop = {"asked": False}

    def ask(_number: int, _frame: object) -> None:
        stop["asked"] = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    base_environment = os.environ if environment is None else environment
    slots = [ProcessSlot(command, {**base_environment, SUPERVISED: "1"}, policy) for command in commands]
    try:
        for slot in slots:
            slot.start()
        while not stop["asked"]:
            slots += [ProcessSlot(command, {**base_environment, SUPERVISED: "1"}, policy) for command in joining()]
            for slot in slots:
                if (code := slot.advance()) is not None:
                    return code
            if each_round is not None:
                each_round()
            time.sleep(0.2)
    finally:
        _end_all(slots)
    return 0
