"""Events are set up from their kind, changed, announced, moved, postponed and cancelled."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.kinds import kind_named, kinds
from doanso.events.models import Event, EventState
from doanso.events.rules import EventStatus, event_status
from doanso.events.tests.conftest import SUNDAY, Festival, event_input
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.testing import TODAY, Tree


def test_the_kinds_are_data():
    assert [kind.code for kind in kinds()] == [
        "cashless-festival", "launch-day", "competition-day", "training-day", "other",
    ]  # fmt: skip
    assert kind_named("cashless-festival").hours == (time(7), time(11))
    assert kind_named("other").hours is None
    assert kind_named("gone").name == "gone"


def test_an_event_begins_with_the_timetable_of_its_kind(city: Festival):
    event = city.event
    assert (event.slug, event.state, event.version) == ("ngay-hoi-khong-tien-mat-my-tho", "draft", 1)
    assert len(event.code) == 8
    assert [(line.at, line.text) for line in event.timetable.order_by("at")][:2] == [
        (time(7), "Đón khách"), (time(7, 30), "Khai mạc"),
    ]  # fmt: skip


def test_a_second_event_of_the_same_name_gets_another_address(city: Festival):
    other = actions.create_event(actor=city.by, unit=city.event.unit, inputs=event_input())
    assert other.slug == "ngay-hoi-khong-tien-mat-my-tho-2"
    assert other.code != city.event.code


def test_a_form_sent_twice_makes_one_event(tree: Tree):
    key = uuid7()
    first, second = (
        actions.create_event(actor=tree.an, unit=tree.units["p4"], inputs=event_input(), key=key) for _time in range(2)
    )
    assert first.pk == second.pk == key
    assert Event.objects.count() == 1
    with pytest.raises(Refused, match="form_used"):
        actions.create_event(actor=tree.dung, unit=tree.units["p4"], inputs=event_input(), key=key)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "  "}, "event_text_missing"),
        ({"day": TODAY - timedelta(days=1)}, "event_day_past"),
        ({"day": date(2030, 1, 1)}, "event_day_far"),
        ({"begins": time(11)}, "event_hours"),
        ({"kind": "party"}, "event_kind_unknown"),
        ({"capacity": 0}, "event_number"),
        ({"summary": "Gọi 0912 345 678"}, "event_text_number"),
    ],
)
def test_what_cannot_be_an_event_is_refused(tree: Tree, changes, code):
    with pytest.raises(Refused, match=code):
        actions.create_event(actor=tree.an, unit=tree.units["p4"], inputs=event_input(**changes))
    assert not Event.objects.exists()


def test_a_ward_keeps_no_event_of_the_city_or_of_another_ward(city: Festival):
    with pytest.raises(PermissionDenied):
        actions.create_event(actor=city.tree.an, unit=city.tree.units["my-tho"], inputs=event_input())
    for action, options in (
        (actions.open_event, {}),
        (actions.change_event, {"inputs": event_input(title="Khác")}),
        (actions.cancel_event, {"reason": "x"}),
    ):
        with pytest.raises(PermissionDenied):
            city.step(action, by=city.tree.an, **options)


def test_a_draft_changes_freely_and_an_announced_event_only_by_moving(city: Festival):
    changed = city.step(
        actions.change_event, inputs=event_input(title="Ngày hội lần 2", day=SUNDAY + timedelta(days=1))
    )
    assert (changed.title, changed.day, changed.folded) == ("Ngày hội lần 2", date(2023, 11, 20), "ngay hoi lan 2")
    city.step(actions.open_event)
    with pytest.raises(Refused, match="event_announced"):
        city.step(actions.change_event, inputs=event_input(title="Ngày hội lần 2", day=SUNDAY))
    city.step(actions.change_event, inputs=event_input("Ngày hội lần 2", SUNDAY + timedelta(days=1), capacity=500))
    assert city.fresh().capacity == 500


def test_two_who_change_at_once_do_not_overwrite_each_other(city: Festival):
    read = city.fresh().version
    city.step(actions.change_event, inputs=event_input(title="Ngày hội lần 2"))
    with pytest.raises(Refused, match="event_stale"):
        actions.change_event(actor=city.by, event=city.fresh(), read=read, inputs=event_input(title="Ngày hội lần 3"))
    before = city.fresh().version
    city.step(actions.change_event, inputs=event_input(title="Ngày hội lần 2"))
    assert city.fresh().version == before


def test_an_announced_event_is_moved_postponed_and_gets_a_new_day(city: Festival):
    with pytest.raises(Refused, match="event_draft"):
        city.step(actions.move_event, hours=city.hours(), reason="mưa bão")
    city.step(actions.open_event)
    with pytest.raises(Refused, match="event_same_hours"):
        city.step(actions.move_event, hours=city.hours(), reason="mưa bão")
    with pytest.raises(Refused, match="event_text_missing"):
        city.step(actions.move_event, hours=city.hours(date(2023, 11, 26)), reason=" ")
    city.step(actions.move_event, hours=city.hours(date(2023, 11, 26), "Nhà thi đấu"), reason="mưa bão")
    city.step(actions.postpone_event, reason="chưa có điện")
    with pytest.raises(Refused, match="event_postponed"):
        city.step(actions.postpone_event, reason="chưa có điện")
    assert city.fresh().state == EventState.POSTPONED
    with pytest.raises(Refused, match="event_postponed"):
        city.step(actions.open_event)
    moved = city.step(actions.move_event, hours=city.hours(date(2023, 12, 3), "Nhà thi đấu"), reason="có điện lại")
    assert (moved.state, moved.day, moved.place) == ("open", date(2023, 12, 3), "Nhà thi đấu")
    assert [(change.kind, change.day, change.place) for change in moved.changes.order_by("made_at")] == [
        ("moved", SUNDAY, "Quảng trường trung tâm"),
        ("postponed", date(2023, 11, 26), "Nhà thi đấu"),
        ("moved", date(2023, 11, 26), "Nhà thi đấu"),
    ]


def test_a_cancelled_event_stays_cancelled(city: Festival):
    city.step(actions.open_event)
    city.step(actions.cancel_event, reason="dịch bệnh")
    for action, options in (
        (actions.open_event, {}),
        (actions.cancel_event, {"reason": "x"}),
        (actions.change_event, {"inputs": event_input(title="Khác")}),
        (actions.move_event, {"hours": city.hours(date(2023, 12, 3)), "reason": "x"}),
    ):
        with pytest.raises(Refused, match="event_cancelled"):
            city.step(action, **options)
    assert list(AuditEvent.objects.filter(action__startswith="events.").order_by("pk").values_list("action", flat=True)) == [
        "events.create", "events.open", "events.cancel",
    ]  # fmt: skip


def test_a_day_that_is_over_is_neither_moved_nor_cancelled(city: Festival, business_day):
    city.step(actions.open_event)
    business_day(SUNDAY + timedelta(days=1))
    with pytest.raises(Refused, match="event_over"):
        city.step(actions.cancel_event, reason="x")
    with pytest.raises(Refused, match="event_over"):
        city.step(actions.move_event, hours=city.hours(date(2023, 12, 3)), reason="x")


def test_how_an_event_stands_follows_from_state_and_day():
    assert [event_status("open", day, TODAY) for day in (TODAY - timedelta(days=1), TODAY, SUNDAY)] == [
        EventStatus.OVER, EventStatus.TODAY, EventStatus.UPCOMING,
    ]  # fmt: skip
    assert event_status("draft", TODAY - timedelta(days=1), TODAY) == EventStatus.DRAFT
    assert event_status("cancelled", SUNDAY, TODAY) == EventStatus.CANCELLED
