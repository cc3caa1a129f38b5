"""A festival of the city and one of ward 4, set up by their officers."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest

from doanso.accounts.models import User
from doanso.events import actions
from doanso.events.actions import EventHours, EventInput, ShiftInput
from doanso.events.models import Event, Shift
from doanso.lib import clock
from doanso.lib.vietnamese import fold
from doanso.partners.models import Partner
from doanso.testing import TODAY, Tree
from doanso.units.models import Unit

SUNDAY = TODAY + timedelta(days=7)


@dataclass
class Festival:
    """The tree, and an event of a unit kept by its officer: Dung for the city, An for ward 4."""

    tree: Tree
    event: Event
    by: User

    def fresh(self) -> Event:
        return Event.objects.select_related("unit").get(pk=self.event.pk)

    def step(self, action: Any, by: User | None = None, **options: Any) -> Event:
        """Take a step as the event is now."""
        fresh = self.fresh()
        changed: Event = action(actor=by or self.by, event=fresh, read=fresh.version, **options)
        return changed

    def hours(self, day: date = SUNDAY, place: str = "Quảng trường trung tâm", **changes: Any) -> EventHours:
        return EventHours(day, changes.get("begins", time(7)), changes.get("ends", time(11)), place)

    def shift(self, unit: str = "p4", **changes: Any) -> Shift:
        inputs = ShiftInput(
            self.tree.units[unit].pk, changes.get("post", "Cổng A, đón khách"), changes.get("begins", time(7)),
            changes.get("ends", time(9, 30)), changes.get("wanted", 2),
        )  # fmt: skip
        return actions.add_shift(actor=self.by, event=self.fresh(), inputs=inputs)

    def partner(self, unit: str = "my-tho", name: str = "Ngân hàng Bến Tre Xanh (mẫu)") -> Partner:
        now = clock.now()
        return Partner.objects.create(
            unit=self.tree.units[unit], kind="bank", name=name, short_name=name[:60], folded=fold(name),
            made_by=self.by, made_at=now, changed_at=now,
        )  # fmt: skip


def event_input(title: str = "Ngày hội không tiền mặt Mỹ Tho", day: date = SUNDAY, **changes: Any) -> EventInput:
    hours = EventHours(day, changes.pop("begins", time(7)), changes.pop("ends", time(11)), "Quảng trường trung tâm")
    return EventInput(changes.pop("kind", "cashless-festival"), title, changes.pop("hours", hours), **changes)


def festival_of(tree: Tree, unit: Unit, by: User, **changes: Any) -> Festival:
    return Festival(tree, actions.create_event(actor=by, unit=unit, inputs=event_input(**changes)), by)


@pytest.fixture
def city(tree: Tree) -> Festival:
    return festival_of(tree, tree.units["my-tho"], tree.dung)


@pytest.fixture
def ward(tree: Tree) -> Festival:
    return festival_of(tree, tree.units["p4"], tree.an, title="Ra quân Phường 4", kind="launch-day")
