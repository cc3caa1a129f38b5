"""What the second engine is asked: every test that is given a database, and no other."""

import os
import subprocess
import sys

import pytest

_FILES = [
    "doanso/lib/tests/test_numbers.py",
    "doanso/lib/tests/test_wide_cache.py",
    "doanso/accounts/tests/test_accounts.py",
]


_ELSEWHERE = "postgres://nobody@127.0.0.1:1/none"


@pytest.mark.parametrize(
    ("url", "asked"),
    [("", ["test_accounts", "test_numbers", "test_wide_cache"]), (_ELSEWHERE, ["test_accounts", "test_wide_cache"])],
    ids=["sqlite", "postgres"],
)
def test_a_test_without_a_database_runs_on_sqlite_only(url, asked):
    line = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *_FILES]
    done = subprocess.run(line, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=True)
    collected = [one for one in done.stdout.splitlines() if "::" in one]
    assert sorted({one.split("::")[0].split("/")[-1].removesuffix(".py") for one in collected}) == asked
