"""The keys under which other apps keep what they have of reports: assignments of months, documents of reports."""

from uuid import UUID, uuid5

from doanso.reports.rules.periods import Month
from doanso.targets.models import Programme

DUE, RETURNED = "reports.period-due", "reports.period-returned"
PERIOD, STEP = "reports.period", "reports.step"
REPORT = "reports.report"
"""The source kind of documents made of a report."""


def due_source(programme: Programme, month: Month, unit_id: UUID) -> UUID:
    """Return the key under which a unit is reminded of a month."""
    return uuid5(programme.pk, f"{unit_id}/{month.code}/due")
