"""Pages of events: what officers do in the browser, what others may not, and how many statements a page takes."""

from datetime import time, timedelta
from typing import Any

from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doanso.events import actions
from doanso.events.actions import BoothInput, EventPartnerInput
from doanso.events.models import Booth, Event, EventState, Shift, ShiftVolunteer
from doanso.events.tests.conftest import SUNDAY, Festival, event_input
from doanso.events.tests.test_registrations import join
from doanso.events.tests.test_shifts import member
from doanso.lib import clock
from doanso.lib.tests.printed_codes import codes_in, picture_of
from doanso.partners.models import Agreement
from doanso.testing import Tree

FORM = {
    "kind": "cashless-festival", "title": "Ngày hội lần 2", "day": "19/11/2023", "begins": "7h", "ends": "11:00",
    "place": "Quảng trường trung tâm", "address": "", "capacity": "1.200", "summary": "", "contact": "",
}  # fmt: skip


def test_a_festival_is_set_up_and_announced_in_the_browser(tree: Tree, as_user: Any) -> None:
    client = as_user(tree.an)
    assert 'value="07:00"' in client.get(reverse("events:new")).content.decode()
    answer = client.post(reverse("events:new"), FORM | {"unit": "p4"})
    event = Event.objects.get()
    page = reverse("events:event", args=[event.pk])
    assert answer.headers["Location"] == page
    assert (event.begins, event.ends, event.capacity) == (time(7), time(11), 1200)
    assert "Sự kiện chưa công bố" in client.get(page).content.decode()
    # A version of thousands of digits is no number that anybody reads.
    client.post(reverse("events:open", args=[event.pk]), {"read": "9" * 5000})
    assert "Sự kiện chưa công bố" in client.get(page).content.decode()
    client.post(reverse("events:open", args=[event.pk]), {"read": "1"})
    text = client.get(page).content.decode()
    assert "Đã công bố" in text
    assert "đã công bố sự kiện<span" in text
    assert "Chủ nhật 19/11/2023, 07:00 đến 11:00" in text
    assert "còn 7 ngày" in client.get(reverse("events:list")).content.decode()


def test_a_form_with_gaps_says_what_is_missing(tree: Tree, as_user: Any) -> None:
    answer = as_user(tree.an).post(reverse("events:new"), FORM | {"unit": "p4", "begins": "sáng"})
    assert answer.status_code == 422
    assert "Ghi giờ, ví dụ 07:30." in answer.content.decode()
    assert not Event.objects.exists()


def test_lines_are_added_changed_and_removed_in_the_browser(city: Festival, as_user: Any) -> None:
    client, bank = as_user(city.by), city.partner()
    args = [city.event.pk]
    offered = client.get(reverse("events:new-part", args=[*args, "partners"])).content.decode()
    assert f'<a href="{reverse("partners:list")}">Thêm ở trang Đối tác trước.</a>' in offered
    client.post(reverse("events:new-part", args=[*args, "partners"]), {"partner": bank.pk, "role": "Mở tài khoản"})
    part = city.event.partners.get()
    booth = {"number": "1", "name": "Bến Tre Xanh", "event_partner": part.pk, "goal": "100", "goal_count": "tài khoản"}
    client.post(reverse("events:new-part", args=[*args, "booths"]), booth)
    text = client.get(reverse("events:booths", args=args)).content.decode()
    assert "Mục tiêu 100 tài khoản" in text
    assert "Gian 1 · Ngân hàng Bến Tre Xanh (mẫu)" in text
    row = Booth.objects.get()
    edit = reverse("events:edit-part", args=[*args, "booths", row.pk])
    client.post(edit, booth | {"goal": "120"})
    assert Booth.objects.get().goal == 120
    refused = client.post(reverse("events:new-part", args=[*args, "booths"]), booth)
    assert refused.status_code == 422
    assert "Đã có gian mang số này." in refused.content.decode()
    client.post(reverse("events:remove-part", args=[*args, "booths", row.pk]))
    assert not Booth.objects.exists()
    for sort, data, page in (
        ("timetable", {"at": "9", "text": "Giải lao"}, "timetable"),
        ("budget", {"text": "Rạp", "amount": "12.000.000 đồng"}, "budget"),
        ("materials", {"text": "Băng rôn", "quantity": "4 tấm"}, "budget"),
    ):
        client.post(reverse("events:new-part", args=[*args, sort]), data)
        assert data["text"] in client.get(reverse(f"events:{page}", args=args)).content.decode()
    assert client.get(reverse("events:new-part", args=[*args, "songs"])).status_code == 404


def test_an_empty_overview_leads_to_what_is_missing(city: Festival, as_user: Any) -> None:
    page, args = reverse("events:event", args=[city.event.pk]), [city.event.pk]
    text = as_user(city.by).get(page).content.decode()
    assert f'href="{reverse("events:new-part", args=[*args, "partners"])}"' in text
    assert f'href="{reverse("events:new-shift", args=args)}"' in text
    assert "Xem tất cả" not in text
    city.shift()
    actions.add_part(
        actor=city.by, event=city.event, inputs=BoothInput(1, "Bàn VNeID", goal=40, goal_count="tài khoản")
    )
    text = as_user(city.by).get(page).content.decode()
    assert text.count("Xem tất cả") == 2
    assert "Thêm đối tác" not in text


def test_a_booth_that_has_not_reported_still_shows_its_goal(city: Festival, as_user: Any, monkeypatch: Any) -> None:
    part = actions.add_part(
        actor=city.by, event=city.event, inputs=EventPartnerInput(city.partner().pk, "Mở tài khoản", "")
    )
    booth = BoothInput(1, "Bàn ngân hàng", part.pk, goal=40, goal_count="tài khoản")
    actions.add_part(actor=city.by, event=city.fresh(), inputs=booth)
    city.step(actions.open_event)
    monkeypatch.setattr("doanso.lib.clock.today", lambda: SUNDAY)
    text = as_user(city.by).get(reverse("events:event", args=[city.event.pk])).content.decode()
    assert "Chưa báo" in text
    assert "Mục tiêu 40 tài khoản" in text


def test_a_partner_s_line_says_whether_its_agreement_holds_on_the_day(city: Festival, as_user: Any) -> None:
    client, bank, page = as_user(city.by), city.partner(), reverse("events:booths", args=[city.event.pk])
    actions.add_part(actor=city.by, event=city.event, inputs=EventPartnerInput(bank.pk, "Mở tài khoản", ""))
    assert "Chưa có thỏa thuận còn hiệu lực vào ngày này" in client.get(page).content.decode()
    now = clock.now()
    Agreement.objects.create(
        partner=bank, unit=bank.unit, title="Thỏa thuận", valid_from=SUNDAY - timedelta(days=30), valid_until=SUNDAY,
        made_by=city.by, made_at=now, changed_at=now,
    )  # fmt: skip
    assert "Có thỏa thuận còn hiệu lực vào ngày này" in client.get(page).content.decode()


def test_an_event_is_moved_postponed_and_cancelled_in_the_browser(city: Festival, as_user: Any) -> None:
    client, args = as_user(city.by), [city.event.pk]
    city.step(actions.open_event)
    page, move = reverse("events:event", args=args), reverse("events:move", args=args)
    address = reverse("events:public-event", args=[city.event.slug])
    assert codes_in(picture_of(client.get(page).context["picture"])) == [f"http://testserver{address}"]
    data = {"way": "move", "day": "26/11/2023", "begins": "07:00", "ends": "11:00", "place": "Nhà thi đấu"}
    client.post(move, data | {"reason": "mưa bão", "read": city.fresh().version})
    assert "Đã dời; trước là Chủ nhật 19/11/2023" in client.get(page).content.decode()
    client.post(move, {"way": "postpone", "reason": "chưa có điện", "read": city.fresh().version})
    text = client.get(page).content.decode()
    assert "Hoãn, trước định Chủ nhật 26/11/2023." in text
    assert "Đặt ngày mới" in text
    assert client.post(move, data | {"reason": "", "read": city.fresh().version}).status_code == 422
    client.post(reverse("events:cancel", args=args), {"reason": "dịch bệnh", "read": city.fresh().version})
    assert city.fresh().state == EventState.CANCELLED
    text = client.get(page).content.decode()
    assert "dịch bệnh" in text
    assert reverse("events:edit", args=args) not in text


def test_the_ward_sees_and_fills_its_shift_without_the_city_s_pages(city: Festival, as_user: Any) -> None:
    huy = member(city, "p4-kp1", "Trần Gia Huy")
    shift = city.shift()
    ward, page = as_user(city.tree.an), reverse("events:shift", args=[shift.pk])
    assert "Cổng A" not in ward.get(reverse("events:duty")).content.decode()
    city.step(actions.open_event)
    assert "Thiếu 2" in ward.get(reverse("events:duty")).content.decode()
    assert ward.get(reverse("events:event", args=[city.event.pk])).status_code == 404
    text = ward.get(page, {"q": "huy"}).content.decode()
    assert reverse("events:event", args=[city.event.pk]) not in text
    assert "Trần Gia Huy" in text
    assert "Chủ nhật 19/11/2023, 07:00 đến 09:30" in text
    ward.post(reverse("events:add-volunteer", args=[shift.pk]), {"member": huy.pk})
    assert "1 / 2" in ward.get(page).content.decode()
    assert as_user(city.tree.chi).get(page).status_code == 404
    ward.post(reverse("events:remove-volunteer", args=[shift.pk, ShiftVolunteer.objects.get().pk]))
    assert not ShiftVolunteer.objects.exists()


def test_an_inspector_reads_initials_and_keeps_nothing(city: Festival, as_user: Any) -> None:
    shift = city.shift()
    actions.add_volunteer(actor=city.by, shift=shift, member_id=member(city, "p4-kp1", "Trần Gia Huy").pk)
    client = as_user(city.tree.hanh)
    text = client.get(reverse("events:shift", args=[shift.pk]), {"q": "huy"}).content.decode()
    assert "Trần Gia Huy" not in text
    assert "T. G. H." in text
    assert reverse("events:add-volunteer", args=[shift.pk]) not in text
    assert client.get(reverse("events:new")).status_code == 403
    assert client.get(reverse("events:edit", args=[city.event.pk])).status_code == 403


def test_shifts_are_changed_and_removed_in_the_browser(city: Festival, as_user: Any) -> None:
    client, args = as_user(city.by), [city.event.pk]
    data = {"post": "Bãi xe", "unit": "p5", "begins": "7:00", "ends": "9:30", "wanted": "4"}
    client.post(reverse("events:new-shift", args=args), data)
    shift = Shift.objects.get()
    client.post(reverse("events:edit-shift", args=[*args, shift.pk]), data | {"wanted": "6"})
    assert "0 / 6" in client.get(reverse("events:shifts", args=args)).content.decode()
    client.post(reverse("events:remove-shift", args=[*args, shift.pk]))
    assert "Chưa có ca trực" in client.get(reverse("events:shifts", args=args)).content.decode()
    assert "Ca này đã bỏ" in client.get(reverse("events:shift", args=[shift.pk])).content.decode()


def _grow(city: Festival, numbers: range) -> None:
    for number in numbers:
        bank = city.partner(name=f"Ngân hàng {number}")
        part = actions.add_part(actor=city.by, event=city.event, inputs=EventPartnerInput(bank.pk, "Mở tài khoản"))
        actions.add_part(actor=city.by, event=city.event, inputs=BoothInput(number + 1, f"Gian {number}", part.pk))
        shift = city.shift(post=f"Cổng {number}")
        someone = member(city, "p4-kp1", f"Trần Văn {chr(65 + number)}")
        actions.add_volunteer(actor=city.by, shift=shift, member_id=someone.pk)
        actions.create_event(actor=city.by, unit=city.event.unit, inputs=event_input(f"Ngày hội {number}"))


def test_pages_take_the_same_statements_whatever_they_show(
    city: Festival, as_user: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_user(city.by)
    city.step(actions.open_event)
    _grow(city, range(2))
    expected = {"list": 6, "duty": 7, "event": 17, "booths": 9, "shifts": 8}
    for more in (range(2, 2), range(2, 8)):
        _grow(city, more)
        for name, count in expected.items():
            address = reverse(f"events:{name}", args=[] if name in ("list", "duty") else [city.event.pk])
            with django_assert_num_queries(count):
                client.get(address)


def test_from_its_day_on_the_page_counts_who_came(city: Festival, as_user: Any, business_day: Any) -> None:
    client, page = as_user(city.by), reverse("events:event", args=[city.event.pk])
    city.step(actions.open_event)
    labels = [stat["label"] for stat in client.get(page).context["stats"]]
    assert labels == ["người có vé", "gian", "người trực đã cử", "vật dụng đã có"]
    business_day(SUNDAY)
    answer = client.get(page)
    assert [(stat["label"], stat["value"], stat["whole"]) for stat in answer.context["stats"]] == [
        ("người đã đến", 0, None), ("gian", 0, None), ("người trực đã cử", 0, None), ("ảnh", 0, None),
    ]  # fmt: skip
    business_day(SUNDAY + timedelta(days=1))
    answer = client.get(page)
    assert answer.context["label"] == "Đã diễn ra"
    assert answer.context["now_line"] is None


def test_once_its_day_is_over_nobody_is_invited_or_cancelled(city: Festival, as_user: Any, business_day: Any) -> None:
    city.step(actions.open_event)
    join(city)
    client, page = as_user(city.by), reverse("events:participants", args=[city.event.pk])
    assert "Hủy vé" in client.get(page).content.decode()
    assert client.get(page).context["invitation"] is not None
    assert client.get(reverse("events:event", args=[city.event.pk])).context["picture"]
    business_day(SUNDAY + timedelta(days=1))
    answer = client.get(page)
    assert (answer.context["invitation"], answer.context["reminder"]) == (None, None)
    assert "Hủy vé" not in answer.content.decode()
    assert client.get(reverse("events:event", args=[city.event.pk])).context["picture"] == ""
