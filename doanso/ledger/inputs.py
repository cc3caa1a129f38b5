"""Inputs of the ledger's actions."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from doanso.ledger.models import MOST_AMOUNT, MeasureKind


class FactInput(NamedTuple):
    """One fact to count. `unit_id` is where a time took place, or where `members.active` places the subject.

    `amount` is what a time adds to its figure; every other fact adds 1.
    """

    family: str
    source_id: UUID
    subject_ref: UUID
    happened_on: date
    arrived_on: date
    grade: int
    topic: str = ""
    level: int = 0
    unit_id: UUID | None = None
    amount: int = 1

    @property
    def content(self) -> tuple[object, ...]:
        """Return the values that are hashed; an amount of 1 is left out, so that hashes stored before amounts stay equal."""
        content = (self.subject_ref, self.level, self.unit_id, self.happened_on, self.arrived_on, self.grade)
        return content if self.amount == 1 else (*content, self.amount)

    def require_amount_of(self, kind: str) -> None:
        """Raise ValueError for an amount that is out of range, or is not 1 although the family does not count times."""
        if not 1 <= self.amount <= MOST_AMOUNT or (self.amount != 1 and kind != MeasureKind.TIMES):
            raise ValueError(f"An amount is between 1 and {MOST_AMOUNT}, and 1 of everything but times.")


@dataclass(frozen=True, slots=True)
class SuspensionInput:
    """One suspension from a day on: everywhere (empty code) or from one measure; an `until` in the future is planned."""

    family: str
    source_id: UUID
    subject_ref: UUID
    measure_code: str
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class MeasurePlan:
    """A measure to open in a book; the family resolves topic, level and kind from a programme's parameters.

    Without a kind it is counted in the family's usual way.
    """

    code: str
    family: str
    topic: str = ""
    level: int = 0
    least_grade: int = 1
    kind: MeasureKind | None = None
