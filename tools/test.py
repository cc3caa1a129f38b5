"""`./dev test`: every test on SQLite and on PostgreSQL in parallel, with one final line of totals.

`--all` adds browser journeys and long properties; `--sqlite` or `--postgres` runs one engine alone; every other word is passed
to pytest. Tests that could not be run are named; `DOANSO_REQUIRE_ALL=1` makes each such gap a failure.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tools import postgres, template_databases

REQUIRE_ALL = os.environ.get("DOANSO_REQUIRE_ALL") == "1"


@dataclass
class Outcome:
    """The counts of one or more runs."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    left_out: set[str] = field(default_factory=set)

    def add(self, other: "Outcome") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.left_out |= other.left_out

    def line(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def read_report(path: Path, code: int) -> Outcome:
    """Return the counts of a run from its report; a run that ended abnormally without a counted failure counts as one failure."""
    outcome = Outcome()
    with contextlib.suppress(OSError, ElementTree.ParseError):
        for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314 -- written by our own pytest a moment ago
            kinds = {child.tag for child in case}
            if kinds & {"failure", "error"}:
                outcome.failed += 1
            elif (skip := case.find("skipped")) is not None:
                outcome.skipped += 1
                outcome.left_out.add(skip.get("message", "skipped without a reason"))
            else:
                outcome.passed += 1
    # 5: nothing was selected, as for a path without database tests on the second engine.
    if code not in {0, 5} and outcome.failed == 0:
        outcome.failed = 1
    return outcome


def selection(engine: str, everything: bool) -> str:
    """Return pytest's marker expression for an engine. Browser tests run on one engine only."""
    parts = [] if everything else ["not long", "not renders"]
    if engine == "postgres" or not everything:
        parts.append("not browser")
    if engine == "postgres":
        parts.append("not sqlite_only")
        if not everything:
            parts.append("not long_on_postgres")
    return " and ".join(parts)


def command(engine: str, words: list[str], everything: bool, report: Path, processes: int) -> list[str]:
    """Return the pytest command for one engine."""
    parallel = ["-n", str(processes)] if processes > 1 and not any(word.startswith("-n") for word in words) else []
    own = [
        "-m",
        selection(engine, everything),
        f"--junitxml={report}",
        "-o",
        f"cache_dir=.pytest_cache/{engine}",
        *parallel,
    ]
    return [sys.executable, "-m", "pytest", "-q", *own, *words]


@contextlib.contextmanager
def postgres_url() -> Iterator[str]:
    """Yield the URL of the server in `DATABASE_URL`, else of one from the wheel."""
    if database_url := os.environ.get("DATABASE_URL"):
        yield database_url
        return
    with template_databases.postgres_server() as url:
        yield url


def _start(
    engine: str, url: str, words: list[str], everything: bool, scratch: Path, share: int
) -> subprocess.Popen[bytes]:
    # Bytecode is written even if the shell forbids it, or every process would compile the product again.
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}}
    env |= {"DATABASE_URL": url} if url else {}
    # The first engine's output is shown at once, the second's when the first is done.
    output = None if engine == "sqlite" or share == 1 else (scratch / f"{engine}.log").open("wb")
    # At least two, so that the engine that ends last leaves no core idle; in the daily run that is never PostgreSQL, with few
    # tests.
    ends_first = engine == "postgres" and share > 1 and not everything
    processes = max(1 if ends_first else 2, (os.cpu_count() or 1) // share)
    line = command(engine, words, everything, scratch / f"{engine}.xml", processes)
    return subprocess.Popen(
        line, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT if output else None
    )


def run(engines: list[str], words: list[str], everything: bool) -> Outcome:
    """Run the engines in parallel."""
    total = Outcome()
    with tempfile.TemporaryDirectory(prefix="doanso-run-") as folder, contextlib.ExitStack() as stack:
        scratch = Path(folder)
        urls = {"sqlite": ""}
        if "postgres" in engines:
            try:
                urls["postgres"] = stack.enter_context(postgres_url())
            except postgres.Unavailable as problem:
                engines = [engine for engine in engines if engine != "postgres"]
                total.left_out.add(f"PostgreSQL: {problem}")
                total.failed += int(REQUIRE_ALL)
        started = {name: _start(name, urls[name], words, everything, scratch, len(engines)) for name in engines}
        try:
            for engine, process in started.items():
                code = process.wait()
                log = scratch / f"{engine}.log"
                if log.exists():
                    print(f"\n--- {engine} ---\n{log.read_text(encoding='utf-8', errors='replace')}", flush=True)
                outcome = read_report(scratch / f"{engine}.xml", code)
                print(f"{engine}: {outcome.line()}", flush=True)
                total.add(outcome)
        finally:
            for process in started.values():
                if process.poll() is None:
                    process.terminate()
                    process.wait()
    return total


def main(words: list[str]) -> int:
    """Run the tests, list those left out, and print the totals; return the exit code."""
    began = time.monotonic()
    # Both engines and the server are ended by the blocks that started them, also when a supervisor ends this run.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))
    everything = "--all" in words
    engines = [name for name in ("sqlite", "postgres") if f"--{name}" in words] or ["sqlite", "postgres"]
    rest = [word for word in words if word not in {"--all", "--sqlite", "--postgres"}]
    os.environ["DOANSO_TEST_ALL"] = "1" if everything else "0"
    total = run(engines, rest, everything)
    if not everything:
        total.left_out.add("browser journeys and long properties (--all runs them)")
    for name in sorted(total.left_out):
        print(f"Left out: {name}")
    print(f"Took {time.monotonic() - began:.0f} s.")
    print(total.line())
    return int(total.failed > 0 or total.passed == 0)
