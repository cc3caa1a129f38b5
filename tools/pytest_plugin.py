"""Pytest plugin: block the network, use template databases, select tests for PostgreSQL, report failures at once, and forbid
silent skips."""

import contextlib
import fcntl
import functools
import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tools.costs import CostRecorder
from tools.selection import (
    ON_POSTGRES,
    asks_postgres,
    examples,
    is_left_out,
    is_left_out_on_postgres,
    is_whole,
    sort_key,
    spare_variants,
)
from tools.template_databases import create_test_database
from tools.whole_run import app_of

# A property without a number of its own gets hypothesis' hundred examples where its app is tested whole, else forty. No
# deadline: the time of an example depends on the load of the machine.
for profile, number in (("whole", 100), ("short", 40)):
    settings.register_profile(
        profile, deadline=None, max_examples=examples(number), suppress_health_check=[HealthCheck.too_slow]
    )
settings.load_profile("short")

REQUIRE_ALL = os.environ.get("DOANSO_REQUIRE_ALL") == "1"
_LOOPBACK = ("127.", "::1", "localhost")


# Collecting makes two million objects that live as long as the process: the collector of garbage waits until they are
# there, and then passes them over.
gc.disable()
GARBAGE_THRESHOLDS = (20_000, 20, 20)


class NetworkBlocked(RuntimeError):
    """A test tried to use the network."""


def _is_local(family: int, address: Any) -> bool:
    return family == getattr(socket, "AF_UNIX", None) or str(address[0]).startswith(_LOOPBACK)


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Restrict sockets and name look-ups to this machine."""
    patch = pytest.MonkeyPatch()
    look_up = socket.getaddrinfo

    class LocalSocket(socket.socket):
        def connect(self, address: Any) -> None:
            if not _is_local(self.family, address):
                raise NetworkBlocked(f"A test tried to reach {address!r}")
            super().connect(address)

        def connect_ex(self, address: Any) -> int:
            if not _is_local(self.family, address):
                raise NetworkBlocked(f"A test tried to reach {address!r}")
            return super().connect_ex(address)

    def local_look_up(host: Any, *args: Any, **options: Any) -> Any:
        if host and not str(host).startswith(_LOOPBACK):
            raise NetworkBlocked(f"A test tried to look up {host!r}")
        return look_up(host, *args, **options)

    patch.setattr(socket, "socket", LocalSocket)
    patch.setattr(socket, "getaddrinfo", local_look_up)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def databases_from_templates(django_test_environment: None) -> None:
    """Create test databases as copies of a migrated template; see `tools.template_databases`."""
    from django.db import connections

    for connection in connections.all():
        creation = connection.creation
        from_template = functools.partial(create_test_database, creation, creation.create_test_db)
        creation.create_test_db = from_template  # type: ignore[method-assign]


@pytest.fixture(autouse=True, scope="session")
def no_permissions_after_flush() -> Iterator[None]:
    """Leave Django's content types and permissions out when a test that commits has emptied its tables: nothing reads them."""
    from django.core.management.commands import flush

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_words, **_options: None)
        yield


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the file's lock; test processes of both engines collect at the same time."""
    with path.open("rb") as file:
        # A file system without locks costs the others' work twice, nothing else.
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Any:
    """Let one process at a time read a test module: the first rewrites its assertions, the others load what it stored.

    Properties take the number of their examples when they are read.
    """
    if not isinstance(collector, pytest.Module):
        return (yield)
    settings.load_profile("whole" if is_whole(app_of(collector.nodeid)) else "short")
    with _locked(collector.path):
        return (yield)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out modules of which this run asks PostgreSQL nothing, unless they are named on the command line."""
    return True if ON_POSTGRES and is_left_out_on_postgres(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that this run leaves out, of apps that did not change and those that are redundant on the second engine, and
    sort the others by `sort_key`.
    """
    left_out = spare_variants(items) | set(filter(is_left_out, items))
    if ON_POSTGRES:
        left_out |= {item for item in items if not asks_postgres(item)}
    else:
        _require_collected_on_postgres(items)
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]
    items.sort(key=sort_key)


def _require_collected_on_postgres(items: list[pytest.Item]) -> None:
    """Refuse a test that PostgreSQL should run in a module that it does not collect: SQLite collects them all."""
    for item in items:
        if is_left_out_on_postgres(item.path) and asks_postgres(item):
            raise pytest.UsageError(f"{item.nodeid} must name `engines` or `transaction=True` in its own module.")


class FailuresAtOnce:
    """Prints a failed test the moment it fails; pytest prints it again at the end."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Print the test's name and its traceback."""
        reporter = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and reporter is not None:
            # Ends the line of dots first.
            reporter.write_line("")
            reporter.write_line(f"FAILED {report.nodeid} ({report.when})", red=True)
            reporter.write_line(report.longreprtext)


def pytest_configure(config: pytest.Config) -> None:
    """Report failures at once, in the process that speaks to the terminal, and record costs where `--cost` asks for them."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FailuresAtOnce(config))
    if folder := os.environ.get("DOANSO_TEST_COSTS"):
        config.pluginmanager.register(CostRecorder(Path(folder)))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Exempt modules and collected tests from garbage collection, which would walk them a dozen times in a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE_THRESHOLDS)
    gc.enable()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Turn a skip into a failure where `DOANSO_REQUIRE_ALL=1` promises that everything is installed."""
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was left out although everything is required: {reason}"
    return report
