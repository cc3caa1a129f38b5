"""Which tests a run asks: its scope is `daily`, `ci` or `all`, and PostgreSQL is asked less than SQLite.

With `all` both engines run everything that may differ on them. With `ci` the apps that changed since the last recorded run of
everything are tested like that; of the others PostgreSQL runs what may depend on the engine, and SQLite leaves out what only
repeats a shorter test on more cases. A selection depends on nothing but a test's module, its marks and the files of the project,
so that parallel processes agree.
"""

import functools
import hashlib
import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType

import pytest

from tools import whole_run
from tools.template_databases import ROOT

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


def scope() -> str:
    """Return the scope of this run."""
    return os.environ.get("DOANSO_TEST_SCOPE", "daily")


def is_changed(app: str) -> bool:
    """Return whether an app must be tested as after a change; with `all`, or where tests are named, every app must."""
    return scope() == "all" or "DOANSO_TEST_NAMED" in os.environ or app in whole_run.changed()


def is_whole(app: str) -> bool:
    """Return whether this run leaves nothing of an app out."""
    return scope() != "daily" and is_changed(app)


def shows_every_variant(app: str) -> bool:
    """Return whether this run looks at an app's pages in every width and theme: the app, or what all pages look like, changed."""
    return is_changed(app) or is_changed(whole_run.LOOKS)


def is_left_out(item: pytest.Item) -> bool:
    """Return whether `if_changed(scope, app)` leaves a test out of this run: neither that app nor the test's own changed."""
    own = whole_run.app_of(item.location[0])
    return any(
        mark.args[0] == scope() and not any(map(is_changed, (own, *mark.args[1:])))
        for mark in item.iter_markers("if_changed")
    )


def is_even(name: str) -> bool:
    """Return a choice between two halves that is the same in every process."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def is_spare(name: str, *, width: int, dark: bool) -> bool:
    """Return whether a page may be left out in this width and theme: of four variants two remain, with both widths and themes."""
    return ((width < 700) == dark) == is_even(name)


def spare_variants(items: Iterable[pytest.Item]) -> set[pytest.Item]:
    """Return the tests of pages that are left out: of a function with all four variants two, unless its app changed."""
    functions: dict[str, dict[tuple[int, bool], list[pytest.Item]]] = {}
    for item in items:
        parameters = getattr(item, "callspec", None)
        if parameters is None or not {"width", "dark"} <= parameters.params.keys():
            continue
        variant = (parameters.params["width"], parameters.params["dark"])
        functions.setdefault(item.nodeid.partition("[")[0], {}).setdefault(variant, []).append(item)
    return {
        item
        for name, variants in functions.items()
        if len(variants) == 4
        for (width, dark), tests in variants.items()
        for item in tests
        if is_spare(name.partition("::")[0], width=width, dark=dark)
        and not shows_every_variant(whole_run.app_of(item.location[0]))
    }


def examples(number: int) -> int:
    """Return how many examples a property gets that SQLite plays `number` times: on PostgreSQL a third, except with `all`."""
    return max(3, number // 3) if ON_POSTGRES and scope() != "all" else number


_OF_DATABASES = {"db", "transactional_db", "live_server"}


def asks_a_database(item: pytest.Item) -> bool:
    """Return whether a test uses a database, by its mark or by a fixture."""
    fixtures = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not _OF_DATABASES.isdisjoint(fixtures)


def commits(item: pytest.Item) -> bool:
    """Return whether a test really commits, as tests with two connections do."""
    mark = item.get_closest_marker("django_db")
    fixtures = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or bool(mark and mark.kwargs.get("transaction"))


def sort_key(item: pytest.Item) -> tuple[bool, bool, bool]:
    """Return when a test is run. Tests that commit come last, because they empty the tables that others find filled; of them
    those of minutes first. In CI the apps that changed come first, because a failure is most likely there.
    """
    is_early = item.get_closest_marker("begins_first") is not None
    is_likely = scope() == "ci" and is_whole(whole_run.app_of(item.location[0]))
    return commits(item), not is_early, not is_likely


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


def place(path: Path) -> str | None:
    """Return the path of a file within the project; None of one outside."""
    try:
        return path.resolve().relative_to(ROOT).as_posix()
    except ValueError:
        return None


@functools.cache
def is_never_daily_on_postgres(path: Path) -> bool:
    """Return whether the text of a test module shows that PostgreSQL runs none of it in a daily run, so that it need not even be
    imported there: a page or an app about files, and neither the mark `engines` nor a test that commits.
    """
    name, within = path.name, place(path)
    if within is None or not name.startswith("test_"):
        return False
    if not within.startswith(_OF_FILES) and not _A_PAGE.fullmatch(name):
        return False
    return _MAY_NEED_POSTGRES.search(path.read_text(encoding="utf-8")) is None


def is_left_out_on_postgres(path: Path) -> bool:
    """Return whether this run asks PostgreSQL nothing of a test module; see `is_never_daily_on_postgres`."""
    within = place(path)
    return within is not None and not is_whole(whole_run.app_of(within)) and is_never_daily_on_postgres(path)


def asks_postgres(item: pytest.Item) -> bool:
    """Return whether a test also runs on PostgreSQL: of an app that is tested whole each with a database, else those that depend
    on the engine.

    The latter are marked `engines`, commit, or are in a module that imports one that imports `lib.database`, and do not belong
    to pages or to an app about files; of a parametrized test only the first case, unless its module imports `lib.database`: the
    others send nearly the same statements with other values. Long walks and drawings are not among them. A daily run asks of an
    app that did not change only what is marked, commits, or imports `lib.database` itself.
    """
    app = whole_run.app_of(item.location[0])
    if not asks_a_database(item):
        return False
    if is_whole(app):
        return True
    if any(item.get_closest_marker(name) is not None for name in ("long", "renders", "long_on_postgres")):
        return False
    if item.get_closest_marker("engines") is not None or commits(item):
        return True
    if not isinstance(item, pytest.Function):
        return False
    module = item.module.__name__
    if not reaches_engines(module) and (is_further_case(item) or (scope() == "daily" and not is_changed(app))):
        return False
    path = item.location[0]
    if path.startswith(_OF_FILES) or _A_PAGE.fullmatch(path.rpartition("/")[2]) is not None:
        return False
    return is_about_engines(module)
