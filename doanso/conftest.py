"""Fixtures of every app's tests."""

import base64
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from doanso.accounts.models import User
from doanso.lib import clock, sandbox
from doanso.lib.database import lock_order
from doanso.lock_order import ORDER
from doanso.signing.verification.own_files import answers_here
from doanso.testing import TODAY, Tree, cut_tree, find_or_grow_tree, signed_in
from doanso.tests.sandbox_here import run_here, stream_here
from tools.pytest_plugin import asks_a_database


@pytest.fixture(scope="session")
def _business_day_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of this process; a folder of each test's own would be made for the tests that need none, too."""
    return tmp_path_factory.mktemp("day") / "business-day"


@pytest.fixture(autouse=True)
def business_day(settings: Settings, _business_day_file: Path) -> Callable[[date], None]:
    """Set the business day to 2023-11-12; call the fixture with another day to move it."""
    settings.BUSINESS_DAY_FILE = _business_day_file
    clock.set_today(TODAY)
    return clock.set_today


@pytest.fixture(autouse=True)
def opened_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Open workbooks and files and verify signed files in the test's own process, not in a process for each of them.

    Tests marked `apart` use the real process, and so do browser tests, since Playwright's loop runs in this one.
    """
    if not any(request.node.get_closest_marker(name) for name in ("apart", "browser")):
        monkeypatch.setattr(import_module("doanso.signing.verification.verify"), "answers", answers_here)
        monkeypatch.setattr(sandbox, "run", run_here)
        monkeypatch.setattr(sandbox, "stream", stream_here)


@pytest.fixture
def known_lookup_key(settings: Settings) -> None:
    """Use a fixed key for look-up hashes, so that a test can state them."""
    key = base64.b64encode(b"doanso-test-lookup-key-of-32-byt").decode()
    settings.DOANSO_KEYS = settings.DOANSO_KEYS | {"lookup": key}


@pytest.fixture
def tree(db: None) -> Tree:
    """The small tree and its cast; see `doanso.testing`."""
    return find_or_grow_tree()


@pytest.fixture(autouse=True)
def _empty_database(request: pytest.FixtureRequest) -> None:
    """Remove the tree that came with the database, unless the test asks for it."""
    if asks_a_database(request.node) and "tree" not in request.fixturenames:
        request.getfixturevalue("_django_db_helper")
        cut_tree()


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A function that returns a client signed in as a user."""
    return signed_in


@pytest.fixture(autouse=True, scope="session")
def locks_in_order() -> None:
    """Check the order of locks in every transaction of every test."""
    lock_order.watch(ORDER)
