"""What every store of bytes can do. A place is taken once and its bytes never change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Protocol


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
