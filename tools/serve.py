"""`./dev run`: the web server and the worker of one installation, both ended by one Ctrl-C."""

import argparse
import os
import sys
from pathlib import Path

from doanso.home.serving import port_is_free, serve_together, web_command, worker_command
from doanso.home.trial_supervisor import TrialSupervisor
from tools.commands import doanso


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
    for preparation in (["migrate", "-v", "0"], ["collectstatic", "--noinput", "-v", "0"]):
        if code := doanso(*preparation):
            return code
    address = f"http://{chosen.host}:{chosen.port}"
    print(f"{address}/  (Ctrl-C ends it)", file=sys.stderr)
    # The code of the first setup is for who sits at this terminal: it is never written to a log.
    shown = ["--address", address] if sys.stdout.isatty() else ["--hint"]
    if code := doanso("setup-code", "--if-open", *shown):
        return code
    trial = TrialSupervisor(Path(os.environ["DOANSO_DATA"]), chosen.host, chosen.port)
    try:
        return serve_together(
            [web_command(chosen.host, chosen.port, chosen.workers), worker_command()],
            environment=trial.environment(os.environ),
            each_round=trial.advance,
        )
    finally:
        trial.end()
