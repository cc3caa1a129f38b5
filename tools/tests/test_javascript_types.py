"""Modules of the browser are checked strictly, all of them, and none switches the checks off."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tools import javascript_types, lint

pytestmark = pytest.mark.sqlite_only
ROOT = Path(__file__).resolve().parents[2]
FOLDER = "doanso/phone"


def compiler() -> str:
    """A compiler that runs; without one the test is skipped, a gap that `DOANSO_REQUIRE_ALL=1` turns into a failure."""
    program = javascript_types.compiler()
    if program is None:
        pytest.skip("no tsc on this machine (Debian: node-typescript)")
    return program


@pytest.fixture
def repository(tmp_path):
    """A repository with the product's configuration and one module, whose text the test writes."""
    shutil.copy(ROOT / "tsconfig.json", tmp_path)
    (tmp_path / FOLDER).mkdir(parents=True)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def write(repository, text, name="app.js"):
    path = repository / FOLDER / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_every_module_is_included_and_none_switches_the_checks_off():
    assert len(javascript_types.modules(ROOT)) >= 57
    assert [*javascript_types.unlisted(ROOT), *javascript_types.switched_off(ROOT)] == []


@pytest.mark.long
def test_the_modules_pass():
    """Of a day, `./dev lint` is what runs this; the compiler needs five seconds."""
    assert javascript_types.type_errors(ROOT, compiler()) == []


UNTYPED = {
    "parameter.js": ("export const add = (one, other) => one + other;", "implicitly has an 'any' type"),
    "absent.js": (
        "/** @param {string | null} text */\nexport const size = (text) => text.length;",
        "'text' is possibly 'null'",
    ),
    "wrong.js": ("/** @type {number} */\nexport const size = '1';", "not assignable to type 'number'"),
    "later.js": ("export const last = ['a'].at(-1);", "Property 'at' does not exist"),
}


def test_a_module_without_its_types_is_refused(repository):
    for name, (text, _complaint) in UNTYPED.items():
        write(repository, f"{text}\n", name)

    found = javascript_types.type_errors(repository, compiler())

    for name, (_text, complaint) in UNTYPED.items():
        [first, *_others] = [line for line in found if line.startswith(f"doanso/phone/{name}(")]
        assert complaint in first


def test_a_compiler_that_ends_without_a_word_is_no_pass(repository):
    assert javascript_types.type_errors(repository, "false") == ["false ended with 1"]


@pytest.mark.parametrize("line", ["// @ts-nocheck", "// @ts-ignore the library says otherwise"])
def test_checks_are_not_switched_off(repository, line):
    write(repository, f"{line}\n")

    assert list(javascript_types.switched_off(repository)) == [
        "doanso/phone/app.js:1: types are not switched off: say the type, or expect one error with its reason"
    ]


def test_an_expected_error_needs_a_reason(repository):
    write(repository, "// @ts-expect-error: Chrome 88 has it under this name\n// @ts-expect-error\n")

    assert list(javascript_types.switched_off(repository)) == [
        "doanso/phone/app.js:2: an expected error needs its reason behind it"
    ]


def test_expected_errors_stay_few(repository):
    write(repository, "// @ts-expect-error: a reason\n" * (javascript_types.MOST_EXPECTED_ERRORS + 1))

    assert list(javascript_types.switched_off(repository)) == ["doanso/phone/app.js:6: more than 5 expected errors"]


def test_a_module_in_a_folder_that_is_not_included_is_named(repository):
    write(repository, "export {};\n", "screens/home.js")
    write(repository, "export {};\n", "parts/list.js")
    write(repository, "export {};\n", "tests/clock.test.js")

    assert list(javascript_types.unlisted(repository)) == [
        "doanso/phone/parts/list.js: tsconfig.json does not include it"
    ]


@pytest.mark.parametrize(("require_all", "passes"), [(False, True), (True, False)])
def test_without_a_compiler_the_step_is_left_out_by_name(monkeypatch, capsys, tmp_path, require_all, passes):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(lint, "REQUIRE_ALL", require_all)

    assert lint.STEPS["javascript"]() is passes
    assert capsys.readouterr().err == "Left out: javascript (needs tsc of Debian's node-typescript)\n"


def test_a_compiler_without_its_node_counts_as_none(monkeypatch, tmp_path):
    program = tmp_path / "tsc"
    program.write_text("#!/no/such/node\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    assert javascript_types.compiler() is None
