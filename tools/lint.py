"""`./dev lint`: style, types of Python and of the browser's modules, templates, contracts, translations, cycles, migrations."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from pathlib import Path

from tools import (
    audited_actions,
    class_names,
    cycles,
    forbidden,
    javascript_types,
    messages,
    migration_history,
    phone_lint,
    translations,
)

REQUIRE_ALL = os.environ.get("DOANSO_REQUIRE_ALL") == "1"


def python_tool(name: str) -> str:
    """Return the path of a program of this environment, regardless of PATH."""
    return str(Path(sys.executable).parent / name)


def templates(root: Path) -> list[Path]:
    """Return every template of the product."""
    return [root / path for path in forbidden.tracked(root) if "templates" in path.parts and path.suffix == ".html"]


def _run(*words: str) -> Callable[[], bool]:
    def step() -> bool:
        return subprocess.run([python_tool(words[0]), *words[1:]], check=False).returncode == 0

    return step


def _report(problems: Collection[str]) -> bool:
    """Print the problems, one per line; return whether there are none."""
    sys.stderr.writelines(f"{line}\n" for line in problems)
    return not problems


def _check(complaints: Callable[[Path], Collection[str]]) -> Callable[[], bool]:
    return lambda: _report(complaints(Path.cwd()))


def _types() -> bool:
    # mypy imports the settings, which create a data folder and do not remove it.
    with tempfile.TemporaryDirectory(prefix="doanso-types-") as data:
        env = os.environ | {"DOANSO_TEST_DATA": data}
        return subprocess.run([python_tool("mypy"), "--no-error-summary"], env=env, check=False).returncode == 0


def _templates() -> bool:
    pages = [str(path) for path in templates(Path.cwd())]
    return not pages or _run("djade", "--target-version", "6.1", "--check", *pages)()


def _javascript() -> bool:
    program = javascript_types.compiler()
    if program is None:
        print(f"Left out: javascript (needs {javascript_types.NEEDS})", file=sys.stderr)
        return not REQUIRE_ALL
    return _report(javascript_types.complaints(Path.cwd(), program))


def _translations() -> bool:
    if not translations.can_extract():
        print("Left out: translations (needs gettext)", file=sys.stderr)
        return not REQUIRE_ALL
    return _report(translations.gaps(Path.cwd() / "doanso"))


STEPS: dict[str, Callable[[], bool]] = {
    "style": _run("ruff", "check", "-q", "."),
    "format": _run("ruff", "format", "--check", "-q", "."),
    "types": _types,
    "templates": _templates,
    "contracts": _run("lint-imports", "--no-logo"),
    "translations": _translations,
    "forbidden": _check(forbidden.complaints),
    "cycles": _check(cycles.complaints),
    "classes": _check(class_names.complaints),
    "audit": _check(audited_actions.complaints),
    "phone": _check(phone_lint.complaints),
    "javascript": _javascript,
    "history": _check(migration_history.complaints),
}


def run_steps(steps: dict[str, Callable[[], bool]]) -> int:
    """Run every step, even after a failure; return the exit code."""
    failed = []
    for name, step in steps.items():
        began = time.monotonic()
        good = step()
        print(
            f"{'ok    ' if good else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)", file=sys.stderr, flush=True
        )
        if not good:
            failed.append(name)
    if failed:
        print(f"Failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


def main(words: list[str]) -> int:
    """Run all steps, or those named; return the exit code."""
    unknown = [word for word in words if word not in STEPS]
    if unknown:
        print(f"Unknown: {', '.join(unknown)}. There are: {', '.join(STEPS)}", file=sys.stderr)
        return 2
    messages.compile_stale(Path.cwd() / "doanso")
    return run_steps({name: step for name, step in STEPS.items() if not words or name in words})
