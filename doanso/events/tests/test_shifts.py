"""Shifts: tasks of the units that fill them, and who is on duty."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from doanso.assignments.models import Assignment
from doanso.assignments.ports import assignment_kind
from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.actions import ShiftInput
from doanso.events.models import Shift, ShiftVolunteer
from doanso.events.queries.volunteers import search_volunteers
from doanso.events.tests.conftest import SUNDAY, Festival
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.vietnamese import fold, sort_key
from doanso.members.models import Member
from doanso.people.models import Contact, Person
from doanso.testing import TREE_BEGAN


def open_tasks() -> list[tuple[str, date]]:
    rows = Assignment.objects.filter(completed_at=None).select_related("unit").order_by("unit__code", "pk")
    return [(row.unit.code, row.due_on) for row in rows]


def test_a_shift_becomes_a_task_once_the_event_is_announced(city: Festival):
    city.shift()
    assert open_tasks() == []
    city.step(actions.open_event)
    assert open_tasks() == [("p4", SUNDAY)]
    city.shift("p5", post="Bãi xe")
    assert open_tasks() == [("p4", SUNDAY), ("p5", SUNDAY)]
    task = Assignment.objects.get(unit__code="p4")
    assert assignment_kind(task.kind).sentence(task) == (
        "Ngày hội không tiền mặt Mỹ Tho, 19/11/2023: cử 2 người trực “Cổng A, đón khách”, 07:00 đến 09:30"
    )


def test_a_full_shift_is_a_task_done_and_a_gap_is_a_new_task(city: Festival):
    an, shift = city.tree.an, city.shift()
    city.step(actions.open_event)
    first, second = (
        actions.add_volunteer(actor=an, shift=shift, member_id=member(city, "p4-kp1", name).pk)
        for name in ("Trần Gia Huy", "Lê Mỹ Duyên")
    )
    assert open_tasks() == []
    [task] = Assignment.objects.all()
    assert (task.outcome, task.completed_by) == ("done", an)
    actions.remove_volunteer(actor=an, volunteer=first)
    assert open_tasks() == [("p4", SUNDAY)]
    actions.remove_volunteer(actor=an, volunteer=second)
    assert open_tasks() == [("p4", SUNDAY)]
    assert Assignment.objects.count() == 2


def test_the_task_of_a_past_shift_ends_with_its_day(city: Festival, business_day: Callable[[date], None]):
    shift = city.shift()
    city.step(actions.open_event)
    actions.add_volunteer(actor=city.tree.an, shift=shift, member_id=member(city, "p4-kp1", "Trần Gia Huy").pk)
    business_day(SUNDAY)
    assert actions.end_past_tasks() == 0
    business_day(SUNDAY + timedelta(days=1))
    assert [actions.end_past_tasks() for _time in range(2)] == [1, 0]
    [task] = Assignment.objects.all()
    assert (task.outcome, task.completed_by, task.note) == ("not-needed", None, "Đã qua ngày; 1 trên 2 người đã trực.")
    # Who is written down afterwards asks nobody for anything.
    city.shift("p5", post="Bãi xe")
    assert open_tasks() == []


def test_a_shift_that_was_filled_before_is_no_open_task(city: Festival):
    shift = city.shift(wanted=1)
    actions.add_volunteer(actor=city.by, shift=shift, member_id=member(city, "p4-kp1", "Trần Gia Huy").pk)
    city.step(actions.open_event)
    assert open_tasks() == []
    other = ShiftInput(shift.unit_id, "Cổng chính", shift.begins, shift.ends, 1)
    actions.change_shift(actor=city.by, shift=shift, inputs=other)
    assert open_tasks() == []
    actions.change_shift(
        actor=city.by, shift=shift, inputs=ShiftInput(shift.unit_id, "Cổng chính", shift.begins, shift.ends, 2)
    )
    assert open_tasks() == [("p4", SUNDAY)]


def test_moving_postponing_and_cancelling_renew_and_end_tasks(city: Festival):
    shift = city.shift()
    city.step(actions.open_event)
    city.step(actions.move_event, hours=city.hours(place="Nhà thi đấu"), reason="mưa")
    assert Assignment.objects.count() == 1
    city.step(actions.move_event, hours=city.hours(date(2023, 11, 26)), reason="mưa")
    assert open_tasks() == [("p4", date(2023, 11, 26))]
    city.step(actions.postpone_event, reason="bão")
    assert open_tasks() == []
    city.step(actions.move_event, hours=city.hours(date(2023, 12, 3)), reason="tạnh")
    assert open_tasks() == [("p4", date(2023, 12, 3))]
    city.step(actions.cancel_event, reason="dịch bệnh")
    assert open_tasks() == []
    assert Shift.objects.get(pk=shift.pk).assignment is None


def test_another_unit_or_other_hours_are_a_new_task_and_removing_ends_it(city: Festival):
    shift = city.shift()
    city.step(actions.open_event)
    p5 = city.tree.units["p5"].pk
    same = ShiftInput(shift.unit_id, shift.post, shift.begins, shift.ends, shift.wanted)
    actions.change_shift(actor=city.by, shift=shift, inputs=same)
    assert Assignment.objects.count() == 1
    actions.change_shift(actor=city.by, shift=shift, inputs=ShiftInput(p5, "Cổng B", time(8), time(10), 3))
    assert open_tasks() == [("p5", SUNDAY)]
    for _time in range(2):
        actions.remove_shift(actor=city.by, shift=shift)
    assert open_tasks() == []
    assert Shift.objects.get().removed_at is not None


def test_a_unit_outside_the_event_s_own_is_refused(ward: Festival):
    with pytest.raises(Refused, match="event_shift_unit"):
        ward.shift("p5")
    with pytest.raises(Refused, match="event_hours"):
        ward.shift(begins=time(10))


def member(festival: Festival, branch: str, name: str) -> Member:
    unit, now = festival.tree.units[branch], clock.now()
    person = Person.objects.create(created_at=now)
    contact = Contact.objects.create(
        person=person, unit=unit, name=name, folded=fold(name), sort_key=sort_key(name), created_at=now, updated_at=now
    )
    return Member.objects.create(
        person=person, contact=contact, branch=unit, since=TREE_BEGAN, arrived_on=TREE_BEGAN, recorded_at=now
    )


def test_the_ward_fills_its_shift_of_the_city_s_event(city: Festival):
    an = city.tree.an
    shift = city.shift(wanted=1)
    first, second = member(city, "p4-kp1", "Trần Gia Huy"), member(city, "p4-kp1", "Lê Mỹ Duyên")
    for _time in range(2):
        volunteer = actions.add_volunteer(actor=an, shift=shift, member_id=first.pk)
    assert ShiftVolunteer.objects.get() == volunteer
    with pytest.raises(Refused, match="event_shift_full"):
        actions.add_volunteer(actor=an, shift=shift, member_id=second.pk)
    with pytest.raises(PermissionDenied):
        actions.add_volunteer(actor=city.tree.chi, shift=shift, member_id=second.pk)
    for _time in range(2):
        actions.remove_volunteer(actor=an, volunteer=volunteer)
    actions.add_volunteer(actor=an, shift=shift, member_id=second.pk)
    assert [row.member for row in shift.volunteers.all()] == [second]
    # Once more: the row of the first time stays as it was.
    actions.remove_volunteer(actor=an, volunteer=shift.volunteers.get())
    actions.add_volunteer(actor=an, shift=shift, member_id=first.pk)
    assert [offered.name for offered in search_volunteers(an, shift, "Huy")] == []
    assert [offered.name for offered in search_volunteers(an, shift, "Duyên")] == ["Lê Mỹ Duyên"]
    assert (ShiftVolunteer.objects.count(), ShiftVolunteer.all_rows.count()) == (1, 3)


def test_history_names_who_was_put_on_duty_and_taken_off(city: Festival, as_user: Any) -> None:
    shift = city.shift(wanted=2)
    first, second = member(city, "p4-kp1", "Trần Gia Huy"), member(city, "p4-kp1", "Lê Mỹ Duyên")
    volunteer = actions.add_volunteer(actor=city.by, shift=shift, member_id=first.pk)
    actions.add_volunteer(actor=city.by, shift=shift, member_id=second.pk)
    actions.remove_volunteer(actor=city.by, volunteer=volunteer)
    page = as_user(city.by).get(reverse("events:event", args=[city.event.pk]))
    assert [sentence for _at, _who, sentence in page.context["events"]][:3] == [
        "đã rút người khỏi ca trực sự kiện: Trần Gia Huy",
        "đã cử người trực sự kiện: Lê Mỹ Duyên",
        "đã cử người trực sự kiện: Trần Gia Huy",
    ]
    history = as_user(city.by).get("/history/").content.decode()
    assert "Trần Gia Huy, " in history
    # Of who is only numbers to the reader, the name is masked.
    masked = as_user(city.tree.hanh).get(reverse("events:event", args=[city.event.pk])).content.decode()
    assert "Gia Huy" not in masked
    other = ShiftInput(city.tree.units["p5"].pk, shift.post, shift.begins, shift.ends, shift.wanted)
    actions.change_shift(actor=city.by, shift=shift, inputs=other)
    assert AuditEvent.objects.filter(action="events.remove_volunteer").count() == 2


def test_nobody_is_on_duty_twice_at_the_same_time(city: Festival):
    gate, stage = city.shift(), city.shift(post="Sân khấu", begins=time(9), ends=time(11))
    later = city.shift(post="Bãi xe", begins=time(9, 30), ends=time(11))
    huy = member(city, "p4-kp1", "Trần Gia Huy")
    actions.add_volunteer(actor=city.by, shift=gate, member_id=huy.pk)
    with pytest.raises(Refused, match="event_volunteer_clash"):
        actions.add_volunteer(actor=city.by, shift=stage, member_id=huy.pk)
    actions.add_volunteer(actor=city.by, shift=later, member_id=huy.pk)
    with pytest.raises(Refused, match="event_volunteer_clash"):
        actions.change_shift(
            actor=city.by, shift=gate, inputs=ShiftInput(gate.unit_id, gate.post, time(7), time(10), 2)
        )


def test_people_are_found_by_their_name_within_the_unit(city: Festival):
    shift = city.shift()
    huy = member(city, "p4-kp1", "Trần Gia Huy")
    member(city, "p5-kp1", "Lê Gia Huy")
    found = search_volunteers(city.tree.an, shift, "gia huy")
    assert [(one.field, one.id, one.name) for one in found] == [("member", huy.pk, "Trần Gia Huy")]
    assert search_volunteers(city.tree.an, shift, "  ") == []
    actions.add_volunteer(actor=city.by, shift=shift, member_id=huy.pk)
    assert search_volunteers(city.tree.an, shift, "gia huy") == []
    with pytest.raises(Refused, match="event_volunteer_unknown"):
        actions.add_volunteer(actor=city.by, shift=shift)
