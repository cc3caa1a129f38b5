"""Deeds of the demo's year, each on its business day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

Dated = tuple[date, Callable[[], object]]
"""A deed and the business day on which it is done."""


@dataclass(frozen=True, slots=True)
class Alone:
    """A deed that keeps files: they are stored outside of any transaction, so it is done by itself."""

    deed: Callable[[], object]

    def __call__(self) -> object:
        """Do it."""
        return self.deed()
