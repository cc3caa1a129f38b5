"""The folder of backups: each backup is a folder of its own with database, files, the committee's own files and what it holds.

Files of the store never change, so a file that the backup before has already is a hard link to it and takes no space. What
failed its test stands apart under a name that begins with `unsound-`: it is no backup, but may be the newest copy there is.
"""

import contextlib
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

FILES: Final = "files"
DESCRIPTION: Final = "backup.json"
_DRAFT: Final = ".making"
_LOCK: Final = ".lock"
_PART: Final = ".part"
_TESTING: Final = ".testing-"
_UNSOUND: Final = "unsound-"


class FolderInUseError(Exception):
    """Another process makes a backup in this folder."""


class DiskFullError(Exception):
    """The disk of the backups has less than the bytes needed."""

    def __init__(self, free: int, needed: int) -> None:
        super().__init__(free, needed)
        self.free, self.needed = free, needed


@dataclass(frozen=True, slots=True)
class CopiedFiles:
    """The stored files of a backup."""

    count: int = 0
    size: int = 0
    """Bytes, those shared with the backup before included."""


@contextlib.contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold the folder for one backup; raise `FolderInUseError` where another holds it. The lock ends with the process."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / _LOCK, os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUseError from None
        yield


def backups(folder: Path, data: Path) -> list[Path]:
    """Return the sound backups of the installation with this data folder, the newest first; others may share the folder."""
    if not folder.is_dir():
        return []
    complete = [
        path for path in folder.iterdir() if path.name[:1].isdigit() and _description(path).get("data") == str(data)
    ]
    return sorted(complete, key=lambda path: path.name, reverse=True)


def _description(backup: Path) -> dict[str, object]:
    try:
        return dict(json.loads((backup / DESCRIPTION).read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def begin_draft(folder: Path) -> Path:
    """Return a new empty draft; what an interrupted backup left is removed."""
    discard(folder)
    draft = folder / _DRAFT
    draft.mkdir(mode=0o700)
    return draft


def discard(folder: Path) -> None:
    """Remove the draft and every trial of a copy: a full disk must not stay full of them."""
    for left in (folder / _DRAFT, *folder.glob(f"{_TESTING}*")):
        shutil.rmtree(left, ignore_errors=True)


def trial_folder(folder: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a new empty folder in which a copy is tried, for a `with` statement."""
    return tempfile.TemporaryDirectory(dir=folder, prefix=_TESTING)


def copy_files(store: Path, target: Path, previous: Path | None, *, least_free: int) -> CopiedFiles:
    """Copy the files of a store on a disk; those of the previous backup are linked. A file removed meanwhile is left out.

    What cannot be read raises `OSError`, and `DiskFullError` is raised before less than `least_free` bytes are left.
    """
    count = size = 0
    target.mkdir(mode=0o700)
    for where, folders, names in os.walk(store, onerror=_raise, followlinks=True):
        here = Path(where).relative_to(store)
        for name in folders:
            (target / here / name).mkdir(mode=0o700)
        for name in names:
            if name.endswith(_PART):
                continue
            source, copy = Path(where, name), target / here / name
            with contextlib.suppress(FileNotFoundError):
                size += _copy(source, copy, previous / here / name if previous is not None else None, least_free)
                count += 1
    return CopiedFiles(count, size)


def write_committee_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write the committee's own files into a folder, each at its path in the data folder."""
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.write_bytes(content)


def _raise(error: OSError) -> None:
    if not isinstance(error, FileNotFoundError):
        raise error


def _copy(source: Path, copy: Path, earlier: Path | None, least_free: int) -> int:
    size = source.stat().st_size
    if earlier is not None:
        with contextlib.suppress(OSError):
            if earlier.stat().st_size == size:
                copy.hardlink_to(earlier)
                return size
    if (free := free_bytes(copy.parent)) < least_free + size:
        raise DiskFullError(free, least_free + size)
    shutil.copyfile(source, copy)
    return size


def complete_draft(draft: Path, at: datetime, description: dict[str, object], *, is_sound: bool) -> Path:
    """Write what the backup holds, flush everything to the disk and give the draft its name; return the folder.

    An unsound one takes the place of the unsound one before it.
    """
    if not is_sound:
        for path in draft.parent.glob(f"{_UNSOUND}*"):
            if _description(path).get("data") == description["data"]:
                shutil.rmtree(path, ignore_errors=True)
    (draft / DESCRIPTION).write_text(json.dumps(description, indent=1, ensure_ascii=False), encoding="utf-8")
    os.sync()
    name, number = ("" if is_sound else _UNSOUND) + at.strftime("%Y-%m-%d-%H%M%S"), 2
    final = draft.with_name(name)
    while final.exists():
        final, number = draft.with_name(f"{name}-{number}"), number + 1
    return draft.rename(final)


def remove_oldest(folder: Path, data: Path, kept: int) -> None:
    """Remove all but the newest backups of this installation."""
    for old in backups(folder, data)[kept:]:
        shutil.rmtree(old, ignore_errors=True)


def free_bytes(folder: Path) -> int:
    """Return the free space of the folder's disk; the folder may not exist yet."""
    return shutil.disk_usage(_nearest_folder(folder)).free


def is_same_disk(one: Path, other: Path) -> bool:
    """Return whether two folders lie on one disk; both may not exist yet."""
    return _nearest_folder(one).stat().st_dev == _nearest_folder(other).stat().st_dev


def _nearest_folder(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    while not folder.exists():
        folder = folder.parent
    return folder
