"""Pytest plugin: block the network, use template databases, select tests for PostgreSQL, and forbid silent skips."""

import contextlib
import fcntl
import functools
import gc
import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tools.template_databases import ROOT, create_test_database

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


def is_daily() -> bool:
    """Return whether this run is without `--all`."""
    return os.environ.get("DOANSO_TEST_ALL") != "1"


def examples(number: int) -> int:
    """Return how many examples a property gets that SQLite plays `number` times: on PostgreSQL a third, unless `--all`."""
    return max(3, number // 3) if ON_POSTGRES and is_daily() else number


# No deadline: the time of an example depends on the load of the machine. A property without a number of its own gets
# hypothesis' hundred examples with `--all`, and so in CI.
EXAMPLES = 100 if os.environ.get("DOANSO_TEST_ALL") == "1" else examples(40)
settings.register_profile("doanso", deadline=None, max_examples=EXAMPLES, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("doanso")

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


_OF_DATABASES = {"db", "transactional_db", "live_server"}


def asks_a_database(item: pytest.Item) -> bool:
    """Return whether a test uses a database, by its mark or by a fixture."""
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not _OF_DATABASES.isdisjoint(fixtures)


def commits(item: pytest.Item) -> bool:
    """Return whether a test really commits, as tests with two connections do."""
    mark = item.get_closest_marker("django_db")
    return "transactional_db" in getattr(item, "fixturenames", ()) or bool(mark and mark.kwargs.get("transaction"))


_A_PAGE = re.compile(r"test_(\w+_)?pages?\.py")
_OF_FILES = (
    "doanso/documents/",
    "doanso/files/",
    "doanso/home/",
    "doanso/incoming/",
    "doanso/official_form/",
    "doanso/reports/",
    "doanso/signing/",
)
_ENGINES = "doanso.lib.database"


def _modules_named_in(module: ModuleType) -> set[str]:
    """Return the product's modules that a module imports, or that define a name it imports."""
    modules = set()
    for value in vars(module).values():
        name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if isinstance(name, str) and name.startswith("doanso."):
            modules.add(name)
    return modules


def _is_of_engines(name: str) -> bool:
    return name == _ENGINES or name.startswith(f"{_ENGINES}.")


@functools.cache
def reaches_engines(name: str) -> bool:
    """Return whether a module imports `lib.database`, which alone differs between engines."""
    module = sys.modules.get(name)
    return module is not None and any(map(_is_of_engines, _modules_named_in(module)))


@functools.cache
def is_about_engines(name: str) -> bool:
    """Return whether a test module imports `lib.database`, or a module that does; test helpers are followed."""
    module = sys.modules.get(name)
    named = _modules_named_in(module) - {name} if module is not None else set()
    return any(
        is_about_engines(module) if ".tests." in module else _is_of_engines(module) or reaches_engines(module)
        for module in sorted(named)
    )


def is_further_case(item: pytest.Item) -> bool:
    """Return whether a test is a case of a parametrized function, and not its first."""
    cases = getattr(item, "callspec", None)
    return cases is not None and any(index > 0 for index in cases.indices.values())


_MAY_NEED_POSTGRES = re.compile(r"\bengines\b|\btransaction=True|\btransactional_db\b|\blive_server\b")


@functools.cache
def is_never_daily_on_postgres(path: Path) -> bool:
    """Return whether the text of a test module shows that PostgreSQL runs none of it in a daily run, so that it need not even be
    imported there: a page or an app about files, and neither the mark `engines` nor a test that commits.
    """
    name = path.name
    try:
        place = path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return False
    if not name.startswith("test_") or not (place.startswith(_OF_FILES) or _A_PAGE.fullmatch(name)):
        return False
    return _MAY_NEED_POSTGRES.search(path.read_text(encoding="utf-8")) is None


def asks_postgres(item: pytest.Item) -> bool:
    """Return whether a test also runs on PostgreSQL: with `--all` each with a database, else those that depend on the engine.

    The latter are marked `engines`, commit, or are in a module that imports one that imports `lib.database`, and do not belong
    to pages or to an app about files; of a parametrized test only the first case, unless its module imports `lib.database`: the
    others send nearly the same statements with other values.
    """
    if not asks_a_database(item):
        return False
    if not is_daily() or item.get_closest_marker("engines") is not None or commits(item):
        return True
    if not isinstance(item, pytest.Function):
        return False
    module = item.module.__name__
    if is_further_case(item) and not reaches_engines(module):
        return False
    path = item.location[0]
    if path.startswith(_OF_FILES) or _A_PAGE.fullmatch(path.rpartition("/")[2]) is not None:
        return False
    return is_about_engines(module)


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
    """Let one process at a time read a test module: the first rewrites its assertions, the others load what it stored."""
    if not isinstance(collector, pytest.Module):
        return (yield)
    with _locked(collector.path):
        return (yield)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out modules of which PostgreSQL runs nothing in a daily run, unless they are named on the command line."""
    return True if ON_POSTGRES and is_daily() and is_never_daily_on_postgres(collection_path) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that are redundant on the second engine: without a database, or independent of its SQL and locks."""
    if not ON_POSTGRES:
        _require_collected_on_postgres(items)
        return
    config.hook.pytest_deselected(items=[item for item in items if not asks_postgres(item)])
    items[:] = [item for item in items if asks_postgres(item)]


def _require_collected_on_postgres(items: list[pytest.Item]) -> None:
    """Refuse a test that PostgreSQL should run daily in a module that it does not collect: SQLite collects them all."""
    for item in items:
        if is_daily() and is_never_daily_on_postgres(item.path) and asks_postgres(item):
            raise pytest.UsageError(f"{item.nodeid} must name `engines` or `transaction=True` in its own module.")


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
