"""Deeds of the ledger. All run in the caller's transaction, after its policy, and are idempotent by source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from doanso.tally.models import Book
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class Counted:
    """One fact to count. `unit_id`: where a time was done, or where `members.active` places the subject."""

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
class MeasurePlan:
    """A measure to open in a book; the family resolves `topic` and `level` from a programme's parameters."""

    code: str
    family: str
    topic: str = ""
    level: int = 0
    least_grade: int = 1


def open_book(*, code: str, root: Unit, first_day: date, last_day: date, measures: Sequence[MeasurePlan]) -> Book:
    """Open a book, or add measures to the book of that code; then fill it from the facts already known.

    The switch is one short transaction holding every gate alone; filling goes on in pages after it. Idempotent.
    """
    raise NotImplementedError


def count(counted: Counted) -> None:
    """Count one fact; see `count_many`."""
    count_many([counted])


def count_many(counted: Sequence[Counted]) -> None:
    """Count facts of any families. A known source with equal content does nothing; other content: SourceConflict."""
    raise NotImplementedError


def take_back(*, family: str, source_id: UUID) -> None:
    """The fact (or placement) of that source never was; a second call does nothing."""
    raise NotImplementedError


def set_grade(*, family: str, source_id: UUID, grade: int) -> None:
    """The fact of that source now has this evidence grade."""
    raise NotImplementedError


def move_subject(*, source_id: UUID, on: date, to: Counted | None) -> None:
    """End the placement of that source on a day and begin the next one, or none when the subject leaves."""
    raise NotImplementedError


def suspend_subject(
    *, family: str, source_id: UUID, subject_ref: UUID, measure_code: str, since: date, until: date | None
) -> None:
    """Suspend a subject everywhere (empty code) or from one measure, from a day on."""
    raise NotImplementedError


def resume_subject(*, source_id: UUID, until: date) -> None:
    """End the suspension of that source on a day; an earlier end may be made later or earlier again."""
    raise NotImplementedError
