"""Statements of units about their months: estimates, reasons, and which months were late."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from doanso.assignments import queries as assignments
from doanso.members import queries as members
from doanso.reports.models import Period, Reason
from doanso.reports.queries.periods import sum_estimates
from doanso.targets.models import Programme
from doanso.units.models import Unit

_ANSWERED_WITHIN = timedelta(days=15)
"""A statement made up to this long after a month's end still refers to that month."""


@dataclass(frozen=True, slots=True)
class UnitStatements:
    """The statements of a unit and of those directly below it."""

    # Claims without records of the unit and those below it, by indicator.
    estimates: Mapping[UUID, int] = field(default_factory=dict)
    late: frozenset[UUID] = frozenset()
    members: Mapping[UUID, int] = field(default_factory=dict)
    _of_units: Mapping[UUID, str] = field(default_factory=dict)
    _of_figures: Mapping[tuple[UUID, str], str] = field(default_factory=dict)

    def reason(self, unit_id: UUID, indicator: str) -> str:
        """Return why a unit lags behind: its reason for that figure, or else its last answer to any question."""
        return self._of_figures.get((unit_id, indicator)) or self._of_units.get(unit_id, "")


def statements_of(programme: Programme, unit: Unit, below: Collection[UUID], first: date, last: date) -> UnitStatements:
    """Return the statements about the months between two days (both inside); a constant number of statements."""
    months = Period.objects.filter(programme=programme, first_day__lte=last, last_day__gte=first)
    of_below = months.filter(unit_id__in=below)
    reasons = (
        Reason.objects.filter(period__in=of_below)
        .order_by("given_at")
        .values_list("period__unit_id", "question", "words")
    )
    return UnitStatements(
        estimates=sum_estimates(programme, unit, first, last),
        late=frozenset(of_below.filter(late=True).values_list("unit_id", flat=True)),
        members=members.count_members([unit.pk, *below], last),
        _of_units=assignments.latest_reports(below, first, last + _ANSWERED_WITHIN),
        _of_figures={
            (unit_id, question.rpartition(":")[2]): words for unit_id, question, words in reasons if ":" in question
        },
    )
