"""Two registered kinds of assignment, and a fixture that makes assignments."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from doanso.assignments import ports
from doanso.assignments.actions import assign
from doanso.lib import clock
from doanso.targets import policy as targets


@pytest.fixture
def kinds(monkeypatch):
    """Register two kinds: one that the unit closes itself, and one that somebody above closes."""
    monkeypatch.setattr(ports, "registered_kinds", {})
    for code, from_above in (("proof.own", False), ("proof.above", True)):
        ports.register_assignment_kind(
            code,
            "Việc thử",
            sentence=lambda assignment: f"Xem lại {assignment.parameters['count']} mục",
            url=lambda assignment: f"/units/{assignment.unit.code}/",
            permission=targets.VIEW,
            from_above=from_above,
        )


@pytest.fixture
def give(tree, kinds):
    """Return a function that assigns something to a unit."""

    def give_assignment(code="p4", kind="proof.own", *, owner=None, due_on: date | None = None, source_id=None):
        return assign(
            actor=None,
            unit=tree.units[code],
            title_code=kind,
            parameters={"count": 3},
            owner=owner,
            due_on=due_on or clock.today() + timedelta(days=7),
            source_kind="proof",
            source_id=source_id or uuid4(),
        )

    return give_assignment
