"""Modes of what the product writes: 600 for files and 700 for folders, whatever the operator's umask. No settings needed."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

OWNER_ONLY = 0o077
"""The umask under which everything of the product runs."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
OURS = frozenset(
    {
        *(
            "secrets.json",
            "files",
            "static",
            "lists",
            "keys",
            "test-authority",
            "sign-ins.json",
            "demo.json",
            "business-day",
        ),
        *(".demo-lock", ".building", "trial", "backups", "backup.json"),
        *("alerts.toml", "deadlines.toml", "personal-data.toml"),
        *("doanso.sqlite3", "doanso.sqlite3-journal", "doanso.sqlite3-wal", "doanso.sqlite3-shm"),
    }
)
"""What the product and its operator put into a data folder."""


def _loose(path: Path) -> bool:
    """Whether somebody besides its owner may do something with it; a link and what is gone are not judged."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(stat.S_IMODE(mode) & OTHERS)


def _own_entries(data: Path) -> tuple[list[Path], bool]:
    """Return the product's entries of the folder, and whether it holds no others."""
    try:
        entries = sorted(data.iterdir())
    except OSError:
        return [], False
    own = [path for path in entries if path.name in OURS]
    return own, len(own) == len(entries)


def loose(data: Path) -> list[Path]:
    """Return what of the folder is open to others: the folder itself, and the product's entries directly in it."""
    return [path for path in (data, *_own_entries(data)[0]) if _loose(path)]


def restrict(data: Path) -> None:
    """Take others' rights from the folder and the product's entries directly in it, as far as we may.

    A folder that also holds what is not the product's keeps its own mode: it may be somebody's whole disk. `loose` tells of it.
    """
    own, is_alone = _own_entries(data)
    for path in ([data] if is_alone else []) + own:
        _restrict(path)


def restrict_below(folder: Path) -> int:
    """Take others' rights from everything in a folder, at any depth; how many there were that had them."""
    count = 0
    for path in _below(folder):
        if _loose(path):
            _restrict(path)
            count += 1
    return count


def _below(folder: Path) -> Iterator[Path]:
    for where, folders, files in os.walk(folder):
        for name in (*folders, *files):
            yield Path(where, name)


def _restrict(path: Path) -> None:
    if not _loose(path):
        return
    try:
        path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~OTHERS)
    except OSError:
        # Another owner, or a disk without modes: `loose` goes on telling of it.
        return
