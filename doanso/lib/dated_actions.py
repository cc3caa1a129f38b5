"""Actions of the demo's year, each on its business day."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

DatedAction = tuple[date, Callable[[], object]]
"""An action and the business day on which it is executed."""


@dataclass(frozen=True, slots=True)
class SeparateAction:
    """An action that stores files, which happens outside of transactions, so it is executed separately."""

    action: Callable[[], object]

    def __call__(self) -> object:
        """Execute it."""
        return self.action()
