"""Reminders of the day before: units that fill shifts, people on duty who can sign in, and the text for all others."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from doanso.events import actions
from doanso.events.actions import ShiftInput
from doanso.events.models import Shift, ShiftVolunteer
from doanso.events.tests.conftest import SUNDAY, Festival
from doanso.events.tests.test_shifts import member
from doanso.notices.models import Notice
from doanso.notices.ports import notice_kind


def sentences(kind: str) -> list[str]:
    rows = Notice.objects.filter(kind=f"events.{kind}").order_by("made_at", "pk")
    return [notice_kind(row.kind).sentence(row) for row in rows]


def on_duty(festival: Festival, shift: Shift, name: str) -> ShiftVolunteer:
    person = member(festival, "p4-kp1", name)
    return actions.add_volunteer(actor=festival.tree.an, shift=shift, member_id=person.pk)


@pytest.fixture
def eve(city: Festival, business_day: Any) -> tuple[Festival, Shift]:
    """The eve of the festival: ward 4 has two of three people for the gate, one of whom can sign in, and ward 5 nobody."""
    shift = city.shift(wanted=3)
    city.shift("p5", post="Bãi xe")
    city.step(actions.open_event)
    first, _second = on_duty(city, shift, "Trần Gia Huy"), on_duty(city, shift, "Lê Mỹ Duyên")
    person = first.member.person
    person.user = city.tree.khoa
    person.save(update_fields=["user"])
    business_day(SUNDAY - timedelta(days=1))
    for _time in range(2):
        assert actions.remind_of_events() == 1
    return city, shift


def test_units_and_people_are_reminded_once(eve: tuple[Festival, Shift]) -> None:
    festival, _shift = eve
    units = Notice.objects.filter(kind="events.shift-reminder").order_by("unit__code")
    assert [(row.unit.code, row.parameters["filled"], row.parameters["wanted"]) for row in units if row.unit] == [
        ("p4", 2, 3), ("p5", 0, 2),
    ]  # fmt: skip
    [sentence] = sentences("on-duty")
    assert sentence == (
        "Bạn trực ngày 19/11/2023, 07:00 đến 09:30: Cổng A, đón khách, “Ngày hội không tiền mặt Mỹ Tho”."
    )
    assert Notice.objects.get(kind="events.on-duty").user == festival.tree.khoa


def test_who_reads_the_reminder_opens_the_event(eve: tuple[Festival, Shift], as_user: Any) -> None:
    festival, _shift = eve
    notice = Notice.objects.get(kind="events.on-duty")
    answer = as_user(festival.tree.khoa).get(notice_kind(notice.kind).url(notice))
    assert (answer.status_code, answer.context["event"]) == (200, festival.event)


def test_who_is_taken_off_duty_reads_no_reminder(eve: tuple[Festival, Shift]) -> None:
    festival, shift = eve
    actions.remove_volunteer(actor=festival.tree.an, volunteer=shift.volunteers.order_by("added_at").first())
    assert sentences("on-duty") == []


def test_a_shift_of_other_hours_and_an_event_of_another_day_take_reminders_back(eve: tuple[Festival, Shift]) -> None:
    festival, shift = eve
    inputs = ShiftInput(shift.unit_id, shift.post, shift.begins, festival.event.ends, 3)
    actions.change_shift(actor=festival.by, shift=shift, inputs=inputs)
    assert sentences("on-duty") == []
    assert len(sentences("shift-reminder")) == 2
    festival.step(actions.postpone_event, reason="Mưa bão")
    assert sentences("shift-reminder") == []


def test_the_page_of_a_shift_has_the_text_for_those_without_an_account(
    eve: tuple[Festival, Shift], as_user: Any
) -> None:
    festival, shift = eve
    text = as_user(festival.tree.an).get(reverse("events:shift", args=[shift.pk])).context["reminder"].text
    assert text.splitlines() == [
        "Trực: Cổng A, đón khách, Ngày hội không tiền mặt Mỹ Tho.",
        "Chủ nhật 19/11/2023, 07:00 đến 09:30, tại Quảng trường trung tâm.",
        "Ai không đến được thì báo ngay hôm nay để tìm người thay.",
        f"http://testserver/e/{festival.event.slug}/",
    ]
