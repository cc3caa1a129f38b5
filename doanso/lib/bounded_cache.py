"""A cache in this process's memory that holds at most so many bytes; what was used least recently leaves first."""

import threading
from collections import OrderedDict
from typing import Protocol


class Sized(Protocol):
    """A value that knows its size in bytes."""

    @property
    def size(self) -> int:
        """Return the size in bytes."""
        ...


class BoundedCache[Value: Sized]:
    """Values by key, safe between threads; a value larger than the whole cache is not kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._lock = threading.Lock()
        self._values: OrderedDict[str, Value] = OrderedDict()

    def get(self, key: str) -> Value | None:
        """Return the value under the key, or None."""
        with self._lock:
            value = self._values.get(key)
            if value is not None:
                self._values.move_to_end(key)
            return value

    def put(self, key: str, value: Value) -> None:
        """Keep the value, and drop the oldest ones beyond the limit."""
        if value.size > self._most:
            return
        with self._lock:
            before = self._values.pop(key, None)
            self._size += value.size - (before.size if before is not None else 0)
            self._values[key] = value
            while self._size > self._most:
                _key, oldest = self._values.popitem(last=False)
                self._size -= oldest.size

    def clear(self) -> None:
        """Drop everything."""
        with self._lock:
            self._values.clear()
            self._size = 0
