"""An event is made again for next year: its plan is copied, never its people and results."""

from datetime import date, time

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.actions import (
    BoothInput,
    BudgetInput,
    EventPartnerInput,
    MaterialInput,
    ShiftInput,
)
from doanso.events.models import Event, EventState, Shift, ShiftVolunteer
from doanso.events.queries.repeats import EventPart, repeated_parts
from doanso.events.tests.conftest import SUNDAY, Festival, announced, event_input
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners.actions import PartnerInput, create_partner, end_partner
from doanso.testing import TODAY
from doanso.units import queries as units
from doanso.units.models import Unit

NEXT = date(2024, 11, 12)
PARTS = frozenset(EventPart)


@pytest.fixture
def planned(city: Festival) -> Festival:
    """The city's festival with two partners, a booth of each and one of its own, a shift, a budget and a thing to bring."""
    for name in ("Ngân hàng Sông Tiền", "Viễn thông Mỹ Tho"):
        partner = create_partner(
            actor=city.by,
            unit=city.event.unit,
            inputs=PartnerInput("bank", name, name.split(maxsplit=1)[1], "", "", ""),
        )
        part = actions.add_part(
            actor=city.by, event=city.event, inputs=EventPartnerInput(partner.pk, "Mở tài khoản", "100 tài khoản")
        )
        number = city.event.booths.count() + 1
        actions.add_part(
            actor=city.by, event=city.event,
            inputs=BoothInput(number, f"Gian {name}", part.pk, goal=100, goal_count="tài khoản"),
        )  # fmt: skip
    own = actions.add_part(actor=city.by, event=city.event, inputs=BoothInput(9, "Gian của Đoàn"))
    actions.add_part(actor=city.by, event=city.event, inputs=BudgetInput("Rạp, bàn ghế", "12.000.000 đồng"))
    actions.add_part(actor=city.by, event=city.event, inputs=MaterialInput("Bàn", "20", "Anh Bình", is_ready=True))
    actions.add_shift(
        actor=city.by, event=city.event,
        inputs=ShiftInput(city.tree.units["p4"].pk, "Cổng A", time(7), time(9), 2, own.pk),
    )  # fmt: skip
    return announced(city)


def repeat(festival: Festival, *, parts=PARTS, key=None, by=None, **changes) -> Event:
    inputs = event_input(title="Ngày hội không tiền mặt 2024", day=NEXT, **changes)
    return actions.repeat_event(actor=by or festival.by, event=festival.event, inputs=inputs, parts=parts, key=key)


def test_the_plan_is_copied_as_a_draft_with_the_hours_moved_along(planned: Festival):
    new = repeat(planned, begins=time(8), ends=time(12))

    assert (new.state, new.day, new.made_from, new.last_number) == (EventState.DRAFT, NEXT, planned.event, 0)
    lines = list(planned.event.timetable.order_by("at"))
    assert [(line.at.hour - 1, line.text) for line in new.timetable.order_by("at")] == [
        (line.at.hour, line.text) for line in lines
    ]
    assert [(part.role, part.goal) for part in new.partners.all()] == [("Mở tài khoản", "100 tài khoản")] * 2
    booths = {booth.number: booth for booth in new.booths.all()}
    assert {number: booth.event_partner is not None for number, booth in booths.items()} == {1: True, 2: True, 9: False}
    assert {booth.event_partner.event_id for booth in booths.values() if booth.event_partner} == {new.pk}
    shift = new.shifts.get()
    assert (shift.post, shift.begins, shift.wanted, shift.booth, shift.assignment) == (
        "Cổng A", time(8), 2, booths[9], None,
    )  # fmt: skip
    assert not ShiftVolunteer.objects.filter(shift=shift).exists()
    assert [(line.text, line.amount) for line in new.budget.all()] == [("Rạp, bàn ghế", "12.000.000 đồng")]
    assert [(line.text, line.keeper, line.is_ready) for line in new.materials.all()] == [("Bàn", "", False)]
    event = AuditEvent.objects.filter(object_id=new.pk).get()
    assert event.action == "events.repeat"


def test_what_is_not_chosen_is_left_out_and_so_are_booths_without_their_partner(planned: Festival):
    new = repeat(planned, parts={EventPart.BOOTHS})

    assert [booth.number for booth in new.booths.all()] == [9]
    assert [new.partners.count(), new.timetable.count(), new.shifts.count(), new.budget.count()] == [0, 0, 0, 0]


def test_a_partner_that_has_ended_is_left_out_with_its_booth(planned: Festival):
    ended = planned.event.partners.order_by("pk").first().partner
    end_partner(actor=planned.by, partner=ended, read=ended.version, reason="Giải thể")

    copied = repeated_parts(planned.by, planned.event)
    assert (len(copied.partners), copied.ended_partners, [booth.number for booth in copied.booths]) == (1, 1, [2, 9])


def test_statements_do_not_grow_with_shifts_of_a_unit_that_has_ended(planned: Festival):
    ward, other = planned.tree.units["p4"], planned.tree.units["p5"]

    def count() -> int:
        with CaptureQueriesContext(connection) as run:
            copied = repeated_parts(planned.by, Event.objects.select_related("unit").get(pk=planned.event.pk))
            assert {units.keeping_unit(shift.unit) for shift in copied.shifts} == {other}
        return len(run)

    Unit.objects.filter(pk=ward.pk).update(until=TODAY, keeper=other)
    first = count()
    for begins in (9, 10):
        Shift.objects.create(
            event=planned.event, unit=ward, post="Cổng B", begins=time(begins), ends=time(begins + 1), wanted=1
        )
    assert count() == first


def test_a_form_sent_twice_makes_one_event(planned: Festival):
    key = uuid7()
    first, second = (repeat(planned, key=key) for _press in range(2))

    assert first.pk == second.pk == key
    assert (first.booths.count(), first.shifts.count()) == (3, 1)
    with pytest.raises(Refused, match="form_used"):
        actions.create_event(actor=planned.by, unit=planned.event.unit, inputs=event_input(day=NEXT), key=key)


def test_only_who_manages_the_event_makes_it_again(planned: Festival):
    with pytest.raises(PermissionDenied):
        repeat(planned, by=planned.tree.an)


def test_the_page_shows_what_is_copied_what_is_not_and_which_weekday_it_is(planned: Festival, as_user):
    client = as_user(planned.by)
    address = f"/events/{planned.event.pk}/next-year/"
    page = client.get(address).content.decode()

    assert f'href="{address}"' in client.get(f"/events/{planned.event.pk}/").content.decode()
    assert "Gian hàng và mục tiêu, không chép kết quả: 3" in page
    assert "Không bao giờ chép: vé và điểm danh, người trực" in page
    assert "gần nhất là" in page
    assert (planned.event.day, SUNDAY.weekday()) == (SUNDAY, 6)

    answer = client.post(
        address,
        {
            "kind": planned.event.kind, "title": "Ngày hội 2024", "day": "17/11/2024", "begins": "07:00", "ends": "11:00",
            "place": "Quảng trường", "parts": ["partners", "booths"], "key": str(uuid7()),
        },
    )  # fmt: skip
    new = Event.objects.get(made_from=planned.event)
    assert answer["Location"] == f"/events/{new.pk}/"
    assert (new.booths.count(), new.shifts.count()) == (3, 0)
    assert f'href="/events/{planned.event.pk}/"' in client.get(f"/events/{new.pk}/").content.decode()
    assert f'href="/events/{new.pk}/"' in client.get(f"/events/{planned.event.pk}/").content.decode()
    assert client.post(address, {}).status_code == 422
    assert new.day > TODAY
