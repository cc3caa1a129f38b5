"""`./dev run`: the web server and the worker of one installation, both ended by one Ctrl-C."""

import argparse
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

from tools.verbs import doanso

STOP_WITHIN = 10


def web_command(host: str, port: int, workers: int) -> list[str]:
    """granian, with a worker that doesn't stop in time killed rather than left holding the port."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--workers-kill-timeout", "5", "--no-ws", "doanso.wsgi:application",
    ]  # fmt: skip


def worker_command() -> list[str]:
    """The one worker: tasks, folding of the tally, sealing of the audit chain."""
    return [sys.executable, "-m", "doanso", "worker"]


def port_is_free(host: str, port: int) -> bool:
    """Whether nobody listens there; asked before anything starts, so that the answer is one line."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def serve_together(commands: list[list[str]]) -> int:
    """Run the processes until one ends or we are told to stop, then end them all; the exit code."""
    stop = {"asked": False}

    def ask(_number: int, _frame: object) -> None:
        stop["asked"] = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    # Sessions of their own: Ctrl-C in a terminal reaches us alone, and we end both in order.
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]
    names = {process.pid: " ".join(command[2:4]) for process, command in zip(running, commands, strict=True)}
    code = 0
    try:
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


def main(words: list[str]) -> int:
    """Bring the database up to date, collect static files, serve."""
    parser = argparse.ArgumentParser(prog="./dev run")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args(words)
    if not port_is_free(chosen.host, chosen.port):
        print(f"Port {chosen.port} is taken; choose another with --port.", file=sys.stderr)
        return 1
    for preparation in (["migrate", "-v", "0"], ["createcachetable"], ["collectstatic", "--noinput", "-v", "0"]):
        if code := doanso(*preparation):
            return code
    print(f"http://{chosen.host}:{chosen.port}/  (Ctrl-C ends it)", file=sys.stderr)
    return serve_together([web_command(chosen.host, chosen.port, chosen.workers), worker_command()])
