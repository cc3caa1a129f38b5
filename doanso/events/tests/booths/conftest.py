"""The city's festival of today with a bank's booth, whose shift ward 4 fills, and a book that counts who was helped."""

from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import uuid4

import pytest

from doanso.events import actions, booth_keys
from doanso.events.actions import AnswerInput, BoothInput, EventPartnerInput, RegistrationInput, ShiftInput
from doanso.events.models import Booth, BoothCode, BoothStamp, Registration, Shift, ShiftVolunteer
from doanso.events.tests.conftest import Festival, make_festival
from doanso.members.actions import Admission, admit_many
from doanso.people.actions import Particulars
from doanso.support.models import SupportRecord
from doanso.support.tests.conftest import Ward
from doanso.support.tests.conftest import ward as counting  # noqa: F401
from doanso.testing import TODAY
from tools.fixture_replay import replayed


@dataclass
class Fair:
    """A festival of today, its first booth, and the code of the booth's shift."""

    festival: Festival
    counting: Ward
    booth: Booth
    shift: Shift
    code: BoothCode

    @property
    def link(self) -> str:
        return booth_keys.keys_of(self.code).link

    def add_booth(self, number: int, unit: str = "p4", service: str | None = "payment") -> tuple[Booth, Shift, str]:
        """Set up another booth with a shift of a unit and its code; return them with the code's link."""
        return set_up_booth(self.festival, number, unit, service)

    def ticket(self, name: str = "Lê Thị Mận", year: int = 1990, **changes: Any) -> tuple[Registration, str]:
        return actions.register(
            event_id=self.festival.event.pk, key=uuid4(), inputs=RegistrationInput(name, year, **changes),
            source="link", network="203.0.113.7",
        )  # fmt: skip

    def walk_in(self) -> tuple[Registration, str]:
        """A paper ticket, which says nothing of its holder."""
        registration, link = self.ticket()
        Registration.objects.filter(pk=registration.pk).update(name="", folded="", birth_year=None, source="paper")
        registration.refresh_from_db()
        return registration, link

    def stamp(self, registration: Registration, kind: str = "account", link: str = "", **changes: Any) -> BoothStamp:
        return actions.stamp_ticket(
            link=link or self.link, key=changes.get("key", uuid4()), registration_id=registration.pk, kind=kind,
            to_business=changes.get("to_business", False),
        )  # fmt: skip

    def confirm(self, link: str, stamp: BoothStamp, *, staff_browser: bool = False, **inputs: Any) -> BoothStamp:
        return actions.confirm_stamp(
            link=link, stamp_id=stamp.pk, inputs=AnswerInput(**inputs), staff_browser=staff_browser,
            device=["203.0.113.9", str(stamp.pk)], network="203.0.113.9",
        )  # fmt: skip

    def deny(self, link: str, stamp: BoothStamp) -> BoothStamp:
        return actions.deny_stamp(link=link, stamp_id=stamp.pk, network="203.0.113.9")

    def figure(self, code: str = "payment-residents", unit: str = "my-tho") -> int:
        return self.counting.figure(code, unit)


def set_up_booth(festival: Festival, number: int, unit: str, service: str | None) -> tuple[Booth, Shift, str]:
    part = festival.event.partners.first()
    inputs = BoothInput(number, f"Gian số {number}", part.pk if part is not None else None, service)
    booth = actions.add_part(actor=festival.by, event=festival.fresh(), inputs=inputs)
    assert isinstance(booth, Booth)
    shift = actions.add_shift(
        actor=festival.by, event=festival.fresh(),
        inputs=ShiftInput(festival.tree.units[unit].pk, f"Gian {number}", time(0), time(23, 59, 59), 2, booth.pk),
    )  # fmt: skip
    secretary = {"p4": festival.tree.an, "p5": festival.tree.chi}[unit]
    helper = Particulars(name=f"Võ Thị Gian {HELPERS[number]}", birth_year=2000)
    [person] = admit_many(
        actor=secretary, entries=[Admission(branch=festival.tree.units[f"{unit}-kp1"], particulars=helper)]
    )
    volunteer = ShiftVolunteer.objects.create(
        shift=shift, member=person, added_at=festival.event.made_at, added_by=festival.by
    )
    code = actions.make_code(actor=festival.by, shift=shift, volunteer_id=volunteer.pk)
    return booth, shift, booth_keys.keys_of(code).link


HELPERS = ("", "Nhất", "Nhì", "Ba", "Tư")


@pytest.fixture
@replayed
def fair(counting: Ward) -> Fair:  # noqa: F811
    festival = make_festival(
        counting.tree, counting.tree.units["my-tho"], counting.tree.dung, day=TODAY, ends=time(23, 59, 59)
    )
    partner = festival.partner()
    part = EventPartnerInput(partner.pk, "Mở tài khoản tại chỗ")
    actions.add_part(actor=festival.by, event=festival.event, inputs=part)
    festival.step(actions.open_event)
    booth, shift, _link = set_up_booth(festival, 1, "p4", "payment")
    return Fair(festival, counting, booth, shift, BoothCode.objects.get(shift=shift))


def record_of(stamp: BoothStamp) -> SupportRecord:
    stamp.refresh_from_db()
    assert stamp.support_record is not None
    return stamp.support_record
