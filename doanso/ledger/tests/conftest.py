"""Owners of facts for the ledger's own tests, which keep what they count in memory."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from doanso.ledger import actions, ports, queries
from doanso.ledger.inputs import FactInput, MeasurePlan
from doanso.ledger.models import Book, MeasureKind
from doanso.ledger.ports import MeasureKey, RawFact, RawPlacement, RawSuspension
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7

FIRST, LAST = date(2023, 1, 1), date(2023, 12, 31)
NOW = datetime(2023, 11, 12, tzinfo=UTC)


@dataclass
class Owner:
    """A family whose tables are a dictionary by source id."""

    name: str
    kind: MeasureKind = MeasureKind.STATE
    subject_kind: str = "person"
    source_kind: str = ""
    rows: dict[UUID, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.source_kind = self.source_kind or f"test.{self.name}"

    def resolve(self, parameters: Any) -> MeasureKey:
        return MeasureKey(parameters.get("topic", ""), parameters.get("level", 0))

    def facts(self, *, after: UUID | None, limit: int) -> list[Any]:
        ids = sorted(source_id for source_id in self.rows if after is None or source_id > after)
        return [self.rows[source_id] for source_id in ids[:limit]]


@dataclass
class Owners:
    """Actions of imaginary apps above the ledger: each keeps its own record and counts it."""

    stays: Owner
    leaves: Owner
    usage: Owner
    visits: Owner
    helps: Owner

    def place(self, person: UUID, unit: Any, since: date, *, arrived: date | None = None) -> UUID:
        source = uuid7()
        self.stays.rows[source] = RawPlacement(source, person, unit.pk, since, None, arrived or max(since, NOW.date()))
        actions.count(self.counted_place(source))
        return source

    def counted_place(self, source: UUID) -> FactInput:
        raw = self.stays.rows[source]
        return FactInput("members.active", source, raw.subject_ref, raw.since, raw.arrived_on, 1, unit_id=raw.unit_id)

    def move(self, source: UUID, unit: Any | None, on: date) -> UUID | None:
        old = self.stays.rows[source]
        self.stays.rows[source] = RawPlacement(source, old.subject_ref, old.unit_id, old.since, on, old.arrived_on)
        if unit is None:
            actions.move_subject(source_id=source, on=on, to=None)
            return None
        new = uuid7()
        self.stays.rows[new] = RawPlacement(new, old.subject_ref, unit.pk, on, None, max(on, NOW.date()))
        actions.move_subject(source_id=source, on=on, to=self.counted_place(new))
        return new

    def suspend(self, person: UUID, since: date, until: date | None = None, code: str = "") -> UUID:
        source = uuid7()
        self.leaves.rows[source] = RawSuspension(source, person, code, since, until)
        actions.suspend_subject(
            family="members.exempt",
            source_id=source,
            subject_ref=person,
            measure_code=code,
            since=since,
            until=until,
        )
        return source

    def resume(self, source: UUID, until: date) -> None:
        old = self.leaves.rows[source]
        self.leaves.rows[source] = RawSuspension(source, old.subject_ref, old.measure_code, old.since, until)
        actions.resume_subject(source_id=source, until=until)

    def state(
        self,
        person: UUID,
        on: date,
        *,
        level: int = 2,
        grade: int = 1,
        topic: str = "vneid",
        arrived: date | None = None,
    ) -> UUID:
        source = uuid7()
        self.usage.rows[source] = RawFact(
            source, person, topic, level, None, on, arrived or max(on, NOW.date()), NOW, grade
        )
        actions.count(self.counted("test.state", source))
        return source

    def visit(
        self, person: UUID, unit: Any, on: date, *, grade: int = 1, arrived: date | None = None, amount: int = 1
    ) -> UUID:
        source = uuid7()
        arrived = arrived or max(on, NOW.date())
        self.visits.rows[source] = RawFact(source, person, "visit", 0, unit.pk, on, arrived, NOW, grade, amount=amount)
        self._count("test.times", self.visits, source)
        return source

    def help(
        self, person: UUID, unit: Any, on: date, *, grade: int = 1, topic: str = "portal", arrived: date | None = None
    ) -> UUID:
        source = uuid7()
        self.helps.rows[source] = RawFact(
            source, person, topic, 0, unit.pk, on, arrived or max(on, NOW.date()), NOW, grade
        )
        self._count("test.helped", self.helps, source)
        return source

    def _count(self, family: str, owner: Any, source: UUID) -> None:
        """Count what was written; an action that is refused leaves nothing written."""
        try:
            actions.count(self.counted(family, source))
        except Refused:
            del owner.rows[source]
            raise

    def dispute(self, source: UUID, *, refused: bool = True) -> None:
        self.helps.rows[source] = self.helps.rows[source]._replace(refused=refused)
        actions.set_refused(family="test.helped", source_ids=[source], refused=refused)

    def forget(self, person: UUID) -> None:
        for owner in self.all():
            for source, raw in owner.rows.items():
                if raw.subject_ref == person:
                    owner.rows[source] = raw._replace(subject_ref=None)
        actions.forget_subjects(kind="person", refs=[person])

    def counted(self, family: str, source: UUID) -> FactInput:
        raw = self.owner(family).rows[source]
        return FactInput(
            family,
            source,
            raw.subject_ref,
            raw.happened_on,
            raw.arrived_on,
            raw.grade,
            topic=raw.topic,
            level=raw.level,
            unit_id=raw.unit_id,
            amount=raw.amount,
        )

    def regrade(self, family: str, source: UUID, grade: int) -> None:
        rows = self.owner(family).rows
        rows[source] = rows[source]._replace(grade=grade)
        actions.set_grade(family=family, source_id=source, grade=grade)

    def take_back(self, family: str, source: UUID) -> None:
        self.owner(family).rows.pop(source, None)
        actions.take_back(family=family, source_id=source)

    def owner(self, family: str) -> Owner:
        return next(owner for owner in self.all() if owner.name == family)

    def all(self) -> list[Owner]:
        return [self.stays, self.leaves, self.usage, self.visits, self.helps]


def make_owners() -> Owners:
    return Owners(
        stays=Owner("members.active"),
        leaves=Owner("members.exempt"),
        usage=Owner("test.state"),
        visits=Owner("test.times", kind=MeasureKind.TIMES),
        helps=Owner("test.helped", kind=MeasureKind.HELPED),
    )


MEASURES = [
    MeasurePlan("members", "members.active", least_grade=0),
    MeasurePlan("vneid-members", "test.state", "vneid", 2),
    MeasurePlan("vneid-members-exempt", "members.exempt", "vneid-members", least_grade=0),
    MeasurePlan("visits", "test.times", "visit"),
    MeasurePlan("residents", "test.helped", "portal"),
    MeasurePlan("resident-times", "test.helped", "portal", least_grade=0, kind=MeasureKind.TIMES),
]


@pytest.fixture
def owners(monkeypatch: pytest.MonkeyPatch) -> Owners:
    new_owners = make_owners()
    monkeypatch.setattr(ports, "registered_families", {owner.name: owner for owner in new_owners.all()})
    return new_owners


@pytest.fixture
def book(tree: Any, owners: Owners) -> Book:
    """The city's book of 2023."""
    return actions.open_book(
        code="nam-2023", root=tree.units["my-tho"], first_day=FIRST, last_day=LAST, measures=MEASURES
    )


@pytest.fixture
def shown(tree: Any) -> Any:
    """The figures of every unit in which a measure has one: `shown(book, "members", day) == {"p4": 1, ...}`."""
    codes = {unit.pk: code for code, unit in tree.units.items()}

    def figures(book: Book, code: str, on: date = LAST) -> dict[str, int]:
        counts = queries.figures(book=book, unit_ids=list(codes), on=on)
        return {
            codes[unit]: figure.total for (unit, measure), figure in counts.items() if measure == code and figure.total
        }

    return figures
