"""What is in a data folder: the committee's own files, and the modes of what the product writes. No settings needed.

Files have mode 600 and folders 700, whatever the operator's umask.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

OWNER_ONLY = 0o077
"""The umask under which everything of the product runs."""
OTHERS = stat.S_IRWXG | stat.S_IRWXO
COMMITTEE_FILES: Final = (
    *("alerts.toml", "deadlines.toml", "event-kinds.toml", "kinds.toml"),
    *("partner-kinds.toml", "personal-data.toml", "places.toml"),
)
"""Files that a committee puts into the data folder in place of shipped ones; a backup holds them."""
COMMITTEE_FOLDERS: Final = ("maps",)
"""Folders of such files, each a TOML file of any name."""
DATABASE: Final = "doanso.sqlite3"
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
        *COMMITTEE_FILES,
        *COMMITTEE_FOLDERS,
        *(DATABASE, f"{DATABASE}-journal", f"{DATABASE}-wal", f"{DATABASE}-shm"),
    }
)
"""What the product and its operator put into a data folder."""


def read_committee_files(data: Path) -> dict[str, bytes]:
    """Return the content of each of the committee's own files by its path in the folder; `OSError` where one is unreadable."""
    paths = [data / name for name in COMMITTEE_FILES]
    for name in COMMITTEE_FOLDERS:
        paths += sorted((data / name).glob("*.toml"))
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def empty_problem(data: Path) -> str:
    """Return what to do where a folder has no database yet, in Vietnamese: the folder was mistyped, or nothing is installed."""
    path = data / DATABASE
    if path.exists() and path.stat().st_size > 0:
        return ""
    return (
        f"Thư mục dữ liệu {data} chưa có cơ sở dữ liệu. Xem lại đường dẫn sau --data (hoặc DOANSO_DATA). "
        "Nếu đang cài mới, chạy doanso migrate trước."
    )


def digests(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Return the SHA-256 of each content in hexadecimal, by the same names."""
    return {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}


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
