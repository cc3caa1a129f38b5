"""The reader of one object, in whatever format: keys are taken one by one, and `finish` refuses the rest."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, Final

from doanso.lib.problems import Refused

MISSING: Final = object()


class ObjectReader(ABC):
    """One object with its place in the message or file.

    Take each key exactly once, then call `finish`: a key that was not taken is refused. Every method raises `Refused`; the
    format determines the wording of the refusal and the place it names.
    """

    __slots__ = ("_left", "location")

    def __init__(self, values: Mapping[str, Any], location: str) -> None:
        self._left = dict(values)
        self.location = location

    @abstractmethod
    def _missing(self, name: str) -> Refused:
        """Return the refusal of a missing key."""

    @abstractmethod
    def _wrong_type(self, name: str, value: Any, kind: type) -> Refused:
        """Return the refusal of a value that is no `kind`."""

    @abstractmethod
    def _not_allowed(self, name: str, value: Any, allowed: Collection[str]) -> Refused:
        """Return the refusal of a value that is none of the allowed texts."""

    @abstractmethod
    def _out_of_bounds(self, name: str, value: int, least: int, most: int) -> Refused:
        """Return the refusal of a whole number below `least` or above `most`."""

    @abstractmethod
    def _unknown(self, name: str) -> Refused:
        """Return the refusal of a key that nothing has taken."""

    def _take(self, name: str) -> Any:
        value = self._left.pop(name, MISSING)
        if value is MISSING:
            raise self._missing(name)
        return value

    def _take_typed[T](self, name: str, kind: type[T]) -> T:
        """Take a value of exactly this type; `True` is no number."""
        value = self._left.pop(name, MISSING)
        if type(value) is not kind:
            raise self._missing(name) if value is MISSING else self._wrong_type(name, value, kind)
        typed: T = value
        return typed

    def choice(self, name: str, allowed: Collection[str]) -> str:
        """Take one of the allowed texts."""
        value = self._left.pop(name, MISSING)
        if type(value) is not str or value not in allowed:
            raise self._missing(name) if value is MISSING else self._not_allowed(name, value, allowed)
        return value

    def integer(self, name: str, least: int, most: int, *, default: int | None = None) -> int:
        """Take a whole number from `least` to `most`; one with a default may be left out."""
        if default is not None and name not in self._left:
            return default
        value = self._left.pop(name, MISSING)
        if type(value) is not int:
            raise self._missing(name) if value is MISSING else self._wrong_type(name, value, int)
        if not least <= value <= most:
            raise self._out_of_bounds(name, value, least, most)
        return value

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        """Take true or false; one with a default may be left out."""
        if default is not None and name not in self._left:
            return default
        return self._take_typed(name, bool)

    def finish(self) -> None:
        """Refuse the first key that was not taken."""
        if self._left:
            raise self._unknown(next(iter(self._left)))
