"""What the second engine is asked: with `--all` every test that is given a database, and every day those that reach its SQL."""

import os
import subprocess
import sys

import pytest

_FILES = [
    "doanso/lib/tests/test_numbers.py",
    "doanso/lib/tests/test_wide_cache.py",
    "doanso/members/tests/test_pages.py",
    "doanso/documents/tests/test_drafts.py",
    "doanso/documents/tests/test_numbers.py",
    "doanso/adoption/tests/test_attest.py",
    "doanso/ledger/tests/test_take_back.py",
]


@pytest.mark.parametrize(
    ("everything", "asked"),
    [
        ("0", ["adoption/test_attest", "documents/test_numbers", "ledger/test_take_back", "lib/test_wide_cache"]),
        (
            "1",
            [
                "adoption/test_attest",
                "documents/test_drafts",
                "documents/test_numbers",
                "ledger/test_take_back",
                "lib/test_wide_cache",
                "members/test_pages",
            ],
        ),
    ],
    ids=["every day", "all"],
)
def test_postgres_is_asked_what_its_rows_may_answer_otherwise(everything, asked):
    line = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *_FILES]
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "DOANSO_TEST_ALL": everything}
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    files = {one.split("::")[0] for one in done.stdout.splitlines() if "::" in one}
    found = sorted(one.removeprefix("doanso/").removesuffix(".py").replace("/tests/", "/") for one in files)
    assert found == asked
