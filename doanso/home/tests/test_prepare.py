"""`doanso prepare`: what a start needs, in one process; the code of the first setup is printed for a terminal alone."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command as call

from doanso.home.management.commands import prepare


@pytest.mark.parametrize(("address", "hint"), [("http://127.0.0.1:8000", False), ("", True)])
def test_it_migrates_collects_and_prints_the_code_where_an_address_is_given(monkeypatch, address, hint):
    calls: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(prepare, "call_command", lambda name, **options: calls.append((name, options)))
    out = StringIO()

    call("prepare", address=address, stdout=out)

    assert [name for name, _options in calls] == ["migrate", "collectstatic", "setup_code"]
    options = calls[-1][1]
    assert (options["if_open"], options["address"], options["hint"]) == (True, address, hint)
