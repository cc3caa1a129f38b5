"""A kind of assignment that nobody else registers, and one of it for ward 4."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from doanso.assignments import ports
from doanso.assignments.actions import assign
from doanso.lib import clock
from doanso.targets import policy as targets


@pytest.fixture
def kinds(monkeypatch):
    """Two kinds: one that the unit settles itself, and one that somebody above looks at last."""
    monkeypatch.setattr(ports, "_kinds", {})
    for code, from_above in (("proof.own", False), ("proof.above", True)):
        ports.register_assignment_kind(
            code,
            "Việc thử",
            sentence=lambda assignment: f"Xem lại {assignment.parameters['count']} mục",
            url=lambda assignment: f"/units/{assignment.unit.code}/",
            verb=targets.VIEW,
            from_above=from_above,
        )


@pytest.fixture
def give(tree, kinds):
    """Gives one to a unit."""

    def given(code="p4", kind="proof.own", *, owner=None, due_on: date | None = None, source_id=None):
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

    return given
