"""Where bytes lie: on a disk or in a bucket, behind one protocol. A place is taken once and its bytes never change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol

from django.conf import settings

from doanso.files.problems import Unavailable

DISK, S3 = "disk", "s3"


@dataclass(frozen=True, slots=True)
class Listed:
    """One object that lies in a store."""

    place: str
    written_at: datetime


class Store(Protocol):
    """What a back end can do. Whatever keeps it from doing so is `Unavailable`."""

    def put(self, place: str, source: IO[bytes]) -> None:
        """Keep the bytes whole or not at all. The same bytes may be put again at their place."""

    def open(self, place: str) -> IO[bytes]:
        """The bytes; raises `FileNotFoundError` where none lie."""

    def delete(self, place: str) -> None:
        """Remove the bytes; where none lie, nothing happens."""

    def exists(self, place: str) -> bool:
        """Whether bytes lie there."""

    def listed(self) -> Iterator[Listed]:
        """Everything that lies there, in no order, also what a crash left half written."""


def current_name() -> str:
    """Where new bytes go."""
    return S3 if settings.FILES_S3["bucket"] else DISK


def store_named(name: str) -> Store:
    """The back end in which a file was put, whichever new ones go to."""
    # Each is loaded only where it is used: a machine without a bucket has no S3 client.
    if name == DISK:
        from doanso.files.stores.disk import Disk

        return Disk(settings.FILES)
    if name != S3 or not settings.FILES_S3["bucket"]:
        raise Unavailable(f"files lie in {name!r}, which the settings do not name")
    from doanso.files.stores.s3 import bucket

    return bucket()
