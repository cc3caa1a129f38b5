"""Fixtures of every app's tests."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.test import Client

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.testing import TODAY, Tree, grow_tree


@pytest.fixture(autouse=True)
def business_day(settings, tmp_path: Path) -> Callable[[date], None]:
    """The business day is 2023-11-12 in every test; call the fixture with another day to move it."""
    settings.BUSINESS_DAY_FILE = tmp_path / "business-day"
    clock.set_today(TODAY)
    return clock.set_today


@pytest.fixture
def tree(db) -> Tree:
    """The small tree and its cast; see `doanso.testing`."""
    return grow_tree()


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """A browser in which that user is signed in."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in
