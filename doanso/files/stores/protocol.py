"""Interface of every back end. A place is written once and its bytes never change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """One object in a store."""

    place: str
    written_at: datetime


class Store(Protocol):
    """A back end. Every failure is raised as `Unavailable`."""

    def put(self, place: str, source: IO[bytes]) -> None:
        """Store the bytes whole or not at all. The same bytes may be stored again at their place."""

    def open(self, place: str) -> IO[bytes]:
        """Return the bytes; raises `FileNotFoundError` where there are none."""

    def delete(self, place: str) -> None:
        """Remove the bytes; without any, do nothing."""

    def exists(self, place: str) -> bool:
        """Return whether there are bytes."""

    def list_objects(self) -> Iterator[StoreEntry]:
        """Yield every object in no order, also half-written ones left by a crash."""
