"""What the last `./dev test --all` covered: a hash of each app whose tests all passed, in `tools/whole_run.txt`.

`./dev test --ci` compares these hashes with the files of the checkout. An app that is as it was then is not tested whole on the
second engine again; see `tools.selection`. A changed line of `SHARED` counts as a change of every app.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RECORD = Path("tools") / "whole_run.txt"
# What statements, locks and test databases of every app depend on.
SHARED = "shared"
# What the look of every page depends on.
LOOKS = "looks"
_SHARED_FILES = (
    "doanso/*/migrations/*.py",
    "doanso/conftest.py",
    "doanso/lock_order.py",
    "doanso/settings.py",
    "doanso/settings_test.py",
    "doanso/testing.py",
    "doanso/lib/database/*.py",
    "doanso/lib/sqlite/*.py",
    "doanso/lib/postgresql/*.py",
    "doanso/ledger/*.py",
    "doanso/ledger/queries/*.py",
    "tools/fixture_replay.py",
    "tools/postgres.py",
    "tools/pytest_plugin.py",
    "tools/selection.py",
    "tools/template_databases.py",
    "requirements/dev.txt",
)
_LOOKS_FILES = ("doanso/static/**/*", "doanso/templates/**/*")
_SUFFIXES = {".py", ".html", ".svg", ".js", ".css", ".toml", ".txt"}
_HEAD = "# Written by ./dev test --all: a hash of each app whose tests passed on both engines; see docs/testing.md.\n"
_LINE = re.compile(r"(\S+) ([0-9a-f]{64})")


def app_of(path: str) -> str:
    """Return the app of a file or a dotted module of the project: `members` of `doanso/members/tests/test_pages.py`, `tools` of
    `tools/test.py`."""
    parts = path.removesuffix(".py").replace("/", ".").split(".")
    return parts[1] if parts[0] == "doanso" and len(parts) > 1 else parts[0]


def _apps(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the apps with their folders; an app that has no Python is none."""
    for folder in sorted([*root.glob("doanso/*"), root / "tools", root / "bench"]):
        if folder.is_dir() and any(folder.glob("**/*.py")):
            yield folder.name, folder


def _hash_files(root: Path, files: Collection[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        content = path.read_bytes()
        total.update(f"{path.relative_to(root).as_posix()} {len(content)}\n".encode())
        total.update(content)
    return total.hexdigest()


def _belongs(path: Path) -> bool:
    return path.is_file() and path.suffix in _SUFFIXES and "__pycache__" not in path.parts and path.name != RECORD.name


def hash_apps(root: Path = ROOT) -> dict[str, str]:
    """Return the hash of each app's files by its name, with those of `SHARED` and `LOOKS`."""
    shared = {path for pattern in _SHARED_FILES for path in root.glob(pattern) if _belongs(path)}
    looks = {path for pattern in _LOOKS_FILES for path in root.glob(pattern) if _belongs(path)}
    hashes = {SHARED: _hash_files(root, shared), LOOKS: _hash_files(root, looks)}
    for name, folder in _apps(root):
        hashes[name] = _hash_files(root, {path for path in folder.glob("**/*") if _belongs(path)} - shared)
    return hashes


def read_record(root: Path = ROOT) -> dict[str, str]:
    """Return the recorded hashes by name; empty where nothing was recorded."""
    path = root / RECORD
    text = path.read_text(encoding="ascii") if path.exists() else ""
    return {match[1]: match[2] for line in text.splitlines() if (match := _LINE.fullmatch(line))}


def write_record(before: Mapping[str, str], failed: Collection[str], root: Path = ROOT) -> None:
    """Record a run of everything: the apps without a failed test that are now as they were before the run."""
    now = hash_apps(root)
    lines = [
        f"{name} {digest}\n"
        for name, digest in sorted(now.items())
        if before.get(name) == digest and name not in failed
    ]
    (root / RECORD).write_text("".join([_HEAD, *lines]), encoding="ascii")


@cache
def changed(root: Path = ROOT) -> frozenset[str]:
    """Return the apps that differ from the recorded run; every app, and `SHARED`, where what they share differs."""
    now, then = hash_apps(root), read_record(root)
    differing = {name for name, digest in now.items() if then.get(name) != digest}
    return frozenset(now if SHARED in differing else differing)
