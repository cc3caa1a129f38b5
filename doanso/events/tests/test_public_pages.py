"""Public pages: the event, registering on a phone, the ticket and what it shows when the event changes, and the office's list."""

import re
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from python_calamine import CalamineWorkbook

from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.actions import BoothInput, EventPartnerInput
from doanso.events.models import Registration
from doanso.events.tests.conftest import SUNDAY, Festival, event_input
from doanso.events.tests.test_registrations import join
from doanso.lib.secret_paths import hide_secrets
from doanso.lib.tests.printed_codes import codes_in, picture_of


@pytest.fixture
def festival(city: Festival) -> Festival:
    city.step(actions.change_event, inputs=event_input(capacity=1, contact="Văn phòng Thành Đoàn"))
    city.step(actions.open_event)
    return city


def form(**changes: Any) -> dict[str, Any]:
    data = {"name": "Lê Thị Mận", "birth_year": "1990", "phone": "0912 345 678", "agreed": "on", "key": uuid4()}
    return data | changes


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def test_a_person_registers_on_a_phone_and_cancels(festival: Festival) -> None:
    client, page = Client(), reverse("events:public-event", args=[festival.event.slug])
    text = text_of(client, page)
    assert "Còn 1 chỗ" in text
    assert "Văn phòng Thành Đoàn" in text
    assert "Đón khách" in text
    answer = client.post(f"{page}join/", form())
    ticket = answer.headers["Location"]
    text = text_of(client, ticket)
    assert "Vé số 1" in text
    assert "Lê Thị Mận" in text
    # A camera reads the address of this very page from the ticket.
    picture = client.get(ticket).context["picture"]
    assert picture in text
    assert codes_in(picture_of(picture)) == [f"http://testserver{ticket}"]
    assert "có thể ghi tên vào danh sách chờ" in text_of(client, page)
    waiting = client.post(f"{page}join/?via=code", form(name="Trần Văn Tư")).headers["Location"]
    assert "Bạn là người kế tiếp." in text_of(client, waiting)
    again = client.post(f"{page}join/?via=code", form())
    assert (again.status_code, "mỗi người chỉ cần một vé" in again.content.decode()) == (422, True)
    assert ticket not in again.content.decode()
    later = client.post(f"{page}join/?via=code", form(phone="0912 345 679")).headers["Location"]
    assert "Trước bạn còn 1 người." in text_of(client, later)
    assert client.get(f"{ticket}cancel/").status_code == 405
    client.post(f"{ticket}cancel/")
    assert "Vé số 1 đã hủy" in text_of(client, ticket)
    assert "bạn đã được giữ chỗ" in text_of(client, waiting)
    assert list(Registration.objects.order_by("number").values_list("source", flat=True)) == ["link", "code", "code"]
    assert client.cookies == {}


def test_what_is_missing_is_said_and_nothing_is_kept(festival: Festival) -> None:
    client, address = Client(), reverse("events:join", args=[festival.event.slug])
    for changes, field, words in (
        ({"agreed": ""}, "agreed", "Chưa đồng ý thì không làm vé được."),
        ({"name": ""}, "name", "Hãy điền mục này."),
        ({"phone": "123"}, "phone", "số"),
        ({"birth_year": "2012"}, "guardian_name", "Dưới 16 tuổi cần cha, mẹ hoặc người giám hộ đồng ý"),
    ):
        answer = client.post(address, form(**changes))
        assert answer.status_code == 422
        [(wrong, [error])] = answer.context["form"].errors.items()
        assert wrong == field
        assert words in error
        assert escape(error) in answer.content.decode()
    assert not Registration.objects.exists()


def test_a_ticket_shows_what_now_holds(festival: Festival) -> None:
    _ticket, link = join(festival)
    client, ticket = Client(), reverse("events:ticket", args=[link])
    page = reverse("events:public-event", args=[festival.event.slug])
    festival.step(actions.move_event, hours=festival.hours(date(2023, 11, 26), "Nhà thi đấu"), reason="mưa bão")
    for address in (ticket, page):
        text = text_of(client, address)
        assert "Lịch mới: Chủ nhật 26/11/2023, 07:00 đến 11:00, tại Nhà thi đấu." in text
        assert "Lý do: mưa bão" in text
    festival.step(actions.postpone_event, reason="bão số 5")
    for address in (ticket, page):
        assert "Sự kiện này hoãn; trước định Chủ nhật 26/11/2023." in text_of(client, address)
    assert "Có ngày mới sẽ nhận đăng ký tiếp." in text_of(client, f"{page}join/")
    festival.step(actions.cancel_event, reason="dịch bệnh")
    text = text_of(client, ticket)
    assert "Sự kiện này đã hủy." in text
    assert "dịch bệnh" in text
    assert client.get(ticket).context["picture"] not in text


def test_the_code_leads_to_the_event_and_a_draft_has_no_page(city: Festival) -> None:
    client, event = Client(), city.event
    public, list_page = reverse("events:public-event", args=[event.slug]), reverse("events:public-list")
    assert client.get(public).status_code == 404
    assert client.get(list_page, {"code": event.code}).status_code == 404
    city.step(actions.open_event)
    answer = client.get(list_page, {"code": f"{event.code[:4].lower()}-{event.code[4:]}"})
    assert answer.headers["Location"] == f"{public}?via=code"
    assert event.title in text_of(client, list_page)
    city.step(actions.cancel_event, reason="bão")
    assert event.title not in text_of(client, list_page)
    assert "Sự kiện này đã hủy." in text_of(client, public)


def test_an_event_that_was_held_is_still_found_after_its_day(city: Festival, monkeypatch: Any) -> None:
    page = reverse("events:public-list")
    city.step(actions.open_event)
    assert "Vừa diễn ra" not in text_of(Client(), page)
    monkeypatch.setattr("doanso.lib.clock.today", lambda: SUNDAY + timedelta(days=1))
    text = text_of(Client(), page)
    assert "Hiện chưa có sự kiện nào được công bố." in text
    assert text.index("Vừa diễn ra") < text.index(reverse("events:public-event", args=[city.event.slug]))


def test_after_its_day_a_moved_event_is_over_and_nothing_is_announced(festival: Festival, monkeypatch: Any) -> None:
    page = reverse("events:public-event", args=[festival.event.slug])
    festival.step(actions.move_event, hours=festival.hours(date(2023, 11, 26), "Nhà thi đấu"), reason="mưa bão")
    assert "Lịch mới" in text_of(Client(), page)
    monkeypatch.setattr("doanso.lib.clock.today", lambda: date(2023, 11, 27))
    text = text_of(Client(), page)
    assert "Sự kiện đã diễn ra." in text
    assert "Lịch mới" not in text


def test_on_the_day_the_waiting_list_is_asked_to_the_gate(festival: Festival, monkeypatch: Any) -> None:
    join(festival)
    _ticket, link = join(festival, "Lê Văn Tám")
    address = reverse("events:ticket", args=[link])
    assert "Gần ngày hãy xem lại trang này." in text_of(Client(), address)
    monkeypatch.setattr("doanso.lib.clock.today", lambda: SUNDAY)
    text = text_of(Client(), address)
    assert "đọc số này ở cổng" in text
    assert "Gần ngày hãy xem lại trang này." not in text


def test_the_public_page_says_whose_booth_it_is(city: Festival) -> None:
    part = actions.add_part(
        actor=city.by, event=city.event, inputs=EventPartnerInput(city.partner().pk, "Mở tài khoản", "")
    )
    actions.add_part(actor=city.by, event=city.fresh(), inputs=BoothInput(1, "Bàn mở tài khoản", part.pk))
    city.step(actions.open_event)
    text = text_of(Client(), reverse("events:public-event", args=[city.event.slug]))
    assert "<span>Bàn mở tài khoản<small>Ngân hàng Bến Tre Xanh (mẫu)</small></span>" in text


def test_links_of_tickets_open_one_ticket_and_stay_out_of_logs(festival: Festival) -> None:
    _ticket, link = join(festival)
    answer = Client().get(reverse("events:ticket", args=[link]))
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert Client().get(reverse("events:ticket", args=[f"{link[:-2]}AA"])).status_code == 404
    assert Client().post(reverse("events:cancel-ticket", args=["x"])).status_code == 404
    assert hide_secrets(f"GET /t/{link}/cancel/") == "GET /t/…/cancel/"


def test_the_office_sees_searches_exports_and_cancels(festival: Festival, as_user: Any) -> None:
    client, args = as_user(festival.by), [festival.event.pk]
    page = reverse("events:participants", args=args)
    client.post(reverse("events:new-participant", args=args), form(name="Trần Văn Tư"))
    join(festival, phone="0987654321")
    text = text_of(client, page)
    assert "Trần Văn Tư" in text
    assert "Lời mời soạn sẵn" in text
    assert "Trần Văn Tư" not in client.get(page, {"q": "man"}).content.decode()
    assert "Trần Văn Tư" in client.get(page, {"q": "1"}).content.decode()
    content = b"".join(client.get(reverse("events:export", args=args)).streaming_content)
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[:5] for row in rows[1:]] == [
        [1.0, "Trần Văn Tư", 1990.0, "0912345678", "Có chỗ"], [2.0, "Lê Thị Mận", 1990.0, "0987654321", "Danh sách chờ"],
    ]  # fmt: skip
    assert AuditEvent.objects.filter(action="events.export").count() == 1
    first = Registration.objects.get(number=1)
    client.post(reverse("events:cancel-registration", args=[*args, first.pk]))
    assert "đã xóa tên" in text_of(client, page)
    inspector = text_of(as_user(festival.tree.hanh), page)
    assert "L. T. M." in inspector
    assert "0987654321" not in inspector
    assert as_user(festival.tree.hanh).get(reverse("events:export", args=args)).status_code == 403


@pytest.mark.parametrize("route", ["events:public-list", "places:public-list"])
def test_the_head_of_public_pages_leads_to_streets_and_events(db: None, route: str) -> None:
    text = text_of(Client(), reverse(route))
    nav = re.search(r'<nav [^>]*aria-label="Các trang công khai".*?</nav>', text, re.DOTALL)
    assert nav is not None
    assert re.findall(r'href="([^"]+)"( aria-current="page")?', nav[0]) == [
        (address, ' aria-current="page"' if address == reverse(route) else "") for address in ("/s/", "/e/", "/login/")
    ]
