"""Statutory terms: days counted over weekends, holidays and Tết."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days off: some every year, others as announced; and weekend days that are worked."""

    every_year: frozenset[tuple[int, int]] = frozenset()
    days: frozenset[date] = frozenset()
    worked: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Return whether offices are open on the day."""
        if day in self.worked:
            return True
        return day.weekday() < _SATURDAY and day not in self.days and (day.month, day.day) not in self.every_year

    def working_day_from(self, day: date) -> date:
        """Return the day itself, or the next one on which offices are open."""
        while not self.is_working(day):
            day += timedelta(days=1)
        return day

    def after_working_days(self, day: date, count: int) -> date:
        """Return the end of a term of this many working days that begins after `day`."""
        for _step in range(count):
            day = self.working_day_from(day + timedelta(days=1))
        return day


@dataclass(frozen=True, slots=True)
class ResponseTerm:
    """A term in days, and its possible extension with a reason."""

    days: int
    extension: int


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    """The rules set by the law and the committee, read from a file."""

    answer_working_days: int
    guardian_below: int
    retention_months: int
    terms: Mapping[str, ResponseTerm]
    calendar: Calendar = field(default_factory=Calendar)

    def answer_by(self, opened_on: date) -> date:
        """Return the day by which the receipt of the request is confirmed to the person."""
        return self.calendar.after_working_days(opened_on, self.answer_working_days)

    def due_on(self, kind: str, opened_on: date) -> date:
        """Return the due day; a term that ends on a day off ends with the next working day."""
        return self.calendar.working_day_from(opened_on + timedelta(days=self.terms[kind].days))

    def extended(self, kind: str, due_on: date) -> date:
        """Return the end of the term after its one extension."""
        return self.calendar.working_day_from(due_on + timedelta(days=self.terms[kind].extension))
