"""The file system as a store: written beside the final place, flushed to the disk, then renamed."""

import contextlib
import errno
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from doanso.files.problems import Full, Unavailable
from doanso.files.stores.protocol import StoreEntry

_DRAFT = ".part"


@contextlib.contextmanager
def _named() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        kind = Full if error.errno in (errno.ENOSPC, errno.EDQUOT) else Unavailable
        raise kind(f"disk: {error.strerror}") from error


def _to_disk(folder: Path) -> None:
    """Flush the folder's entries, so that they survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


class Disk:
    """A folder of the data folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, place: str, source: IO[bytes]) -> None:
        """Store the bytes; a crash leaves a draft that is never read."""
        path = self._root / place
        draft = path.with_name(path.name + _DRAFT)
        with _named():
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with draft.open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 18)
                    target.flush()
                    os.fsync(target.fileno())
                draft.replace(path)
                _to_disk(path.parent)
            except BaseException:
                draft.unlink(missing_ok=True)
                raise

    def open(self, place: str) -> IO[bytes]:
        """Return the open file."""
        with _named():
            return (self._root / place).open("rb")

    def delete(self, place: str) -> None:
        """Remove the file."""
        with _named():
            (self._root / place).unlink(missing_ok=True)

    def exists(self, place: str) -> bool:
        """Return whether the file exists."""
        return (self._root / place).is_file()

    def list_objects(self) -> Iterator[StoreEntry]:
        """Yield objects folder by folder, so that a large store is never listed whole."""
        if not self._root.is_dir():
            return
        for folder in sorted(self._root.iterdir()):
            for path in folder.iterdir() if folder.is_dir() else [folder]:
                # Another process may have moved or removed it meanwhile.
                with contextlib.suppress(FileNotFoundError):
                    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                    yield StoreEntry(path.relative_to(self._root).as_posix(), written)
