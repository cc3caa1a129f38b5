"""A festival of the city and one of ward 4, set up by their officers."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from doanso.accounts.models import User
from doanso.events import actions
from doanso.events.actions import EventHours, EventInput, RegistrationInput, ShiftInput
from doanso.events.models import Attendance, Event, Registration, Shift
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.lib.vietnamese import fold
from doanso.members.tests.conftest import register as register
from doanso.partners.models import Partner
from doanso.sync.actions import DeviceRegistration, register_device
from doanso.sync.tests.conftest import Phone, sealed
from doanso.testing import TODAY, Tree
from doanso.units.models import Unit
from tools.fixture_replay import replayed

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


def make_festival(tree: Tree, unit: Unit, by: User, **changes: Any) -> Festival:
    """Set up an event; for functions that are replayed themselves."""
    return Festival(tree, actions.create_event(actor=by, unit=unit, inputs=event_input(**changes)), by)


festival_of = replayed(make_festival)
"""Set up an event as the first thing that a test does, once per process."""


@pytest.fixture
def city(tree: Tree) -> Festival:
    return festival_of(tree, tree.units["my-tho"], tree.dung)


@pytest.fixture
def ward(tree: Tree) -> Festival:
    return festival_of(tree, tree.units["p4"], tree.an, title="Ra quân Phường 4", kind="launch-day")


# --- At the gate ------------------------------------------------------------------------------------------------------

APPLIED = ("applied", "")


class Gate:
    """Ward 4's event of today with its gate, Lan's phone there, and members: `duc` and `thuy` of ward 4, `khang` of ward 5."""

    def __init__(self, festival: Festival, register: Any, phone: Phone) -> None:
        self.festival, self.tree, self.phone = festival, festival.tree, phone
        self.duc, self.thuy, self.khang = register.duc, register.thuy, register.khang

    @property
    def event(self) -> Event:
        return self.festival.fresh()

    def ticket(self, name: str = "Lê Thị Mận", year: int = 1990) -> Registration:
        """A ticket that the office wrote down."""
        inputs = RegistrationInput(name, year)
        return actions.add_participant(actor=self.festival.by, event=self.event, key=uuid7(), inputs=inputs)

    def body(self, **more: Any) -> dict[str, Any]:
        """A sighting of nobody yet, at 7:42."""
        return {
            "event": str(self.festival.event.pk),
            "gate": "Cổng A",
            "seen_at": "2023-11-12T07:42:05+07:00",
            "direction": "in",
            "method": "ticket",
            "ticket": None,
            "member": None,
            "walk_in": None,
            "undone": False,
        } | more

    def record(self, *, of: Any = None, base: str | None = None, **more: Any) -> dict[str, str]:
        """The same as a record of Lan's phone; `of` and `base` for a later version."""
        envelope = {
            "kind": "events.check-in",
            "version": 1,
            "unit": str(self.phone.unit.pk),
            "base": base,
            "made_at": "2023-11-12T07:42:06+07:00",
            "body": self.body(**more),
        }
        return sealed(envelope, of)

    def send(self, *records: Any, phone: Phone | None = None) -> list[tuple[str, str]]:
        """State and problem of each record, sent by a phone whose clock is right."""
        answer = (phone or self.phone).send(*records, sent_at=clock.now().isoformat())
        assert answer["again"] == []
        return [(ack["state"], (ack["problem"] or {}).get("code", "")) for ack in answer["acks"]]

    def came(self) -> list[tuple[int, str, bool]]:
        """Who came: number, local time, and whether they are inside."""
        rows = Attendance.objects.filter(first_seen_at__isnull=False).select_related("registration")
        return [
            (row.registration.number, f"{timezone.localtime(row.first_seen_at):%H:%M}", row.is_inside)
            for row in rows.order_by("registration__number")
        ]


@replayed
def announced(festival: Festival) -> Festival:
    festival.step(actions.open_event)
    return festival


@pytest.fixture
def gate(tree: Tree, register: Any) -> Gate:
    festival = announced(festival_of(tree, tree.units["p4"], tree.an, title="Ngày hội Phường 4", day=TODAY))
    return Gate(festival, register, phone_at(tree, tree.lan, "p4"))


@replayed
def _registration_of(user: User) -> DeviceRegistration:
    return register_device(actor=user, device_id=uuid7(), name=f"Máy của {user.username}")


def phone_at(tree: Tree, user: User, unit: str) -> Phone:
    """A phone in service."""
    registration = _registration_of(user)
    return Phone(registration.device, registration.token, tree.units[unit], Client())
