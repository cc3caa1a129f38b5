"""`./dev run`: the web server and the worker of one installation, both ended by one Ctrl-C."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

from doanso.home.serving import accepts_connections, port_is_free, serve_together, web_command, worker_command
from doanso.home.trial_supervisor import TrialSupervisor


def main(words: list[str]) -> int:
    """Migrate the database, collect static files, serve; return the exit code."""
    parser = argparse.ArgumentParser(prog="./dev run")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args(words)
    if not port_is_free(chosen.host, chosen.port):
        print(f"Port {chosen.port} is taken; choose another with --port.", file=sys.stderr)
        return 1
    if not (Path(os.environ["DOANSO_DATA"]) / "secrets.json").exists():
        print("Đang chuẩn bị dữ liệu; lần đầu mất khoảng một phút.", file=sys.stderr, flush=True)
    address = f"http://{chosen.host}:{chosen.port}"
    # The code of the first setup is for who sits at this terminal: it is never written to a log.
    shown = ["--address", address] if sys.stdout.isatty() else []
    prepared = subprocess.run(
        [sys.executable, "-m", "doanso", "prepare", *shown], stdout=subprocess.PIPE, text=True, check=False
    )
    if prepared.returncode:
        return prepared.returncode
    trial = TrialSupervisor(Path(os.environ["DOANSO_DATA"]), chosen.host, chosen.port)
    waiting = [f"{address}/  (Ctrl-C ends it)"]

    def each_round() -> None:
        trial.advance()
        # What is printed can be opened at once.
        if waiting and accepts_connections(chosen.host, chosen.port, within=0.05):
            print(waiting.pop(), file=sys.stderr, flush=True)
            print(prepared.stdout, end="", flush=True)

    try:
        return serve_together(
            [web_command(chosen.host, chosen.port, chosen.workers), worker_command()],
            environment=trial.environment(os.environ),
            each_round=each_round,
        )
    finally:
        trial.end()
