"""What the second engine is asked: with `--all` every test that is given a database, and every day those that reach its SQL."""

import json
import os
import subprocess
import sys

from tools.pytest_plugin import is_never_daily_on_postgres
from tools.template_databases import ROOT

_FILES = [
    "doanso/lib/tests/test_numbers.py",
    "doanso/lib/tests/test_wide_cache.py",
    "doanso/members/tests/test_pages.py",
    "doanso/documents/tests/test_drafts.py",
    "doanso/documents/tests/test_numbers.py",
    "doanso/adoption/tests/test_attest.py",
    "doanso/ledger/tests/test_take_back.py",
]
# Collects once and asks for both runs. The hook comes before the plugin's own, which leaves items out.
_COLLECT = """
import json, os, sys
import pytest

class Asked:
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        from tools.pytest_plugin import asks_postgres
        for everything in ("0", "1"):
            os.environ["DOANSO_TEST_ALL"] = everything
            files = {item.location[0] for item in items if asks_postgres(item)}
            print(f"\\nasked: {json.dumps([everything, sorted(files)])}")

sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *sys.argv[1:]], plugins=[Asked()]))
"""


def test_postgres_is_asked_what_its_rows_may_answer_otherwise():
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "DOANSO_TEST_ALL": "1"}
    line = [sys.executable, "-c", _COLLECT, *_FILES]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    answers = [json.loads(text[len("asked: ") :]) for text in done.stdout.splitlines() if text.startswith("asked: ")]
    found = {
        everything: [file.removeprefix("doanso/").removesuffix(".py").replace("/tests/", "/") for file in files]
        for everything, files in answers
    }
    every_day = ["adoption/test_attest", "documents/test_numbers", "ledger/test_take_back", "lib/test_wide_cache"]
    assert found == {
        "0": every_day,
        "1": sorted([*every_day, "documents/test_drafts", "members/test_pages"]),
    }
    # The run itself is left with the files of its own selection.
    assert {line.split("::")[0] for line in done.stdout.splitlines() if "::" in line} == {
        f"doanso/{file.replace('/', '/tests/')}.py" for file in found["1"]
    }


def test_daily_postgres_leaves_out_pages_and_apps_about_files_unless_their_text_names_it():
    left_out = [file for file in _FILES if is_never_daily_on_postgres(ROOT / file)]
    assert left_out == ["doanso/members/tests/test_pages.py", "doanso/documents/tests/test_drafts.py"]
    assert not is_never_daily_on_postgres(ROOT / "doanso/documents/tests/conftest.py")
