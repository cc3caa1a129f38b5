"""A draw of the city's festival, from its preparation to its results."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

import pytest

from doanso.accounts.models import User
from doanso.events import actions, tickets
from doanso.events.actions import DrawInput, PrizeInput
from doanso.events.models import Attendance, Draw, Registration
from doanso.events.tests.conftest import SUNDAY, Festival
from doanso.lib import clock

NUMBER_DAY = SUNDAY + timedelta(days=1)
PRIZES = (PrizeInput("Giải nhất: xe đạp", 1), PrizeInput("Giải nhì: bộ nồi", 2), PrizeInput("Giải ba: bình nước", 2))


def draw_input(**changes: Any) -> DrawInput:
    """Five prizes; the public number is that of the lottery on the evening after the festival."""
    values = {
        "number_name": "Giải đặc biệt xổ số Tiền Giang", "number_day": NUMBER_DAY, "number_time": time(16, 30), "prizes": PRIZES,
        "claim_note": "Nhận giải tại Thành Đoàn đến hết 17/11.",
    }  # fmt: skip
    return DrawInput(**(values | changes))


@dataclass
class DrawScene:
    """The city's festival with tickets and its draw; Dung keeps it, Giang enters the number a second time."""

    festival: Festival
    second: User
    set_day: Any

    @property
    def draw(self) -> Draw:
        return Draw.objects.select_related("event__unit").order_by("-made_at", "-pk")[0]

    def came(self, numbers: Sequence[int], *, named: bool = True) -> None:
        """Tickets of these numbers whose holders came; the third of every three is a guest's without a name."""
        event, now = self.festival.event, clock.now()
        registrations = Registration.objects.bulk_create(
            Registration(
                event=event, unit_id=event.unit_id, number=number, state="registered", source="link",
                name="Lê Thị Mận" if named and number % 3 else "", folded="le thi man" if named and number % 3 else "",
                **tickets.new_keys(), made_on=clock.today(), made_at=now,
            )
            for number in numbers
        )  # fmt: skip
        Attendance.objects.bulk_create(
            Attendance(registration=row, event=event, first_seen_at=now, last_seen_at=now, is_inside=True)
            for row in registrations
        )

    def prepare(self, **changes: Any) -> Draw:
        read = self.draw.version if Draw.objects.exclude(state="withdrawn").exists() else 0
        return actions.prepare_draw(
            actor=self.festival.by, event=self.festival.event, read=read, inputs=draw_input(**changes)
        )

    def commit(self) -> Draw:
        return actions.commit_draw(actor=self.festival.by, draw=self.draw, read=self.draw.version)

    def freeze(self) -> Draw:
        return actions.freeze_draw(actor=self.festival.by, draw=self.draw)

    def enter(self, typed: str, by: User | None = None) -> Any:
        return actions.enter_draw_number(actor=by or self.festival.by, draw=self.draw, typed=typed)

    def frozen(self, numbers: Sequence[int] = range(1, 41)) -> Draw:
        """A committed draw with a frozen list, on the evening on which the number is known."""
        self.prepare()
        self.commit()
        self.came(numbers)
        self.set_day(SUNDAY)
        frozen = self.freeze()
        self.set_day(NUMBER_DAY + timedelta(days=1))
        return frozen

    def drawn(self, numbers: Sequence[int] = range(1, 41)) -> Draw:
        """A draw with its results."""
        self.frozen(numbers)
        self.enter("083506")
        self.enter("083506", self.second)
        return self.draw


@pytest.fixture
def scene(city: Festival, business_day: Any) -> DrawScene:
    city.step(actions.open_event)
    return DrawScene(city, city.tree.giang, business_day)
