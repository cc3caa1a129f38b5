"""Fixtures of every app's tests."""

import base64
from collections.abc import Callable
from datetime import date
from importlib import import_module

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django.fixtures import Settings

from doanso.accounts.models import User
from doanso.lib import clock, sandbox
from doanso.lib.database import lock_order
from doanso.lock_order import ORDER
from doanso.signing.verification.own_files import answers_here
from doanso.testing import TODAY, Tree, cut_tree, find_or_grow_tree, signed_in
from doanso.tests.sandbox_here import run_here, stream_here
from tools.selection import asks_a_database

_VERIFY = import_module("doanso.signing.verification.verify")
_PROCESSES, _ANSWERS = (sandbox.run, sandbox.stream), _VERIFY.answers


@pytest.fixture(autouse=True, scope="session")
def _business_day_file(django_test_environment: None, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep the business day in a file of this process."""
    django_settings.BUSINESS_DAY_FILE = tmp_path_factory.mktemp("day") / "business-day"


@pytest.fixture
def business_day() -> Callable[[date], None]:
    """Return the function that moves the business day, which is 2023-11-12 at the beginning of each test."""
    return clock.set_today


def _open_files(*, here: bool) -> None:
    """Open workbooks and files and verify signed files in the test's own process, or in a process for each of them."""
    sandbox.run, sandbox.stream = (run_here, stream_here) if here else _PROCESSES
    _VERIFY.answers = answers_here if here else _ANSWERS  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _begin(request: pytest.FixtureRequest) -> None:
    """Begin each test with its business day, its way of opening files, and without the tree that came with the database
    unless it asks for it. In one fixture, because pytest spends as long on setting up a fixture as on this.

    Tests marked `apart` open files in the real process, and so do browser tests, since Playwright's loop runs in this one.
    """
    if clock.today() != TODAY:
        clock.set_today(TODAY)
    node = request.node
    _open_files(here=not any(node.get_closest_marker(name) for name in ("apart", "browser")))
    if "tree" not in request.fixturenames and asks_a_database(node):
        request.getfixturevalue("_django_db_helper")
        cut_tree()


@pytest.fixture
def known_lookup_key(settings: Settings) -> None:
    """Use a fixed key for look-up hashes, so that a test can state them."""
    key = base64.b64encode(b"doanso-test-lookup-key-of-32-byt").decode()
    settings.DOANSO_KEYS = settings.DOANSO_KEYS | {"lookup": key}


@pytest.fixture
def tree(db: None) -> Tree:
    """The small tree and its cast; see `doanso.testing`."""
    return find_or_grow_tree()


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A function that returns a client signed in as a user."""
    return signed_in


@pytest.fixture(autouse=True, scope="session")
def locks_in_order() -> None:
    """Check the order of locks in every transaction of every test."""
    lock_order.watch(ORDER)
