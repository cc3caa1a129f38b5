"""The closing line of `./dev test` counts both engines, and a broken run never looks like a good one."""

import pytest

from tools import test as runner

pytestmark = pytest.mark.sqlite_only
REPORT = """<testsuites><testsuite>
<testcase name="a"/>
<testcase name="b" classname="doanso.members.tests.test_pages"><failure/></testcase>
<testcase name="c"><skipped message="no Chromium"/></testcase>
<testcase name="d" classname="tools.tests.test_test"><error/></testcase></testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path):
    path = tmp_path / "report.xml"
    path.write_text(REPORT, encoding="ascii")
    return path


def test_report_is_counted(report):
    assert runner.read_report(report, 1).line() == "1 passed, 2 failed, 1 skipped"


def test_the_apps_of_failed_tests_are_named(report):
    assert runner.read_report(report, 1).failed_apps == {"members", "tools"}


@pytest.mark.parametrize(("code", "broke_off"), [(0, False), (1, False), (5, False), (2, True), (-9, True)])
def test_a_run_that_broke_off_is_told_from_one_with_failures(report, code, broke_off):
    assert runner.read_report(report, code).broke_off is broke_off


def test_reasons_of_skips_are_named_once(report):
    total = runner.read_report(report, 1)
    total.add(runner.read_report(report, 1))

    assert total.left_out == {"no Chromium"}


@pytest.mark.parametrize("code", [1, 2, 3, 4, -9, 139])
def test_run_that_broke_off_has_failed(tmp_path, code):
    assert runner.read_report(tmp_path / "none.xml", code).line() == "0 passed, 1 failed, 0 skipped"


def test_engine_without_a_selected_test_has_not_failed(tmp_path):
    assert runner.read_report(tmp_path / "none.xml", 5).failed == 0


def test_both_engines_are_summed(report):
    total = runner.read_report(report, 1)
    total.add(runner.read_report(report, 1))

    assert total.line() == "2 passed, 4 failed, 2 skipped"


@pytest.mark.parametrize(
    ("engine", "scope", "expected"),
    [
        ("sqlite", "daily", "not long and not renders and not browser"),
        ("sqlite", "ci", ""),
        ("sqlite", "all", ""),
        ("postgres", "daily", "not long and not renders and not browser and not sqlite_only and not long_on_postgres"),
        ("postgres", "ci", "not browser and not sqlite_only"),
        ("postgres", "all", "not browser and not sqlite_only"),
    ],
)
def test_selection_by_engine(engine, scope, expected):
    assert runner.selection(engine, scope) == expected


def test_own_number_of_processes_is_kept(tmp_path):
    assert "4" not in runner.command("sqlite", ["-n0"], "daily", tmp_path, 4)
