"""The tables of costs add up, and a test's cost is what its process and those that it started needed."""

import os
import subprocess
import sys

import pytest

from tools.costs import COLLECTING, TestCost, read_costs, tables, write_document
from tools.template_databases import ROOT

pytestmark = pytest.mark.sqlite_only
COSTS = [
    TestCost("doanso/members/tests/test_pages.py::test_list", "sqlite", "daily", 0.5),
    TestCost("doanso/members/tests/test_pages.py::test_list", "postgres", "daily", 1.0),
    TestCost("doanso/phone/tests/test_journeys.py::test_door", "sqlite", "browser", 4.25),
    TestCost(COLLECTING, "sqlite", COLLECTING, 3.0),
]


def test_costs_are_summed_by_mark_app_and_engine_and_the_dearest_comes_first():
    assert tables(COSTS).split("\n") == [
        "3 tests cost 6 CPU-seconds, and collecting them 3.",
        "",
        "| mark | tests, SQLite | CPU-s | tests, PostgreSQL | CPU-s |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| browser | 1 | 4.2 | 0 | 0.0 |",
        "| daily | 1 | 0.5 | 1 | 1.0 |",
        "",
        "| app | tests, SQLite | CPU-s | tests, PostgreSQL | CPU-s |",
        "| --- | ---: | ---: | ---: | ---: |",
        "| phone | 1 | 4.2 | 0 | 0.0 |",
        "| members | 1 | 0.5 | 1 | 1.0 |",
        "",
        "| the 20 dearest tests | engine | CPU-s |",
        "| --- | --- | ---: |",
        "| `phone/tests/test_journeys.py::test_door` | sqlite | 4.2 |",
        "| `members/tests/test_pages.py::test_list` | postgres | 1.0 |",
        "| `members/tests/test_pages.py::test_list` | sqlite | 0.5 |",
    ]


def test_the_document_keeps_what_stands_around_the_tables(tmp_path):
    document = tmp_path / "testing.md"
    document.write_text("# Testing\n\n<!-- costs -->\nold\n<!-- end of costs -->\n\n## Next\n", encoding="utf-8")
    write_document("new", document)

    assert document.read_text(encoding="utf-8") == (
        "# Testing\n\n<!-- costs -->\nnew\n<!-- end of costs -->\n\n## Next\n"
    )


_BURN = """
import subprocess, sys, time

def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass

def test_cheap():
    pass

def test_own():
    burn(0.3)

def test_of_a_process():
    line = "import time\\nwhile time.process_time() < 0.4: pass"
    subprocess.run([sys.executable, "-c", line], check=True)
"""


def test_a_tests_cost_has_that_of_the_processes_it_started(tmp_path):
    (tmp_path / "test_burn.py").write_text(_BURN, encoding="ascii")
    line = [sys.executable, "-m", "pytest", "-q", "-p", "tools.pytest_plugin", "-c", os.devnull, str(tmp_path)]
    environment = os.environ | {"DOANSO_TEST_COSTS": str(tmp_path), "PYTHONPATH": str(ROOT)}
    environment.pop("DATABASE_URL", None)
    subprocess.run(line, env=environment, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    seconds = {cost.test.rpartition("::")[2]: cost.seconds for cost in read_costs(tmp_path)}

    assert list(seconds) == ["test_cheap", "test_own", "test_of_a_process", COLLECTING]
    assert seconds["test_cheap"] < 0.3 <= seconds["test_own"]
    assert seconds["test_of_a_process"] >= 0.4
