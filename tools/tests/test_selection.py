"""What each run asks: with `all` everything, with `ci` and daily less of the apps that did not change, and PostgreSQL least."""

import json
import os
import subprocess
import sys

import pytest

from tools import selection, whole_run
from tools.selection import is_never_daily_on_postgres, is_spare
from tools.template_databases import ROOT

pytestmark = pytest.mark.sqlite_only
_FILES = [
    "doanso/lib/tests/test_numbers.py",
    "doanso/lib/tests/test_wide_cache.py",
    "doanso/members/tests/test_pages.py",
    "doanso/documents/tests/test_drafts.py",
    "doanso/documents/tests/test_numbers.py",
    "doanso/adoption/tests/test_attest.py",
    "doanso/ledger/tests/test_take_back.py",
]
# Collects once and asks for every run. The hook comes before the plugin's own, which leaves items out.
_COLLECT = """
import json, os, sys
import pytest
from tools import whole_run

class PrintSelections:
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items):
        from tools.selection import asks_postgres
        for run in ("daily", "daily changed", "ci", "ci changed", "all"):
            os.environ["DOANSO_TEST_SCOPE"], _space, changed = run.partition(" ")
            whole_run.changed = lambda: frozenset({"adoption", "documents"} if changed else ())
            files = {item.location[0] for item in items if asks_postgres(item)}
            print(f"\\nasked: {json.dumps([run, sorted(files)])}")

sys.exit(pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *sys.argv[1:]], plugins=[PrintSelections()]))
"""


def test_postgres_is_asked_what_its_rows_may_answer_otherwise():
    environment = os.environ | {"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none", "DOANSO_TEST_SCOPE": "all"}
    line = [sys.executable, "-c", _COLLECT, *_FILES]
    done = subprocess.run(line, env=environment, capture_output=True, text=True, check=True)
    answers = [json.loads(text[len("asked: ") :]) for text in done.stdout.splitlines() if text.startswith("asked: ")]
    found = {
        run: [file.removeprefix("doanso/").removesuffix(".py").replace("/tests/", "/") for file in files]
        for run, files in answers
    }
    engines = ["documents/test_numbers", "ledger/test_take_back", "lib/test_wide_cache"]
    reaching = ["adoption/test_attest", *engines]
    pages = ["documents/test_drafts", "members/test_pages"]
    assert found == {
        "daily": engines,
        "daily changed": reaching,
        "ci": reaching,
        "ci changed": sorted([*reaching, "documents/test_drafts"]),
        "all": sorted([*reaching, *pages]),
    }
    # The run itself is left with the files of its own selection.
    assert {line.split("::")[0] for line in done.stdout.splitlines() if "::" in line} == {
        f"doanso/{file.replace('/', '/tests/')}.py" for file in found["all"]
    }


def test_daily_postgres_leaves_out_pages_and_apps_about_files_unless_their_text_names_it():
    left_out = [file for file in _FILES if is_never_daily_on_postgres(ROOT / file)]
    assert left_out == ["doanso/members/tests/test_pages.py", "doanso/documents/tests/test_drafts.py"]
    assert not is_never_daily_on_postgres(ROOT / "doanso/documents/tests/conftest.py")


@pytest.fixture
def run_with(monkeypatch):
    """A function that begins a run of a scope after a change of some apps."""

    def begin(scope: str, *changed: str) -> None:
        monkeypatch.delenv("DOANSO_TEST_NAMED", raising=False)
        monkeypatch.setenv("DOANSO_TEST_SCOPE", scope)
        monkeypatch.setattr(whole_run, "changed", lambda: frozenset(changed))

    return begin


@pytest.fixture
def item(request):
    """This very test, as collected, with the marks that a test gives it."""
    return request.node


@pytest.mark.parametrize(
    ("mark", "scope", "changed", "left_out"),
    [
        (("ci",), "ci", (), True),
        (("ci",), "ci", ("tools",), False),
        (("ci",), "ci", ("members",), True),
        (("ci", "members"), "ci", ("members",), False),
        (("ci",), "daily", (), False),
        (("daily",), "daily", (), True),
        (("daily",), "ci", (), False),
        (("ci",), "all", (), False),
    ],
)
def test_a_repetition_on_more_cases_is_left_out_unless_its_app_changed(run_with, item, mark, scope, changed, left_out):
    run_with(scope, *changed)
    item.add_marker(pytest.mark.if_changed(*mark))

    assert selection.is_left_out(item) is left_out


def test_what_is_named_on_the_command_line_is_not_left_out(run_with, item, monkeypatch):
    run_with("daily")
    item.add_marker(pytest.mark.if_changed("daily"))
    monkeypatch.setenv("DOANSO_TEST_NAMED", "1")

    assert not selection.is_left_out(item)


@pytest.mark.parametrize("name", ["doanso/events/tests/test_draw.py", "members:detail", "a", "b", "c", "d"])
def test_two_of_four_variants_remain_with_both_widths_and_both_themes(name):
    remaining = [
        (width, dark) for width in (390, 1440) for dark in (False, True) if not is_spare(name, width=width, dark=dark)
    ]
    assert ([width for width, _dark in remaining], sorted(dark for _width, dark in remaining)) == (
        [390, 1440],
        [False, True],
    )


def test_both_pairs_of_variants_occur():
    assert {is_spare(name, width=390, dark=True) for name in "abcdefgh"} == {False, True}


class _Variant:
    """A collected case of a test of pages."""

    def __init__(self, function: str, **parameters: object) -> None:
        self.nodeid = f"doanso/events/tests/test_pages.py::{function}[{parameters}]"
        self.location = ("doanso/events/tests/test_pages.py", 1, function)
        self.callspec = type("Cases", (), {"params": parameters})


@pytest.fixture
def variants():
    """A test in all four variants with two cases each, one in two variants that were chosen by hand, one without any."""
    every = [
        _Variant("axe", width=width, dark=dark, n=n) for width in (390, 1440) for dark in (False, True) for n in (1, 2)
    ]
    chosen = [_Variant("journey", width=390, dark=True), _Variant("journey", width=1440, dark=False)]
    return [*every, *chosen, _Variant("plain", width=390)]


def test_half_of_four_variants_are_spare_and_a_choice_by_hand_is_kept(run_with, variants):
    run_with("ci")
    spare = selection.spare_variants(variants)

    assert [item.callspec.params["n"] for item in variants if item in spare] == [1, 2, 1, 2]
    assert {item.location[2] for item in spare} == {"axe"}


@pytest.mark.parametrize(("scope", "changed"), [("all", ()), ("ci", ("events",)), ("ci", ("looks",))])
def test_a_changed_app_is_seen_in_every_variant(run_with, variants, scope, changed):
    run_with(scope, *changed)

    assert selection.spare_variants(variants) == set()


@pytest.mark.parametrize(("scope", "changed"), [("daily", ()), ("ci", ()), ("ci", ("tools",))])
def test_tests_that_commit_come_last_and_of_them_those_of_minutes_first(run_with, item, scope, changed):
    run_with(scope, *changed)
    keys = {"plain": selection.sort_key(item)}
    item.add_marker(pytest.mark.django_db(transaction=True))
    keys["commits"] = selection.sort_key(item)
    item.add_marker(pytest.mark.begins_first)
    keys["minutes"] = selection.sort_key(item)

    assert sorted(keys, key=keys.__getitem__) == ["plain", "minutes", "commits"]


def test_in_ci_the_apps_that_changed_come_first(run_with, item):
    run_with("ci")
    unchanged = selection.sort_key(item)
    run_with("ci", "tools")

    assert selection.sort_key(item) < unchanged


_PROPERTY = """
from hypothesis import given
from hypothesis.strategies import integers

played = []

@given(integers())
def test_a_property(number):
    played.append(number)

def test_printed():
    print(f"played: {len(played)}")
"""


@pytest.mark.parametrize(
    ("run", "named", "played"), [("daily", "", 40), ("ci", "", 40), ("ci", "1", 100), ("all", "", 100)]
)
def test_a_property_of_an_app_that_did_not_change_gets_fewer_examples(tmp_path, run, named, played):
    (tmp_path / "test_it.py").write_text(_PROPERTY, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name != "DOANSO_TEST_NAMED"}
    environment |= {"DOANSO_TEST_SCOPE": run, "PYTHONPATH": str(ROOT)} | ({"DOANSO_TEST_NAMED": named} if named else {})
    line = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "tools.pytest_plugin", "-c", os.devnull, str(tmp_path)]
    done = subprocess.run(
        [*line, "--rootdir", str(tmp_path)], env=environment, capture_output=True, text=True, check=True
    )
    assert f"played: {played}" in done.stdout
