"""`./dev test`: the tests on SQLite and on PostgreSQL in parallel, with one final line of totals.

`--all` runs everything on both engines and records it in `tools/whole_run.txt`; `--ci` runs everything on SQLite, and on
PostgreSQL the apps that changed since that record; without either, browser journeys and long properties are left out. `--failed`
runs what failed last. `--cost` adds the CPU time by app, mark and engine. `--sqlite` or `--postgres` runs one engine alone; every
other word is passed to pytest. A failure is printed when it happens. Tests that could not be run are named;
`DOANSO_REQUIRE_ALL=1` makes each such gap a failure.
"""

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tools import costs, postgres, template_databases, whole_run

OPTIONS = {"--all", "--ci", "--failed", "--cost", "--sqlite", "--postgres"}
REQUIRE_ALL = os.environ.get("DOANSO_REQUIRE_ALL") == "1"


@dataclass
class Outcome:
    """The counts of one or more runs."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    left_out: set[str] = field(default_factory=set)
    failed_apps: set[str] = field(default_factory=set)
    broke_off: bool = False

    def add(self, other: "Outcome") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.left_out |= other.left_out
        self.failed_apps |= other.failed_apps
        self.broke_off |= other.broke_off

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
                outcome.failed_apps.add(whole_run.app_of(case.get("classname", "")))
            elif (skip := case.find("skipped")) is not None:
                outcome.skipped += 1
                outcome.left_out.add(skip.get("message", "skipped without a reason"))
            else:
                outcome.passed += 1
    # 5: nothing was selected, as for a path without database tests on the second engine.
    if code not in {0, 5} and outcome.failed == 0:
        outcome.failed = 1
    outcome.broke_off = code not in {0, 1, 5}
    return outcome


def selection(engine: str, scope: str) -> str:
    """Return pytest's marker expression for an engine. Browser tests run on one engine only."""
    parts = ["not long", "not renders"] if scope == "daily" else []
    if engine == "postgres" or scope == "daily":
        parts.append("not browser")
    if engine == "postgres":
        parts.append("not sqlite_only")
        if scope == "daily":
            parts.append("not long_on_postgres")
    return " and ".join(parts)


def command(engine: str, words: list[str], scope: str, report: Path, processes: int) -> list[str]:
    """Return the pytest command for one engine."""
    # A process that is done takes tests from another's queue, so that none waits behind a walk of minutes.
    parallel = (
        ["-n", str(processes), "--dist", "worksteal"]
        if processes > 1 and not any(word.startswith("-n") for word in words)
        else []
    )
    own = [
        "-m",
        selection(engine, scope),
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


def _follow(engine: str, process: subprocess.Popen[str], report: Path) -> Outcome:
    """Print the engine's output line by line as it comes, under its name, and at its end its counts; return these."""
    for line in process.stdout or ():
        print(f"{engine:8} {line.rstrip()}".rstrip(), flush=True)
    outcome = read_report(report, process.wait())
    print(f"{engine}: {outcome.line()}", flush=True)
    return outcome


def _start(engine: str, url: str, words: list[str], scope: str, scratch: Path, share: int) -> subprocess.Popen[str]:
    # Bytecode is written even if the shell forbids it, or every process would compile the product again.
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}}
    env |= {"DATABASE_URL": url} if url else {}
    # At least two, so that the engine that ends last leaves no core idle; that is never PostgreSQL where it is asked little.
    asked_little = scope == "daily" or (scope == "ci" and whole_run.SHARED not in whole_run.changed())
    ends_first = engine == "postgres" and share > 1 and asked_little
    processes = max(1 if ends_first else 2, (os.cpu_count() or 1) // share)
    line = command(engine, words, scope, scratch / f"{engine}.xml", processes)
    output = None if share == 1 else subprocess.PIPE
    error = None if share == 1 else subprocess.STDOUT
    return subprocess.Popen(
        line, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=error, text=True, errors="replace"
    )


def run(engines: list[str], words: list[str], scope: str) -> Outcome:
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
        started = {name: _start(name, urls[name], words, scope, scratch, len(engines)) for name in engines}
        followers = stack.enter_context(ThreadPoolExecutor())
        try:
            reports = [scratch / f"{engine}.xml" for engine in started]
            for outcome in followers.map(_follow, started, started.values(), reports):
                total.add(outcome)
        finally:
            for process in started.values():
                if process.poll() is None:
                    process.terminate()
                    process.wait()
    return total


def cpu_time() -> float:
    """Return the CPU seconds of all processes that this one started and that have ended, with those below them."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def _report_costs(folder: Path, scope: str, is_partial: bool) -> None:
    """Print the tables of costs; a run of everything puts them into `docs/testing.md`."""
    text = costs.tables(costs.read_costs(folder))
    print(f"\n{text}\n")
    if scope == "all" and not is_partial:
        costs.write_document(text)


def _scope(words: Collection[str]) -> str:
    """Return the scope that the words ask for; what failed last is asked again wherever it failed."""
    if "--ci" in words:
        return "ci"
    return "all" if {"--all", "--failed"} & set(words) else "daily"


def main(words: list[str]) -> int:
    """Run the tests, list those left out, and print the totals; return the exit code."""
    began = time.monotonic()
    # Both engines and the server are ended by the blocks that started them, also when a supervisor ends this run.
    signal.signal(signal.SIGTERM, lambda *_received: sys.exit(143))
    scope = _scope(words)
    engines = [name for name in ("sqlite", "postgres") if f"--{name}" in words] or ["sqlite", "postgres"]
    rest = [word for word in words if word not in OPTIONS]
    is_partial = bool(rest) or len(engines) == 1 or "--failed" in words
    if "--failed" in words:
        rest += ["--last-failed", "--last-failed-no-failures=none"]
    os.environ["DOANSO_TEST_SCOPE"] = scope
    if any(Path(word.partition("::")[0]).exists() for word in rest):
        os.environ["DOANSO_TEST_NAMED"] = "1"
    before = whole_run.hash_apps()
    with tempfile.TemporaryDirectory(prefix="doanso-costs-") as folder:
        if "--cost" in words:
            os.environ["DOANSO_TEST_COSTS"] = folder
        total = run(engines, rest, scope)
        if "--cost" in words:
            _report_costs(Path(folder), scope, is_partial)
    if scope == "all" and not is_partial:
        if total.broke_off or total.left_out:
            print(f"{whole_run.RECORD} is left as it was, because not everything ran.")
        else:
            whole_run.write_record(before, total.failed_apps)
    if scope == "daily":
        total.left_out.add("browser journeys and long properties (--all runs them)")
    elif scope == "ci":
        print(f"Whole on PostgreSQL: {', '.join(sorted(whole_run.changed())) or 'no app, none changed'}.")
    for name in sorted(total.left_out):
        print(f"Left out: {name}")
    print(f"Took {time.monotonic() - began:.0f} s, {cpu_time():.0f} s of CPU.")
    if "--failed" in words and total.passed + total.failed == 0:
        print("Nothing failed last time.")
        return 0
    print(total.line())
    return int(total.failed > 0 or total.passed == 0)
