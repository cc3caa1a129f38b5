"""A held festival of ward 4 and who came to it, for tests of its report and certificates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from doanso.documents.models import Document
from doanso.documents.tests.conftest import Office
from doanso.events import actions
from doanso.events.actions import ClosingInput, RegistrationInput
from doanso.events.models import Attendance, CheckIn, Event, EventClosing, Registration
from doanso.events.queries import closing as queries
from doanso.events.tests.conftest import SUNDAY, Festival, festival_of
from doanso.lib import clock
from doanso.testing import Tree

NAMES = ("Lê Thị Mận", "Trần Văn Tư", "Phạm Ngọc Ánh", "Huỳnh Kim Ngân", "Võ Quốc Bảo")


@dataclass
class HeldFestival(Festival):
    """A festival of ward 4, kept by An, whose day is over; the office's Mai issues its documents."""

    office: Office

    def read(self) -> int:
        row = queries.closing_of(self.event)
        return row.version if row is not None else 0

    def closing(self) -> EventClosing:
        row = queries.closing_of(self.event)
        assert row is not None
        return row

    def draft(self, incidents: str = "", remarks: str = "", **changes: Any) -> Document:
        return actions.draft_report(
            actor=changes.pop("by", self.by), event=self.fresh(), read=changes.pop("read", self.read()),
            inputs=ClosingInput(incidents, remarks),
        )  # fmt: skip

    def issued(self, **words: str) -> Document:
        return self.office.issued(self.draft(**words))

    def join(self, name: str, birth_year: int = 1990) -> tuple[Registration, str]:
        return actions.register(
            event_id=self.event.pk, key=uuid4(), inputs=RegistrationInput(name, birth_year, ""), source="link",
            network="203.0.113.7",
        )  # fmt: skip


def at(event: Event, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the event's day in local time."""
    return datetime(event.day.year, event.day.month, event.day.day, hour, minute, tzinfo=clock.VIETNAM)


def come(
    registration: Registration, seen_at: datetime, *, left_at: datetime | None = None, gate: str = "Cổng A"
) -> None:
    """Check a ticket in at a gate, and out again."""
    event = registration.event
    attendance = Attendance.objects.create(
        registration=registration, event=event, first_seen_at=seen_at, last_seen_at=left_at or seen_at,
        is_inside=left_at is None,
    )  # fmt: skip
    for moment, direction in ((seen_at, "in"), (left_at, "out")):
        if moment is not None:
            CheckIn.objects.create(
                attendance=attendance, method="ticket", direction=direction, gate=gate, seen_at=moment, made_at=moment,
                made_by=event.made_by,
            )  # fmt: skip


def held_festival(office: Office, business_day: Callable[..., None], *, people: int = 3) -> HeldFestival:
    """Return a cashless festival of ward 4 to which people came at 7, 8, 9 ..., on the day after it."""
    tree: Tree = office.tree
    begun = festival_of(tree, tree.units["p4"], tree.an, title="Ngày hội Phường 4")
    held = HeldFestival(tree, begun.event, tree.an, office)
    held.step(actions.open_event)
    joined = [held.join(name) for name in NAMES[: people + 1]]
    for number, (registration, _link) in enumerate(joined[:people]):
        come(registration, at(held.event, 7 + number, 12), left_at=at(held.event, 8, 30) if number == 0 else None)
    business_day(SUNDAY + timedelta(days=1))
    return held
