"""`./dev test --cost`: the CPU time of every test, as tables by app, by mark and by engine.

A test's cost is the CPU time, from its set-up to its tear-down, of its process, of the processes that it started (browsers too),
and on PostgreSQL of the server's process behind its connection. Collecting is what a process of tests needs beyond its tests. The
sum is more than the system counts for the run: it loses the time of a browser's processes, for which nobody waits.
"""

import json
import os
import resource
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import pytest

from tools.selection import ON_POSTGRES
from tools.whole_run import ROOT, app_of

MARKS = ("browser", "long", "renders")
DEAREST = 20
COLLECTING = ""
"""The name of a process's cost beyond its tests."""
DOCUMENT = ROOT / "docs" / "testing.md"
_BEGIN, _END = "<!-- costs -->", "<!-- end of costs -->"
_TICK = os.sysconf("SC_CLK_TCK")


# --- In a process of tests --------------------------------------------------------------------------------------------


def _children(pid: int | str) -> Iterator[str]:
    try:
        for task in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 -- names, thousands of times
            yield from Path(f"/proc/{pid}/task/{task}/children").read_text(encoding="ascii").split()
    except OSError:
        # The process has ended, and its parent has its time.
        return


def _living_children_time() -> float:
    """Return the CPU seconds of all processes below this one that have not ended."""
    total, waiting = 0.0, list(_children("self"))
    while waiting:
        pid = waiting.pop()
        try:
            status = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
        except OSError:
            continue
        # Own and waited-for children's time in both modes, counted from behind the name, which may hold spaces.
        total += sum(map(int, status.rpartition(")")[2].split()[11:15])) / _TICK
        waiting += _children(pid)
    return total


def _server_time() -> tuple[int, float]:
    """Return PostgreSQL's process behind this connection and its CPU seconds; zeros where there is none."""
    if ON_POSTGRES:
        from django.db import connection

        if connection.connection is not None and not connection.connection.closed:
            pid = connection.connection.info.backend_pid
            try:
                return pid, int(Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]) / 1e9
            except OSError:
                pass
    return 0, 0.0


@dataclass(frozen=True)
class _Reading:
    own: float
    children: float
    server: tuple[int, float]

    def until(self, later: "_Reading") -> float:
        """Return the CPU seconds between two readings; a connection that was opened in between counts from its start."""
        before = self.server[1] if self.server[0] == later.server[0] else 0.0
        return later.own - self.own + max(0.0, later.children - self.children) + max(0.0, later.server[1] - before)


def _read() -> _Reading:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return _Reading(time.process_time(), ended.ru_utime + ended.ru_stime + _living_children_time(), _server_time())


class CostRecorder:
    """Writes the cost of every test of this process to a file of the folder, one JSON object per line."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / f"{os.getpid()}.jsonl"
        self._file: TextIO | None = None
        self._own = 0.0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Any:
        """Measure one test."""
        before = _read()
        done = yield
        after = _read()
        self._own += after.own - before.own
        mark = next((mark for mark in MARKS if item.get_closest_marker(mark)), "daily")
        self._write(item.nodeid, mark, before.until(after))
        return done

    def pytest_sessionfinish(self) -> None:
        """Add what this process needed beyond its tests."""
        self._write(COLLECTING, COLLECTING, time.process_time() - self._own)

    def _write(self, test: str, mark: str, seconds: float) -> None:
        entry = {
            "test": test,
            "engine": "postgres" if ON_POSTGRES else "sqlite",
            "mark": mark,
            "seconds": round(seconds, 5),
        }
        if self._file is None:
            self._file = self._path.open("w", encoding="utf-8", buffering=1)
        self._file.write(json.dumps(entry, ensure_ascii=False) + "\n")


# --- Tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TestCost:
    """The cost of one test on one engine, in CPU seconds."""

    __test__ = False

    test: str
    engine: str
    mark: str
    seconds: float

    @property
    def app(self) -> str:
        """The app whose test it is."""
        return app_of(self.test.partition("::")[0])


def read_costs(folder: Path) -> list[TestCost]:
    """Return what the processes of a run wrote."""
    lines = [line for path in sorted(folder.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [TestCost(**json.loads(line)) for line in lines]


def _sums(costs: Iterable[TestCost], key: Callable[[TestCost], Hashable]) -> dict[Any, tuple[int, float]]:
    """Return the number of tests and their CPU seconds by a key."""
    sums: dict[Any, tuple[int, float]] = {}
    for cost in costs:
        number, seconds = sums.get(key(cost), (0, 0.0))
        sums[key(cost)] = number + 1, seconds + cost.seconds
    return sums


def _rows(costs: list[TestCost], key: Callable[[TestCost], str], head: str) -> Iterator[str]:
    by_engine = _sums(costs, lambda cost: (key(cost), cost.engine))
    yield f"| {head} | tests, SQLite | CPU-s | tests, PostgreSQL | CPU-s |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    total = _sums(costs, key)
    for name in sorted(total, key=lambda name: -total[name][1]):
        cells = [by_engine.get((name, engine), (0, 0.0)) for engine in ("sqlite", "postgres")]
        yield f"| {name} | " + " | ".join(f"{number} | {seconds:.1f}" for number, seconds in cells) + " |"


def tables(entries: list[TestCost]) -> str:
    """Return the tables of a run in Markdown."""
    costs = [entry for entry in entries if entry.test != COLLECTING]
    tests = sum(cost.seconds for cost in costs)
    collecting = sum(entry.seconds for entry in entries) - tests
    dearest = sorted(_sums(costs, lambda cost: (cost.test, cost.engine)).items(), key=lambda entry: -entry[1][1])
    lines = [
        f"{len(costs)} tests cost {tests:.0f} CPU-seconds, and collecting them {collecting:.0f}.",
        "",
        *_rows(costs, lambda cost: cost.mark, "mark"),
        "",
        *_rows(costs, lambda cost: cost.app, "app"),
        "",
        f"| the {DEAREST} dearest tests | engine | CPU-s |",
        "| --- | --- | ---: |",
        *(
            f"| `{test.removeprefix('doanso/')}` | {engine} | {seconds:.1f} |"
            for (test, engine), (_number, seconds) in dearest[:DEAREST]
        ),
    ]
    return "\n".join(lines)


def write_document(text: str, path: Path = DOCUMENT) -> None:
    """Replace the tables in `docs/testing.md`."""
    before, _mark, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    path.write_text(f"{before}{_BEGIN}\n{text}\n{_END}{after}", encoding="utf-8")
