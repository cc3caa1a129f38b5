"""Reminders of late units that are still open."""

from collections.abc import Iterable
from uuid import UUID

from doanso.assignments.models import Assignment
from doanso.targets.models import Indicator

REMINDER = "targets.remind"
"""The kind of assignment by which a unit is reminded of a late indicator."""
SOURCE = "targets.remind"


def open_reminders(indicator: Indicator, unit_ids: Iterable[UUID]) -> dict[UUID, Assignment]:
    """Return by unit the open reminder of an indicator that is due last; one statement."""
    rows = Assignment.objects.filter(kind=REMINDER, unit_id__in=list(unit_ids), completed_at=None).order_by("due_on")
    return {
        assignment.unit_id: assignment
        for assignment in rows
        if assignment.parameters.get("indicator") == indicator.code
        and assignment.parameters.get("programme") == indicator.programme.code
    }
