"""Repeatedly kill and restart the web process of an installation under the load of several phones."""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from doanso.home import serving
from tools import postgres
from tools.commands import ROOT

HOST = "127.0.0.1"
UP_WITHIN = 90
"""Seconds within which a killed server must take batches again."""
LONGEST_LIFE = 1.5
"""Longest life of a server in seconds, from its first acknowledged batch."""
WORKER_TOO = 10
"""Number of kills after which the worker, which computes the figures, is killed as well."""
ENGINES = ("sqlite", "postgres")


class Broken(RuntimeError):
    """The experiment could not be carried out; the text says why."""


@dataclass
class Run:
    """One installation with its phones and processes."""

    folder: Path
    port: int
    environment: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    phones: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0
    in_flight: int = 0

    @property
    def marks(self) -> Path:
        """The folder of marks of batches being written; see `tools.faults.wsgi`."""
        return self.folder / "marks"

    def start(self, command: list[str]) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own, with its output in the folder."""
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.running.append(process)
        return process

    def start_web(self, *, workers: int) -> subprocess.Popen[bytes]:
        """Start the product's web server with marks."""
        command = serving.web_command(HOST, self.port, workers)
        return self.start([*command[:-1], "tools.faults.wsgi:application"])

    def start_worker(self) -> subprocess.Popen[bytes]:
        """Start the product's worker."""
        return self.start(serving.worker_command())

    def ask(self, *words: str) -> dict[str, Any]:
        """Run `tools.faults.server` and return its output."""
        command = [sys.executable, "-m", "tools.faults.server", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, check=False)
        if done.returncode:
            raise Broken(f"{words[0]} ended with code {done.returncode}")
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return answer

    def acknowledged_bytes(self) -> int:
        """Return the size in bytes of the phones' logs, which grow with every acknowledged batch."""
        return sum(path.stat().st_size for path in self.folder.glob("phone-*/acks.jsonl"))

    def wait_for_load(self) -> None:
        """Wait until another batch is acknowledged."""
        before, deadline = self.acknowledged_bytes(), time.monotonic() + UP_WITHIN
        while self.acknowledged_bytes() == before:
            self.require_phones()
            if time.monotonic() > deadline:
                raise Broken(f"no batch was acknowledged within {UP_WITHIN} seconds of a start")
            time.sleep(0.01)

    def require_phones(self) -> None:
        """Raise `Broken` when a phone ended by itself, as it does after a forbidden response."""
        if ended := [number for number, phone in enumerate(self.phones) if phone.poll() not in {None, 0}]:
            raise Broken(f"phone {ended[0]} gave up")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Send SIGKILL to the whole group, so that no process finishes its work."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def kill_web(self, web: subprocess.Popen[bytes]) -> None:
        """Kill the web server, and count whether it died while writing a batch."""
        self.kill(web)
        deadline = time.monotonic() + 20
        while not serving.port_is_free(HOST, self.port):
            if time.monotonic() > deadline:
                raise Broken("somebody of the killed server still holds its port")
            time.sleep(0.01)
        left = list(self.marks.iterdir())
        self.kills += 1
        self.in_flight += bool(left)
        for mark in left:
            mark.unlink()

    def end(self) -> None:
        """End all processes that still run."""
        for process in [*self.running, *self.phones]:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def play(run: Run, *, phones: int, kills: int, seed: int) -> None:
    """Let the phones work, kill the server repeatedly, then let the phones send the rest."""
    pick = random.Random(seed)  # noqa: S311 -- repeatable on purpose
    worker = run.start_worker()
    for number in range(phones):
        command = [sys.executable, "-m", "tools.faults.phone", str(run.folder / f"phone-{number}")]
        run.phones.append(subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, start_new_session=True))
    for number in range(1, kills + 1):
        web = run.start_web(workers=1 + number % 2)
        run.wait_for_load()
        time.sleep(pick.uniform(0, LONGEST_LIFE))
        run.kill_web(web)
        if number % WORKER_TOO == 0:
            run.kill(worker)
            worker = run.start_worker()
        if sys.stderr.isatty() or number % 10 == 0:
            print(f"{number} of {kills} kills, {run.in_flight} of them in flight", file=sys.stderr, flush=True)
    web = run.start_web(workers=2)
    for number in range(phones):
        (run.folder / f"phone-{number}" / "stop").touch()
    for phone in run.phones:
        phone.wait()
    run.require_phones()
    for process in (web, worker):
        process.terminate()
        process.wait()
        run.running.remove(process)


def verdict(run: Run, answer: dict[str, Any]) -> list[str]:
    """Return why the run failed or proves nothing; empty when all is well."""
    wrong = [
        f"{name} is 0"
        for name, count in (
            ("kills in flight", run.in_flight),
            ("batches acknowledged", answer["batches_acknowledged"]),
            ("batches resent", answer["batches_resent"]),
        )
        if count == 0
    ]
    if run.in_flight * 3 < run.kills:
        wrong.append("less than a third of the kills landed while a batch was being written")
    if answer["lost"] or answer["doubled"]:
        wrong += ["something was lost or doubled:", *answer["named"]]
    if answer["recount"]:
        wrong += ["recount finds:", *answer["recount"]]
    return wrong


def report(run: Run, answer: dict[str, Any], engine: str, seconds: float) -> None:
    """Return the figures, one per line."""
    for name, figure in (
        ("engine", engine),
        ("kills", run.kills),
        ("kills in flight", run.in_flight),
        ("batches acknowledged", answer["batches_acknowledged"]),
        ("batches resent", answer["batches_resent"]),
        ("records whose first answer was lost", answer["answers_lost"]),
        ("visits that stand", answer["records"]),
        ("of them corrected", answer["corrections"]),
        ("helps that count", answer["helps"]),
        ("differences that recount finds", len(answer["recount"])),
        ("seconds", round(seconds)),
    ):
        print(f"{name:36} {figure}")
    print(f"lost={answer['lost']} doubled={answer['doubled']}", flush=True)


@contextlib.contextmanager
def _database(engine: str) -> Iterator[dict[str, str]]:
    """Yield the environment that selects the engine."""
    if engine == "sqlite":
        yield {}
        return
    # Only PostgreSQL needs this driver.
    import psycopg

    with postgres.server() as url:
        with psycopg.connect(url.replace("/doanso?", "/postgres?"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE doanso")
        yield {"DATABASE_URL": url}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def sync(engine: str, *, kills: int, phones: int, seed: int, keep: bool = False) -> int:
    """Run the experiment on one engine; return 0 when nothing was lost or counted twice."""
    folder, started = Path(tempfile.mkdtemp(prefix="doanso-faults-")), time.monotonic()
    foreign = ("DATABASE_URL", "CACHE_URL", "DOANSO_DEMO", "DOANSO_KEYS", "DOANSO_SECRET_KEY", "DOANSO_HTTPS")
    environment = {name: value for name, value in os.environ.items() if name not in foreign}
    environment |= {"DOANSO_DATA": str(folder / "data"), "DOANSO_FAULTS_MARKS": str(folder / "marks")}
    # The simulated phones exceed the usual limit of calls.
    environment |= {"DOANSO_PHONE_CALLS": "0"}
    with _database(engine) as chosen:
        run = Run(folder, _free_port(), environment | chosen)
        run.marks.mkdir()
        try:
            prepared = run.ask("prepare", str(folder), str(phones), str(run.port), str(seed))
            play(run, phones=phones, kills=kills, seed=seed)
            answer = run.ask("judge", str(folder))
        except (Broken, KeyboardInterrupt) as broken:
            keep = True
            print(f"Broken off: {broken}. What was said lies in {folder / 'log'}.", file=sys.stderr)
            return 1
        finally:
            run.end()
            if not keep:
                shutil.rmtree(folder, ignore_errors=True)
    report(run, answer, prepared["engine"], time.monotonic() - started)
    wrong = verdict(run, answer)
    for line in wrong:
        print(line, file=sys.stderr)
    return 1 if wrong else 0


def main(words: list[str]) -> int:
    """Run the experiment of that name, currently only `sync`; return the exit code."""
    parser = argparse.ArgumentParser(prog="./dev faults")
    parser.add_argument("experiment", choices=["sync"])
    parser.add_argument("--engine", choices=ENGINES, help="one engine alone; else both, one after the other")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--phones", type=int, default=4)
    parser.add_argument("--seed", type=int, default=2023)
    parser.add_argument("--keep", action="store_true", help="leave the folder with logs and database")
    chosen = parser.parse_args(words)
    engines = [chosen.engine] if chosen.engine else list(ENGINES)
    code = 0
    for engine in engines:
        try:
            code |= sync(engine, kills=chosen.kills, phones=chosen.phones, seed=chosen.seed, keep=chosen.keep)
        except postgres.Unavailable as problem:
            print(f"PostgreSQL: {problem}", file=sys.stderr)
            code = 1
    return code
