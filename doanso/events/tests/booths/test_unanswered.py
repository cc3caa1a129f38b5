"""A denial pressed by mistake, and where it is shown that a visitor has not answered what a booth recorded."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.tests.booths.conftest import Fair, record_of
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.notices.models import Notice
from doanso.notices.ports import notice_kind
from doanso.support.models import SupportRecord
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_denial_pressed_by_mistake_is_taken_back_and_the_new_answer_counts_once(fair: Fair):
    ticket, link = fair.ticket("Lê Thị Mận")
    stamp, visitor = fair.stamp(ticket), Client()
    question = reverse("events:answer-stamp", args=[link, stamp.pk])
    text = text_of(visitor.post(f"{question}deny/", follow=True))
    assert "Cảm ơn bạn. Không tính gì cả" in text
    assert "Bấm nhầm? Bạn trả lời lại được đến hết ngày 12/12/2023." in text
    assert "Bạn đã trả lời: không phải" in text_of(visitor.get(reverse("events:ticket", args=[link])))
    for _time in range(2):
        assert visitor.post(f"{question}again/")["Location"] == question
    assert "Bạn đã mở tài khoản ở Gian số 1?" in text_of(visitor.get(question))
    assert (SupportRecord.objects.count(), fair.figure(), Notice.objects.filter(kind="events.stamp-denied").count()) == (
        0, 0, 0,
    )  # fmt: skip
    assert visitor.post(question, {}).status_code == 302
    assert (record_of(stamp).grade, fair.figure()) == (3, 1)
    assert list(AuditEvent.objects.filter(object_id=ticket.pk).order_by("id").values_list("action", flat=True)) == [
        f"events.{action}" for action in ("register", "stamp", "deny_stamp", "withdraw_denial", "confirm_stamp")
    ]
    # What is confirmed is not taken back here, and a second denial raises the alarm anew.
    visitor.post(f"{question}again/")
    assert fair.figure() == 1
    other, other_link = fair.ticket("Trần Văn Tư")
    second = fair.stamp(other)
    for _time in range(2):
        fair.deny(other_link, second)
        actions.withdraw_denial(link=other_link, stamp_id=second.pk, network="203.0.113.9")
    fair.deny(other_link, second)
    assert Notice.objects.filter(kind="events.stamp-denied").count() == 1
    assert list(recount()) == []


def test_a_denial_stands_once_nothing_is_answered_any_more(fair: Fair, business_day: Any):
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    fair.deny(link, stamp)
    business_day(TODAY + timedelta(days=31))
    with pytest.raises(Refused, match="stamp_over"):
        actions.withdraw_denial(link=link, stamp_id=stamp.pk, network="203.0.113.9")
    question = reverse("events:answer-stamp", args=[link, stamp.pk])
    assert "Bấm nhầm?" not in text_of(Client().get(question))
    assert Client().post(f"{question}again/").status_code == 422


def test_who_is_not_written_down_learns_whom_to_tell_and_the_alarm_leads_to_the_record(fair: Fair):
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    question = reverse("events:answer-stamp", args=[link, stamp.pk])
    assert "Báo số vé 1 của bạn cho Thành Đoàn Mỹ Tho" in text_of(
        Client().post(question, {"unnamed": "1"}, follow=True)
    )
    other, other_link = fair.ticket("Trần Văn Tư")
    fair.deny(other_link, fair.stamp(other))
    notice = Notice.objects.get(kind="events.stamp-denied")
    assert notice_kind(notice.kind).url(notice) == (
        reverse("events:stamps", args=[fair.festival.event.pk]) + "?sort=denied"
    )


def test_a_booth_sees_what_it_recorded_and_that_something_waits_and_nothing_of_other_booths(fair: Fair):
    _booth, _shift, other = fair.add_booth(2)
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    pages = [reverse("events:booth-desk", args=[one]) for one in (fair.link, other)]
    own, others = (text_of(Client().post(page, {"ticket": str(ticket.number)})) for page in pages)
    asked = "Vé này có mục chờ khách trả lời"
    assert (asked in own, asked in others) == (True, True)
    assert ("Chờ khách xác nhận" in own, "Chờ khách xác nhận" in others) == (True, False)
    fair.confirm(link, stamp)
    assert asked not in text_of(Client().post(pages[0], {"ticket": str(ticket.number)}))


def test_the_gate_and_the_event_say_whom_to_ask(fair: Fair, as_user: Any, business_day: Any):
    dung, event = fair.festival.by, fair.festival.event
    tickets = [fair.ticket(name) for name in ("Lê Thị Mận", "Trần Văn Tư", "Võ Văn Sáu")]
    stamps = [fair.stamp(ticket) for ticket, _link in tickets]
    fair.stamp(tickets[0][0], "payment")
    fair.confirm(tickets[2][1], stamps[2])
    client = as_user(dung)
    desk = reverse("events:check-in", args=[event.pk])
    form = {"key": str(stamps[0].pk), "gate": "Cổng chính", "typed": "1", "direction": "in"}
    assert "Còn 2 lượt gian ghi chờ khách này trả lời." in text_of(client.post(desk, form, follow=True))
    for name in ("event", "booths"):
        text = text_of(client.get(reverse(f"events:{name}", args=[event.pk])))
        assert "Còn 3 lượt gian ghi chờ khách trả lời." in text
        assert "đến hết ngày 12/12/2023" in text
    listed = text_of(client.get(reverse("events:stamps", args=[event.pk]), {"sort": "unanswered"}))
    assert "vé số 1, 2, mời mở vé" in listed
    assert "Võ Văn Sáu" not in listed
    business_day(TODAY + timedelta(days=1))
    assert "Còn 3 lượt gian ghi chờ khách trả lời." in text_of(client.get(reverse("events:report", args=[event.pk])))
    business_day(TODAY + timedelta(days=31))
    assert "chờ khách trả lời" not in text_of(client.get(reverse("events:event", args=[event.pk])))
