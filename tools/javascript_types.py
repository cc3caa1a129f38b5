"""Types of the browser's own modules: `tsc --checkJs --strict` over the phone's and the documents' scripts.

`tsconfig.json` names the modules and the declarations of vendored code. The compiler is Debian's `node-typescript`; nothing is
built from its output, so the front end has neither a package.json of its own nor a lock file.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from tools import forbidden

CONFIG = "tsconfig.json"
FOLDERS = (
    PurePosixPath("doanso/phone"),
    PurePosixPath("doanso/documents/static/documents"),
    PurePosixPath("doanso/reports/static/reports"),
)
NEEDS = "tsc of Debian's node-typescript"
MOST_EXPECTED_ERRORS = 5
TIMEOUT = 300
_SWITCHED_OFF = re.compile(r"@ts-(?:nocheck|ignore)\b")
_EXPECTED = re.compile(r"@ts-expect-error\b[ \t:–-]*(?P<reason>\S.*)?")


def compiler() -> str | None:
    """Return the path of a `tsc` that runs, or None; a wrapper whose Node is missing does not run."""
    program = shutil.which("tsc")
    if program is None:
        return None
    try:
        done = subprocess.run([program, "--version"], capture_output=True, check=False, timeout=TIMEOUT)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return program if done.returncode == 0 else None


def modules(root: Path) -> list[PurePosixPath]:
    """Return every module of ours that must be checked, sorted."""
    return sorted(
        path
        for path in forbidden.tracked(root)
        if path.suffix == ".js"
        and any(folder in path.parents for folder in FOLDERS)
        and not {"tests", "vendor"} & set(path.parts)
    )


def patterns(root: Path) -> list[str]:
    """Return the `include` patterns of the configuration, which may hold comments on lines of their own."""
    lines = (root / CONFIG).read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("//"))
    include: list[str] = json.loads(text)["include"]
    return include


def switched_off(root: Path) -> Iterator[str]:
    """Yield each place where a module switches the checks off, and each expected error without a reason or beyond the limit."""
    expected = 0
    for path in modules(root):
        for number, line in enumerate((root / path).read_text(encoding="utf-8").splitlines(), 1):
            if _SWITCHED_OFF.search(line):
                yield f"{path}:{number}: types are not switched off: say the type, or expect one error with its reason"
            if error := _EXPECTED.search(line):
                expected += 1
                if not error["reason"]:
                    yield f"{path}:{number}: an expected error needs its reason behind it"
                if expected > MOST_EXPECTED_ERRORS:
                    yield f"{path}:{number}: more than {MOST_EXPECTED_ERRORS} expected errors"


def unlisted(root: Path) -> Iterator[str]:
    """Yield each module that the configuration does not include; it would not be checked."""
    listed = patterns(root)
    for path in modules(root):
        # A star of the configuration does not cross folders, unlike fnmatch's.
        if not any(path.parent == PurePosixPath(pattern).parent and path.match(pattern) for pattern in listed):
            yield f"{path}: {CONFIG} does not include it"


def type_errors(root: Path, program: str) -> list[str]:
    """Return the compiler's complaints, one line or continuation line each."""
    done = subprocess.run(
        [program, "--project", CONFIG, "--pretty", "false"],
        cwd=root, capture_output=True, text=True, check=False, timeout=TIMEOUT,
    )  # fmt: skip
    if done.returncode == 0:
        return []
    return (done.stdout + done.stderr).splitlines() or [f"{program} ended with {done.returncode}"]


def complaints(root: Path, program: str) -> list[str]:
    """Return every complaint about the browser's modules."""
    return [*switched_off(root), *unlisted(root), *type_errors(root, program)]
