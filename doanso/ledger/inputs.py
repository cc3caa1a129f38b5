"""Inputs of the ledger's actions."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from doanso.ledger.models import MeasureKind


class FactInput(NamedTuple):
    """One fact to count. `unit_id` is where a time took place, or where `members.active` places the subject."""

    family: str
    source_id: UUID
    subject_ref: UUID
    happened_on: date
    arrived_on: date
    grade: int
    topic: str = ""
    level: int = 0
    unit_id: UUID | None = None


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
