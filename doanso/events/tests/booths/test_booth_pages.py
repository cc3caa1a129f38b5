"""Pages of a booth's staff, of the holder who answers, and of the office that hands out codes and reads totals."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from doanso.accounts.queries import SIGNED_IN_COOKIE
from doanso.events import actions, booth_keys, tickets
from doanso.events.models import BoothCode, BoothReport, BoothStamp
from doanso.events.notices import notify_on_duty
from doanso.events.queries.booths import stamp_page
from doanso.events.tests.booths.conftest import Fair, record_of
from doanso.lib.secret_paths import hide_secrets
from doanso.lib.tests.printed_codes import codes_in, picture_of
from doanso.notices.models import Notice
from doanso.notices.ports import notice_kind

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_staff_open_their_page_by_the_code(fair: Fair):
    client, keys = Client(), booth_keys.keys_of(fair.code)
    assert "Mã của gian" in text_of(client.get("/p/"))
    wrong = client.post("/p/", {"code": "2222-2222"})
    assert (wrong.status_code, "Không có mã này" in text_of(wrong)) == (422, True)
    answer = client.post("/p/", {"code": keys.code.lower()})
    assert (answer.status_code, answer["Location"]) == (302, f"/p/{keys.link}/")
    page = client.get(answer["Location"])
    assert (page.status_code, page["Referrer-Policy"]) == (200, "no-referrer")
    assert "Gian số 1" in text_of(page)
    assert "'wasm-unsafe-eval'" in page["Content-Security-Policy"]
    assert hide_secrets(f'"GET /p/{keys.link}/ HTTP/1.1" 200') == '"GET /p/…/ HTTP/1.1" 200'
    assert Client().get(f"/p/{keys.link[::-1]}/").status_code == 404


def test_after_sixty_wrong_codes_a_right_one_opens_nothing(fair: Fair):
    client, code = Client(), booth_keys.keys_of(fair.code).code
    for _time in range(60):
        client.post("/p/", {"code": "2222-2222"})
    assert "Thử quá nhiều lần" in text_of(client.post("/p/", {"code": code}))


def test_a_ticket_is_found_by_number_address_and_scan_and_shows_initials_alone(fair: Fair):
    ticket, link = fair.ticket("Lê Thị Mận")
    client, page = Client(), reverse("events:booth-desk", args=[fair.link])
    for sent in (
        {"ticket": str(ticket.number)},
        {"ticket": f"https://doan.example/t/{link}/"},
        {"gate_code": tickets.gate_code(link)},
    ):
        text = text_of(client.post(page, sent))
        assert f"Vé số {ticket.number}" in text
        assert "L. T. M." in text
        assert "Đã mở tài khoản" in text
        assert "Mận" not in text
        assert "1990" not in text
        assert link not in text
    for sent in ({"ticket": "999"}, {"ticket": ""}, {"gate_code": "0" * 24}):
        answer = client.post(page, sent)
        assert (answer.status_code, "không có vé mang số đó" in text_of(answer)) == (422, True)


def test_the_staff_who_know_the_holder_do_not_get_the_ticket(fair: Fair):
    """A bank reads names and years from papers; with the id of its form the registration sent again would open the ticket."""
    ticket, link = fair.ticket("Lê Thị Mận", 1990)
    found = Client().post(reverse("events:booth-desk", args=[fair.link]), {"ticket": str(ticket.number)})
    assert str(ticket.pk) in text_of(found)
    again = {"name": "Lê Thị Mận", "birth_year": "1990", "agreed": "on", "key": str(ticket.pk)}
    answer = Client().post(reverse("events:join", args=[fair.festival.event.slug]), again)
    assert answer.status_code == 302
    assert link not in answer["Location"]


def test_from_the_scan_to_the_receipt(fair: Fair):
    """The whole way: staff stamp, the visitor is asked on the ticket's page, answers, and holds a receipt."""
    ticket, link = fair.ticket("Lê Thị Mận")
    staff, visitor = Client(), Client()
    desk = reverse("events:booth-desk", args=[fair.link])
    form = {"registration": ticket.pk, "key": uuid4(), "kind": "account", "receiver": "person"}
    for _time in range(2):
        done = staff.post(f"{desk}stamp/", form)
    stamp = BoothStamp.objects.get()
    assert (stamp.pk, done["Location"]) == (form["key"], f"{desk}?done={form['key']}")
    text = text_of(staff.get(done["Location"]))
    assert "Được tính khi khách trả lời “Đúng”" in text
    assert "Tất cả 1 lượt, khách đã xác nhận 0, chưa trả lời 1." in text

    own = reverse("events:ticket", args=[link])
    question = reverse("events:answer-stamp", args=[link, stamp.pk])
    text = text_of(visitor.get(own))
    assert "Bạn đã mở tài khoản ở Gian số 1?" in text
    assert question in text
    text = text_of(visitor.get(question))
    for words in ("Lê Thị Mận", "1990", "Ghi lại việc tôi đã được hỗ trợ", "Không phải", "Đoàn Phường 4"):
        assert words in text
    # An answer to words that were changed since is asked once more.
    refused = visitor.post(question, {"text_version": "2000-01"})
    assert (refused.status_code, "Nội dung xin đồng ý vừa được sửa" in text_of(refused)) == (422, True)
    assert visitor.post(question, {}).status_code == 302
    text = text_of(visitor.get(question))
    assert "Cảm ơn bạn, đã ghi nhận" in text
    receipt = re.search(r'href="(/r/[^"]+)"', text)
    assert receipt is not None
    assert "Biên nhận này đã được xác nhận" in text_of(visitor.get(receipt[1]))
    assert (record_of(stamp).grade, fair.figure()) == (3, 1)
    assert "Gian số 1: Đã mở tài khoản" in text_of(visitor.get(own))
    assert "khách đã xác nhận 1" in text_of(staff.get(desk))


def test_on_a_device_of_the_booth_nothing_is_confirmed(fair: Fair):
    """The staff who scanned a ticket know its address; what they answer there counts as no word of the visitor's."""
    ticket, link = fair.ticket()
    stamp, client = fair.stamp(ticket), Client()
    client.get(reverse("events:booth-desk", args=[fair.link]))
    assert SIGNED_IN_COOKIE in client.cookies
    question = reverse("events:answer-stamp", args=[link, stamp.pk])
    client.post(question, {})
    assert record_of(stamp).grade == 1
    assert "Xin xác nhận lại trên điện thoại của bạn" in text_of(client.get(question))


def test_undoing_within_ten_minutes(fair: Fair):
    ticket, link = fair.ticket()
    stamp, client = fair.stamp(ticket), Client()
    undo = reverse("events:undo-stamp", args=[fair.link, stamp.pk])
    assert undo in text_of(client.get(reverse("events:booth-desk", args=[fair.link])))
    for _time in range(2):
        assert client.post(undo).status_code == 302
    stamp.refresh_from_db()
    assert stamp.state == "undone"
    assert "Bạn đã mở tài khoản" not in text_of(Client().get(reverse("events:ticket", args=[link])))
    question = reverse("events:answer-stamp", args=[link, stamp.pk])
    assert "Gian đã tự hoàn tác" in text_of(Client().get(question))
    again = fair.stamp(ticket)
    fair.confirm(link, again)
    refused = client.post(reverse("events:undo-stamp", args=[fair.link, again.pk]))
    assert (refused.status_code, "Khách đã xác nhận rồi" in text_of(refused)) == (422, True)


def test_saying_no_raises_an_alarm_and_ends_the_question(fair: Fair, as_user: Any):
    ticket, link = fair.ticket()
    stamp, client = fair.stamp(ticket), Client()
    assert client.post(reverse("events:deny-stamp", args=[link, stamp.pk])).status_code == 302
    assert "Không tính gì cả" in text_of(client.get(reverse("events:answer-stamp", args=[link, stamp.pk])))
    inbox = text_of(as_user(fair.festival.by).get("/notices/"))
    assert f"Gian 1 của “{fair.festival.event.title}” ghi một việc cho vé {ticket.number}" in inbox
    other, other_link = fair.ticket("Trần Văn Tư")
    assert client.get(reverse("events:answer-stamp", args=[other_link, stamp.pk])).status_code == 404
    assert other.stamps.count() == 0


def test_a_paper_ticket_is_asked_and_errors_stand_at_the_fields(fair: Fair):
    ticket, link = fair.walk_in()
    stamp, client = fair.stamp(ticket), Client()
    question = reverse("events:answer-stamp", args=[link, stamp.pk])
    answer = client.post(question, {"name": "", "birth_year": "1975"})
    assert (answer.status_code, "Ghi họ và tên, hoặc chọn không ghi tên." in text_of(answer)) == (422, True)
    answer = client.post(question, {"name": "Trần Văn Tư", "birth_year": "75"})
    assert (answer.status_code, "4 chữ số" in text_of(answer)) == (422, True)
    assert client.post(question, {"name": "Trần Văn Tư", "birth_year": "1975"}).status_code == 302
    contact = record_of(stamp).contact
    assert contact is not None
    assert (contact.name, contact.birth_year) == ("Trần Văn Tư", 1975)


def test_the_question_of_a_namesake_and_of_who_wants_no_name(fair: Fair):
    ticket, link = fair.ticket("Võ Thị Gian Nhất")
    stamp, client = fair.stamp(ticket), Client()
    question = reverse("events:answer-stamp", args=[link, stamp.pk])
    answer = client.post(question, {})
    assert (answer.status_code, "chúng tôi là hai người" in text_of(answer)) == (422, True)
    assert client.post(question, {"unnamed": "1"}).status_code == 302
    assert record_of(stamp).named is False


def test_the_staff_report_totals_and_the_office_reads_them_beside_ours(
    fair: Fair, as_user: Any, django_assert_num_queries: Any
):
    ticket, link = fair.ticket()
    fair.confirm(link, fair.stamp(ticket))
    staff, totals = Client(), reverse("events:booth-totals", args=[fair.link])
    assert staff.post(totals, {"accounts": "x"}).status_code == 422
    assert staff.post(totals, {"accounts": "86", "other": "22", "other_words": "chữ ký số"}).status_code == 302
    assert "86 tài khoản đã mở" in text_of(staff.get(reverse("events:booth-desk", args=[fair.link]))).replace(
        "</b>", ""
    )
    office, tab = as_user(fair.festival.by), reverse("events:booths", args=[fair.festival.event.pk])
    text = text_of(office.get(tab))
    assert "86 tài khoản đã mở, 22 chữ ký số" in text
    assert "Đã báo" in text
    assert "+85" in text
    fair.add_booth(2)
    text = text_of(office.get(tab))
    assert "Nhắc 1 gian chưa báo" in text
    assert "nhờ báo tổng số trong ngày: 2. Gian số 2" in text
    report = reverse("events:report-booth", args=[fair.festival.event.pk, fair.booth.pk])
    assert office.post(report, {"accounts": "90"}).status_code == 302
    text = text_of(office.get(report))
    assert "90 tài khoản đã mở" in text
    assert "nhân viên của gian" in text
    assert BoothReport.objects.filter(booth=fair.booth).count() == 2
    partner = fair.festival.event.partners.get().partner
    text = text_of(office.get(reverse("partners:partner", args=[partner.pk])))
    assert "đối tác báo 90, chênh lệch 89" in text


def test_who_fills_the_shift_hands_out_its_code_and_ends_it(fair: Fair, as_user: Any):
    page = reverse("events:booth-code", args=[fair.shift.pk])
    ward = as_user(fair.counting.tree.an)
    answer = ward.get(page)
    picture = answer.context["picture"]
    assert codes_in(picture_of(picture)) == [f"http://testserver/p/{fair.link}/"]
    assert booth_keys.keys_of(fair.code).code in text_of(answer)
    assert page in text_of(ward.get(reverse("events:shift", args=[fair.shift.pk])))
    assert as_user(fair.counting.tree.chi).get(page).status_code == 404
    assert as_user(fair.counting.tree.lan).get(page).status_code == 404
    volunteer = fair.shift.volunteers.get()
    ward.post(page, {"volunteer": str(volunteer.pk)})
    former, new = BoothCode.objects.order_by("made_at")
    assert (former.ended_by, new.ended_at) == (fair.counting.tree.an, None)
    assert "Mã này không còn dùng được" in text_of(Client().get(f"/p/{fair.link}/"))
    ward.post(f"{page}end/")
    assert not BoothCode.objects.filter(ended_at=None).exists()
    fair.code = new
    assert "Mã này không còn dùng được" in text_of(Client().get(f"/p/{fair.link}/"))


def test_who_is_on_duty_needs_no_permission_for_the_code(fair: Fair, as_user: Any):
    person, lan = fair.shift.volunteers.get().member, fair.counting.tree.lan
    assert person is not None
    person.person.user = lan
    person.person.save(update_fields=["user"])
    page = reverse("events:booth-code", args=[fair.shift.pk])
    assert as_user(lan).get(page).status_code == 200
    # The reminder of the day before leads there.
    volunteer = fair.shift.volunteers.select_related("shift").get()
    notify_on_duty(fair.festival.event, [(volunteer, lan.pk)])
    [notice] = Notice.objects.filter(kind="events.on-duty")
    assert notice_kind("events.on-duty").url(notice) == page
    fair.shift.volunteers.all().delete()
    assert as_user(lan).get(page).status_code == 404
    # Nobody helps there any more, so nothing is recorded in that name.
    assert "Mã này không còn dùng được" in text_of(Client().get(f"/p/{fair.link}/"))


def test_a_booth_s_page_takes_a_fixed_number_of_statements(fair: Fair, django_assert_num_queries: Any):
    client, page = Client(), reverse("events:booth-desk", args=[fair.link])
    fair.stamp(fair.ticket("Người đầu")[0])
    client.get(page)
    with django_assert_num_queries(6):
        client.get(page)
    for number in range(4):
        fair.stamp(fair.ticket(f"Người thứ {number}")[0])
    actions.report_totals_by_code(link=fair.link, inputs=actions.BoothReportInput(accounts=3))
    with django_assert_num_queries(6):
        client.get(page)


def test_each_figure_of_a_booth_opens_its_stamps(fair: Fair, as_user: Any, django_assert_num_queries: Any):
    """The alarm of a denial leads to the booths: from there the office finds the ticket, and who confirmed what."""
    event = fair.festival.event
    _booth, _shift, other = fair.add_booth(2)
    for number, (name, link) in enumerate(
        (("Lê Thị Mận", ""), ("Trần Văn Tư", ""), ("Võ Văn Sáu", ""), ("Lý Thị Bảy", other))
    ):
        ticket, ticket_link = fair.ticket(name)
        stamp = fair.stamp(ticket, link=link)
        if number == 0:
            fair.confirm(ticket_link, stamp)
            confirmed = stamp.pk
        if number == 1:
            fair.deny(ticket_link, stamp)
    address = reverse("events:stamps", args=[event.pk])
    client = as_user(fair.festival.by)
    page = client.get(reverse("events:booths", args=[event.pk])).content.decode()
    for sort, count in (("stamped", 2), ("counted", 1)):
        assert f'href="{address}?booth=1&amp;kind=account&amp;sort={sort}">{count}</a>' in page

    def names(**query: str) -> list[str]:
        return [row.name for row in client.get(address, query).context["rows"]]

    assert names(booth="1", kind="account", sort="stamped") == ["Võ Văn Sáu", "Lê Thị Mận"]
    assert names(booth="1", kind="account", sort="counted") == ["Lê Thị Mận"]
    assert names(sort="denied") == ["Trần Văn Tư"]
    assert names(kind="account", sort="stamped") == ["Lý Thị Bảy", "Võ Văn Sáu", "Lê Thị Mận"]
    assert names(booth="9" * 5000, kind="<b>", sort="?") == names()
    record = reverse("support:support_record", args=[confirmed])
    assert record in text_of(client.get(address))
    text = text_of(as_user(fair.counting.tree.hanh).get(address))
    assert ("L. T. M." in text, "Lê Thị Mận" in text) == (True, False)
    assert as_user(fair.counting.tree.chi).get(address).status_code == 404
    with django_assert_num_queries(4):
        stamp_page(fair.festival.by, event, 1)
