"""What a unit was assigned, on the page of that unit."""

from django.urls import reverse

from doanso.access.ports import UnitPage
from doanso.accounts.models import User
from doanso.assignments import policy, queries
from doanso.lib.panels import Panel

MOST_SHOWN = 5


def unit_assignments(actor: User, page: UnitPage) -> Panel | None:
    """Return the open assignments of the unit and the units below it, first due first; None without any."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    assignments = queries.filtered_assignments(actor, queries.AssignmentFilter(unit=page.named))
    shown = list(assignments[: MOST_SHOWN + 1])
    if not shown:
        return None
    return Panel(
        "assignments/unit_assignments.html",
        {
            "rows": queries.assignment_rows(actor, shown[:MOST_SHOWN], known={page.named.id: page.named, **page.known}),
            "more": len(shown) > MOST_SHOWN,
            "url": f"{reverse('assignments:list')}?unit={page.named.code}",
        },
    )
