"""The kinds of notices that the tests of this app use."""

import pytest

from doanso.home import inbox
from doanso.notices import ports
from doanso.notices.tests.example import register_examples


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """The example's kinds alone, so that the tests do not depend on the kinds of other apps."""
    monkeypatch.setattr(ports, "registered_kinds", {})
    register_examples()
    # Statements of an inbox are kept by user and role, and tests share their users.
    inbox._compiled.cache_clear()
    yield
    inbox._compiled.cache_clear()
