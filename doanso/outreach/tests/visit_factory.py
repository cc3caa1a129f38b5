"""Visits as rows, so that reads are tested without any action."""

from datetime import UTC, datetime, timedelta

from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.models import Visit, VisitOutcome
from doanso.testing import TODAY


def visit(outing, outcome=VisitOutcome.HELPED, *, paired=True, unit="p4", happened_on=TODAY, arrived_on=TODAY, **more):
    """Create a visit at the first door."""
    began = datetime(2023, 11, 12, 1, 0, tzinfo=UTC)
    key = uuid7()
    columns = {
        "id": key,
        "counted_as": key,
        "unit": outing.tree.units[unit],
        "household": outing.household,
        "neighbourhood": outing.neighbourhood,
        "outcome": outcome,
        "happened_on": happened_on,
        "arrived_on": arrived_on,
        "recorded_at": clock.now(),
        "began_at": began,
        "ended_at": began + timedelta(minutes=9),
        "recorded_by": outing.tree.lan,
        "first": outing.mates["lan"],
        "first_name": "Bùi Thị Lan",
        "first_kind": "youth",
        "first_how": "sign-in",
        "second_how": "card" if paired else "none",
        "paired": paired,
        "paired_on": arrived_on if paired else None,
        "content_hash": "0" * 64,
    }
    return Visit.objects.create(**columns | more)
