"""Shifts and tickets of members in a person's copy and erasure."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from doanso.events import actions, personal
from doanso.events.models import Attendance, Registration, ShiftVolunteer
from doanso.events.tests.conftest import SUNDAY, Festival
from doanso.events.tests.test_registrations import join
from doanso.events.tests.test_shifts import member
from doanso.lib.clock import VIETNAM
from doanso.members.models import Member


@pytest.fixture
def huy(city: Festival) -> Member:
    """A member who is on duty at the gate, and whom the gate knew by the ticket he came with."""
    city.step(actions.open_event)
    huy = member(city, "p4-kp1", "Trần Gia Huy")
    actions.add_volunteer(actor=city.tree.an, shift=city.shift(), member_id=huy.pk)
    ticket, _link = join(city, "Trần Gia Huy", phone="0912345678")
    Registration.objects.filter(pk=ticket.pk).update(member=huy)
    moment = datetime.combine(SUNDAY, time(7, 42), VIETNAM)
    Attendance.objects.create(registration=ticket, event=city.event, first_seen_at=moment, last_seen_at=moment)
    join(city, "Lê Mỹ Duyên")
    return huy


def test_a_copy_has_shifts_and_tickets(huy: Member) -> None:
    assert list(personal.copy({huy.person_id})) == [
        ("Trực sự kiện", "Ngày hội không tiền mặt Mỹ Tho ngày 19/11/2023: Cổng A, đón khách, 07:00 đến 09:30"),
        ("Vé sự kiện", "Ngày hội không tiền mặt Mỹ Tho ngày 19/11/2023: vé số 1, đến lúc 07:42"),
    ]


def test_nobody_else_is_in_the_copy(city: Festival, huy: Member) -> None:
    other = member(city, "p4-kp1", "Lê Mỹ Duyên")
    assert list(personal.copy({other.person_id})) == []


def test_an_erased_member_leaves_the_count_alone(huy: Member) -> None:
    personal.erase({huy.person_id})
    ticket, other = Registration.objects.order_by("number")
    assert (ticket.name, ticket.birth_year, bytes(ticket.phone_encrypted), ticket.erased_at is not None) == (
        "", None, b"", True,
    )  # fmt: skip
    assert other.name == "Lê Mỹ Duyên"
    assert Attendance.objects.count() == 1
    # The shift lies ahead: its unit finds somebody else.
    assert not ShiftVolunteer.objects.exists()


def test_who_was_taken_off_duty_reads_that_in_the_copy_and_is_erased(city: Festival, huy: Member) -> None:
    actions.remove_volunteer(actor=city.tree.an, volunteer=ShiftVolunteer.objects.get())
    [(_title, shift), _ticket] = personal.copy({huy.person_id})
    assert shift == "Ngày hội không tiền mặt Mỹ Tho ngày 19/11/2023: Cổng A, đón khách, 07:00 đến 09:30, đã thôi trực"
    personal.erase({huy.person_id})
    assert not ShiftVolunteer.all_rows.exists()


def test_a_shift_that_is_over_stays_counted(huy: Member, business_day: Any) -> None:
    business_day(SUNDAY + timedelta(days=1))
    personal.erase({huy.person_id})
    assert ShiftVolunteer.all_rows.count() == 1
